"""Tables of persons: the card, what was corrected on it, who looked at its sealed fields, and merged
cards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from zhibu.common.identifiers import new_public_id
from zhibu.roster.members.models.spells import MembershipSpell
from zhibu.roster.organizations.models import PRECISIONS, within

if TYPE_CHECKING:
    from zhibu.common.actor import Scope


class Standing(models.TextChoices):
    """What a person is on the roster today."""

    PROBATIONARY = "probationary", "预备党员"
    FULL = "full", "正式党员"
    SUSPENDED = "suspended", "停止党籍"
    LEFT = "left", "已不在册"


ON_ROSTER = (Standing.PROBATIONARY, Standing.FULL, Standing.SUSPENDED)


class PersonQuerySet(models.QuerySet["Person"]):
    """Reads that begin with what the actor may see."""

    def visible_to(self, scope: Scope) -> PersonQuerySet:
        """Persons whom an organisation of the scope answers for, or last did, or who take part there;
        oneself.
        """
        guests = MembershipSpell.objects.filter(
            within(scope, "organization__"), is_belonging=False, valid_to__isnull=True
        )
        visible = within(scope, "organization__") | Q(pk__in=guests.values("person"))
        if scope.person_id is not None:
            visible |= Q(pk=scope.person_id)
        return self.filter(visible, merged_into__isnull=True)

    def current(self) -> PersonQuerySet:
        """Those on the roster today, whatever their status; a merged card has always left it."""
        return self.filter(standing__in=ON_ROSTER)


class Person(models.Model):
    """A person on the roster. Sealed fields are opened one at a time, with a purpose, and each look is
    recorded.

    ``*_sealed`` hold sealed bytes, ``*_index`` keyed digests for exact search (security 4.3). Birth is
    plain to the month; the day stays sealed. ``post_code`` and the other codes are our stable keys.
    ``organization`` and ``standing`` repeat the open spell (or the last one, of somebody who left), so that a
    list need not look for it; only the commands that open and close spells write them.
    """

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="persons", verbose_name="所在党组织"
    )
    standing = models.CharField("人员类别", max_length=12, choices=Standing.choices, default=Standing.LEFT)
    name = models.CharField("姓名", max_length=60)
    alias = models.CharField("区分名", max_length=20, blank=True)
    pinyin = models.CharField("拼音首字母", max_length=60, blank=True)
    sort_name = models.CharField("拼音次序", max_length=160, blank=True, editable=False)
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
    education_track = models.CharField("学历类别", max_length=40, blank=True)
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
    applied_date = models.DateField("递交入党申请书日期", null=True, blank=True)
    applied_precision = models.CharField(max_length=5, choices=PRECISIONS, default="day")
    is_of_age_at_application = models.BooleanField("申请时已满18周岁", null=True, editable=False)
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
        ordering = ["sort_name", "id"]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="members_person_order"),
            models.Index(fields=["name"], name="members_person_name"),
            models.Index(fields=["organization", "standing", "sort_name"], name="members_person_listed"),
            models.Index(fields=["organization"], condition=Q(is_lost=True), name="members_person_lost"),
            models.Index(fields=["organization"], condition=Q(is_mobile=True), name="members_person_mobile"),
            models.Index(fields=["pinyin"], name="members_person_pinyin"),
            models.Index(fields=["birth_index"], name="members_person_birth"),
            models.Index(fields=["phone_index"], name="members_person_phone"),
        ]

    def __str__(self) -> str:
        return self.name


class FieldChange(models.Model):
    """One field of one card corrected: what stood there before, and since which version it does not.

    Sealed fields keep their old value sealed, for the place
    ``members_field_change.old:<person>:<version>:<field>``.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="field_changes", verbose_name="党员")
    version = models.PositiveIntegerField("修改次数")
    field = models.CharField("项目", max_length=40)
    old_text = models.CharField("原值", max_length=300, blank=True)
    new_text = models.CharField("新值", max_length=300, blank=True)
    old_sealed = models.BinaryField("原值（加密）", null=True, blank=True)
    source = models.CharField("来源", max_length=60, blank=True)
    changed_at = models.DateTimeField("时间")
    changed_by = models.CharField("修改人", max_length=64)

    class Meta:
        db_table = "members_field_change"
        verbose_name = "信息更正"
        ordering = ["person", "-version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "version", "field"], name="members_field_change_once"),
        ]


class Look(models.Model):
    """A sealed field opened by somebody for a purpose; the person concerned can read it (知情).

    ``field`` is ``roster`` where the whole card left with an exported roster; ``note`` then says what for.
    """

    class Purpose(models.TextChoices):
        REPORT = "report", "填报上级要求的名册"
        TRANSFER = "transfer", "办理组织关系转接"
        CONTACT = "contact", "联系本人"
        CARE = "care", "走访慰问和帮扶"
        VERIFY = "verify", "核对本人信息"
        EXPORT = "export", "导出名册"

    person = models.ForeignKey(Person, models.PROTECT, related_name="looks", verbose_name="党员")
    account_id = models.BigIntegerField("查看人账号")
    viewer_name = models.CharField("查看人", max_length=64)
    field = models.CharField("项目", max_length=20)
    purpose = models.CharField("用途", max_length=12, choices=Purpose.choices)
    note = models.CharField("说明", max_length=60, blank=True)
    looked_date = models.DateField("日期")
    looked_at = models.DateTimeField("时间")

    class Meta:
        db_table = "members_look"
        verbose_name = "查看记录"
        ordering = ["-looked_at", "-id"]
        indexes = [models.Index(fields=["account_id", "looked_date"], name="members_look_daily")]


class PersonMerge(models.Model):
    """Two cards found to be one person; split again by ending this row."""

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
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
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="members_merge_two"),
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(split_at__isnull=True), name="members_merge_once"
            ),
        ]
