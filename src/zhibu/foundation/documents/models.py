"""Tables of stored papers: what was printed, in which version, and the fonts an office brought."""

from __future__ import annotations

from django.db import models

from zhibu.common.identifiers import new_public_id


class Document(models.Model):
    """A file of record: a signed version of a paper, an attachment, a returned workbook."""

    public_id = models.CharField("编号", max_length=32, unique=True, default=new_public_id)
    org_id = models.BigIntegerField("党组织")
    owner_kind = models.CharField("所属记录", max_length=40)
    owner_id = models.BigIntegerField("所属记录编号")
    kind = models.CharField("种类", max_length=40)
    title = models.CharField("标题", max_length=200)
    version = models.PositiveIntegerField("版本", default=1)
    content_type = models.CharField("格式", max_length=100)
    file = models.FileField("文件", upload_to="documents/%Y/%m")
    sha256 = models.CharField("摘要", max_length=64)
    size = models.PositiveBigIntegerField("大小")
    created_at = models.DateTimeField("存入时间")
    created_by = models.CharField("存入人", max_length=64)

    class Meta:
        db_table = "documents_document"
        verbose_name = "文书"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id", "kind", "version", "content_type"],
                name="documents_document_version_once",
            ),
        ]


class UploadedFont(models.Model):
    """A font file that the office is licensed to use."""

    class Style(models.TextChoices):
        FANGSONG = "fangsong", "仿宋"
        KAI = "kai", "楷体"
        SONG = "song", "小标宋"
        HEI = "hei", "黑体"

    style = models.CharField("字体类别", max_length=20, choices=Style.choices, unique=True)
    file = models.FileField("字体文件", upload_to="fonts")
    original_name = models.CharField("原文件名", max_length=200)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.CharField("上传人", max_length=64)

    class Meta:
        db_table = "documents_uploaded_font"
        verbose_name = "自备字体"
        ordering = ["style"]
