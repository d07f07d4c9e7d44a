"""The staged file and the plan made from it: sealed, under random names, outside everything that is served.

A plan is cut into sealed pieces, so that one page of a county's preview opens one piece.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from zhibu.common.identifiers import new_public_id
from zhibu.foundation.sealing.seal import seal_bytes, unseal_bytes
from zhibu.roster.imports.planning.plan import PIECE, Plan
from zhibu.roster.imports.planning.rows import (
    Missing,
    PlannedRow,
    Question,
    packed_missing,
    packed_questions,
    unpacked_missing,
    unpacked_questions,
    unpacked_rows,
)
from zhibu.roster.imports.planning.samples import TableSample, packed_samples, unpacked_samples

_FOLDER = "staging/"
_HEAD = 8


def save_upload(content: bytes, batch: str) -> str:
    """Seal a file for its batch; returns the name under which it lies."""
    return _save(seal_bytes(content, place=_place(batch, "file", 0)))


def read_upload(name: str, batch: str) -> bytes:
    """The file's bytes; raises FileNotFoundError where it was swept away."""
    with default_storage.open(name, "rb") as stored:
        return unseal_bytes(stored.read(), place=_place(batch, "file", 0))


def delete_staged(*names: str) -> None:
    """Remove staged files; those already gone do not matter."""
    for name in filter(None, names):
        default_storage.delete(name)


def staged_at(name: str) -> datetime:
    """When a staged file was written."""
    return default_storage.get_modified_time(name)


def staged_size(name: str) -> int:
    """The bytes of a staged file."""
    return default_storage.size(name)


def list_staged() -> list[str]:
    """The names of all staged files, for the sweep after a crash."""
    if not default_storage.exists(_FOLDER):
        return []
    return [_FOLDER + name for name in default_storage.listdir(_FOLDER)[1]]


@dataclass(frozen=True, slots=True)
class StagedPlan:
    """A plan in the store; ``index`` names the pieces of each part with place and length."""

    name: str
    batch: str
    index: dict[str, list[list[int]]]

    def count(self, part: str) -> int:
        """How many rows a part has."""
        return sum(piece[2] for piece in self.index.get(part, []))

    def rows(self, part: str, start: int = 0, stop: int | None = None) -> list[PlannedRow]:
        """The rows of one effect from ``start`` to before ``stop``."""
        end = self.count(part) if stop is None else min(stop, self.count(part))
        found: list[PlannedRow] = []
        for number in range(start // PIECE, -(-end // PIECE)):
            found.extend(unpacked_rows(self._piece(part, number)))
        first = start // PIECE * PIECE
        return found[start - first : end - first]

    def walk(self, part: str) -> Iterator[list[PlannedRow]]:
        """All rows of one effect, piece by piece."""
        for number in range(len(self.index.get(part, []))):
            yield unpacked_rows(self._piece(part, number))

    def questions(self) -> list[Question]:
        """What is asked, in the order of the file."""
        return [
            question
            for number in range(len(self.index["questions"]))
            for question in unpacked_questions(self._piece("questions", number))
        ]

    def samples(self) -> list[TableSample]:
        """The tables as the column page shows them."""
        return [
            sample
            for number in range(len(self.index["samples"]))
            for sample in unpacked_samples(self._piece("samples", number))
        ]

    def missing(self, start: int, stop: int) -> list[Missing]:
        """Who is on the roster and not in the file."""
        pieces = range(start // PIECE, min(-(-stop // PIECE), len(self.index["missing"])))
        found = [person for number in pieces for person in unpacked_missing(self._piece("missing", number))]
        first = start // PIECE * PIECE
        return found[start - first : stop - first]

    def _piece(self, part: str, number: int) -> bytes:
        offset, length, _ = self.index[part][number]
        with default_storage.open(self.name, "rb") as stored:
            stored.seek(offset)
            return unseal_bytes(stored.read(length), place=_place(self.batch, part, number))


def save_plan(plan: Plan, batch: str) -> str:
    """Seal a plan piece by piece; returns the name under which it lies."""
    parts: dict[str, list[tuple[bytes, int]]] = {}
    parts.update(plan.pieces)
    parts["samples"] = [(packed_samples(piece), len(piece)) for piece in _cut(plan.samples)]
    parts["questions"] = [(packed_questions(piece), len(piece)) for piece in _cut(plan.questions)]
    parts["missing"] = [(packed_missing(piece), len(piece)) for piece in _cut(plan.missing)]
    body: list[bytes] = []
    size = 0
    index: dict[str, list[list[int]]] = {}
    for part, pieces in parts.items():
        index[part] = []
        for number, (content, count) in enumerate(pieces):
            sealed = seal_bytes(content, place=_place(batch, part, number))
            index[part].append([size, len(sealed), count])
            body.append(sealed)
            size += len(sealed)
    return _save(b"".join((_head(index), *body)))


def _head(index: dict[str, list[list[int]]]) -> bytes:
    """The length of the index and the index; offsets count from the beginning of the file."""
    room = len(json.dumps(index)) + 16 * sum(map(len, index.values()))
    moved = {
        part: [[offset + _HEAD + room, length, count] for offset, length, count in pieces]
        for part, pieces in index.items()
    }
    head = json.dumps(moved).encode().ljust(room)
    return room.to_bytes(_HEAD, "big") + head


def open_plan(name: str, batch: str) -> StagedPlan:
    """A plan from the store; raises FileNotFoundError where it was swept away."""
    with default_storage.open(name, "rb") as stored:
        room = int.from_bytes(stored.read(_HEAD), "big")
        return StagedPlan(name, batch, json.loads(stored.read(room)))


def _cut(items: Sequence[object]) -> Iterator[list]:  # type: ignore[type-arg]
    for start in range(0, len(items), PIECE):
        yield list(items[start : start + PIECE])


def _save(content: bytes) -> str:
    return default_storage.save(_FOLDER + new_public_id(), ContentFile(content))


def _place(batch: str, part: str, number: int) -> str:
    return "imports_batch.{part}:{batch}:{number}".format(part=part, batch=batch, number=number)
