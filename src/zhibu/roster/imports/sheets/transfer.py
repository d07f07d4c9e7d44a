"""How the child hands a workbook over: JSON for the descriptions, plain arrays for the columns.

Nothing that is read back can run code, whatever a hostile file did to the child.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from zhibu.roster.imports.sheets.limits import SheetRefused
from zhibu.roster.imports.sheets.model import EMPTY_CELL, Kind, Merge, RawCell, Sheet, Workbook

_KINDS = {int(kind): kind for kind in Kind}


def write_workbook(book: Workbook, target: Path) -> None:
    """Write the workbook to a file, a line of JSON before each sheet's arrays."""
    with target.open("wb") as out:
        head = [book.file_name, book.kind, book.digest, book.uses_1904, list(book.notices), len(book.sheets)]
        write_json(out, head)
        for sheet in book.sheets:
            merges = [[m.first_row, m.first_column, m.last_row, m.last_column] for m in sheet.merges]
            write_json(
                out,
                [
                    sheet.name,
                    sheet.is_hidden,
                    sorted(sheet.hidden_rows),
                    sorted(sheet.hidden_columns),
                    merges,
                    len(sheet.rows),
                    list(sheet.columns),
                    len(sheet.cells),
                    [[*at, *place] for at, place in (sheet.origins or {}).items()],
                    sheet.width,
                ],
            )
            for start in range(0, len(sheet.cells), 10_000):
                write_json(out, [_packed(cell) for cell in sheet.cells[start : start + 10_000]])
            sheet.rows.tofile(out)
            for vector in sheet.columns.values():
                vector.tofile(out)


def read_workbook(source: Path) -> Workbook:
    """Read back what :func:`write_workbook` wrote; raises :class:`SheetRefused` if it is incomplete."""
    try:
        with source.open("rb") as lines:
            name, kind, digest, uses_1904, notices, count = json.loads(lines.readline())
            sheets = tuple(_read_sheet(lines) for _ in range(count))
    except (ValueError, TypeError, EOFError, KeyError, IndexError) as error:
        raise SheetRefused("broken") from error
    return Workbook(name, kind, digest, uses_1904, sheets, tuple(notices))


def write_json(out: BinaryIO, value: object) -> None:
    """One line of JSON."""
    out.write(json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n")


def _packed(cell: RawCell) -> object:
    if cell.kind is Kind.TEXT and not (cell.format or cell.is_formula or cell.is_struck):
        return cell.text
    marks = cell.is_formula + 2 * cell.is_struck
    return [int(cell.kind), cell.text, cell.number, cell.iso, cell.format, marks]


def _read_sheet(lines: BinaryIO) -> Sheet:
    head = json.loads(lines.readline())
    name, is_hidden, hidden_rows, hidden_columns, merges, size, numbers, count, origins, width = head
    cells: list[RawCell] = []
    while len(cells) < count:
        packed = json.loads(lines.readline())
        cells.extend(RawCell(Kind.TEXT, p) if isinstance(p, str) else _unpacked(p) for p in packed)
    if cells:
        cells[0] = EMPTY_CELL
    rows = _array(lines, size)
    columns = {int(number): _array(lines, size) for number in numbers}
    if any(max(vector, default=0) >= max(count, 1) for vector in columns.values()):
        raise SheetRefused("broken")
    return Sheet(
        name,
        is_hidden,
        rows,
        columns,
        cells,
        frozenset(hidden_rows),
        frozenset(hidden_columns),
        tuple(Merge(*merge) for merge in merges),
        {(at, column): (row, place) for at, column, row, place in origins} or None,
        width,
    )


def _unpacked(parts: Sequence[object]) -> RawCell:
    kind, text, number, iso, code, marks = parts
    is_formula, is_struck = bool(int(str(marks)) & 1), bool(int(str(marks)) & 2)
    return RawCell(_KINDS[int(str(kind))], str(text), str(number), str(iso), str(code), is_formula, is_struck)


def _array(lines: BinaryIO, size: int) -> array[int]:
    vector: array[int] = array("I")
    vector.fromfile(lines, size)
    return vector
