"""One obligation: dates and reasons. Its state for a day, and that state's mark, are derived on reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from zhibu.rulebook.schema import Precision

State = Literal[
    "met", "met_late", "open", "unmet", "exempt", "not_applicable", "unknown", "depends", "not_checked"
]
Fixed = Literal["", "met", "unmet", "exempt", "not_applicable", "unknown", "depends", "not_checked"]
Value = int | str
Inputs = tuple[tuple[str, Value], ...]
Evidence = tuple[tuple[str, int], ...]


class Obligation(NamedTuple):
    """Who owes what, from when to when, what satisfied it and under which articles.

    A tuple, since hundreds are made and thrown away whenever a branch is judged again.

    ``verdict`` is empty where the dates alone decide; else it says what no date can say (a breach, an
    excuse, a
    doubt). ``reason`` is a key of wording.toml and ``inputs`` fill its sentence. ``evidence`` names fact
    rows as
    (table, id). ``due_date`` is the last day that is in time.
    """

    check_id: str
    duty: str
    strength: str
    subject_kind: str
    subject_id: int
    org_id: int
    period: str
    reading: str
    opens_date: date | None
    remind_date: date | None
    due_date: date | None
    satisfied_date: date | None
    verdict: Fixed
    precision: Precision
    reason: str
    inputs: Inputs
    evidence: Evidence
    waiver: int | None
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state is shown: a shape, a word, and the key of its tone in the style sheet."""

    symbol: str
    word: str
    tone: str


def state(row: Obligation, as_of: date) -> State:
    """The state on ``as_of``. Before its notice period an unmet obligation is simply open."""
    if row.verdict:
        return row.verdict
    return state_by_dates(row.due_date, row.satisfied_date, as_of)


def state_by_dates(due: date | None, satisfied: date | None, as_of: date) -> State:
    """met, met_late, open or unmet. A day that is both due and satisfied is in time."""
    if satisfied is not None and satisfied <= as_of:
        return "met" if due is None or satisfied <= due else "met_late"
    if due is None or as_of <= due:
        return "open"
    return "unmet"


def is_reminding(row: Obligation, as_of: date) -> bool:
    """Open and inside its notice period: shown as a reminder, not only in the list of things to do."""
    return row.remind_date is not None and row.remind_date <= as_of and state(row, as_of) == "open"


MARKS: dict[State, Mark] = {
    "met": Mark("✓", "已办", "good"),
    "met_late": Mark("✓", "已办（超期）", "good"),
    "open": Mark("○", "待办", "calm"),
    "exempt": Mark("—", "豁免", "calm"),
    "not_applicable": Mark("—", "不适用", "calm"),
    "unknown": Mark("?", "信息不足，无法判定", "doubt"),
    "depends": Mark("?", "取决于口径", "doubt"),
    "not_checked": Mark("…", "未检查", "calm"),
}
UNMET_MARKS: dict[str, Mark] = {
    "M": Mark("✗", "违规", "bad"),
    "X": Mark("✗", "违规", "bad"),
    "N": Mark("!", "提醒", "warn"),
    "P": Mark("·", "可办未办", "calm"),
    "L": Mark("!", "本地提醒", "warn"),
}


def mark(of: State, strength: str, local_on: bool = True) -> Mark | None:
    """Mark and word of one state. None: a local norm whose pack is off is not shown at all."""
    if strength == "L" and not local_on:
        return None
    return UNMET_MARKS[strength] if of == "unmet" else MARKS[of]
