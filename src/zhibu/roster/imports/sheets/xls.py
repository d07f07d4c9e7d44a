"""Reads a binary .xls (and .et, which is the same inside) with xlrd, formats and hidden rows included."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import xlrd

from zhibu.roster.imports.sheets.collect import SheetCollector
from zhibu.roster.imports.sheets.formats import number_cell
from zhibu.roster.imports.sheets.limits import Limits, SheetRefused
from zhibu.roster.imports.sheets.model import EMPTY_CELL, Kind, Merge, RawCell, Sheet

_FORMULA_RECORDS = (0x0006, 0x0206, 0x0406)
_END_OF_SHEET = 0x000A
_NUMBER_TYPES = (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE)


def read_xls(path: Path, limits: Limits) -> tuple[bool, list[Sheet]]:
    """Whether the file counts days from 1904, and its sheets in order."""
    try:
        book = xlrd.open_workbook(
            file_contents=path.read_bytes(), formatting_info=True, on_demand=True, logfile=io.StringIO()
        )
        _check_count(book.nsheets, limits)
        sheets = []
        for index in range(book.nsheets):
            sheets.append(_read_sheet(book, index, limits))
            book.unload_sheet(index)
        return bool(book.datemode), sheets
    except (SheetRefused, MemoryError):
        raise
    except xlrd.XLRDError as error:
        message = str(error).lower()
        raise SheetRefused(
            "encrypted" if "encrypt" in message or "password" in message else "broken"
        ) from error
    except Exception as error:  # xlrd answers a damaged file with whatever its parsing stumbled over
        raise SheetRefused("broken") from error


def _check_count(sheets: int, limits: Limits) -> None:
    if sheets > limits.sheets:
        raise SheetRefused("too_many_sheets")


def _read_sheet(book: xlrd.book.Book, index: int, limits: Limits) -> Sheet:
    source = book.sheet_by_index(index)
    collector = SheetCollector(source.name, source.visibility != 0, limits)
    formulas = _formula_cells(book, index)
    formats = [
        book.format_map[xf.format_key].format_str if xf.format_key in book.format_map else "General"
        for xf in book.xf_list
    ]
    struck = [bool(book.font_list[xf.font_index].struck_out) for xf in book.xf_list]
    uses_1904 = bool(book.datemode)
    for row in range(source.nrows):
        types, values = source.row_types(row), source.row_values(row)
        cells = []
        for column, kind in enumerate(types):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            code = formats[source.cell_xf_index(row, column)]
            cell = _cell(kind, values[column], code, uses_1904, (row, column) in formulas)
            if struck[source.cell_xf_index(row, column)] and cell is not EMPTY_CELL:
                cell = replace(cell, is_struck=True)
            if found := collector.index_of(cell):
                cells.append((column, found))
        if cells:
            info = source.rowinfo_map.get(row)
            collector.add_row(row, cells, bool(info and info.hidden))
    collector.hidden_columns.update(c for c, info in source.colinfo_map.items() if info.hidden)
    for top, bottom, left, right in source.merged_cells:
        collector.add_merge(Merge(top, left, bottom - 1, right - 1))
    return collector.finish()


def _cell(kind: int, value: object, code: str, uses_1904: bool, is_formula: bool) -> RawCell:
    if kind in _NUMBER_TYPES:
        number = float(str(value))
        raw = str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
        return number_cell(raw, code, uses_1904, is_formula)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return RawCell(Kind.BOOL, "TRUE" if value else "FALSE", is_formula=is_formula)
    if kind == xlrd.XL_CELL_ERROR:
        shown = xlrd.error_text_from_code.get(int(str(value)), "#N/A")
        return RawCell(Kind.ERROR, shown, is_formula=is_formula)
    text = str(value)
    if not text:
        return RawCell(Kind.ERROR, "", is_formula=True) if is_formula else EMPTY_CELL
    return RawCell(Kind.TEXT, text, is_formula=is_formula)


def _formula_cells(book: xlrd.book.Book, index: int) -> frozenset[tuple[int, int]]:
    """The cells that hold formulas; xlrd shows only their results, so their records are looked up."""
    found: set[tuple[int, int]] = set()
    memory: bytes = book.mem
    position: int = _sheet_positions(book)[index]
    is_first = True
    depth = 0
    while position + 4 <= len(memory):
        record, length = struct.unpack_from("<HH", memory, position)
        if record == 0x0809:
            depth += 1
        elif record == _END_OF_SHEET:
            depth -= 1
            if depth <= 0:
                break
        elif record in _FORMULA_RECORDS and length >= 4 and position + 8 <= len(memory):
            found.add(struct.unpack_from("<HH", memory, position + 4))
        if is_first and record != 0x0809:
            break
        is_first = False
        position += 4 + length
    return frozenset(found)


def _sheet_positions(book: xlrd.book.Book) -> Sequence[int]:
    positions: Sequence[int] = book._sh_abs_posn
    return positions
