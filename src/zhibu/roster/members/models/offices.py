"""Tables of party offices, and of those left out of the expected attendance."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhibu.common.identifiers import new_public_id


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

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    person = models.ForeignKey("roster.Person", models.PROTECT, related_name="offices", verbose_name="党员")
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="offices", verbose_name="党组织"
    )
    term = models.ForeignKey(
        "roster.Term", models.PROTECT, null=True, blank=True, related_name="offices", verbose_name="届期"
    )
    group = models.ForeignKey(
        "roster.Group", models.PROTECT, null=True, blank=True, related_name="offices", verbose_name="党小组"
    )
    role = models.CharField("职务", max_length=20, choices=Role.choices)
    obtained_by = models.CharField(
        "产生方式", max_length=10, choices=[("elected", "选举"), ("appointed", "指派")]
    )
    valid_from = models.DateField("任职日期")
    valid_to = models.DateField("离任日期", null=True, blank=True)
    closed_by = models.ForeignKey(
        "roster.StatusChange",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="closed_offices",
        verbose_name="止因",
    )
    approved_date = models.DateField("批复或备案日期", null=True, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    sort_order = models.PositiveSmallIntegerField("排序", default=0)
    created_at = models.DateTimeField("登记时间")
    created_by = models.CharField("登记人", max_length=64)

    class Meta:
        db_table = "members_office"
        verbose_name = "党内职务"
        ordering = ["organization", "sort_order", "role", "id"]
        indexes = [models.Index(fields=["organization", "valid_to"], name="members_office_org")]
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

    class Circumstance(models.TextChoices):
        """XJ-YD-1 ①…⑥；⑦ 为 JY-23-1."""

        MIND = "1", "患有精神病或因其他疾病不能表达本人意志"
        ABROAD = "2", "自费出国半年以上"
        PRISON = "3", "虽未受留党察看以上处分，但正在服刑"
        BEDRIDDEN = "4", "年老体弱卧床不起或长期生病生活不能自理"
        POSTED = "5", "工作调动、下派锻炼、蹲点、外出学习或工作半年以上，按规定应转走组织关系而没有转走"
        RETIRED_AWAY = "6", "已回原籍长期居住的离退休党员，因特殊情况没有转出组织关系"
        FRAIL = "7", "年老体弱、行动不便或者重病失能"

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    person = models.ForeignKey(
        "roster.Person", models.PROTECT, related_name="exemptions", verbose_name="党员"
    )
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="exemptions", verbose_name="党组织"
    )
    kind = models.CharField("种类", max_length=30, choices=Kind.choices)
    circumstance = models.CharField("情形", max_length=4, choices=Circumstance.choices)
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
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization", "kind"],
                condition=Q(valid_to__isnull=True),
                name="members_exemption_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="members_exemption_order",
            ),
        ]
