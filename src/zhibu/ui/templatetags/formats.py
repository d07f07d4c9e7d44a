"""Filters for dates, numbers and money as they are written in tables and on paper."""

from __future__ import annotations

from datetime import date, datetime

from django import template

from zhibu.common.dates import CHINA

register = template.Library()

NOTHING = "–"
_WHOLE_DAY = "{0.year}年{0.month}月{0.day}日"


@register.filter
def civil_date(value: date | None, precision: str = "day") -> str:
    """A day in a table, ``2025-06-03``; with precision ``month`` or ``year`` only that much of it."""
    if not value:
        return NOTHING
    day = value.astimezone(CHINA).date() if isinstance(value, datetime) else value
    return day.isoformat()[: {"month": 7, "year": 4}.get(precision, 10)]


@register.filter
def paper_date(value: date | None, precision: str = "day") -> str:
    """A day in a sentence or on paper, ``2025年6月3日``, without leading zeros (GB/T 9704)."""
    if not value:
        return NOTHING
    day = value.astimezone(CHINA).date() if isinstance(value, datetime) else value
    pattern = {"month": "{0.year}年{0.month}月", "year": "{0.year}年"}.get(precision, _WHOLE_DAY)
    return pattern.format(day)


_WEEKDAYS = "一二三四五六日"


@register.filter
def weekday(value: date | None) -> str:
    """The day of the week, ``星期三``."""
    return "星期" + _WEEKDAYS[value.weekday()] if value else ""


@register.filter
def instant(value: datetime | None) -> str:
    """An instant in Chinese time, ``2025-06-03 14:05``."""
    return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if value else NOTHING


@register.filter
def clock(value: object) -> str:
    """A time of day, ``14:05``."""
    return value.strftime("%H:%M") if hasattr(value, "strftime") else ""


@register.filter
def number(value: int | None) -> str:
    """A whole number with groups of three, ``46,645``; a dash where there is none."""
    return NOTHING if value is None else f"{value:,}"


@register.filter
def yuan(fen: int | None) -> str:
    """Money kept in fen, ``1,234.50``."""
    if fen is None:
        return NOTHING
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{part:02d}"


@register.simple_tag
def percent(part: int | None, whole: int | None) -> str:
    """A share with one decimal, ``12.5%``, rounded half up; a dash where the whole is nothing."""
    if part is None or not whole:
        return NOTHING
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"
