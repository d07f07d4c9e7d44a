"""Tables of the meeting itself: its head, its versions of minutes, how it ended, what went before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from zhibu.common.identifiers import new_public_id
from zhibu.orglife.meetings.models.kinds import LocalMeetingKind, MeetingKind
from zhibu.roster.organizations.models import within

if TYPE_CHECKING:
    from zhibu.common.actor import Scope


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Reads that begin with what the actor may see."""

    def visible_to(self, scope: Scope) -> MeetingQuerySet:
        """Meetings of organisations in the scope."""
        return self.filter(within(scope, "organization__"))


class Meeting(models.Model):
    """A meeting, lecture, party day, talk or study. It counts for every kind in ``also_counts_as`` too.

    ``basis`` says how attendance was kept: not yet, everybody expected except the listed exceptions, or
    only those listed. The four counts are kept at completion: what was expected then stays as it was.
    ``is_valid`` is False where the record itself says that the meeting does not count (short of quorum).
    """

    class State(models.TextChoices):
        PLANNED = "planned", "筹备"
        HELD = "held", "已召开"
        COMPLETED = "completed", "已归档"
        CANCELLED = "cancelled", "已取消"

    class Basis(models.TextChoices):
        NOT_TAKEN = "", "未登记"
        EXPECTED = "expected", "按应到登记例外"
        LISTED = "listed", "按名单登记"

    class Level(models.TextChoices):
        BRANCH = "branch", "支部"
        TOWNSHIP = "township", "乡镇（街道）党委"
        COUNTY = "county", "县级"
        CITY = "city", "市级"
        PROVINCE = "province", "省级"
        NATION = "nation", "中央"

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="meetings", verbose_name="党组织"
    )
    group = models.ForeignKey(
        "roster.Group", models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name="党小组"
    )
    kind = models.CharField("类型", max_length=40, choices=MeetingKind.choices)
    also_counts_as = models.JSONField("同时计作", default=list)
    local_kind = models.ForeignKey(
        LocalMeetingKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="本地类型"
    )
    title = models.CharField("名称", max_length=120)
    number = models.PositiveSmallIntegerField("第几次", null=True, blank=True)
    date = models.DateField("日期")
    start_time = models.TimeField("开始", null=True, blank=True)
    end_time = models.TimeField("结束", null=True, blank=True)
    minutes_length = models.PositiveSmallIntegerField("时长（分钟）", default=0)
    year_label = models.PositiveSmallIntegerField("所属年度")
    place = models.CharField("地点", max_length=120, blank=True)
    level = models.CharField("主办层级", max_length=10, default=Level.BRANCH, choices=Level.choices)
    host = models.ForeignKey(
        "roster.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主持人"
    )
    host_delegation = models.CharField("委托说明", max_length=120, blank=True)
    recorder = models.ForeignKey(
        "roster.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="记录人"
    )
    lecturer = models.ForeignKey(
        "roster.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主讲人"
    )
    observers = models.CharField("列席", max_length=300, blank=True)
    preparation = models.CharField("准备事项", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PLANNED)
    basis = models.CharField("到会登记方式", max_length=10, choices=Basis.choices, blank=True, default="")
    expected_count = models.PositiveIntegerField("应到", null=True, blank=True)
    expected_voting_count = models.PositiveIntegerField("应到有表决权", null=True, blank=True)
    present_count = models.PositiveIntegerField("实到", null=True, blank=True)
    present_voting_count = models.PositiveIntegerField("实到有表决权", null=True, blank=True)
    is_valid = models.BooleanField("有效", default=True)
    invalid_reason = models.CharField("无效原因", max_length=200, blank=True)
    notice_sent_at = models.DateTimeField("通知时间", null=True, blank=True)
    created_at = models.DateTimeField("建立时间")
    created_by = models.CharField("建立人", max_length=64)
    recorded_date = models.DateField("补录日期", null=True, blank=True)
    version = models.PositiveIntegerField("修改次数", default=1)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        db_table = "meetings_meeting"
        verbose_name = "会议"
        ordering = ["-date", "-id"]
        indexes = [
            models.Index(fields=["organization", "date"], name="meetings_meeting_org"),
            models.Index(fields=["organization", "kind", "state", "date"], name="meetings_meeting_last"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_words(self) -> str:
        """The kind as people say it; the local name where there is one."""
        return self.local_kind.name if self.local_kind_id and self.local_kind else self.get_kind_display()

    @property
    def all_kinds(self) -> tuple[str, ...]:
        """Every kind that the meeting counts as, its own first."""
        return (self.kind, *self.also_counts_as)

    @property
    def also_words(self) -> str:
        """The kinds it counts as besides, in words."""
        return "、".join(str(MeetingKind(kind).label) for kind in self.also_counts_as)

    @property
    def is_open(self) -> bool:
        """Whether it can still be worked on: neither filed nor cancelled."""
        return self.state in (self.State.PLANNED, self.State.HELD)


class MeetingStep(models.Model):
    """Something that was done before or at the meeting as its norm asks (会前学习、自评、测评 …),
    with its day."""

    class Step(models.TextChoices):
        STUDIED = "studied", "会前集体学习"
        TALKED = "talked", "会前谈心谈话"
        OPINIONS_SOUGHT = "opinions_sought", "会前征求意见"
        SELF_REVIEW = "self_review", "个人自评"
        MUTUAL_REVIEW = "mutual_review", "党员互评"
        ASSESSED = "assessed", "民主测评"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="steps", verbose_name="会议")
    step = models.CharField("环节", max_length=20, choices=Step.choices)
    done_date = models.DateField("日期")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.CharField("登记人", max_length=64)

    class Meta:
        db_table = "meetings_step"
        verbose_name = "会议环节"
        ordering = ["meeting", "done_date", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "step"], name="meetings_step_once")]


class MinutesVersion(models.Model):
    """One version of a meeting's minutes; the newest counts, all older ones stay."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes_versions", verbose_name="会议")
    number = models.PositiveSmallIntegerField("版本")
    content = models.JSONField("内容")
    reason = models.CharField("更正原因", max_length=200, blank=True)
    created_date = models.DateField("形成日期")
    created_at = models.DateTimeField("形成时间")
    created_by = models.CharField("形成人", max_length=64)

    class Meta:
        db_table = "meetings_minutes_version"
        verbose_name = "会议记录版本"
        ordering = ["meeting", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="meetings_minutes_version_once"),
        ]


class MeetingClosure(models.Model):
    """A meeting completed and filed, or cancelled: who, when, why; a later correction is a minutes
    version."""

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="closure", verbose_name="会议")
    kind = models.CharField("种类", max_length=10, choices=[("completed", "归档"), ("cancelled", "取消")])
    reason = models.CharField("原因", max_length=200, blank=True)
    closed_date = models.DateField("日期")
    closed_at = models.DateTimeField("时间")
    closed_by = models.CharField("办理人", max_length=64)

    class Meta:
        db_table = "meetings_closure"
        verbose_name = "会议办结"
        ordering = ["closed_at", "id"]
