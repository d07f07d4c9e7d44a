"""Tables of persons and memberships: facts and history, never overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from zhibu.common.identifiers import new_public_id
from zhibu.roster.organizations.models import PRECISIONS, within

if TYPE_CHECKING:
    from zhibu.common.actor import Scope


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


class PersonQuerySet(models.QuerySet["Person"]):
    """Reads that begin with what the actor may see."""

    def visible_to(self, scope: Scope) -> PersonQuerySet:
        """Persons with an open spell in the scope, and the actor's own card."""
        spells = MembershipSpell.objects.filter(
            within(scope, "organization__"), person=OuterRef("pk"), valid_to__isnull=True
        )
        visible = Q(Exists(spells))
        if scope.person_id is not None:
            visible |= Q(pk=scope.person_id)
        return self.filter(visible, merged_into__isnull=True)


class Person(models.Model):
    """A person on the roster. Sealed fields are opened one at a time, with a purpose, and each look is recorded.

    ``*_sealed`` hold sealed bytes, ``*_index`` keyed digests for exact search (security 4.3). Birth is
    plain to the month; the day stays sealed. ``post_code`` and the other codes are our stable keys.
    """

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    name = models.CharField("姓名", max_length=60)
    alias = models.CharField("区分名", max_length=20, blank=True)
    pinyin = models.CharField("拼音首字母", max_length=60, blank=True)
    sex = models.CharField("性别", max_length=1, choices=[("1", "男"), ("2", "女"), ("", "未填")], blank=True)
    ethnicity = models.CharField("民族", max_length=2, blank=True)
    native_place = models.CharField("籍贯", max_length=60, blank=True)
    birth_month = models.DateField("出生年月", null=True, blank=True)
    birth_sealed = models.BinaryField("出生日期", null=True, blank=True)
    birth_index = models.CharField(max_length=64, blank=True, editable=False)
    id_sealed = models.BinaryField("公民身份号码", null=True, blank=True)
    id_index = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    id_mask = models.CharField("公民身份号码（遮挡）", max_length=18, blank=True)
    phone_sealed = models.BinaryField("手机号码", null=True, blank=True)
    phone_index = models.CharField(max_length=64, blank=True, editable=False)
    phone_mask = models.CharField("手机号码（遮挡）", max_length=20, blank=True)
    landline_sealed = models.BinaryField("固定电话", null=True, blank=True)
    address_sealed = models.BinaryField("家庭住址", null=True, blank=True)
    education = models.CharField("学历", max_length=4, blank=True)
    education_track = models.CharField("学历类别", max_length=20, blank=True)
    degree = models.CharField("学位", max_length=4, blank=True)
    school = models.CharField("毕业院校", max_length=80, blank=True)
    major = models.CharField("专业", max_length=80, blank=True)
    work_start_date = models.DateField("参加工作日期", null=True, blank=True)
    work_start_precision = models.CharField(max_length=5, choices=PRECISIONS, default="day")
    post_code = models.CharField("工作岗位", max_length=6, blank=True)
    stratum = models.CharField("新社会阶层", max_length=4, blank=True)
    technical_title = models.CharField("专业技术职务", max_length=40, blank=True)
    is_migrant_worker = models.BooleanField("农民工", null=True, blank=True)
    frontline = models.CharField("一线情况", max_length=20, blank=True)
    unit = models.CharField("工作单位及职务", max_length=120, blank=True)
    household_place = models.CharField("户籍所在地", max_length=120, blank=True)
    archive_place = models.CharField("档案所在单位", max_length=120, blank=True)
    joined_date = models.DateField("加入党组织日期", null=True, blank=True)
    joined_precision = models.CharField(max_length=5, choices=PRECISIONS, default="day")
    full_date = models.DateField("转为正式党员日期", null=True, blank=True)
    full_precision = models.CharField(max_length=5, choices=PRECISIONS, default="day")
    party_age_correction_months = models.SmallIntegerField("党龄校正（月）", default=0)
    introducers = models.CharField("入党介绍人", max_length=80, blank=True)
    is_lost = models.BooleanField("失联党员", default=False)
    lost_date = models.DateField("失去联系日期", null=True, blank=True)
    lost_precision = models.CharField(max_length=5, choices=PRECISIONS, default="day")
    lost_circumstance = models.CharField("失联情形", max_length=2, blank=True)
    is_mobile = models.BooleanField("流动党员", default=False)
    mobile_since_date = models.DateField("外出日期", null=True, blank=True)
    mobile_destination = models.CharField("外出流向", max_length=120, blank=True)
    abroad_since_date = models.DateField("出国（境）日期", null=True, blank=True)
    remark = models.CharField("备注", max_length=300, blank=True)
    kept_originals = models.JSONField("保留的原文", default=dict)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from", verbose_name="并入"
    )
    created_at = models.DateTimeField("建立时间")
    version = models.PositiveIntegerField("修改次数", default=1)

    objects = PersonQuerySet.as_manager()

    class Meta:
        db_table = "members_person"
        verbose_name = "党员"
        ordering = ["name", "alias", "id"]
        indexes = [
            models.Index(fields=["name"], name="members_person_name"),
            models.Index(fields=["pinyin"], name="members_person_pinyin"),
            models.Index(fields=["birth_index"], name="members_person_birth"),
            models.Index(fields=["phone_index"], name="members_person_phone"),
        ]

    def __str__(self) -> str:
        return self.name


class PersonMerge(models.Model):
    """Two cards found to be one person; split again by ending this row."""

    kept = models.ForeignKey(Person, models.PROTECT, related_name="merges", verbose_name="保留")
    absorbed = models.ForeignKey(Person, models.PROTECT, related_name="absorptions", verbose_name="并入")
    reason = models.CharField("依据", max_length=200)
    merged_at = models.DateTimeField("合并时间")
    merged_by = models.CharField("合并人", max_length=64)
    split_at = models.DateTimeField("拆分时间", null=True, blank=True)
    split_by = models.CharField("拆分人", max_length=64, blank=True)
    moved_spells = models.JSONField("随并的经历", default=list)

    class Meta:
        db_table = "members_merge"
        verbose_name = "重复人员合并"
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(split_at__isnull=True), name="members_merge_once"
            ),
        ]


class StatusChange(models.Model):
    """A change of status or belonging and the decision behind it."""

    class Kind(models.TextChoices):
        RECORD = "record", "建立名册"
        ACCEPT = "accept", "接收为预备党员"
        CONFIRM = "confirm", "转为正式党员"
        EXTEND = "extend", "延长预备期"
        CANCEL = "cancel", "取消预备党员资格"
        TRANSFER_IN = "transfer_in", "转入"
        TRANSFER_OUT = "transfer_out", "转出"
        MOVE_GROUP = "move_group", "调整党小组"
        SUSPEND = "suspend", "停止党籍"
        RESTORE = "restore", "恢复党籍"
        WITHDRAW = "withdraw", "退党"
        REMOVE = "remove", "除名"
        EXPEL = "expel", "开除党籍"
        OBSERVE = "observe", "留党察看"
        RIGHTS_SUSPENDED = "rights_suspended", "中止党员权利"
        DIED = "died", "去世"

    class Body(models.TextChoices):
        GENERAL_MEETING = "general_membership_meeting", "支部党员大会"
        BRANCH_COMMITTEE = "branch_committee_meeting", "支部委员会"
        SUPERIOR = "superior_committee", "上级党组织"
        NONE = "none", "不需决定"

    person = models.ForeignKey(Person, models.PROTECT, related_name="changes", verbose_name="党员")
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="status_changes", verbose_name="党组织"
    )
    kind = models.CharField("变动", max_length=20, choices=Kind.choices)
    date = models.DateField("日期")
    precision = models.CharField(max_length=5, choices=PRECISIONS, default="day")
    until_date = models.DateField("至", null=True, blank=True)
    body = models.CharField("决定机构", max_length=30, choices=Body.choices, default=Body.NONE)
    decision_date = models.DateField("决定日期", null=True, blank=True)
    approved_date = models.DateField("批准日期", null=True, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    place = models.CharField("去向或来处", max_length=120, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    created_at = models.DateTimeField("登记时间")
    created_by = models.CharField("登记人", max_length=64)
    annulled_at = models.DateTimeField("作废时间", null=True, blank=True)
    annulled_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        db_table = "members_status_change"
        verbose_name = "身份变动"
        ordering = ["person", "date", "id"]
        indexes = [models.Index(fields=["organization", "kind", "date"], name="members_change_org")]


class MembershipSpell(models.Model):
    """One person in one organisation and group with one status, from a day to before another."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="spells", verbose_name="党员")
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


class Office(models.Model):
    """A person in a party office for a spell (书记、委员、组长、组织员)."""

    class Role(models.TextChoices):
        SECRETARY = "secretary", "书记"
        DEPUTY_SECRETARY = "deputy_secretary", "副书记"
        ORGANIZATION_MEMBER = "organization_member", "组织委员"
        PUBLICITY_MEMBER = "publicity_member", "宣传委员"
        DISCIPLINE_MEMBER = "discipline_member", "纪检委员"
        COMMITTEE_MEMBER = "committee_member", "委员"
        GROUP_LEADER = "group_leader", "党小组组长"
        ORGANIZER = "organizer", "组织员"

    person = models.ForeignKey(Person, models.PROTECT, related_name="offices", verbose_name="党员")
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="offices", verbose_name="党组织"
    )
    term = models.ForeignKey(
        "roster.Term", models.PROTECT, null=True, blank=True, related_name="offices", verbose_name="届期"
    )
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="offices", verbose_name="党小组"
    )
    role = models.CharField("职务", max_length=20, choices=Role.choices)
    obtained_by = models.CharField(
        "产生方式", max_length=10, choices=[("elected", "选举"), ("appointed", "指派")]
    )
    valid_from = models.DateField("任职日期")
    valid_to = models.DateField("离任日期", null=True, blank=True)
    approved_date = models.DateField("批复或备案日期", null=True, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    sort_order = models.PositiveSmallIntegerField("排序", default=0)
    created_at = models.DateTimeField("登记时间")
    created_by = models.CharField("登记人", max_length=64)

    class Meta:
        db_table = "members_office"
        verbose_name = "党内职务"
        ordering = ["organization", "sort_order", "role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization", "role"],
                condition=Q(valid_to__isnull=True),
                name="members_office_once",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(valid_to__isnull=True, role="secretary"),
                name="members_office_one_secretary",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="members_office_order",
            ),
        ]


class Exemption(models.Model):
    """A person left out of the expected attendance (XJ-YD-1), or not held to activities (JY-23-1).

    Leaving out counts only with both approvals: the superior's and the members' meeting's.
    """

    class Kind(models.TextChoices):
        EXCLUDED = "excluded_from_expected", "不计入应到会"
        ACTIVITIES = "exempt_from_activities", "活动与学习不作硬性要求"

    person = models.ForeignKey(Person, models.PROTECT, related_name="exemptions", verbose_name="党员")
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="exemptions", verbose_name="党组织"
    )
    kind = models.CharField("种类", max_length=30, choices=Kind.choices)
    circumstance = models.CharField("情形", max_length=4, blank=True)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)
    superior_approved_date = models.DateField("上级同意日期", null=True, blank=True)
    superior_document = models.CharField("上级同意文号", max_length=60, blank=True)
    meeting_passed_date = models.DateField("党员大会通过日期", null=True, blank=True)
    created_at = models.DateTimeField("登记时间")
    created_by = models.CharField("登记人", max_length=64)

    class Meta:
        db_table = "members_exemption"
        verbose_name = "不计入与免除"
        ordering = ["person", "valid_from", "id"]
        indexes = [models.Index(fields=["organization", "kind"], name="members_exemption_org")]
