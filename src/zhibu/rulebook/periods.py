"""The periods of frequency checks: month, quarter, half-year, year and labelled year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from zhibu.common.dates import add_months
from zhibu.rulebook.model import Period

MONTHS_IN: dict[Period, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12, "label_year": 12}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """One period: its key (``2026-03``, ``2026-Q1``, ``2026-H1``, ``2026``), first day, first day after
    it.
    """

    key: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are looked at, both included: periods and deadlines outside are left alone."""

    start: date
    end: date


def default_window(as_of: date) -> Window:
    """From the first day of the year before last to ``as_of``: two whole years and the running one."""
    return Window(date(as_of.year - 2, 1, 1), as_of)


@lru_cache(maxsize=512)
def spans(period: Period, lag_months: int, window: Window) -> tuple[Span, ...]:
    """The periods that begin inside the window's end and whose last day in time is not before its start."""
    return tuple(_spans(period, lag_months, window))


def _spans(period: Period, lag_months: int, window: Window) -> Iterator[Span]:
    months = MONTHS_IN[period]
    start = add_months(window.start, -lag_months)
    start = date(start.year, (start.month - 1) // months * months + 1, 1)
    while start <= window.end:
        end = add_months(start, months)
        if last_day(end, lag_months) >= window.start:
            yield Span(period_key(period, start), start, end)
        start = end


@lru_cache(maxsize=4096)
def last_day(end: date, lag_months: int) -> date:
    """The last day in time of a period whose first day after it is ``end``."""
    return add_months(end, lag_months) - ONE_DAY


@lru_cache(maxsize=16384)
def period_key(period: Period, day: date) -> str:
    """The key of the period that ``day`` lies in."""
    if period == "month":
        return day.isoformat()[:7]
    if period == "quarter":
        return "{year}-Q{no}".format(year=day.year, no=(day.month + 2) // 3)
    if period == "half":
        return "{year}-H{no}".format(year=day.year, no=1 if day.month <= 6 else 2)
    return str(day.year)


def precision_end(day: date, precision: str) -> date:
    """The last day that a date may mean: a month-precise date stands for any day of its month."""
    if precision == "month":
        return add_months(day.replace(day=1), 1) - ONE_DAY
    if precision == "year":
        return date(day.year, 12, 31)
    return day


def precision_start(day: date, precision: str) -> date:
    """The first day that a date may mean."""
    if precision == "month":
        return day.replace(day=1)
    if precision == "year":
        return date(day.year, 1, 1)
    return day


def happened_by(day: date, precision: str, as_of: date) -> date:
    """The last day that the date of something done may mean: it cannot lie after the day of judging."""
    return day if precision == "day" else min(precision_end(day, precision), as_of)
