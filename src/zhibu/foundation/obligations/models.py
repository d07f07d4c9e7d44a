"""Tables of obligations: dates and reasons; the state is derived on reading for an as-of date."""

from __future__ import annotations

from django.db import models


class Obligation(models.Model):
    """One duty of one subject for one period, under one reading of the rule.

    Citations are looked up in the rulebook, and the records behind a row by judging the branch anew
    (a few milliseconds): neither is stored half a million times.
    """

    org_id = models.BigIntegerField("党组织")
    check_id = models.CharField("校验", max_length=24)
    duty = models.CharField("事项", max_length=60)
    strength = models.CharField("强度", max_length=1)
    subject_kind = models.CharField("对象种类", max_length=16)
    subject_id = models.BigIntegerField("对象")
    period = models.CharField("期次", max_length=24, blank=True)
    reading = models.CharField("口径", max_length=24, blank=True)
    opens_date = models.DateField("开始", null=True)
    remind_date = models.DateField("提醒", null=True)
    due_date = models.DateField("期限", null=True)
    satisfied_date = models.DateField("办结", null=True)
    verdict = models.CharField("判定", max_length=16, blank=True)
    precision = models.CharField("日期精度", max_length=5, default="day")
    reason = models.CharField("理由", max_length=60, blank=True)
    inputs = models.JSONField("理由中的数值", default=list)
    waiver_id = models.BigIntegerField("豁免记录", null=True)

    class Meta:
        db_table = "obligations_obligation"
        verbose_name = "应办事项"
        ordering = ["org_id", "due_date", "check_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "check_id", "subject_kind", "subject_id", "period", "reading"],
                name="obligations_obligation_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["org_id", "due_date"],
                name="obligations_pending",
                condition=models.Q(satisfied_date__isnull=True),
            ),
        ]


class Computation(models.Model):
    """Up to which audit row an organisation's obligations were computed, for which day and rules.

    The counts are of that day, so that a board over thousands of organisations adds up one row each.
    They are never used to order organisations.
    """

    org_id = models.BigIntegerField("党组织", primary_key=True)
    audit_seq = models.BigIntegerField("计算到")
    as_of_date = models.DateField("截至日期")
    computed_at = models.DateTimeField("计算时间")
    rulebook_version = models.CharField("规则版本", max_length=64)
    breaches = models.PositiveIntegerField("违规", default=0)
    notices = models.PositiveIntegerField("提醒", default=0)
    reminding = models.PositiveIntegerField("临期", default=0)
    doubtful = models.PositiveIntegerField("待核", default=0)

    class Meta:
        db_table = "obligations_computation"
        verbose_name = "体检计算"
        ordering = ["org_id"]
