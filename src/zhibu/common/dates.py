"""Civil dates: months added with truncation, today in China, dates as they are written."""

from __future__ import annotations

from calendar import isleap
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def add_months(day: date, months: int) -> date:
    """The corresponding day ``months`` later (or earlier), the month's last day where it has none (K-06)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    number = day.day
    if number > 28:
        number = min(number, 29 if month == 1 and isleap(year) else _LENGTHS[month])
    return date(year, month + 1, number)


def add_years(day: date, years: int) -> date:
    """The corresponding day ``years`` later; 29 February becomes 28 February where there is none (K-06)."""
    return add_months(day, 12 * years)


def next_day(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)


def china_today() -> date:
    """The civil date in China now. Only entry points call it; commands and queries take ``today``."""
    return datetime.now(CHINA).date()


def utc_now() -> datetime:
    """The instant now, in UTC."""
    return datetime.now(timezone.utc)
