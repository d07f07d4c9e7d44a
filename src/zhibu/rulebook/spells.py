"""Half-open spells of days: merging what touches, intersecting, and how a spell covers a period (K-15)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

Spell = tuple[date, date]  # first day, first day that no longer counts
FOREVER = date.max
Cover = Literal["full", "partial", "none"]


def merged(spells: Iterable[Spell]) -> list[Spell]:
    """The same days as fewer, disjoint spells in order; touching spells become one."""
    result: list[Spell] = []
    for start, end in sorted(spells):
        if result and start <= result[-1][1]:
            if end > result[-1][1]:
                result[-1] = (result[-1][0], end)
        elif start < end:
            result.append((start, end))
    return result


def intersected(left: list[Spell], right: list[Spell]) -> list[Spell]:
    """The days that lie in both lists of disjoint spells."""
    found = []
    for a, b in left:
        for c, d in right:
            start, end = max(a, c), min(b, d)
            if start < end:
                found.append((start, end))
    return found


def cover(spells: list[Spell], start: date, end: date) -> Cover:
    """Whether disjoint, merged spells cover the days from ``start`` to before ``end`` wholly, partly or
    not.
    """
    for a, b in spells:
        if a <= start and end <= b:
            return "full"
        if a < end and start < b:
            return "partial"
    return "none"
