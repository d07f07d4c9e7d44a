"""The rows and questions of a plan, and how they are written down and read back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from enum import StrEnum


class Effect(StrEnum):
    """What a plan does with a row."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    ASKED = "asked"
    LEFT_OUT = "left_out"


@dataclass(slots=True)
class PlannedRow:
    """One person of the file.

    ``values`` are the texts to write (all of a new person, only the changed ones of a known person), ``old``
    the texts they replace, ``kept`` original texts kept beside the card, ``notes`` whole sentences, and
    ``questions`` the keys of what is still open. ``situation`` holds lost and mobile of new persons.
    """

    table: int
    sheet: str
    number: int
    effect: str = Effect.SAME.value
    name: str = ""
    organization: str = ""
    group: str = ""
    person_id: int = 0
    version: int = 0
    status: str = ""
    since: str = ""
    is_hidden: bool = False
    values: dict[str, str] = field(default_factory=dict)
    old: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    situation: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    fixes: int = 0


@dataclass(slots=True)
class Question:
    """Something a person has to choose, once for all rows that ask the same.

    ``header`` names the column as the file does; ``original`` is what stands there, masked where private;
    ``labels`` the answers. ``answer`` is the number of the label chosen, -1 for none yet.
    """

    key: str
    header: str
    original: str
    reason: str
    labels: list[str]
    answer: int = -1
    count: int = 0
    first_sheet: str = ""
    first_row: int = 0
    first_name: str = ""
    is_row: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody on the roster who does not stand in the file."""

    person_id: int
    name: str
    organization: str
    standing: str


def packed_rows(rows: Iterable[PlannedRow]) -> bytes:
    """Rows as JSON."""
    return json.dumps([_tuple(row) for row in rows], ensure_ascii=False, separators=(",", ":")).encode()


def unpacked_rows(content: bytes) -> list[PlannedRow]:
    """The rows that :func:`packed_rows` wrote."""
    return [PlannedRow(*values) for values in json.loads(content)]


_NAMES = tuple(PlannedRow.__dataclass_fields__)


def _tuple(row: PlannedRow) -> list[object]:
    return [getattr(row, name) for name in _NAMES]


def packed_questions(questions: Iterable[Question]) -> bytes:
    """Questions as JSON."""
    return json.dumps([astuple(question) for question in questions], ensure_ascii=False).encode()


def unpacked_questions(content: bytes) -> list[Question]:
    """The questions that :func:`packed_questions` wrote."""
    return [Question(*values) for values in json.loads(content)]


def packed_missing(missing: Iterable[Missing]) -> bytes:
    """Who is not in the file, as JSON."""
    return json.dumps([astuple(person) for person in missing], ensure_ascii=False).encode()


def unpacked_missing(content: bytes) -> list[Missing]:
    """What :func:`packed_missing` wrote."""
    return [Missing(*values) for values in json.loads(content)]
