"""Tables of the search index. The full-text index itself is made by a migration for each engine."""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """One thing that can be found. ``tokens`` are bigrams, initials and keyed digests (see ``tokens.py``).

    ``note`` is a second line to tell namesakes apart; ``public_id`` stands in the address of the thing.
    """

    kind = models.CharField("种类", max_length=20)
    ref_id = models.BigIntegerField("对象编号")
    public_id = models.CharField("编号", max_length=32)
    org_id = models.BigIntegerField("党组织")
    label = models.CharField("名称", max_length=200)
    note = models.CharField("说明", max_length=120, blank=True)
    tokens = models.TextField("检索词")

    class Meta:
        db_table = "search_entry"
        verbose_name = "检索条目"
        ordering = ["kind", "label", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref_id"], name="search_entry_once"),
        ]
        indexes = [
            models.Index(fields=["org_id", "kind"], name="search_entry_org"),
            models.Index(fields=["kind", "label", "id", "org_id"], name="search_entry_label"),
            models.Index(fields=["id", "org_id"], name="search_entry_place"),
        ]

    def __str__(self) -> str:
        return self.label
