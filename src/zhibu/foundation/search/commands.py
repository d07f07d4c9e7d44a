"""Writing the index, in the transaction of the change that an entry reflects. No audit row: it is derived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from zhibu.foundation.audit.bulk_insert import insert_rows, maker
from zhibu.foundation.search.models import SearchEntry
from zhibu.foundation.search.tokens import (
    id_token,
    kind_token,
    name_tokens,
    phone_tail_token,
    phone_token,
    text_tokens,
    unrepeated,
)

_BATCH = 500
_TAIL = 4
_new_row = maker(SearchEntry)


@dataclass(frozen=True, slots=True)
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
    rows = [_new_row(_columns(entry)) for entry in entries]
    insert_rows(rows)
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
    return SearchEntry(**_columns(entry))


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "ref_id": entry.ref_id,
        "public_id": entry.public_id,
        "org_id": entry.org_id,
        "label": entry.label,
        "note": entry.note,
        "tokens": " ".join(_words(entry)),
    }


def _words(entry: Entry) -> list[str]:
    keyed: list[str] = [kind_token(entry.kind)]
    if entry.is_name:
        keyed += name_tokens(entry.label)
    for phone in filter(None, entry.phones):
        keyed.append(phone_token(phone))
        if len(phone) > _TAIL:
            keyed.append(phone_tail_token(phone[-_TAIL:], entry.org_id))
    if entry.id_number:
        keyed.append(id_token(entry.id_number))
    return unrepeated(keyed) + [word for text in (entry.label, *entry.texts) for word in text_tokens(text)]
