"""The anti-formalism rules as a gate: what a norm or a local pack may not ask for is refused when it is
loaded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA_FILE = Path(__file__).with_name("restraint.toml")


@dataclass(frozen=True, slots=True)
class Ban:
    """Words that betray a forbidden indicator, the clause that forbids it, and the sentence that says so."""

    words: tuple[str, ...]
    clause: str
    problem: str


@cache
def bans() -> tuple[Ban, ...]:
    """All bans of the shipped file; they are not configurable."""
    with DATA_FILE.open("rb") as handle:
        raw = tomllib.load(handle)
    return tuple(Ban(tuple(item["words"]), item["clause"], item["problem"]) for item in raw["refused"])


def forbidden(texts: Iterable[str]) -> Ban | None:
    """The first ban that one of the texts touches, None where all is well."""
    joined = "\n".join(texts).lower()
    return next((ban for ban in bans() if any(word in joined for word in ban.words)), None)
