"""Tables of supervision."""

from __future__ import annotations

from django.db import models


class Reminder(models.Model):
    """A reminder from above to one branch about one duty: at most one a week, by constraint."""

    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="reminders", verbose_name="党组织"
    )
    sender = models.ForeignKey("roster.Organization", models.PROTECT, related_name="+", verbose_name="提醒方")
    duty = models.CharField("事项", max_length=60)
    text = models.CharField("内容", max_length=300)
    iso_week = models.CharField("周次", max_length=8)
    sent_at = models.DateTimeField("时间")
    sent_by = models.CharField("提醒人", max_length=64)

    class Meta:
        db_table = "supervision_reminder"
        verbose_name = "提醒"
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "duty", "iso_week"], name="supervision_reminder_weekly"
            ),
        ]
