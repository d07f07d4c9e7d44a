"""Tables of the audit: append only, chained by hash, naming the organisations each row touches."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """One change or refusal. ``hash`` covers every other field and the hash before it."""

    seq = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间")
    actor_ref = models.CharField("操作者", max_length=64)
    actor_role = models.CharField("角色", max_length=32, blank=True)
    action = models.CharField("动作", max_length=80)
    object_ref = models.CharField("对象", max_length=80, blank=True)
    result = models.CharField("结果", max_length=10, choices=[("done", "完成"), ("refused", "未予办理")])
    request_id = models.CharField("请求", max_length=40, blank=True)
    diff = models.JSONField("变化", default=dict)
    prev = models.CharField("前一行", max_length=64)
    hash = models.CharField("校验", max_length=64, unique=True)

    class Meta:
        db_table = "audit_event"
        verbose_name = "操作记录"
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["object_ref", "seq"], name="audit_event_object"),
            models.Index(fields=["action", "seq"], name="audit_event_action"),
        ]


class AuditTouch(models.Model):
    """An organisation that an audit row touches: what makes its computed views stale."""

    event = models.ForeignKey(AuditEvent, models.CASCADE, related_name="touches", verbose_name="操作记录")
    org_id = models.BigIntegerField("党组织")

    class Meta:
        db_table = "audit_touch"
        verbose_name = "涉及的党组织"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "org_id"], name="audit_touch_once"),
        ]
        indexes = [models.Index(fields=["org_id", "event"], name="audit_touch_org")]


class SubscriberCursor(models.Model):
    """How far one subscriber has read the audit rows."""

    name = models.CharField("订阅者", max_length=80, primary_key=True)
    seq = models.BigIntegerField("已处理到", default=0)

    class Meta:
        db_table = "audit_subscriber_cursor"
        verbose_name = "订阅进度"
        ordering = ["name"]


class Submission(models.Model):
    """A form that was sent once: the same key again leads to the first result and changes nothing."""

    key = models.CharField("提交编号", max_length=64, primary_key=True)
    actor_ref = models.CharField("操作者", max_length=64)
    result_url = models.CharField("结果页", max_length=300)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "audit_submission"
        verbose_name = "已提交的表单"
        ordering = ["at", "key"]
