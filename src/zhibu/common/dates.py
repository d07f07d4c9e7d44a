"""Civil dates: months added with truncation, today in China, dates as they are written."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def add_months(day: date, months: int) -> date:
    """The corresponding day ``months`` later (or earlier), the month's last day where it has none (K-06)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


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
