"""Table of other systems' codes, as an administrator loads them from the real dictionaries."""

from __future__ import annotations

from django.db import models


class ExternalCode(models.Model):
    """One code of another system's dictionary; ``key`` is our row that it means, empty where none does.

    A code that we do not know is kept all the same: it is never dropped, and may be chosen as it stands.
    """

    table = models.CharField("代码表", max_length=30)
    system = models.CharField("来自哪个系统", max_length=60)
    version = models.CharField("版本", max_length=30)
    code = models.CharField("代码", max_length=40)
    label = models.CharField("名称", max_length=120)
    key = models.CharField("对应本系统的代码", max_length=20, blank=True)
    loaded_at = models.DateTimeField("装入时间")
    loaded_by = models.CharField("装入人", max_length=64)

    class Meta:
        db_table = "codes_external"
        verbose_name = "外部代码"
        ordering = ["table", "system", "version", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "system", "version", "code"], name="codes_external_once"
            ),
            models.CheckConstraint(condition=~models.Q(code=""), name="codes_external_code"),
        ]

    def __str__(self) -> str:
        return self.label
