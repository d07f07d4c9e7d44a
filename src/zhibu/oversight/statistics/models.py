"""The table behind the dashboard: sums of an organisation with all below it, kept for a day."""

from __future__ import annotations

from django.db import models

ALL_KINDS = "all"


class Summary(models.Model):
    """Counts of one organisation and everything below it on one day, whole or of one domain.

    A branch has only the whole; ``domain`` is empty for it. ``figures`` holds single numbers,
    ``structure`` the published buckets by dimension, ``meetings`` the meetings of each month by kind (one
    that served as two kinds under both, and once under ``ALL_KINDS``),
    ``term_ends`` the running terms by the month in which they end. ``audit_seq`` is the newest audit row
    that was counted. The row of a year's last day stays, so that years can be compared.
    """

    organization = models.ForeignKey(
        "roster.Organization", models.CASCADE, related_name="summaries", verbose_name="党组织"
    )
    domain = models.CharField("领域", max_length=20, blank=True, default="")
    as_of_date = models.DateField("截至日期")
    figures = models.JSONField("数字", default=dict)
    structure = models.JSONField("构成", default=dict)
    meetings = models.JSONField("每月会议", default=dict)
    term_ends = models.JSONField("届满月份", default=dict)
    audit_seq = models.BigIntegerField("计入到")
    computed_at = models.DateTimeField("汇总时间")

    class Meta:
        db_table = "statistics_summary"
        verbose_name = "汇总"
        ordering = ["organization", "domain", "-as_of_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "domain", "as_of_date"], name="statistics_summary_once"
            ),
        ]

    def __str__(self) -> str:
        return "{organization} {day}".format(organization=self.organization, day=self.as_of_date)
