"""Writing the index, in the transaction of the change that an entry reflects. No audit row: it is derived."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from zhibu.common.quick import quick
from zhibu.foundation.audit.bulk_insert import insert_values
from zhibu.foundation.search.models import SearchEntry
from zhibu.foundation.search.tokens import (
    id_token,
    kind_token,
    name_words,
    phone_tail_token,
    phone_token,
    text_tokens,
    unrepeated,
)

_BATCH = 500
_TAIL = 4
_COLUMNS = ("kind", "ref_id", "public_id", "org_id", "label", "note", "tokens")


@quick
class Entry:
    """What to find a thing by.

    ``label`` is shown and searched; ``note`` is shown; ``texts`` are searched only. ``is_name`` adds the
    pinyin of the label. ``phones`` and ``id_number`` are given in the clear and kept as keyed digests.
    """

    kind: str
    ref_id: int
    public_id: str
    org_id: int
    label: str
    note: str = ""
    texts: tuple[str, ...] = ()
    is_name: bool = False
    phones: tuple[str, ...] = ()
    id_number: str = ""


def index_entry(*, entry: Entry) -> None:
    """Put one thing into the index, or replace what stands there for it."""
    index_entries(entries=[entry])


def index_entries(*, entries: Iterable[Entry]) -> int:
    """Put many things into the index in one go; returns how many."""
    rows = [_row(entry) for entry in entries]
    with transaction.atomic():
        SearchEntry.objects.bulk_create(
            rows,
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["kind", "ref_id"],
            update_fields=["public_id", "org_id", "label", "note", "tokens"],
        )
    return len(rows)


def index_new_entries(*, entries: Iterable[Entry]) -> int:
    """The same for things that cannot stand in the index yet, in the transaction that made them."""
    rows = [_values(entry) for entry in entries]
    insert_values(SearchEntry, _COLUMNS, rows)
    return len(rows)


def remove_entry(*, kind: str, ref_id: int) -> None:
    """Take one thing out of the index; nothing happens if it is not there."""
    SearchEntry.objects.filter(kind=kind, ref_id=ref_id).delete()


def remove_entries(*, kind: str, ref_ids: Iterable[int]) -> None:
    """Take many things of a kind out of the index."""
    ids = list(ref_ids)
    with transaction.atomic():
        for start in range(0, len(ids), _BATCH):
            SearchEntry.objects.filter(kind=kind, ref_id__in=ids[start : start + _BATCH]).delete()


def _row(entry: Entry) -> SearchEntry:
    return SearchEntry(**dict(zip(_COLUMNS, _values(entry), strict=True)))


def _values(entry: Entry) -> tuple[Any, ...]:
    """The columns of an entry, in the order of ``_COLUMNS``."""
    return (
        entry.kind,
        entry.ref_id,
        entry.public_id,
        entry.org_id,
        entry.label,
        entry.note,
        _words(entry),
    )


def _words(entry: Entry) -> str:
    spoken, label = name_words(entry.label) if entry.is_name else ("", " ".join(text_tokens(entry.label)))
    keyed: list[str] = []
    for phone in filter(None, entry.phones):
        keyed.append(phone_token(phone))
        if len(phone) > _TAIL:
            keyed.append(phone_tail_token(phone[-_TAIL:], entry.org_id))
    if entry.id_number:
        keyed.append(id_token(entry.id_number))
    texts = [word for text in entry.texts for word in text_tokens(text)]
    parts = (kind_token(entry.kind), spoken, *unrepeated(keyed), label, *texts)
    return " ".join(filter(None, parts))
