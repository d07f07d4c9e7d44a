"""Where the tables of a sheet are: header rows found by how many headers of the dictionary they hold."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress

from zhibu.roster.imports.sheets.limits import DEFAULT_LIMITS, SheetRefused
from zhibu.roster.imports.sheets.model import EMPTY_CELL, Kind, Merge, RawCell, Sheet
from zhibu.roster.imports.tables.headers import field_named, is_header_text

_DEEPEST = 4
_LONGEST_HEADER = 60


@dataclass(frozen=True, slots=True)
class Region:
    """A table: positions of its first and last header row, of its first data row and of the row after its
    last.
    """

    first_header: int
    last_header: int
    end: int
    paths: tuple[tuple[int, tuple[str, ...]], ...]


class SheetScan:
    """Counts header words of each row, once for the whole sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        size = len(sheet.rows)
        self.hits = [0] * size
        words = {
            i for i, cell in enumerate(sheet.cells) if cell.kind is Kind.TEXT and is_header_text(cell.text)
        }
        for vector in sheet.columns.values():
            for position in compress(range(size), map(words.__contains__, vector)):
                self.hits[position] += 1
        self.words = words
        self.names = {i for i in words if field_named(sheet.cells[i].text) == "name"}
        self.merges_by_row: dict[int, list[Merge]] = {}
        for merge in sheet.merges:
            self.merges_by_row.setdefault(merge.first_row, []).append(merge)

    def is_header_row(self, position: int) -> bool:
        """At least three header words, or the name and one more, and at least half of what is filled."""
        hits = self.hits[position]
        if hits < 2 or hits * 2 < self.filled(position) or self.is_card_row(position):
            return False
        return hits >= 3 or self.has_name(position)

    def filled(self, position: int) -> int:
        """How many cells of a row hold something."""
        return sum(1 for vector in self.sheet.columns.values() if vector[position])

    def is_card_row(self, position: int) -> bool:
        """Whether labels and values alternate, as on a form with one person: 姓名 王军 性别 男."""
        sheet = self.sheet
        filled = [vector[position] for vector in sheet.columns.values() if vector[position]]
        if len(filled) < 4 or self.hits[position] * 2 > len(filled) + 1:
            return False
        return all((index in self.words) is (at % 2 == 0) for at, index in enumerate(filled))

    def has_name(self, position: int) -> bool:
        """Whether a row holds the header of the name column."""
        return any(vector[position] in self.names for vector in self.sheet.columns.values())

    def short_texts(self, position: int) -> bool:
        """Whether everything in a row is short text without a colon, as headers are."""
        for vector in self.sheet.columns.values():
            cell = self.sheet.cells[vector[position]]
            if cell.kind is Kind.EMPTY:
                continue
            is_text = cell.kind is Kind.TEXT and len(cell.text) <= _LONGEST_HEADER
            if not is_text or cell.text.rstrip().endswith((":", "：")) or "填报" in cell.text:
                return False
        return True

    def spans_columns(self, position: int) -> bool:
        """Whether a merged cell of this row lies over several, but not all, columns."""
        row = self.sheet.rows[position]
        return any(m.last_column > m.first_column for m in self.merges_by_row.get(row, []))


def find_regions(sheet: Sheet) -> list[Region]:
    """The tables of a sheet from top to bottom."""
    scan = SheetScan(sheet)
    candidates = [position for position in range(len(sheet.rows)) if scan.is_header_row(position)]
    blocks: list[tuple[int, int]] = []
    for position in candidates:
        if blocks and position <= blocks[-1][1]:
            continue
        first, last = _upward(scan, position, blocks[-1][1] if blocks else -1), _downward(scan, position)
        blocks.append((first, last))
    starts = [first for first, _ in blocks] + [len(sheet.rows)]
    if len(blocks) > DEFAULT_LIMITS.tables:
        raise SheetRefused("too_many_tables")
    regions = []
    for number, (first, last) in enumerate(blocks):
        regions.append(Region(first, last, starts[number + 1], _paths(sheet, first, last)))
    return regions


def _upward(scan: SheetScan, position: int, floor: int) -> int:
    """The first header row: group headings above belong to the header."""
    first = position
    rows = scan.sheet.rows
    while first - 1 > floor and position - first < _DEEPEST - 1:
        above = first - 1
        is_next = rows[first] - rows[above] == 1
        is_heading = scan.filled(above) >= 2 and scan.short_texts(above)
        if not (is_next and is_heading and (scan.spans_columns(above) or scan.hits[above])):
            break
        first = above
    return first


def _downward(scan: SheetScan, position: int) -> int:
    """The last header row: sub-headings below belong to the header unless they begin a new one."""
    last = position
    rows = scan.sheet.rows
    while last + 1 < len(rows) and last - position < _DEEPEST - 1:
        below = last + 1
        if rows[below] - rows[last] != 1 or not scan.short_texts(below):
            break
        has_own_name = scan.has_name(last) and _names_again(scan, last, below)
        is_sub_heading = scan.hits[below] * 2 >= scan.filled(below) and scan.hits[below] >= 1
        is_below = _lies_below(scan, last, below) or _refines(scan, last, below)
        if has_own_name or not (is_sub_heading and is_below):
            break
        last = below
    return last


def _names_again(scan: SheetScan, upper: int, lower: int) -> bool:
    """Whether the lower row has a name column of its own, not one under a heading such as 入党介绍人."""
    under_merge = _under_merge(scan, upper)
    return any(
        vector[lower] in scan.names and vector[upper] and column not in under_merge
        for column, vector in scan.sheet.columns.items()
    )


def _lies_below(scan: SheetScan, upper: int, lower: int) -> bool:
    """Whether the lower row fills places the upper row left to it, so that it cannot be a data row."""
    free = total = 0
    under_merge = _under_merge(scan, upper)
    for column, vector in scan.sheet.columns.items():
        if vector[lower]:
            total += 1
            follows_blank = not vector[upper] or column in under_merge
            next_blank = column + 1 in scan.sheet.columns and not scan.sheet.columns[column + 1][upper]
            free += follows_blank or next_blank
    return free * 2 >= total


def _refines(scan: SheetScan, upper: int, lower: int) -> bool:
    """Whether every cell of the lower row is a header word below one that is none: 证件信息 over 身份证号."""
    return all(
        vector[lower] in scan.words and vector[upper] not in scan.words
        for vector in scan.sheet.columns.values()
        if vector[lower]
    )


def _under_merge(scan: SheetScan, position: int) -> set[int]:
    """The columns below cells of this row that are merged over several columns."""
    return {
        column
        for merge in scan.merges_by_row.get(scan.sheet.rows[position], [])
        if merge.last_column > merge.first_column
        for column in range(merge.first_column, min(merge.last_column, merge.first_column + 64) + 1)
    }


def _paths(sheet: Sheet, first: int, last: int) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """For each column the header texts from top to bottom, merged cells filled in."""
    covering = _covering(sheet, sheet.rows[first], sheet.rows[last])
    positions = {sheet.rows[position]: position for position in range(first, last + 1)}
    rows = range(sheet.rows[first], sheet.rows[last] + 1)
    columns = sorted(set(sheet.columns) | {column for _, column in covering})
    texts: dict[tuple[int, int], str] = {}
    for row in rows:
        left = ""
        for column in columns:
            text = _cell_at(sheet, positions, row, column).text.strip()
            origin = covering.get((row, column))
            if not text and origin is not None:
                text = _cell_at(sheet, positions, origin[0], origin[1]).text.strip()
            elif not text and row < sheet.rows[last] and left:
                below = positions.get(row + 1)
                text = left if below is not None and sheet.cell(below, column).text.strip() else ""
            left = text or left
            texts[row, column] = text
    paths = []
    for column in columns:
        segments = [texts[row, column] for row in rows if texts[row, column]]
        if segments:
            paths.append((column, tuple(dict.fromkeys(segments))))
    return tuple(paths)


def _covering(sheet: Sheet, top: int, bottom: int) -> dict[tuple[int, int], tuple[int, int]]:
    """The cells of the header rows that lie under a merged one, with where that one begins."""
    covering: dict[tuple[int, int], tuple[int, int]] = {}
    for merge in sheet.merges:
        if merge.first_row > bottom or merge.last_row < top:
            continue
        for row in range(max(merge.first_row, top), min(merge.last_row, bottom) + 1):
            for column in range(merge.first_column, min(merge.last_column, merge.first_column + 128) + 1):
                covering[row, column] = (merge.first_row, merge.first_column)
    return covering


def _cell_at(sheet: Sheet, positions: dict[int, int], row: int, column: int) -> RawCell:
    position = positions.get(row)
    return EMPTY_CELL if position is None else sheet.cell(position, column)
