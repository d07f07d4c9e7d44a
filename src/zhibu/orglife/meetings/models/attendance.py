"""Tables of who came, who did not and why, who made up for it, and the address behind the QR code."""

from __future__ import annotations

from django.db import models

from zhibu.common.identifiers import new_public_id
from zhibu.orglife.meetings.models.meetings import Meeting


class Attendance(models.Model):
    """One person's mark at one meeting: an exception where the basis is expected, else the list itself.

    ``source`` tells the secretary's entry from that of the member, signed in or by a personal address
    (``self``), or by choosing the own name behind the QR code (``scan``). All count the same.
    """

    class MarkChoice(models.TextChoices):
        PRESENT = "present", "到会"
        LEAVE = "leave", "请假"
        ABSENT = "absent", "缺席"
        EXEMPT = "exempt", "不作要求"
        LECTURER = "lecturer", "主讲"
        PARTNER = "partner", "谈心对象"

    class Reason(models.TextChoices):
        ILL = "ill", "病假"
        PERSONAL = "personal", "事假"
        DUTY = "duty", "公差"
        AWAY = "away", "外出"
        OTHER = "other", "其他"

    class Source(models.TextChoices):
        SECRETARY = "secretary", "书记登记"
        SELF = "self", "本人登记"
        SCAN = "scan", "本人扫码"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances", verbose_name="会议")
    person = models.ForeignKey(
        "roster.Person", models.PROTECT, related_name="attendances", verbose_name="党员"
    )
    mark = models.CharField("到会情况", max_length=10, choices=MarkChoice.choices)
    reason = models.CharField("原因", max_length=10, blank=True, choices=Reason.choices)
    note = models.CharField("说明", max_length=100, blank=True)
    source = models.CharField("登记途径", max_length=10, choices=Source.choices)
    marked_at = models.DateTimeField("登记时间")

    class Meta:
        db_table = "meetings_attendance"
        verbose_name = "到会情况"
        ordering = ["meeting", "person"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="meetings_attendance_once"),
        ]
        indexes = [models.Index(fields=["person", "meeting"], name="meetings_attendance_person")]


class MakeUp(models.Model):
    """A missed meeting made up for: a lesson read later, or brought home (补课、送学上门)."""

    class Way(models.TextChoices):
        MADE_UP = "made_up", "补课"
        SERVED_AT_HOME = "served_at_home", "送学上门"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="make_ups", verbose_name="会议")
    person = models.ForeignKey("roster.Person", models.PROTECT, related_name="make_ups", verbose_name="党员")
    way = models.CharField("方式", max_length=20, choices=Way.choices)
    done_date = models.DateField("日期")
    by_person = models.ForeignKey(
        "roster.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送学人"
    )
    recorded_by = models.CharField("登记人", max_length=64)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        db_table = "meetings_make_up"
        verbose_name = "补课"
        ordering = ["meeting", "person"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="meetings_make_up_once"),
        ]


class AbsenceFollowUp(models.Model):
    """The branch looked into why somebody stays away for long (党章 9、教育条例 31): the day,
    nothing else."""

    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="absence_follow_ups", verbose_name="党支部"
    )
    person = models.ForeignKey(
        "roster.Person", models.PROTECT, related_name="absence_follow_ups", verbose_name="党员"
    )
    handled_date = models.DateField("了解情况日期")
    recorded_by = models.CharField("登记人", max_length=64)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        db_table = "meetings_absence_follow_up"
        verbose_name = "长期未参加情况了解"
        ordering = ["organization", "handled_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "handled_date"], name="meetings_absence_follow_up_once"
            ),
        ]


class CheckInLink(models.Model):
    """The address behind a meeting's QR code; optional, and equal to being marked by the secretary."""

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="check_in_link", verbose_name="会议")
    token = models.CharField("凭证", max_length=64, unique=True, default=new_public_id)
    opens_at = models.DateTimeField("开始时间")
    closes_at = models.DateTimeField("截止时间")
    created_by = models.CharField("开启人", max_length=64)

    class Meta:
        db_table = "meetings_check_in_link"
        verbose_name = "扫码签到"
        ordering = ["meeting"]
