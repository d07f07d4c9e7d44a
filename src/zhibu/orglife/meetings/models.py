"""Tables of meetings. What was expected is kept at the moment it counted; minutes only ever get a new version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from zhibu.common.identifiers import new_public_id
from zhibu.roster.organizations.models import within

if TYPE_CHECKING:
    from zhibu.common.actor import Scope


class MeetingKind(models.TextChoices):
    """The kinds the regulations know; a local kind refers to the one it counts as."""

    GENERAL = "general_membership_meeting", "支部党员大会"
    COMMITTEE = "branch_committee_meeting", "支部委员会会议"
    GROUP = "party_group_meeting", "党小组会"
    LECTURE = "party_lecture", "党课"
    PARTY_DAY = "themed_party_day", "主题党日"
    LIFE = "organizational_life_meeting", "组织生活会"
    APPRAISAL = "democratic_appraisal", "民主评议党员"
    TALK = "heart_to_heart_talk", "谈心谈话"
    STUDY = "collective_study", "集中学习"
    TRAINING = "training", "集中培训"
    REPORT = "secretary_report", "书记述职"
    COMMITTEE_STUDY = "committee_study", "党委专题研究"


class LocalMeetingKind(models.Model):
    """A kind of meeting that a place adds; it counts as one of the regulations' kinds, or as none."""

    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="local_meeting_kinds", verbose_name="党组织"
    )
    name = models.CharField("名称", max_length=30)
    counts_as = models.CharField("计作", max_length=40, choices=MeetingKind.choices, blank=True)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        db_table = "meetings_local_kind"
        verbose_name = "本地会议类型"
        ordering = ["organization", "name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="meetings_local_kind_once"),
        ]


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Reads that begin with what the actor may see."""

    def visible_to(self, scope: Scope) -> MeetingQuerySet:
        """Meetings of organisations in the scope."""
        return self.filter(within(scope, "organization__"))


class Meeting(models.Model):
    """A meeting, lecture, party day, talk or study. It counts for every kind in ``also_counts_as`` too.

    ``basis`` says how attendance was kept: not yet, everybody expected except the listed exceptions, or
    only those listed. ``expected_count`` and ``present_count`` are kept at completion, with the quorum
    sentence they gave.
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
    level = models.CharField(
        "主办层级",
        max_length=10,
        default="branch",
        choices=[
            ("branch", "支部"),
            ("township", "乡镇（街道）党委"),
            ("county", "县级"),
            ("city", "市级"),
            ("province", "省级"),
            ("nation", "中央"),
        ],
    )
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
            models.Index(fields=["kind", "date"], name="meetings_meeting_kind"),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    """One matter on the agenda, with what was said."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name="会议")
    position = models.PositiveSmallIntegerField("次序")
    topic = models.CharField("议题", max_length=200)
    matter = models.CharField("事项种类", max_length=40, blank=True)
    discussion = models.TextField("发言要点", blank=True)
    version = models.PositiveIntegerField("修改次数", default=1)

    class Meta:
        db_table = "meetings_agenda_item"
        verbose_name = "议题"
        ordering = ["meeting", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="meetings_agenda_item_once"),
        ]


class Vote(models.Model):
    """The totals of one vote, never who voted what; judged on the day by the norm and kept with its judgement."""

    item = models.OneToOneField(AgendaItem, models.CASCADE, related_name="vote", verbose_name="议题")
    method = models.CharField(
        "表决方式", max_length=10, choices=[("secret", "无记名投票"), ("hands", "举手"), ("oral", "口头")]
    )
    expected_voting = models.PositiveIntegerField("应到有表决权")
    present_voting = models.PositiveIntegerField("实到有表决权")
    yes = models.PositiveIntegerField("赞成")
    no = models.PositiveIntegerField("反对")
    abstain = models.PositiveIntegerField("弃权")
    written_yes = models.PositiveIntegerField("书面赞成", default=0)
    written_no = models.PositiveIntegerField("书面反对", default=0)
    is_valid = models.BooleanField("有效")
    is_passed = models.BooleanField("通过")
    judgement = models.CharField("判定", max_length=300)
    clauses = models.JSONField("依据", default=list)
    recorded_late = models.BooleanField("补录", default=False)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.CharField("登记人", max_length=64)

    class Meta:
        db_table = "meetings_vote"
        verbose_name = "表决"
        ordering = ["item"]
        constraints = [
            models.CheckConstraint(
                condition=Q(present_voting__lte=F("expected_voting")), name="meetings_vote_present"
            ),
            models.CheckConstraint(
                condition=Q(yes__lte=F("present_voting") - F("no") - F("abstain")),
                name="meetings_vote_sum",
            ),
        ]


class Resolution(models.Model):
    """What was resolved, with who does it by when: it becomes a task until it is closed."""

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    item = models.ForeignKey(
        AgendaItem, models.CASCADE, related_name="resolutions", verbose_name="议题"
    )
    text = models.TextField("决议")
    owner = models.ForeignKey(
        "roster.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人"
    )
    owner_text = models.CharField("责任单位", max_length=60, blank=True)
    due_date = models.DateField("完成时限", null=True, blank=True)
    created_at = models.DateTimeField("登记时间")

    class Meta:
        db_table = "meetings_resolution"
        verbose_name = "决议"
        ordering = ["item", "id"]


class ResolutionClosure(models.Model):
    """A resolution reported done."""

    resolution = models.OneToOneField(
        Resolution, models.CASCADE, related_name="closure", verbose_name="决议"
    )
    done_date = models.DateField("办结日期")
    note = models.CharField("办理结果", max_length=200, blank=True)
    closed_by = models.CharField("登记人", max_length=64)
    closed_at = models.DateTimeField("登记时间")

    class Meta:
        db_table = "meetings_resolution_closure"
        verbose_name = "决议办结"
        ordering = ["done_date", "id"]


class Attendance(models.Model):
    """One person's mark at one meeting: an exception where the basis is expected, else the list itself."""

    class MarkChoice(models.TextChoices):
        PRESENT = "present", "到会"
        LEAVE = "leave", "请假"
        ABSENT = "absent", "缺席"
        EXEMPT = "exempt", "不作要求"

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="attendances", verbose_name="会议"
    )
    person = models.ForeignKey(
        "roster.Person", models.PROTECT, related_name="attendances", verbose_name="党员"
    )
    mark = models.CharField("到会情况", max_length=10, choices=MarkChoice.choices)
    reason = models.CharField(
        "原因",
        max_length=10,
        blank=True,
        choices=[("ill", "病假"), ("personal", "事假"), ("duty", "公差"), ("away", "外出"), ("other", "其他")],
    )
    note = models.CharField("说明", max_length=100, blank=True)
    source = models.CharField(
        "登记途径", max_length=10, choices=[("secretary", "书记登记"), ("self", "本人签到")]
    )
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

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="make_ups", verbose_name="会议")
    person = models.ForeignKey(
        "roster.Person", models.PROTECT, related_name="make_ups", verbose_name="党员"
    )
    way = models.CharField(
        "方式", max_length=20, choices=[("made_up", "补课"), ("served_at_home", "送学上门")]
    )
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


class CheckInLink(models.Model):
    """The signed address behind a meeting's QR code; optional, and equal to being marked by the secretary."""

    meeting = models.OneToOneField(
        Meeting, models.CASCADE, related_name="check_in_link", verbose_name="会议"
    )
    token = models.CharField("凭证", max_length=64, unique=True, default=new_public_id)
    closes_at = models.DateTimeField("截止时间")
    created_by = models.CharField("开启人", max_length=64)

    class Meta:
        db_table = "meetings_check_in_link"
        verbose_name = "扫码签到"
        ordering = ["meeting"]


class MinutesVersion(models.Model):
    """One version of a meeting's minutes; the newest counts, all older ones stay."""

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="minutes_versions", verbose_name="会议"
    )
    number = models.PositiveSmallIntegerField("版本")
    content = models.JSONField("内容")
    reason = models.CharField("更正原因", max_length=200, blank=True)
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
    """A meeting completed and filed, or cancelled: who, when, why; a later correction is a minutes version."""

    meeting = models.OneToOneField(
        Meeting, models.PROTECT, related_name="closure", verbose_name="会议"
    )
    kind = models.CharField("种类", max_length=10, choices=[("completed", "归档"), ("cancelled", "取消")])
    reason = models.CharField("原因", max_length=200, blank=True)
    closed_at = models.DateTimeField("时间")
    closed_by = models.CharField("办理人", max_length=64)

    class Meta:
        db_table = "meetings_closure"
        verbose_name = "会议办结"
        ordering = ["closed_at", "id"]


class PlannedMeeting(models.Model):
    """A line of the year plan, made from what is due; it turns into a meeting with one click."""

    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="planned_meetings", verbose_name="党组织"
    )
    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("类型", max_length=40, choices=MeetingKind.choices)
    also_counts_as = models.JSONField("同时计作", default=list)
    group = models.ForeignKey(
        "roster.Group", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党小组"
    )
    planned_date = models.DateField("拟开日期")
    topic = models.CharField("主题", max_length=120, blank=True)
    duty = models.CharField("对应事项", max_length=60, blank=True)
    meeting = models.OneToOneField(
        Meeting, models.SET_NULL, null=True, blank=True, related_name="plan", verbose_name="已开会议"
    )

    class Meta:
        db_table = "meetings_planned"
        verbose_name = "年度计划"
        ordering = ["organization", "planned_date", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "planned_date", "group"], name="meetings_planned_once"
            ),
        ]
