"""Tables of belonging: status, groups, the changes with the decision behind each, and the spells they
make.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhibu.common.identifiers import new_public_id
from zhibu.roster.organizations.models import PRECISIONS


class Status(models.TextChoices):
    """人员类别与党籍状态合成的身份；未入党的阶段由发展党员模块记录。"""

    PROBATIONARY = "probationary", "预备党员"
    FULL = "full", "正式党员"
    SUSPENDED = "suspended", "停止党籍"


class Group(models.Model):
    """A party group (党小组) of a branch."""

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="groups", verbose_name="党支部"
    )
    name = models.CharField("名称", max_length=60)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)

    class Meta:
        db_table = "members_group"
        verbose_name = "党小组"
        ordering = ["organization", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"], condition=Q(valid_to__isnull=True), name="members_group_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StatusChange(models.Model):
    """A change of status, belonging or situation, and the decision behind it. Ended by another, never edited.

    A mistaken row is annulled with a reason; an annulled row counts nowhere.
    """

    class Kind(models.TextChoices):
        RECORD = "record", "建立名册"
        ACCEPT = "accept", "接收为预备党员"
        CONFIRM = "confirm", "转为正式党员"
        EXTEND = "extend", "延长预备期"
        CANCEL = "cancel", "取消预备党员资格"
        TRANSFER_IN = "transfer_in", "转入"
        TRANSFER_START = "transfer_start", "开出组织关系介绍信"
        TRANSFER_CANCEL = "transfer_cancel", "收回组织关系介绍信"
        TRANSFER_OUT = "transfer_out", "转出"
        MOVE_GROUP = "move_group", "调整党小组"
        SUSPEND = "suspend", "停止党籍"
        RESTORE = "restore", "恢复党籍"
        WITHDRAW = "withdraw", "退党"
        REMOVE = "remove", "除名"
        PERSUADE = "persuade", "劝其退党"
        EXPEL = "expel", "开除党籍"
        OBSERVE = "observe", "留党察看"
        RIGHTS_SUSPENDED = "rights_suspended", "中止党员权利"
        RIGHTS_RESTORED = "rights_restored", "恢复党员权利"
        LOST = "lost", "失去联系"
        SEARCHED = "searched", "查找失联党员"
        FOUND = "found", "恢复联系"
        AWAY = "away", "外出流动"
        ABROAD = "abroad", "出国（境）"
        CONTACTED = "contacted", "联系外出党员"
        RETURNED = "returned", "外出返回"
        TAKE_PART = "take_part", "编入参加组织生活"
        TAKE_PART_END = "take_part_end", "不再参加组织生活"
        DIED = "died", "去世"

    class Body(models.TextChoices):
        GENERAL_MEETING = "general_membership_meeting", "支部党员大会"
        BRANCH_COMMITTEE = "branch_committee_meeting", "支部委员会"
        SUPERIOR = "superior_committee", "上级党组织"
        NONE = "none", "不需决定"

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    person = models.ForeignKey("roster.Person", models.PROTECT, related_name="changes", verbose_name="党员")
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="status_changes", verbose_name="党组织"
    )
    kind = models.CharField("变动", max_length=20, choices=Kind.choices)
    date = models.DateField("日期")
    precision = models.CharField(max_length=5, choices=PRECISIONS, default="day")
    from_date = models.DateField("起算日期", null=True, blank=True)
    until_date = models.DateField("至", null=True, blank=True)
    body = models.CharField("决定机构", max_length=30, choices=Body.choices, default=Body.NONE)
    decision_date = models.DateField("决定日期", null=True, blank=True)
    approved_date = models.DateField("批准日期", null=True, blank=True)
    filed_date = models.DateField("备案日期", null=True, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    place = models.CharField("去向或来处", max_length=120, blank=True)
    counterpart = models.ForeignKey(
        "roster.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incoming_changes",
        verbose_name="对方党组织",
    )
    note = models.CharField("说明", max_length=200, blank=True)
    created_at = models.DateTimeField("登记时间")
    created_by = models.CharField("登记人", max_length=64)
    annulled_at = models.DateTimeField("作废时间", null=True, blank=True)
    annulled_reason = models.CharField("作废原因", max_length=200, blank=True)
    annulled_by = models.CharField("作废人", max_length=64, blank=True)

    class Meta:
        db_table = "members_status_change"
        verbose_name = "身份变动"
        ordering = ["person", "date", "id"]
        indexes = [models.Index(fields=["organization", "kind", "date"], name="members_change_org")]


class MembershipSpell(models.Model):
    """One person in one organisation and group with one status, from a day to before another."""

    person = models.ForeignKey("roster.Person", models.PROTECT, related_name="spells", verbose_name="党员")
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="spells", verbose_name="党组织"
    )
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="spells", verbose_name="党小组"
    )
    status = models.CharField("身份", max_length=12, choices=Status.choices)
    is_belonging = models.BooleanField("隶属", default=True)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)
    opened_by = models.ForeignKey(
        StatusChange, models.PROTECT, null=True, related_name="opened_spells", verbose_name="起因"
    )
    closed_by = models.ForeignKey(
        StatusChange, models.PROTECT, null=True, blank=True, related_name="closed_spells", verbose_name="止因"
    )

    class Meta:
        db_table = "members_spell"
        verbose_name = "组织关系经历"
        ordering = ["person", "valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(valid_to__isnull=True, is_belonging=True),
                name="members_spell_one_belonging",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="members_spell_order",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "valid_to"], name="members_spell_org"),
            models.Index(fields=["group", "valid_to"], name="members_spell_group"),
        ]
