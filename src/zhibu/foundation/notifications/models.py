"""Tables of notices. Whether a notice was read is the reader's own business and is never shown to others."""

from __future__ import annotations

from django.db import models


class Notice(models.Model):
    """One line for an organisation's workbench or one account's home."""

    org_id = models.BigIntegerField("党组织", null=True, blank=True)
    account = models.ForeignKey(
        "foundation.Account",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name="账号",
    )
    kind = models.CharField("种类", max_length=40)
    text = models.CharField("内容", max_length=300)
    link = models.CharField("去处", max_length=300, blank=True)
    source = models.CharField("来自", max_length=120, blank=True)
    source_key = models.CharField("来源编号", max_length=120, unique=True)
    created_at = models.DateTimeField("时间")
    closed_at = models.DateTimeField("收起时间", null=True, blank=True)

    class Meta:
        db_table = "notifications_notice"
        verbose_name = "提示"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["org_id", "closed_at"], name="notifications_notice_org")]
