"""The four outcomes of a cell and what goes with them: value, reason, choices, suggestions."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date
from enum import StrEnum

from zhibu.common.quick import quick


class Outcome(StrEnum):
    """What became of a cell. Only OK and FIX are values; nothing of an ASK or REJ cell enters by itself."""

    OK = "OK"
    FIX = "FIX"
    ASK = "ASK"
    REJ = "REJ"


@quick
class PartialDate:
    """A civil date as exactly as it was written; month and day are 0 where they were not."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def precision(self) -> str:
        """``day``, ``month`` or ``year``."""
        return "day" if self.day else "month" if self.month else "year"

    def iso(self) -> str:
        """``1998``, ``1998-07`` or ``1998-07-01``."""
        if not self.month:
            return f"{self.year:04}"
        if not self.day:
            return f"{self.year:04}-{self.month:02}"
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    def first_day(self) -> date:
        """The earliest day it can be; what a date column stores beside the precision."""
        return date(self.year, self.month or 1, self.day or 1)

    def last_day(self) -> date:
        """The latest day it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def agrees_with(self, other: PartialDate) -> bool:
        """Whether both can be the same day."""
        return self.first_day() <= other.last_day() and other.first_day() <= self.last_day()

    @classmethod
    def from_iso(cls, text: str) -> PartialDate:
        """The date that :meth:`iso` wrote; raises ``ValueError`` for what no calendar has."""
        parts = [int(part) for part in text.split("-")]
        found = cls(*parts)
        found.first_day()
        return found

    @classmethod
    def of(cls, year: int, month: int = 0, day: int = 0) -> PartialDate | None:
        """The date, or None where no calendar has it."""
        try:
            found = cls(year, month, day)
            found.first_day()
        except ValueError:
            return None
        return found if 1800 <= year <= 2200 else None


Value = str | int | bool | PartialDate | None


@quick
class Choice:
    """One answer a person can give; ``label`` is shown."""

    value: Value
    label: str


@quick
class Extra:
    """A second value that the same cell holds, for another field."""

    field: str
    value: Value


@quick
class Verdict:
    """The judgement of one cell. ``value`` counts only for OK and FIX; for ASK the answers are ``choices``.

    ``suggestions`` are further changes that the text hints at; they are shown, never applied unasked.
    ``mark`` is a sign such as ``*`` that stood beside the value; ``dictionary`` names the loaded dictionary
    that a value was read by.
    """

    outcome: Outcome
    value: Value = None
    reason: str = ""
    choices: tuple[Choice, ...] = ()
    extras: tuple[Extra, ...] = ()
    suggestions: tuple[Extra, ...] = ()
    mark: str = ""
    dictionary: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether the value may enter."""
        return self.outcome in (Outcome.OK, Outcome.FIX)


BLANK = Verdict(Outcome.OK)
LEAVE_EMPTY = Choice(None, "先留空")


def ok(value: Value) -> Verdict:
    """Taken as it stands."""
    return Verdict(Outcome.OK, value)


def fix(value: Value, reason: str, *extras: Extra) -> Verdict:
    """Taken in another spelling; nothing is lost and the change is logged."""
    return Verdict(Outcome.FIX, value, reason, extras=extras)


def ask(reason: str, *choices: Choice) -> Verdict:
    """A person has to choose."""
    return Verdict(Outcome.ASK, None, reason, choices)


def rej(reason: str) -> Verdict:
    """Kept as original text; the field stays as it was."""
    return Verdict(Outcome.REJ, None, reason)


def downgraded(verdict: Verdict, reason: str, *choices: Choice) -> Verdict:
    """The same cell, now to be confirmed: what another cell or row says contradicts it."""
    return replace(verdict, outcome=Outcome.ASK, value=None, reason=reason, choices=choices)
