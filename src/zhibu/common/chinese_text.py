"""Dates, times and numerals as Chinese papers write them (GB/T 9704-2012, 7.3.5.4; GB/T 15835-2011)."""

from __future__ import annotations

from datetime import date, time

_DIGITS = "〇一二三四五六七八九"


def date_text(day: date) -> str:
    """``2025年6月3日``: Arabic figures, full year, no leading zeros."""
    return "{year}年{month}月{day}日".format(year=day.year, month=day.month, day=day.day)


def time_text(moment: time) -> str:
    """``9:05``: 24 hours, minutes in two digits."""
    return "{hour}:{minute:02d}".format(hour=moment.hour, minute=moment.minute)


def numeral(number: int) -> str:
    """A counting numeral from 0 to 99 for headings: 〇, 九, 十, 十二, 二十, 三十一.

    Raises ValueError outside that range: headings do not go further.
    """
    if not 0 <= number <= 99:
        raise ValueError(number)
    tens, units = divmod(number, 10)
    if tens == 0:
        return _DIGITS[units]
    head = "" if tens == 1 else _DIGITS[tens]
    return head + "十" + (_DIGITS[units] if units else "")


def width_in_cells(text: str) -> float:
    """The width of a text in full-width characters, a Latin letter or figure counting half."""
    return sum(0.5 if ord(sign) < 0x2E80 and sign not in "—…“”‘’·×○〇" else 1.0 for sign in text)
