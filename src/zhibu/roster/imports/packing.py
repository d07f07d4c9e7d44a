"""How an interpretation crosses from the limited process to its caller: JSON beside its workbook.

Nothing that is read back can run code, whatever a hostile file did to the other side.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any, BinaryIO

from zhibu.roster.imports.interpretation import (
    Duplicate,
    Grid,
    Interpretation,
    Notice,
    OtherRow,
    PersonRow,
    Table,
    TotalCheck,
)
from zhibu.roster.imports.sheets.limits import SheetRefused
from zhibu.roster.imports.sheets.model import Sheet, Workbook
from zhibu.roster.imports.sheets.transfer import write_json
from zhibu.roster.imports.tables.columns import Column
from zhibu.roster.imports.values.outcome import BLANK, Choice, Extra, Outcome, PartialDate, Value, Verdict

_OUTCOMES = tuple(Outcome)
_PIECE = 5_000
_Lines = Iterator[bytes]


def write_interpretation(found: Interpretation, target: Path) -> None:
    """Write everything but the workbook, which is written beside it."""
    with target.open("wb") as out:
        duplicates = [[item.kind, item.id_number, item.rows] for item in found.duplicates]
        notices = [[item.code, item.text, item.sheet, item.rows] for item in found.notices]
        write_json(out, [len(found.tables), duplicates, notices])
        for table in found.tables:
            _write_table(out, table)


def read_interpretation(source: Path, book: Workbook) -> Interpretation:
    """Read it back; raises :class:`SheetRefused` if it is incomplete or does not fit the workbook."""
    try:
        with source.open("rb") as lines:
            count, duplicates, notices = json.loads(lines.readline())
            tables = tuple(_read_table(lines, book) for _ in range(count))
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise SheetRefused("broken") from error
    return Interpretation(
        book,
        tables,
        tuple(Duplicate(kind, number, tuple((s, n) for s, n in rows)) for kind, number, rows in duplicates),
        tuple(Notice(code, text, sheet, tuple(rows)) for code, text, sheet, rows in notices),
    )


def _write_table(out: BinaryIO, table: Table) -> None:
    grid = table.grid
    write_json(
        out,
        {
            "sheet_index": table.sheet_index,
            "kind": table.kind,
            "fingerprint": table.fingerprint,
            "title": table.title,
            "header_rows": table.header_rows,
            "columns": [astuple(column) for column in table.columns],
            "others": [[row.number, row.kind, row.text, row.reason] for row in table.others],
            "totals": [[check.number, check.key, check.stated, check.counted] for check in table.totals],
            "is_selected": table.is_selected,
            "skip_reason": table.skip_reason,
            "fields": list(grid.verdicts),
        },
    )
    _write_rows(out, table.rows)
    for name in grid.verdicts:
        _write_verdicts(out, grid, name)
    _write_pieces(out, ([at, name, _packed(verdict)] for (at, name), verdict in grid.overrides.items()))


def _write_verdicts(out: BinaryIO, grid: Grid, name: str) -> None:
    """The verdicts of a column but for those that take a cell as it stands, or say the same of all cells."""
    cells, verdicts = grid.sheet.cells, grid.verdicts[name]
    if next((column.kind for column in grid.columns if column.field == name), "") == "ignored":
        write_json(out, _packed(next((v for i, v in verdicts.items() if i), BLANK)))
        _write_pieces(out, iter(()))
        return
    write_json(out, None)
    special = ((index, v) for index, v in verdicts.items() if not _is_plain(v, cells[index].text))
    _write_pieces(out, ([index, _packed(verdict)] for index, verdict in special))


def _is_plain(verdict: Verdict, text: str) -> bool:
    """Whether a verdict only says that the cell is taken as it stands."""
    if verdict.outcome is not Outcome.OK or verdict.reason or verdict.extras or verdict.suggestions:
        return False
    value = verdict.value
    if isinstance(value, PartialDate):
        return value.day > 0 and value.iso() == text
    return isinstance(value, str) and value == text and not verdict.mark


def _read_verdicts(lines: BinaryIO, grid: Grid, column: Column, positions: list[int]) -> dict[int, Verdict]:
    """All verdicts of a column, those included that were not written down."""
    cells, vector = grid.sheet.cells, grid.vectors[column.field]
    same = _unpacked(json.loads(lines.readline()))
    found = {index: _unpacked(packed) for index, packed in _read_pieces(lines)}
    found[0] = BLANK
    for index in {vector[position] for position in positions}.difference(found):
        if same is not BLANK:
            found[index] = same
        elif column.kind == "date":
            found[index] = Verdict(Outcome.OK, PartialDate.from_iso(cells[index].text))
        else:
            found[index] = Verdict(Outcome.OK, cells[index].text)
    return found


def _write_rows(out: BinaryIO, rows: tuple[PersonRow, ...]) -> None:
    sections = list(dict.fromkeys(row.section for row in rows))
    reasons = list(dict.fromkeys(row.held for row in rows))
    section_of = {text: number for number, text in enumerate(sections)}
    reason_of = {text: number for number, text in enumerate(reasons)}
    write_json(out, [sections, reasons])
    _write_pieces(
        out, ([row.position, section_of[row.section], reason_of[row.held], int(row.is_held)] for row in rows)
    )


def _write_pieces(out: BinaryIO, items: Iterator[Any]) -> None:
    """A long list as lines of a bounded length, ended by an empty one."""
    piece: list[Any] = []
    for item in items:
        piece.append(item)
        if len(piece) == _PIECE:
            write_json(out, piece)
            piece.clear()
    if piece:
        write_json(out, piece)
    write_json(out, [])


def _read_pieces(lines: BinaryIO) -> Iterator[Any]:
    while piece := json.loads(lines.readline()):
        yield from piece


def _read_table(lines: BinaryIO, book: Workbook) -> Table:
    head = json.loads(lines.readline())
    sheet = book.sheets[head["sheet_index"]]
    columns = tuple(Column(*column) for column in head["columns"])
    grid = Grid(sheet, columns)
    rows = _read_rows(lines, sheet, grid)
    by_field = {column.field: column for column in columns if column.field}
    positions = [row.position for row in rows]
    for name in head["fields"]:
        column = by_field[name]
        grid.vectors[name] = sheet.columns[column.index]
        grid.verdicts[name] = _read_verdicts(lines, grid, column, positions)
    for position, name, packed in _read_pieces(lines):
        grid.overrides[position, name] = _unpacked(packed)
    return Table(
        sheet_name=sheet.name,
        sheet_index=head["sheet_index"],
        kind=head["kind"],
        fingerprint=head["fingerprint"],
        title=tuple(head["title"]),
        header_rows=(head["header_rows"][0], head["header_rows"][1]),
        columns=columns,
        rows=rows,
        others=tuple(OtherRow(*row) for row in head["others"]),
        totals=tuple(TotalCheck(*check) for check in head["totals"]),
        is_selected=head["is_selected"],
        skip_reason=head["skip_reason"],
        grid=grid,
    )


def _read_rows(lines: BinaryIO, sheet: Sheet, grid: Grid) -> tuple[PersonRow, ...]:
    sections, reasons = json.loads(lines.readline())
    numbers, hidden = sheet.rows, sheet.hidden_rows
    return tuple(
        PersonRow(
            numbers[position] + 1,
            position,
            numbers[position] in hidden,
            sections[section],
            bool(is_held),
            grid,
            reasons[reason],
        )
        for position, section, reason, is_held in _read_pieces(lines)
    )


def _packed(verdict: Verdict) -> Any:
    if verdict is BLANK:
        return None
    head = [_OUTCOMES.index(verdict.outcome), _value_out(verdict.value), verdict.reason]
    if not (verdict.choices or verdict.extras or verdict.suggestions or verdict.mark or verdict.dictionary):
        return head
    choices = [[_value_out(choice.value), choice.label] for choice in verdict.choices]
    extras = [[extra.field, _value_out(extra.value)] for extra in verdict.extras]
    suggestions = [[extra.field, _value_out(extra.value)] for extra in verdict.suggestions]
    return [*head, choices, extras, suggestions, verdict.mark, verdict.dictionary]


def _unpacked(packed: Any) -> Verdict:
    if packed is None:
        return BLANK
    outcome = _OUTCOMES[packed[0]]
    if len(packed) == 3:
        return Verdict(outcome, _value_in(packed[1]), packed[2])
    return Verdict(
        outcome,
        _value_in(packed[1]),
        packed[2],
        tuple(Choice(_value_in(value), label) for value, label in packed[3]),
        tuple(Extra(name, _value_in(value)) for name, value in packed[4]),
        tuple(Extra(name, _value_in(value)) for name, value in packed[5]),
        packed[6],
        packed[7],
    )


def _value_out(value: Value) -> Any:
    return [value.year, value.month, value.day] if isinstance(value, PartialDate) else value


def _value_in(value: Any) -> Value:
    if isinstance(value, list):
        return PartialDate(*value)
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(type(value))
