"""The check-up: facts of the modules, judged by the rulebook, kept as obligations.

One branch is judged by the plain-Python reference right after a change; many by the bulk engine in a
child process. Both give the same rows. Nothing here changes a record of anybody.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date

from django.db import transaction

from zhibu.common.dates import china_today
from zhibu.foundation.audit.queries import last_seq
from zhibu.foundation.obligations.commands import Replaced, replace_obligations
from zhibu.foundation.obligations.queries import list_stale
from zhibu.oversight.checkup.queries import load_facts, rulebook, switched_on_packs
from zhibu.rulebook.judge import judge

logger = logging.getLogger(__name__)

# A change that touches more organisations than this is left to the worker.
REFRESHED_AT_ONCE = 3
# Bursts of self check-in are refreshed once by the worker, not once a person.
LEFT_TO_WORKER = frozenset({"meetings.check_in", "meetings.request_leave"})


def refresh(*, org_ids: Sequence[int], as_of: date) -> Replaced:
    """Judge these organisations by the reference and keep the result; for a few at a time.

    The audit sequence is read before the facts: a change that comes between makes the result stale,
    never silently complete.
    """
    seq = last_seq()
    book, packs = rulebook(), switched_on_packs()
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
