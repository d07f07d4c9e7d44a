"""Chance and numbering: everything random of a county comes from one seeded source."""

from __future__ import annotations

import base64
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
DATA = Path(__file__).with_name("data")


@cache
def table(name: str) -> dict[str, Any]:
    """One of the data files of this package."""
    with (DATA / f"{name}.toml").open("rb") as handle:
        return tomllib.load(handle)


class Source:
    """One stream of chance, and the next number of each table. The same seed gives the same county."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - a demo county wants to be repeatable, not secret
        self.numbers: dict[str, int] = defaultdict(int)
        self.birthdays: dict[tuple[date, str], int] = defaultdict(int)

    def number(self, table: str) -> int:
        """The next id of a table."""
        self.numbers[table] += 1
        return self.numbers[table]

    def public_id(self) -> str:
        """An identifier for addresses, repeatable: 22 characters."""
        return base64.urlsafe_b64encode(self.random.randbytes(16)).decode().rstrip("=")

    def chance(self, percent: float) -> bool:
        """True in so many of a hundred cases."""
        return self.random.random() * 100 < percent

    def day(self, first: date, last: date) -> date:
        """A day between two days, both included; the first where the order is wrong."""
        return first + timedelta(days=self.random.randint(0, max(0, (last - first).days)))

    def pick(self, choices: Sequence[T]) -> T:
        """One of several."""
        return choices[int(self.random.random() * len(choices))]
