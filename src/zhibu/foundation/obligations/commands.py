"""The one way obligations are written: an organisation's rows replaced by those just computed.

Obligations are derived, so no audit row is written for them; the computation itself is kept with the
audit sequence up to which it looked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from zhibu.common.dates import utc_now
from zhibu.foundation.audit.bulk_insert import send
from zhibu.foundation.obligations.models import Computation, Obligation
from zhibu.rulebook.obligation import Obligation as Judged
from zhibu.rulebook.obligation import is_reminding, state

_CHUNK = 2000


@dataclass(slots=True)
class Counts:
    """How many rows of one organisation stand unmet, run out soon, or are in doubt on the day."""

    breaches: int = 0
    notices: int = 0
    reminding: int = 0
    doubtful: int = 0

    def add(self, row: Judged, as_of: date) -> None:
        """Count one row."""
        of = state(row, as_of)
        if of == "unmet":
            if row.strength in ("M", "X"):
                self.breaches += 1
            else:
                self.notices += 1
        elif of in ("unknown", "depends"):
            self.doubtful += 1
        elif is_reminding(row, as_of):
            self.reminding += 1


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many rows a replacement added, changed nothing about, and took away."""

    added: int
    kept: int
    removed: int


def replace_obligations(
    *,
    org_ids: Sequence[int],
    judged: Iterable[Judged],
    audit_seq: int,
    as_of: date,
    rulebook_version: str,
) -> Replaced:
    """Make the stored rows of these organisations equal to ``judged``, writing only what differs.

    ``audit_seq`` is the newest audit row that the facts were read after; an older computation that
    finishes later never overwrites a newer one.
    """
    with transaction.atomic():
        current = _still_due(org_ids, audit_seq)
        stored = _stored(current)
        counts = {org_id: Counts() for org_id in current}
        fresh: list[tuple[Any, ...]] = []
        kept = 0
        for one in judged:
            if one.org_id not in current:
                continue
            counts[one.org_id].add(one, as_of)
            values = _values(one)
            if stored.get(values[:_KEY], _NEW)[1:] == values[_KEY:]:
                del stored[values[:_KEY]]
                kept += 1
            else:
                fresh.append(values)
        changed = sum(values[:_KEY] in stored for values in fresh)
        gone = [row[0] for row in stored.values()]
        for start in range(0, len(gone), _CHUNK):
            Obligation.objects.filter(pk__in=gone[start : start + _CHUNK]).delete()
        rows = [Obligation(**dict(zip(_COLUMNS, values, strict=True))) for values in fresh]
        Obligation.objects.bulk_create(rows, batch_size=_CHUNK)
        note_computation(counts=counts, audit_seq=audit_seq, as_of=as_of, version=rulebook_version)
    return Replaced(len(fresh) - changed, kept + changed, len(gone) - changed)


def apply_differences(
    *,
    fresh: Iterable[Sequence[Any]],
    gone: Sequence[int],
    counts: Mapping[int, Counts],
    audit_seq: int,
    as_of: date,
    version: str,
) -> int:
    """Write what a bulk computation found: ``gone`` ids deleted, ``fresh`` rows inserted.

    Organisations that a newer computation has dealt with meanwhile are left alone. Returns the rows written.
    """
    with transaction.atomic():
        current = _still_due(list(counts), audit_seq)
        for start in range(0, len(gone), _CHUNK):
            Obligation.objects.filter(pk__in=gone[start : start + _CHUNK], org_id__in=current).delete()
        rows = (row for row in fresh if row[0] in current)
        written = send(Obligation._meta.db_table, STORED_COLUMNS, rows)
        note_computation(
            counts={org_id: count for org_id, count in counts.items() if org_id in current},
            audit_seq=audit_seq,
            as_of=as_of,
            version=version,
        )
    return written


STORED_COLUMNS = (
    "org_id",
    "check_id",
    "duty",
    "strength",
    "subject_kind",
    "subject_id",
    "period",
    "reading",
    "opens_date",
    "remind_date",
    "due_date",
    "satisfied_date",
    "verdict",
    "precision",
    "reason",
    "inputs",
    "waiver_id",
)


def note_computation(*, counts: Mapping[int, Counts], audit_seq: int, as_of: date, version: str) -> None:
    """Keep up to which audit row and for which day these organisations were computed, with their counts."""
    now = utc_now()
    Computation.objects.bulk_create(
        [
            Computation(
                org_id=org_id,
                audit_seq=audit_seq,
                as_of_date=as_of,
                computed_at=now,
                rulebook_version=version,
                breaches=count.breaches,
                notices=count.notices,
                reminding=count.reminding,
                doubtful=count.doubtful,
            )
            for org_id, count in counts.items()
        ],
        update_conflicts=True,
        unique_fields=["org_id"],
        update_fields=[
            "audit_seq",
            "as_of_date",
            "computed_at",
            "rulebook_version",
            "breaches",
            "notices",
            "reminding",
            "doubtful",
        ],
        batch_size=_CHUNK,
    )


def _still_due(org_ids: Sequence[int], audit_seq: int) -> set[int]:
    newer = Computation.objects.filter(org_id__in=org_ids, audit_seq__gt=audit_seq)
    return set(org_ids) - set(newer.values_list("org_id", flat=True))


# A row's columns in the order in which rows are compared: first the key, then what may change.
_KEY_COLUMNS = ("org_id", "check_id", "subject_kind", "subject_id", "period", "reading")
_COLUMNS = (
    *_KEY_COLUMNS,
    "duty",
    "strength",
    "opens_date",
    "remind_date",
    "due_date",
    "satisfied_date",
    "verdict",
    "precision",
    "reason",
    "waiver_id",
    "inputs",
)
_KEY = len(_KEY_COLUMNS)
_DAYS = ("opens_date", "remind_date", "due_date", "satisfied_date")
_NEW: tuple[Any, ...] = (None,)
_read = attrgetter(*_KEY_COLUMNS, "duty", "strength")
_read_rest = attrgetter("verdict", "precision", "reason", "waiver", "inputs")


def _values(one: Judged) -> tuple[Any, ...]:
    """A judged obligation as the columns of its row, days as ISO text. Plain tuples of what the database
    says without a converter: objects and dates would take half of the time of a refresh, and nearly all rows
    are only compared.
    """
    days = (_text(one.opens_date), _text(one.remind_date), _text(one.due_date), _text(one.satisfied_date))
    return (*_read(one), *days, *_read_rest(one))


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _stored(org_ids: set[int]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The stored rows by their key: the id, then what may change."""
    texts = {name + "_text": Cast(name, TextField()) for name in (*_DAYS, "inputs")}
    columns = [name + "_text" if name + "_text" in texts else name for name in _COLUMNS]
    rows = Obligation.objects.filter(org_id__in=org_ids).order_by()
    found = rows.annotate(**texts).values_list(*columns, "pk")
    return {row[:_KEY]: (row[-1], *row[_KEY:-2], _inputs(row[-2])) for row in found.iterator(_CHUNK)}


@lru_cache(maxsize=4096)
def _inputs(text: str) -> Any:
    """What a row's inputs say; hundreds of rows of a branch say the same few things. Only compared."""
    return tuple(tuple(pair) for pair in json.loads(text))
