"""Several readings of one text: evaluated apart, compared, and joined where they agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from zhibu.rulebook.obligation import Obligation, state

Key = tuple[str, str, int, int, str]


def settle(rows: Iterable[Obligation], as_of: date) -> Iterator[Obligation]:
    """Rows of one reading pass; rows of several readings become one.

    Where all readings give the same state on ``as_of`` the first stands; where they differ the verdict is
    ``depends`` and the reason names each reading with its state. Both engines end with this function.
    """
    waiting: dict[Key, list[Obligation]] = {}
    for row in rows:
        if not row.reading:
            yield row
        else:
            waiting.setdefault(_key(row), []).append(row)
    for group in waiting.values():
        yield _joined(group, as_of)


def _key(row: Obligation) -> Key:
    return row.check_id, row.subject_kind, row.subject_id, row.org_id, row.period


def _joined(group: list[Obligation], as_of: date) -> Obligation:
    first = group[0]
    found = [(row.reading, state(row, as_of)) for row in group]
    if len({name for _, name in found}) == 1:
        return first._replace(reading="")
    counted = tuple(pair for pair in first.inputs if pair[0] == "done")
    inputs = (*counted, *((reading, str(name)) for reading, name in found))
    both = "|".join(reading for reading, _ in found)
    return first._replace(
        reading=both,
        verdict="depends",
        reason="readings_differ",
        satisfied_date=None,
        inputs=inputs,
    )
