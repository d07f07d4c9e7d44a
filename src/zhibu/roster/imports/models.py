"""Tables of imports: the staged content is sealed and expires, what was written can be undone for a week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from zhibu.common.identifiers import new_public_id
from zhibu.roster.organizations.models import within

if TYPE_CHECKING:
    from zhibu.common.actor import Scope


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Reads that begin with what the actor may see."""

    def visible_to(self, scope: Scope) -> ImportBatchQuerySet:
        """Imports of the organisations of the scope."""
        return self.filter(within(scope, "organization__"))


class ImportBatch(models.Model):
    """One workbook on its way in: read, decided, applied, undone, refused or expired.

    ``staged_file`` names the sealed file in the store, ``plan_file`` the sealed plan made from it; both are
    gone once the batch has expired. ``choices`` hold which answer was given to which question, never what
    the question was about. ``stamp`` counts the plans, so that what is confirmed is what was shown.
    """

    class State(models.TextChoices):
        READING = "reading", "正在读取"
        STAGED = "staged", "待确认"
        APPLYING = "applying", "正在导入"
        APPLIED = "applied", "已导入"
        UNDOING = "undoing", "正在撤销"
        UNDONE = "undone", "已撤销"
        REFUSED = "refused", "不能读取"
        EXPIRED = "expired", "已过期"

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    organization = models.ForeignKey(
        "roster.Organization", models.PROTECT, related_name="imports", verbose_name="党组织"
    )
    file_name = models.CharField("文件名", max_length=200)
    file_digest = models.CharField("文件摘要", max_length=64)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.READING)
    staged_file = models.CharField("暂存文件", max_length=200, blank=True)
    plan_file = models.CharField("暂存的预览", max_length=200, blank=True)
    mapping = models.JSONField("列的用途", default=dict)
    choices = models.JSONField("人工选择", default=dict)
    summary = models.JSONField("结果摘要", default=dict)
    stamp = models.PositiveIntegerField("预览次数", default=0)
    refusal = models.CharField("原因", max_length=300, blank=True)
    created_by = models.CharField("导入人", max_length=64)
    created_at = models.DateTimeField("上传时间")
    expires_at = models.DateTimeField("暂存有效期至")
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    applied_by = models.CharField("确认导入的人", max_length=64, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.CharField("撤销人", max_length=64, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        db_table = "imports_batch"
        verbose_name = "名册导入"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["organization", "state"], name="imports_batch_org"),
            models.Index(fields=["state", "expires_at"], name="imports_batch_expiry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("applied", "undone")) | Q(applied_at__isnull=False),
                name="imports_batch_applied_at",
            ),
        ]


class ImportedRow(models.Model):
    """What one row of an applied import did, with enough of the old values to undo it (sealed)."""

    class Effect(models.TextChoices):
        ADDED = "added", "新增"
        CHANGED = "changed", "修改"
        SAME = "same", "不变"
        REFUSED = "refused", "未导入"

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", verbose_name="导入")
    table_number = models.PositiveSmallIntegerField("表", default=0)
    sheet = models.CharField("工作表", max_length=60)
    row_number = models.PositiveIntegerField("行号")
    person_id = models.BigIntegerField("党员", null=True)
    name = models.CharField("姓名", max_length=60, blank=True)
    effect = models.CharField("效果", max_length=10, choices=Effect.choices)
    person_version = models.PositiveIntegerField("写入后的修改次数", default=0)
    note = models.CharField("说明", max_length=200, blank=True)
    undo_sealed = models.BinaryField("撤销所需", null=True)
    undo_result = models.CharField("撤销结果", max_length=200, blank=True)

    class Meta:
        db_table = "imports_row"
        verbose_name = "导入行"
        ordering = ["batch", "table_number", "row_number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "table_number", "row_number"], name="imports_row_once"),
        ]
        indexes = [models.Index(fields=["person_id"], name="imports_row_person")]


class RememberedMapping(models.Model):
    """How the columns of a kind of file were used last time, kept by the file's fingerprint."""

    organization = models.ForeignKey(
        "roster.Organization", models.CASCADE, related_name="remembered_mappings", verbose_name="党组织"
    )
    fingerprint = models.CharField("表样", max_length=64)
    mapping = models.JSONField("列的用途", default=dict)
    updated_at = models.DateTimeField("更新时间")

    class Meta:
        db_table = "imports_remembered_mapping"
        verbose_name = "记住的列用途"
        ordering = ["organization", "fingerprint"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "fingerprint"], name="imports_remembered_mapping_once"
            ),
        ]
