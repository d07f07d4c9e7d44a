"""A plan, and what it is made against."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from zhibu.roster.imports.planning.matching import PersonIndex
from zhibu.roster.imports.planning.rows import (
    Effect,
    Missing,
    PlannedRow,
    Question,
    packed_rows,
    unpacked_rows,
)
from zhibu.roster.imports.planning.samples import TableSample

PIECE = 200  # rows packed together


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation that rows may name."""

    key: str
    name: str
    established_date: date | None
    begin_date: date | None
    has_members: bool


@dataclass(frozen=True, slots=True)
class PlanContext:
    """What a plan is made against.

    ``home`` is the organisation the file is imported for; ``places`` all that rows may name, by key.
    ``answers`` are choices by question key. ``load_values`` gives the cards of persons as texts, many at
    once, together with their lost and mobile state.
    """

    today: date
    home: str
    home_is_branch: bool
    places: Mapping[str, Place]
    persons: PersonIndex
    answers: Mapping[str, int]
    skips_hidden: bool
    load_values: Callable[[list[int]], dict[int, dict[str, str]]]


@dataclass(slots=True)
class Plan:
    """The whole plan. Rows are kept packed by effect, ``PIECE`` at a time, since a county has many."""

    pieces: dict[str, list[tuple[bytes, int]]] = field(
        default_factory=lambda: {effect.value: [] for effect in Effect}
    )
    waiting: dict[str, list[PlannedRow]] = field(
        default_factory=lambda: {effect.value: [] for effect in Effect}
    )
    questions: list[Question] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    samples: list[TableSample] = field(default_factory=list)

    organizations: set[str] = field(default_factory=set)
    fixes: int = 0

    def put(self, row: PlannedRow) -> None:
        """Take a row in; those of one effect stay in the order of the file."""
        waiting = self.waiting[row.effect]
        waiting.append(row)
        self.fixes += row.fixes
        if row.effect in (Effect.ADDED, Effect.CHANGED):
            self.organizations.add(row.organization)
        if len(waiting) == PIECE:
            self._pack(row.effect)

    def close(self) -> None:
        """Pack what waits; nothing is put in afterwards."""
        for effect, rows in self.waiting.items():
            if rows:
                self._pack(effect)

    def _pack(self, effect: str) -> None:
        rows = self.waiting[effect]
        self.pieces[effect].append((packed_rows(rows), len(rows)))
        rows.clear()

    def rows(self, effect: str) -> Iterator[PlannedRow]:
        """The rows of an effect."""
        for content, _ in self.pieces[effect]:
            yield from unpacked_rows(content)

    def counts(self) -> dict[str, int]:
        """How many rows have each effect."""
        return {effect: sum(count for _, count in pieces) for effect, pieces in self.pieces.items()}
