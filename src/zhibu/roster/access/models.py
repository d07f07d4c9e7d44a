"""Tables of grants. No grant lives in a session: each request reads them, so a change takes effect at
once.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhibu.common.identifiers import new_public_id


class Role(models.TextChoices):
    """The roles of work; the three administrators are kept apart in ``accounts.SpecialRole``."""

    MEMBER = "member", "党员"
    GROUP_LEADER = "group_leader", "党小组组长"
    COMMITTEE_MEMBER = "committee_member", "支委委员"
    SECRETARY = "secretary", "党支部书记"
    ORGANIZER = "organizer", "组织员"
    STATISTICS = "statistics", "统计（只读）"


class Grant(models.Model):
    """A role of an account at an organisation, with or without what is below it, for a time."""

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    account = models.ForeignKey(
        "foundation.Account", models.PROTECT, related_name="grants", verbose_name="账号"
    )
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="grants", verbose_name="党组织"
    )
    group_id = models.BigIntegerField("党小组", null=True, blank=True)
    with_subtree = models.BooleanField("含下级", default=False)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)
    granted_by = models.CharField("授予人", max_length=64)
    granted_at = models.DateTimeField("授予时间")

    class Meta:
        db_table = "access_grant"
        verbose_name = "授权"
        ordering = ["organization", "role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "organization"],
                condition=Q(valid_to__isnull=True),
                name="access_grant_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="access_grant_order",
            ),
        ]
        indexes = [models.Index(fields=["account", "valid_to"], name="access_grant_account")]


class HandOver(models.Model):
    """A secretary handing the work to the next: who, when, what was open on that day."""

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="hand_overs", verbose_name="党组织"
    )
    from_account = models.ForeignKey(
        "foundation.Account", models.PROTECT, related_name="+", verbose_name="移交人"
    )
    to_account = models.ForeignKey(
        "foundation.Account", models.PROTECT, related_name="+", verbose_name="接手人"
    )
    handed_date = models.DateField("交接日期")
    summary = models.JSONField("交接清单", default=dict)
    created_at = models.DateTimeField("登记时间")
    created_by = models.CharField("登记人", max_length=64)

    class Meta:
        db_table = "access_hand_over"
        verbose_name = "工作交接"
        ordering = ["-handed_date", "-id"]
