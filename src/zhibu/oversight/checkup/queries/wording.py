"""Words for the periods of duties, as cards and reports say them."""

from __future__ import annotations

_PARTS = {
    "Q1": "第一季度",
    "Q2": "第二季度",
    "Q3": "第三季度",
    "Q4": "第四季度",
    "H1": "上半年",
    "H2": "下半年",
}


def period_words(period: str) -> str:
    """``2026-Q2`` as 2026年第二季度, ``2026-03`` as 2026年3月; nothing for a single day or process."""
    year, _, part = period.partition("-")
    if not (year.isdigit() and len(year) == 4):
        return ""
    if not part:
        return "{year}年".format(year=year)
    words = _PARTS.get(part) or ("{month}月".format(month=int(part)) if part.isdigit() else "")
    return "{year}年{words}".format(year=year, words=words) if words else ""
