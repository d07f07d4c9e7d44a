"""Table of approvals: a big roster with private fields leaves only when a second person agreed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhibu.common.actor import Scope
from zhibu.common.identifiers import new_public_id
from zhibu.roster.organizations.models import within


class ExportApprovalQuerySet(models.QuerySet["ExportApproval"]):
    """Reads that begin with what the actor may see."""

    def visible_to(self, scope: Scope) -> ExportApprovalQuerySet:
        """Approvals for the organisations of the scope."""
        return self.filter(within(scope, "organization__"))


class ExportApproval(models.Model):
    """One file that somebody asked to take out, and who agreed; used once, by the asker, until it lapses.

    ``expires_at`` is 24 hours after the asking, from the approval on 24 hours after that. It covers at most
    ``person_count`` persons.
    """

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="export_approvals", verbose_name="党组织"
    )
    person_count = models.PositiveIntegerField("人数")
    purpose = models.CharField("用途", max_length=60)
    asked_by = models.ForeignKey(
        "foundation.Account", models.PROTECT, related_name="+", verbose_name="申请人"
    )
    asked_at = models.DateTimeField("申请时间")
    approved_by = models.ForeignKey(
        "foundation.Account", models.PROTECT, null=True, related_name="+", verbose_name="同意人"
    )
    approved_at = models.DateTimeField("同意时间", null=True)
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("导出时间", null=True)

    objects = ExportApprovalQuerySet.as_manager()

    class Meta:
        db_table = "exports_approval"
        verbose_name = "导出申请"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")),
                name="exports_approval_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="exports_approval_whole",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True)
                | Q(approved_at__isnull=False, used_at__lte=F("expires_at"), used_at__gte=F("approved_at")),
                name="exports_approval_used",
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "organization"], name="exports_approval_asker")]

    def __str__(self) -> str:
        return self.purpose
