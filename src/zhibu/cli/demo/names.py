"""Names of people who do not exist: surnames and signs by their frequency, with homonyms and rare signs."""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate

from zhibu.cli.demo.source import Source, table

RARE_PERCENT = 0.4
SINGLE_PERCENT = 14  # names of two signs, surname included; after 1980 many more
MINORITIES_WITH_DOTS = {"05", "17"}  # Uyghur, Kazak


@cache
def surnames() -> tuple[list[str], list[int]]:
    """Surnames and their running sums of shares."""
    found = re.findall(r"([^\d\s]+)(\d+)", table("names")["surnames"])
    return [name for name, _ in found], list(accumulate(int(share) for _, share in found))


@cache
def _signs(birth_year: int, sex: str) -> tuple[list[str], list[str]]:
    rows = [row for row in table("names")["given"] if row["sex"] == sex]
    row = next(row for row in rows if birth_year <= row["until"])
    return row["first"].split(), row["second"].split()


@cache
def _left_out() -> frozenset[str]:
    return frozenset(table("names")["left_out"]["given"].split())


def make_name(source: Source, birth_year: int, sex: str, ethnicity: str) -> str:
    """A name as a man or woman of that year may have it."""
    if ethnicity in MINORITIES_WITH_DOTS:
        return _dotted(source, sex)
    names, shares = surnames()
    surname = source.random.choices(names, cum_weights=shares)[0]
    return surname + _given(source, birth_year, sex)


def _given(source: Source, birth_year: int, sex: str) -> str:
    first, second = _signs(birth_year, sex)
    if source.chance(RARE_PERCENT):
        rare: list[str] = table("names")["rare"]["signs"].split()
        return source.pick(rare)
    single = SINGLE_PERCENT + (16 if 1975 < birth_year < 1995 else 0)
    if source.chance(single):
        return source.pick(second)
    while True:
        given = source.pick(first) + source.pick(second)
        if given not in _left_out() and given[0] != given[-1]:
            return given


def _dotted(source: Source, sex: str) -> str:
    signs = table("names")["transliterated"]
    own = source.pick(signs["male" if sex == "1" else "female"].split())
    return f"{own}·{source.pick(signs['male'].split())}"
