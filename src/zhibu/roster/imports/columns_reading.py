"""Judges the cells of a table: each distinct cell of a column once, then what merged cells and ditto
marks say.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from zhibu.roster.imports.interpretation import Grid, key_text
from zhibu.roster.imports.sheets.model import Kind, Merge, RawCell, Workbook
from zhibu.roster.imports.tables.columns import Column
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.dictionaries import TABLE_OF_KIND, Dictionary
from zhibu.roster.imports.values.judging import judge
from zhibu.roster.imports.values.organizations import OrganizationIndex
from zhibu.roster.imports.values.outcome import (
    BLANK,
    LEAVE_EMPTY,
    Choice,
    Outcome,
    Verdict,
    ask,
    downgraded,
    rej,
)
from zhibu.roster.imports.values.text import clean, is_ditto, squeezed

# What may run on from the row above. Names and numbers of a person never do.
_FILLED_DOWN = frozenset(
    [
        "branch",
        "text",
        "sex",
        "ethnicity",
        "education",
        "education_track",
        "degree",
        "status",
        "membership_state",
        "post",
        "stratum",
        "flag",
        "date",
        "names",
        "remark",
        "office",
    ]
)
_NEVER_SHARED = frozenset(["name", "id_number", "code_text"])
_ONLY_TEXT = frozenset(["csv", "html"])
_DITTO = "和上一行相同（第{row}行）。"
_MERGED = "和第{row}行是合并的格子。"
_NOT_SHARED = "这里不能写“同上”，请填写本人的内容。"
_SHARED_MAYBE = "这个格子和上一行共用，请确认是不是本人的。"
_STRUCK = "这个格子的文字被划掉了（删除线），请确认还要不要。"
_STRUCK_ROW = "这一行的姓名被划掉了（删除线），请确认还要不要导入这个人。"
_MERGED_DUES = "几个月合并写了一个数，请确认怎样分到各月。"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the cells of every table of a file are read with."""

    book: Workbook
    today: date
    index: OrganizationIndex
    dictionaries: Mapping[str, Dictionary]


def read_columns(grid: Grid, positions: array[int], around: Surroundings) -> None:
    """Fill the grid with the verdicts of the person rows at ``positions``."""
    is_own = grid.sheet.name == "系统版" and any(column.field == "remark_text" for column in grid.columns)
    dittos: list[tuple[Column, set[int]]] = []
    for column in grid.columns:
        vector = grid.sheet.columns.get(column.index)
        if not column.field or vector is None:
            continue
        distinct = set(_picked(vector, positions))
        distinct.discard(0)
        cells = [grid.sheet.cells[number] for number in distinct]
        context = _context(column, cells, around, is_own)
        verdicts = {0: BLANK}
        ditto: set[int] = set()
        for number in distinct:
            cell = grid.sheet.cells[number]
            if cell.kind is Kind.TEXT and len(cell.text) < 8 and is_ditto(clean(cell.text)):
                ditto.add(number)
                verdicts[number] = rej(_NOT_SHARED)
            else:
                verdicts[number] = judge(cell, column.kind, context)
        grid.vectors[column.field] = vector
        grid.verdicts[column.field] = verdicts
        if ditto:
            dittos.append((column, ditto))
    _read_merged(grid, positions)
    for column, ditto in dittos:
        _read_ditto(grid, column, positions, ditto)
    if dittos:  # a ditto mark may itself stand in a merged cell
        _read_merged(grid, positions)
    if any(cell.is_struck for cell in grid.sheet.cells):
        _read_struck(grid, positions)


def _picked(vector: array[int], positions: array[int]) -> Iterable[int]:
    if len(positions) and positions[-1] - positions[0] + 1 == len(positions):
        return vector[positions[0] : positions[-1] + 1]
    return (vector[position] for position in positions)


def _context(column: Column, cells: list[RawCell], around: Surroundings, is_own: bool) -> ColumnContext:
    has_floats = column.kind == "date" and any(
        cell.kind is Kind.NUMBER
        and "." in cell.number
        and cell.number[:4].isdecimal()
        and cell.number[4:5] == "."
        for cell in cells
    )
    if column.kind == "date" and around.book.kind in _ONLY_TEXT and not has_floats:
        has_floats = _may_be_numbers(cells)
    tells = column.kind == "status" and any("预备" in cell.text for cell in cells)
    table = "" if is_own else TABLE_OF_KIND.get(column.kind, "")  # our own export speaks our own words
    return ColumnContext(
        today=around.today,
        header=column.header,
        hint=column.hint,
        uses_1904=around.book.uses_1904,
        has_float_dates=has_floats,
        tells_probationary=tells,
        is_own_export=is_own,
        organizations=around.index,
        dictionary=around.dictionaries.get(table),
    )


def _may_be_numbers(cells: list[RawCell]) -> bool:
    """Whether months in a file without cell types may have been numbers, so that 1998.1 was typed 1998.10.

    A column that writes October out (1998.10) kept its zeros; one that pads its months (1998.07) would have
    written January as 1998.01.
    """
    texts = [squeezed(cell.text) for cell in cells if len(cell.text) < 12]
    is_padded = any(re.fullmatch(r"\d{4}\.0[1-9]", text) for text in texts)
    has_october = any(re.fullmatch(r"\d{4}\.10", text) for text in texts)
    return is_padded or not has_october


def _read_ditto(grid: Grid, column: Column, positions: array[int], ditto: set[int]) -> None:
    """As above: the verdict of the row before, for what several persons can share."""
    vector = grid.vectors[column.field]
    rows = grid.sheet.rows
    before = -1
    for position in positions:
        if vector[position] in ditto:
            verdict = _shared(grid, column, before, _DITTO) if before >= 0 else rej(_NOT_SHARED)
            jumps = before >= 0 and (rows[before] in grid.sheet.hidden_rows) != (
                rows[position] in grid.sheet.hidden_rows
            )
            if jumps and verdict.is_accepted:
                choice = Choice(verdict.value, str(verdict.value))
                verdict = ask("上一行是隐藏的行，请确认“同上”指哪一行。", choice, LEAVE_EMPTY)
            grid.overrides[position, column.field] = verdict
        before = position


def _shared(grid: Grid, column: Column, source: int, reason: str) -> Verdict:
    """The verdict that a cell takes over from the row at ``source``."""
    if column.kind in _NEVER_SHARED:
        return rej(_NOT_SHARED)
    verdict = grid.verdict(source, column.field)
    told = reason.format(row=grid.sheet.rows[source] + 1)
    if not verdict.is_accepted:
        return verdict
    if verdict.value is None:
        return rej("上一行是空的，看不出“同上”指什么。")
    if column.kind not in _FILLED_DOWN or column.field in ("birth", "remark"):
        return ask(_SHARED_MAYBE, Choice(verdict.value, str(verdict.value)), LEAVE_EMPTY)
    return replace(verdict, outcome=Outcome.FIX, reason=told)


def _read_merged(grid: Grid, positions: array[int]) -> None:
    """A merged cell belongs to every row it covers; several months under one amount are asked about."""
    if not grid.sheet.merges or not len(positions):
        return
    by_row = {grid.sheet.rows[position]: position for position in positions}
    by_index = {column.index: column for column in grid.columns if column.field in grid.vectors}
    first, last = grid.sheet.rows[positions[0]], grid.sheet.rows[positions[-1]]
    claimed: set[tuple[int, int]] = set()  # cells of sound files lie under one merge; hostile ones pile up
    for merge in grid.sheet.merges:
        if merge.last_row < first or merge.first_row > last:
            continue
        column = by_index.get(merge.first_column)
        source = by_row.get(merge.first_row)
        if column is None or source is None or (merge.first_row, column.index) in claimed:
            continue
        claimed.add((merge.first_row, column.index))
        if merge.last_column > merge.first_column:
            _merged_across(grid, source, column, merge.last_column)
        else:
            _merged_down(grid, by_row, column, merge, claimed)


def _merged_down(
    grid: Grid, by_row: dict[int, int], column: Column, merge: Merge, claimed: set[tuple[int, int]]
) -> None:
    source = by_row[merge.first_row]
    rows = grid.sheet.rows
    for position in range(source + 1, len(rows)):
        row = rows[position]
        if row > merge.last_row or (row, column.index) in claimed:
            return
        claimed.add((row, column.index))
        if row in by_row and not grid.vectors[column.field][position]:
            grid.overrides[position, column.field] = _shared(grid, column, source, _MERGED)


def _read_struck(grid: Grid, positions: array[int]) -> None:
    """Text struck out was taken back: the name asks for the whole row, any other cell for itself."""
    struck = {number for number, cell in enumerate(grid.sheet.cells) if cell.is_struck}
    names = [name for name in grid.vectors if name == "name"] + [n for n in grid.vectors if n != "name"]
    for position in positions:
        for name in names:
            if grid.vectors[name][position] not in struck:
                continue
            verdict = grid.verdict(position, name)
            if verdict.value is None:
                continue
            if name == "name":
                choices = (Choice(verdict.value, "照常导入"), Choice(None, "不导入这个人"))
                grid.overrides[position, name] = downgraded(verdict, _STRUCK_ROW, *choices)
                break
            choice = Choice(verdict.value, key_text(verdict.value))
            grid.overrides[position, name] = downgraded(verdict, _STRUCK, choice, LEAVE_EMPTY)


def _merged_across(grid: Grid, position: int, column: Column, last_column: int) -> None:
    """``30`` over January to March is not January's amount."""
    covered = [c for c in grid.columns if column.index <= c.index <= last_column]
    verdict = grid.verdict(position, column.field)
    months = [c for c in covered if c.kind == "dues_month"]
    if len(months) > 1 and isinstance(verdict.value, int) and not isinstance(verdict.value, bool):
        each, rest = divmod(verdict.value, len(months))
        label = "{count}个月，每月{yuan}.{fen:02}元".format(
            count=len(months), yuan=each // 100, fen=each % 100
        )
        choices = (Choice(f"{len(months)}x{each}", label),) if not rest else ()
        grid.overrides[position, column.field] = ask(_MERGED_DUES, *choices)
    elif len([c for c in covered if c.field]) > 1 and verdict.is_accepted and verdict.value is not None:
        reason = "这个格子横跨了几列，看不出属于哪一列，请确认。"
        grid.overrides[position, column.field] = ask(
            reason, Choice(verdict.value, str(verdict.value)), LEAVE_EMPTY
        )
