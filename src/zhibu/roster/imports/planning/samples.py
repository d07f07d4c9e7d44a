"""What the column page shows of each table: its columns with their use, and the first rows in colour."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from zhibu.roster.imports.interpretation import Interpretation, Table
from zhibu.roster.imports.planning.values import card_field, is_private, shown
from zhibu.roster.imports.sheets.model import column_letters
from zhibu.roster.imports.values.outcome import BLANK

_ROWS = 8


@dataclass(frozen=True, slots=True)
class SampleCell:
    """One cell of a sample: its text (private numbers masked), and its outcome or empty."""

    text: str
    outcome: str


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """One column; ``field`` is its use (empty: not imported), ``basis`` where that comes from."""

    index: int
    letters: str
    header: str
    field: str
    basis: str
    note: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class TableSample:
    """A table as the column page shows it."""

    number: int
    sheet: str
    fingerprint: str
    kind: str
    is_selected: bool
    skip_reason: str
    row_count: int
    columns: list[SampleColumn]
    rows: list[tuple[int, list[SampleCell]]]


def samples_of(interpretation: Interpretation) -> list[TableSample]:
    """A sample of every table that may hold persons."""
    return [_sample(number, table) for number, table in enumerate(interpretation.tables) if table.rows]


def _sample(number: int, table: Table) -> TableSample:
    columns = [
        SampleColumn(c.index, column_letters(c.index), c.header, c.field, c.basis, c.note, c.suggestion)
        for c in table.columns
    ]
    rows = []
    for row in table.rows[:_ROWS]:
        cells = []
        for column in table.columns:
            text = table.grid.sheet.cell(row.position, column.index).text[:60]
            verdict = row.verdict(column.field) if column.field else BLANK
            name = card_field(column.field)
            if is_private(name) and name != "birth":
                text = shown(name, text)
            cells.append(SampleCell(text, verdict.outcome.value if text and column.field else ""))
        rows.append((row.number, cells))
    return TableSample(
        number,
        table.sheet_name,
        table.fingerprint,
        table.kind,
        table.is_selected,
        table.skip_reason,
        len(table.rows),
        columns,
        rows,
    )


def packed_samples(samples: Iterable[TableSample]) -> bytes:
    """Samples as JSON."""
    return json.dumps([_packed(sample) for sample in samples], ensure_ascii=False).encode()


def _packed(sample: TableSample) -> list[object]:
    return [
        sample.number,
        sample.sheet,
        sample.fingerprint,
        sample.kind,
        sample.is_selected,
        sample.skip_reason,
        sample.row_count,
        [[c.index, c.letters, c.header, c.field, c.basis, c.note, c.suggestion] for c in sample.columns],
        [[number, [[cell.text, cell.outcome] for cell in cells]] for number, cells in sample.rows],
    ]


def unpacked_samples(content: bytes) -> list[TableSample]:
    """What :func:`packed_samples` wrote."""
    return [_unpacked(*sample) for sample in json.loads(content)]


def _unpacked(
    number: int,
    sheet: str,
    fingerprint: str,
    kind: str,
    is_selected: bool,
    skip_reason: str,
    row_count: int,
    columns: list[tuple[int, str, str, str, str, str, str]],
    rows: list[tuple[int, list[tuple[str, str]]]],
) -> TableSample:
    return TableSample(
        number,
        sheet,
        fingerprint,
        kind,
        is_selected,
        skip_reason,
        row_count,
        [SampleColumn(*column) for column in columns],
        [(row, [SampleCell(*cell) for cell in cells]) for row, cells in rows],
    )
