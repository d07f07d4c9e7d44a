"""Recorded excuses: which waiver, if any, excuses a subject on some days."""

from __future__ import annotations

from datetime import date

from zhibu.rulebook.index import Index
from zhibu.rulebook.model import Run
from zhibu.rulebook.schema import Waiver

EXTENSION = "extension"


def find_waiver(
    run: Run,
    kinds: tuple[str, ...],
    index: Index,
    kind: str,
    subject: int,
    org_id: int,
    start: date,
    end: date,
) -> Waiver | None:
    """A waiver of these kinds for the subject that touches the days from ``start`` to ``end``, both included.

    An extension counts only with the superior's approval (XJ-3-1); a waiver without person is the
    organisation's.
    """
    person = subject if kind == "person" else None
    for waiver in index.waivers.get(org_id, ()):
        if (
            waiver.kind in kinds
            and waiver.duty in ("", run.duty)
            and waiver.person_id in (None, person)
            and waiver.valid_from <= end
            and (waiver.valid_to is None or waiver.valid_to > start)
            and (waiver.kind != EXTENSION or waiver.superior_approved_date is not None)
        ):
            return waiver
    return None
