"""The working calendar, month arithmetic and the generated date tables.

Both engines take every computed date from here: the reference calls the functions, the bulk engine
joins the rows of `calendar_rows` and `due_rows`. No engine adds months or counts working days itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from zhibu.common.dates import add_months

DATA_FILE = Path(__file__).with_name("calendar.toml")
ONE_DAY = timedelta(days=1)


class CalendarEnds(Exception):
    """A working day is asked for outside the years whose holiday notice is known."""


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One day: running month number, quarter, half, year, and running number of working days.

    ``workday_no`` counts working days up to and including this day from the first known day; it is
    None outside the known years. ``is_workday`` likewise.
    """

    day: date
    month_no: int
    quarter: int
    half: int
    year: int
    is_workday: bool | None
    workday_no: int | None


@dataclass(frozen=True, slots=True)
class DueRow:
    """``due`` is the corresponding day ``months`` after ``start`` (K-06); ``rolled`` the reading of U-10."""

    start: date
    months: int
    due: date
    rolled: date


class WorkCalendar:
    """Which days are worked, for the years between ``first`` and ``last`` (inclusive civil days)."""

    def __init__(self, years: dict[int, tuple[frozenset[date], frozenset[date]]]) -> None:
        if not years or sorted(years) != list(range(min(years), max(years) + 1)):
            raise ValueError("the calendar needs consecutive years")
        self.first = date(min(years), 1, 1)
        self.last = date(max(years), 12, 31)
        self._days: list[date] = []
        self._number: dict[date, int] = {}
        day, count = self.first, 0
        while day <= self.last:
            off, worked = years[day.year]
            if day in worked or (day.weekday() < 5 and day not in off):
                self._days.append(day)
                count += 1
            self._number[day] = count
            day += ONE_DAY

    def number(self, day: date) -> int | None:
        """How many working days lie between the first known day and ``day``, both included; None outside."""
        return self._number.get(day)

    def is_workday(self, day: date) -> bool | None:
        """True or False in the known years, None outside: nothing falls back to Monday to Friday."""
        number = self.number(day)
        return None if number is None else number > 0 and self._days[number - 1] == day

    def add_workdays(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (before it where negative); raises CalendarEnds
        (K-08).
        """
        number = self.number(day)
        if number is None:
            raise CalendarEnds
        if count == 0:
            return day
        before = number if count > 0 or not self.is_workday(day) else number - 1
        index = before + count - 1 if count > 0 else before + count
        if not 0 <= index < len(self._days):
            raise CalendarEnds
        return self._days[index]


def read_years(path: Path) -> dict[int, tuple[frozenset[date], frozenset[date]]]:
    """Year → (Monday-to-Friday days off, weekend days worked) of one calendar file."""
    with path.open("rb") as handle:
        raw = tomllib.load(handle)
    return {
        int(year): (frozenset(table["days_off"]), frozenset(table["days_worked"]))
        for year, table in raw.items()
    }


@cache
def work_calendar(path: Path = DATA_FILE) -> WorkCalendar:
    """The calendar of the shipped data file, read once per process."""
    return WorkCalendar(read_years(path))


def add_months_rolled(day: date, months: int) -> date:
    """Like K-06, but a day without counterpart goes to the first of the next month (U-10)."""
    due = add_months(day, months)
    return due if due.day == day.day else due + ONE_DAY


def month_no(day: date) -> int:
    """Running number of the month, so that month arithmetic is integer arithmetic."""
    return day.year * 12 + day.month - 1


def calendar_rows(first: date, last: date, calendar: WorkCalendar | None = None) -> Iterator[CalendarRow]:
    """One row for each day from ``first`` to ``last``, both included."""
    known = calendar or work_calendar()
    day = first
    while day <= last:
        quarter = (day.month - 1) // 3 + 1
        yield CalendarRow(
            day,
            month_no(day),
            quarter,
            (quarter + 1) // 2,
            day.year,
            known.is_workday(day),
            known.number(day),
        )
        day += ONE_DAY


def due_rows(first: date, last: date, months: Iterable[int]) -> Iterator[DueRow]:
    """For each day and each number of months the corresponding day, under both readings of the month end."""
    wanted = sorted(set(months))
    day = first
    while day <= last:
        for count in wanted:
            yield DueRow(day, count, add_months(day, count), add_months_rolled(day, count))
        day += ONE_DAY
