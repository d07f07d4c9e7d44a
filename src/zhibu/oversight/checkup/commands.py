"""The check-up: facts of the modules, judged by the rulebook, kept as obligations.

One branch is judged by the plain-Python reference right after a change; many by the bulk engine in a
child process. Both give the same rows. Nothing here changes a record of anybody.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
from django.db import transaction

from zhibu.common.dates import china_today
from zhibu.common.quick import uncollected
from zhibu.foundation.audit.queries import last_seq
from zhibu.foundation.obligations.commands import (
    STORED_COLUMNS,
    Counts,
    Replaced,
    apply_differences,
    replace_obligations,
)
from zhibu.foundation.obligations.queries import list_stale
from zhibu.oversight.checkup.bulk import ask
from zhibu.oversight.checkup.queries.sources import load_facts, rulebook, switched_on_packs
from zhibu.rulebook.judge import judge

logger = logging.getLogger(__name__)

# A change that touches more organisations than this is left to the worker.
REFRESHED_AT_ONCE = 3
# Bursts of self check-in are refreshed once by the worker, not once a person.
LEFT_TO_WORKER = frozenset({"meetings.check_in", "meetings.ask_leave", "access.grant"})


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a bulk refresh did: rows judged, written and deleted, and the seconds of each part."""

    rows: int
    written: int
    deleted: int
    seconds: dict[str, float]


def refresh(*, org_ids: Sequence[int], as_of: date) -> Replaced:
    """Judge these organisations by the reference and keep the result; for a few at a time.

    The audit sequence is read before the facts: a change that comes between makes the result stale,
    never silently complete.
    """
    seq = last_seq()
    book, packs = rulebook(), switched_on_packs()
    with uncollected():
        judged = judge(book, load_facts(org_ids, as_of=as_of), as_of=as_of, packs=packs)
        wanted = set(org_ids)
        return replace_obligations(
            org_ids=list(org_ids),
            judged=[row for row in judged if row.org_id in wanted],
            audit_seq=seq,
            as_of=as_of,
            rulebook_version=book.version(),
        )


def refresh_stale(*, as_of: date, limit: int = 200) -> int:
    """Refresh what changed since it was computed, or was computed for an earlier day; the worker's job."""
    stale = list_stale(as_of=as_of, limit=limit)
    for org_id in stale:
        refresh(org_ids=[org_id], as_of=as_of)
    return len(stale)


def refresh_after(action: str, org_ids: tuple[int, ...]) -> None:
    """After a commit: refresh the few organisations it touched; a failure leaves them stale, never lost."""
    if not org_ids or len(org_ids) > REFRESHED_AT_ONCE or action in LEFT_TO_WORKER:
        return
    try:
        with transaction.atomic():
            refresh(org_ids=org_ids, as_of=china_today())
    except Exception:
        logger.exception("check-up after %s left %s stale", action, org_ids)


def refresh_all(*, as_of: date) -> Refreshed:
    """Judge every organisation by the bulk engine and write what differs from what is stored."""
    seq = last_seq()
    book, packs = rulebook(), switched_on_packs()
    found = ask(as_of=as_of, packs=packs, audit_seq=seq)
    counts = {
        row["org_id"]: Counts(row["breaches"], row["notices"], row["reminding"], row["doubtful"])
        for row in found.counts.to_pylist()
    }
    started = time.perf_counter()
    written = apply_differences(
        fresh=_as_tuples(found.fresh),
        gone=found.gone["id"].to_pylist(),
        counts=counts,
        audit_seq=seq,
        as_of=as_of,
        version=book.version(),
    )
    seconds = found.seconds | {"write": time.perf_counter() - started}
    return Refreshed(found.rows, written, len(found.gone), seconds)


def _as_tuples(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.select(STORED_COLUMNS).to_batches(max_chunksize=20_000):
        yield from zip(*(_plain(column) for column in batch.columns), strict=True)


def _plain(column: pa.Array) -> list[Any]:
    """Dates as ISO text, which both engines take and SQLite stores."""
    texts = column.cast(pa.string()) if pa.types.is_date32(column.type) else column
    return list(texts.to_pylist())
