"""Tables of the check-up beside the obligations themselves."""

from __future__ import annotations

from django.db import models


class OldDebt(models.Model):
    """An unmet duty from before the records began, taken over on a dated list that may only shrink."""

    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="old_debts", verbose_name="党组织"
    )
    check_id = models.CharField("校验", max_length=24)
    subject_kind = models.CharField("对象种类", max_length=16)
    subject_id = models.BigIntegerField("对象")
    period = models.CharField("期次", max_length=24, blank=True)
    taken_over_date = models.DateField("承接日期")
    settled_date = models.DateField("销号日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        db_table = "checkup_old_debt"
        verbose_name = "历史遗留"
        ordering = ["organization", "check_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "check_id", "subject_kind", "subject_id", "period"],
                name="checkup_old_debt_once",
            ),
        ]
