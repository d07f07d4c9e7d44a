"""Tables of organisations: what each is today, what it was on any past day, and its terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from zhibu.common.identifiers import new_public_id

if TYPE_CHECKING:
    from zhibu.common.actor import Scope

PRECISIONS = [("day", "日"), ("month", "月"), ("year", "年")]


class OrgKind(models.TextChoices):
    """党组织类别."""

    LOCAL_COMMITTEE = "local_committee", "地方委员会"
    WORK_COMMITTEE = "work_committee", "党工委"
    PARTY_GROUP = "party_group", "党组"
    COMMITTEE = "committee", "基层党委"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"


class OrgDomain(models.TextChoices):
    """领域：决定任期与门槛（K-14）."""

    VILLAGE = "village", "村"
    COMMUNITY = "community", "社区"
    TOWNSHIP = "township", "乡镇"
    STREET = "street", "街道"
    OFFICE = "office", "机关"
    STATE_FIRM = "state_firm", "国有企业"
    UNIVERSITY = "university", "高校"
    FACULTY = "faculty", "高校院（系）"
    PUBLIC_INSTITUTION = "public_institution", "事业单位"
    PRIVATE = "private", "非公有制企业"
    SOCIAL = "social", "社会组织"
    OTHER = "other", "其他"


def within(scope: Scope, prefix: str = "") -> Q:
    """The condition that an organisation's path lies in the scope; ``prefix`` names the relation
    (``org__``).
    """
    condition = Q(**{f"{prefix}path__in": scope.exact_paths})
    for path in scope.paths:
        condition |= Q(**{f"{prefix}path__gte": path, f"{prefix}path__lt": path_end(path)})
    return condition


def path_end(path: str) -> str:
    """The first string after all paths that start with ``path``: the digit 0 follows the separator."""
    return path[:-1] + "0"


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Reads that begin with what the actor may see."""

    def visible_to(self, scope: Scope) -> OrganizationQuerySet:
        """The organisations of the scope; those dissolved stay visible to who could see them."""
        return self.filter(within(scope))

    def below(self, path: str) -> OrganizationQuerySet:
        """The organisation with this path and all below it."""
        return self.filter(path__gte=path, path__lt=path_end(path))

    def current(self) -> OrganizationQuerySet:
        """Those not dissolved."""
        return self.filter(dissolved_date__isnull=True)


class OrganizationProfile(models.Model):
    """What an organisation is on a day; shared by its present row and its dated states."""

    name = models.CharField("全称", max_length=120)
    short_name = models.CharField("简称", max_length=60, blank=True)
    kind = models.CharField("类别", max_length=20, choices=OrgKind.choices)
    domain = models.CharField("领域", max_length=20, choices=OrgDomain.choices)
    has_committee = models.BooleanField("设委员会", default=False)
    is_temporary = models.BooleanField("临时党组织", default=False)
    is_joint = models.BooleanField("联合党支部", default=False)
    is_mobile = models.BooleanField("流动党员党组织", default=False)
    is_functional = models.BooleanField("功能型党组织", default=False)
    may_approve_admissions = models.BooleanField("有审批预备党员权限", default=False)
    joint_unit_count = models.PositiveSmallIntegerField("联合单位数", null=True, blank=True)

    class Meta:
        abstract = True


class Organization(OrganizationProfile):
    """A party organisation as it is today. ``path`` is ``/1/11/``: ids from the root, separators at
    both ends.
    """

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    code = models.CharField("党组织编码", max_length=32, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级党组织"
    )
    path = models.CharField("路径", max_length=200, unique=True)
    depth = models.PositiveSmallIntegerField("层级", default=0)
    established_date = models.DateField("成立日期", null=True, blank=True)
    dissolved_date = models.DateField("撤销日期", null=True, blank=True)
    unit_name = models.CharField("所在单位", max_length=120, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    has_seal = models.BooleanField("有印章", default=False)
    document_prefix = models.CharField("发文字号代字", max_length=20, blank=True)
    sort_key = models.CharField("排序", max_length=40, blank=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        db_table = "organizations_organization"
        verbose_name = "党组织"
        ordering = ["path"]
        indexes = [
            models.Index(fields=["parent", "sort_key"], name="organizations_parent"),
            models.Index(fields=["kind", "path"], name="organizations_kind"),
            models.Index(
                fields=["path"], condition=Q(dissolved_date__isnull=True), name="organizations_current"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(path__startswith="/") & Q(path__endswith="/"),
                name="organizations_path_separators",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class OrganizationChange(models.Model):
    """A change of the tree and the decision behind it: nothing about an organisation changes without one."""

    class Kind(models.TextChoices):
        CREATE = "create", "成立"
        RENAME = "rename", "更名"
        ADJUST = "adjust", "调整设置"
        MOVE = "move", "调整隶属关系"
        MERGE = "merge", "合并"
        SPLIT = "split", "分设"
        DISSOLVE = "dissolve", "撤销"

    kind = models.CharField("变动", max_length=10, choices=Kind.choices)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="changes", verbose_name="党组织"
    )
    other = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="涉及的党组织"
    )
    effective_date = models.DateField("生效日期")
    applied_date = models.DateField("申请日期", null=True, blank=True)
    approved_date = models.DateField("批复日期", null=True, blank=True)
    approved_by = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准的党组织"
    )
    document_number = models.CharField("批复文号", max_length=60, blank=True)
    is_filed = models.BooleanField("已报上级组织部门备案", default=False)
    note = models.CharField("说明", max_length=200, blank=True)
    created_at = models.DateTimeField("登记时间")
    created_by = models.CharField("登记人", max_length=64)

    class Meta:
        db_table = "organizations_change"
        verbose_name = "组织变动"
        ordering = ["effective_date", "id"]


class OrganizationState(OrganizationProfile):
    """What an organisation was during a spell, and under which parent: the tree of any past day."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="states", verbose_name="党组织"
    )
    parent = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上级党组织"
    )
    change = models.ForeignKey(
        OrganizationChange, models.PROTECT, null=True, related_name="states", verbose_name="变动"
    )
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)

    class Meta:
        db_table = "organizations_state"
        verbose_name = "组织沿革"
        ordering = ["organization", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "valid_from"], name="organizations_state_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(valid_to__isnull=True), name="organizations_state_open"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="organizations_state_order",
            ),
        ]


class CountingTerms(models.Manager["Term"]):
    """Terms that count: an annulled one is met nowhere but where annulments are asked for."""

    def get_queryset(self) -> models.QuerySet[Term]:
        """Without the annulled ones, also for ``organization.terms``."""
        return super().get_queryset().filter(annulled_at__isnull=True)


class Term(models.Model):
    """One term of office (届) of an organisation's committee or secretary.

    A term entered for the wrong organisation is annulled with a reason: its values stay, it counts nowhere.
    """

    class FormedBy(models.TextChoices):
        GENERAL_MEETING = "general_membership_meeting", "党员大会选举"
        CONGRESS = "congress", "党员代表大会选举"
        APPOINTED = "appointed", "上级指派"

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="terms", verbose_name="党组织"
    )
    number = models.PositiveSmallIntegerField("届次", null=True, blank=True)
    elected_date = models.DateField("选举日期")
    term_years = models.PositiveSmallIntegerField("任期年数")
    end_date = models.DateField("届满日期")
    ended_date = models.DateField("实际结束日期", null=True, blank=True)
    formed_by = models.CharField("产生方式", max_length=30, choices=FormedBy.choices)
    seats = models.PositiveSmallIntegerField("委员名额", null=True, blank=True)
    secretary_approved_date = models.DateField("书记、副书记批复日期", null=True, blank=True)
    members_filed_date = models.DateField("委员备案日期", null=True, blank=True)
    document_number = models.CharField("批复文号", max_length=60, blank=True)
    created_at = models.DateTimeField("登记时间")
    created_by = models.CharField("登记人", max_length=64)
    annulled_at = models.DateTimeField("作废时间", null=True, blank=True)
    annulled_reason = models.CharField("作废原因", max_length=200, blank=True)
    annulled_by = models.CharField("作废人", max_length=64, blank=True)

    objects = CountingTerms()
    with_annulled = models.Manager["Term"]()

    class Meta:
        db_table = "organizations_term"
        verbose_name = "届期"
        ordering = ["organization", "-elected_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(ended_date__isnull=True, annulled_at__isnull=True),
                name="organizations_term_open",
            ),
            models.UniqueConstraint(
                fields=["organization", "elected_date"],
                condition=Q(annulled_at__isnull=True),
                name="organizations_term_once",
            ),
            models.CheckConstraint(
                condition=Q(end_date__gt=F("elected_date")), name="organizations_term_order"
            ),
        ]


class TermExtension(models.Model):
    """An approved extension (or early election) of a term, with the day the superior approved it."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="extensions", verbose_name="届期")
    new_end_date = models.DateField("延至")
    applied_date = models.DateField("请示日期", null=True, blank=True)
    approved_date = models.DateField("批复日期", null=True, blank=True)
    document_number = models.CharField("批复文号", max_length=60, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    created_at = models.DateTimeField("登记时间")
    created_by = models.CharField("登记人", max_length=64)

    class Meta:
        db_table = "organizations_term_extension"
        verbose_name = "延期换届"
        ordering = ["term", "approved_date", "id"]


class TermCorrection(models.Model):
    """What a term said before it was corrected: field by field, with the reason. Nothing is overwritten."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="corrections", verbose_name="届期")
    before = models.JSONField("原来登记的内容")
    reason = models.CharField("原因", max_length=200)
    created_at = models.DateTimeField("更正时间")
    created_by = models.CharField("更正人", max_length=64)

    class Meta:
        db_table = "organizations_term_correction"
        verbose_name = "届期更正"
        ordering = ["term", "created_at", "id"]


class RecordsBegin(models.Model):
    """From which day an organisation's records of one kind are kept here; before it nothing is judged
    (启用前).
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="records_begins", verbose_name="党组织"
    )
    fact = models.CharField("记录种类", max_length=40, blank=True)
    begin_date = models.DateField("启用日期")

    class Meta:
        db_table = "organizations_records_begin"
        verbose_name = "启用日期"
        ordering = ["organization", "fact"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "fact"], name="organizations_records_begin_once"),
        ]


class TermReminder(models.Model):
    """The superior reminded an organisation of the election that is due (支部工作条例 21)."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="reminders", verbose_name="届期")
    reminded_date = models.DateField("提醒日期")
    created_at = models.DateTimeField("登记时间")
    created_by = models.CharField("提醒人", max_length=64)

    class Meta:
        db_table = "organizations_term_reminder"
        verbose_name = "换届提醒"
        ordering = ["term", "reminded_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["term", "reminded_date"], name="organizations_term_reminder_once"
            ),
        ]


class DutyWaiver(models.Model):
    """A duty not due for a time, with the superior's approval (经上级同意本期不办)."""

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="duty_waivers", verbose_name="党组织"
    )
    duty = models.CharField("事项", max_length=60)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)
    superior_approved_date = models.DateField("上级同意日期")
    document_number = models.CharField("文号", max_length=60, blank=True)
    reason = models.CharField("原因", max_length=200)
    created_at = models.DateTimeField("登记时间")
    created_by = models.CharField("登记人", max_length=64)

    class Meta:
        db_table = "organizations_duty_waiver"
        verbose_name = "本期不办"
        ordering = ["organization", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="organizations_duty_waiver_order",
            ),
        ]
