"""All cases: the catalogue of data/cases.toml, each with the code that plants it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from zhibu.cli.demo.planner import committees, discipline, meetings, persons, terms, tree
from zhibu.cli.demo.planner.site import Plant
from zhibu.cli.demo.records import Wish
from zhibu.cli.demo.source import table

Phase = Literal["tree", "people", "life", "hall"]
PLANTS: dict[str, Plant] = (
    meetings.PLANTS | committees.PLANTS | terms.PLANTS | persons.PLANTS | discipline.PLANTS | tree.PLANTS
)


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of gap, or of near miss, and the branches that can have it.

    ``wish`` is None where no branch of its own is needed; ``domains`` empty: any will do; ``count`` is in how
    many branches it is planted.
    """

    name: str
    duty: str
    why: str
    plant: Plant
    is_near: bool
    wish: Wish | None
    domains: tuple[str, ...]
    count: int
    phase: Phase


@cache
def cases() -> tuple[Case, ...]:
    """Every case in the order of the catalogue; raises KeyError for one that no code plants."""
    return tuple(_case(row) for row in table("cases")["case"])


def _case(row: dict[str, Any]) -> Case:
    return Case(
        name=row["name"],
        duty=row["duty"],
        why=row["why"],
        plant=PLANTS[row["name"]],
        is_near=row.get("near", False),
        wish=Wish(**row["wish"]) if "wish" in row else None,
        domains=tuple(row.get("domains", ())),
        count=row.get("count", 1),
        phase=row.get("phase", "life"),
    )
