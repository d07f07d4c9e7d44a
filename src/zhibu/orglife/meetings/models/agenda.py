"""Tables of what was discussed, voted and resolved; and of texts that two people wrote at once."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhibu.common.identifiers import new_public_id
from zhibu.orglife.meetings.models.meetings import Meeting


class Matter(models.TextChoices):
    """What a vote is about, where the norms ask for something particular; the words of the
    rulebook's acts."""

    OTHER = "other", "一般事项"
    ADMIT = "admit_probationary", "接收预备党员"
    FULL = "grant_full", "预备党员转正"
    EXTEND = "extend_probation", "延长预备期"
    ANNUL = "annul_probation", "取消预备党员资格"
    STRIKE_OFF = "strike_off", "党内除名"
    STRIKE_OFF_AT_REQUEST = "strike_off_at_request", "因本人要求退党除名"
    PERSUADE = "persuade_to_leave", "劝其退党"
    SANCTION = "impose_sanction", "给予党纪处分"
    EXCLUDE = "exclude_from_expected", "不计入应到会"
    COMMEND = "commend", "表彰党员"
    ELECT_COMMITTEE = "elect_committee", "选举支部委员会（书记）"
    ELECT_DELEGATES = "elect_delegates", "选举党代表"


class AgendaItem(models.Model):
    """One matter on the agenda, with what was said. ``version`` counts the saves of the text, ``saved_from``
    names the open page that saved last: the same page never contradicts itself."""

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name="会议")
    position = models.PositiveSmallIntegerField("次序")
    topic = models.CharField("议题", max_length=200)
    matter = models.CharField("事项种类", max_length=40, blank=True, choices=Matter.choices)
    discussion = models.TextField("发言要点", blank=True)
    version = models.PositiveIntegerField("修改次数", default=1)
    saved_from = models.CharField("保存自页面", max_length=64, blank=True, default="", db_default="")

    class Meta:
        db_table = "meetings_agenda_item"
        verbose_name = "议题"
        ordering = ["meeting", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="meetings_agenda_item_once"),
        ]

    def __str__(self) -> str:
        return self.topic


class ItemConflict(models.Model):
    """A text that could not be saved because somebody else had saved another in between; kept
    until merged."""

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="conflicts", verbose_name="议题")
    base_version = models.PositiveIntegerField("原版本")
    text = models.TextField("另存的文字")
    made_by = models.CharField("作者", max_length=64)
    made_by_name = models.CharField("作者姓名", max_length=64)
    saved_from = models.CharField("保存自页面", max_length=64, blank=True, default="", db_default="")
    made_at = models.DateTimeField("时间")
    merged_by = models.CharField("合并人", max_length=64, blank=True)
    merged_at = models.DateTimeField("合并时间", null=True, blank=True)

    class Meta:
        db_table = "meetings_item_conflict"
        verbose_name = "待合并的文字"
        ordering = ["item", "made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "made_by", "base_version", "saved_from"],
                condition=Q(merged_at__isnull=True),
                name="meetings_item_conflict_once",
            ),
        ]


class Vote(models.Model):
    """The totals of one vote, never who voted what; judged on the day by the norm and kept with
    its judgement.

    ``ineligible_voters`` are votes that the paper record counted although their owners have none (ZC-7-2);
    written opinions count only where K-05 allows. ``is_valid`` False: recorded late, and void.
    """

    class Method(models.TextChoices):
        SECRET = "secret", "无记名投票"
        HANDS = "hands", "举手"
        ORAL = "oral", "口头"

    item = models.OneToOneField(AgendaItem, models.CASCADE, related_name="vote", verbose_name="议题")
    method = models.CharField("表决方式", max_length=10, choices=Method.choices)
    expected_voting = models.PositiveIntegerField("应到有表决权")
    present_voting = models.PositiveIntegerField("实到有表决权")
    yes = models.PositiveIntegerField("赞成")
    no = models.PositiveIntegerField("反对")
    abstain = models.PositiveIntegerField("弃权")
    written_yes = models.PositiveIntegerField("书面赞成", default=0)
    written_no = models.PositiveIntegerField("书面反对", default=0)
    ineligible_voters = models.PositiveIntegerField("无表决权而计入的人数", default=0)
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
                condition=Q(present_voting__gte=F("yes") + F("no") + F("abstain") - F("ineligible_voters")),
                name="meetings_vote_sum",
            ),
        ]


class Resolution(models.Model):
    """What was resolved, with who does it by when: it becomes a task until it is closed."""

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="resolutions", verbose_name="议题")
    text = models.TextField("决议")
    owner = models.ForeignKey(
        "roster.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人"
    )
    owner_text = models.CharField("责任单位", max_length=60, blank=True)
    due_date = models.DateField("完成时限", null=True, blank=True)
    created_at = models.DateTimeField("登记时间")
    version = models.PositiveIntegerField("修改次数", default=1)
    saved_from = models.CharField("保存自页面", max_length=64, blank=True, default="", db_default="")

    class Meta:
        db_table = "meetings_resolution"
        verbose_name = "决议"
        ordering = ["item", "id"]
        indexes = [models.Index(fields=["due_date"], name="meetings_resolution_due")]


class ResolutionClosure(models.Model):
    """A resolution reported done."""

    resolution = models.OneToOneField(Resolution, models.CASCADE, related_name="closure", verbose_name="决议")
    done_date = models.DateField("办结日期")
    note = models.CharField("办理结果", max_length=200, blank=True)
    closed_by = models.CharField("登记人", max_length=64)
    closed_at = models.DateTimeField("登记时间")

    class Meta:
        db_table = "meetings_resolution_closure"
        verbose_name = "决议办结"
        ordering = ["done_date", "id"]
