"""Gathers the cells of a sheet into compact columns while a reader walks through it."""

from __future__ import annotations

from array import array

from zhibu.roster.imports.sheets.limits import Limits, SheetRefused
from zhibu.roster.imports.sheets.model import EMPTY_CELL, Kind, Merge, RawCell, Sheet


class SheetCollector:
    """Takes cells row by row and keeps each distinct cell once."""

    def __init__(self, name: str, is_hidden: bool, limits: Limits) -> None:
        self.name = name
        self.is_hidden = is_hidden
        self.limits = limits
        self.rows: array[int] = array("I")
        self.columns: dict[int, array[int]] = {}
        self.cells: list[RawCell] = [EMPTY_CELL]
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.merges: list[Merge] = []
        self._indexes: dict[tuple[int, str, str, str, str, bool, bool], int] = {}
        self._texts: dict[str, int] = {}

    def index_of(self, cell: RawCell) -> int:
        """The index of a cell in this sheet's list, which grows with each new one."""
        if cell is EMPTY_CELL:
            return 0
        fresh = len(self.cells)
        if cell.kind is Kind.TEXT and not (cell.is_formula or cell.is_struck):
            index = self._texts.setdefault(cell.text, fresh)
        else:
            key = (
                int(cell.kind),
                cell.text,
                cell.number,
                cell.iso,
                cell.format,
                cell.is_formula,
                cell.is_struck,
            )
            index = self._indexes.setdefault(key, fresh)
        if index == fresh:
            if len(cell.text) > self.limits.cell_characters:
                raise SheetRefused("cell_too_long")
            self.cells.append(cell)
        return index

    def begin_row(self, row: int, is_hidden: bool) -> int:
        """Begin a row that holds something; its position among the used rows. Rows come in order."""
        position = len(self.rows)
        if position >= self.limits.used_rows:
            raise SheetRefused("too_many_rows")
        if position and self.rows[-1] >= row:
            raise SheetRefused("broken")
        self.rows.append(row)
        if is_hidden:
            self.hidden_rows.add(row)
        return position

    def vector(self, column: int) -> array[int]:
        """The indexes of a column so far; it may be shorter than the rows."""
        vector = self.columns.get(column)
        if vector is None:
            if len(self.columns) >= self.limits.used_columns:
                raise SheetRefused("too_many_columns")
            vector = self.columns[column] = array("I")
        return vector

    def add_row(self, row: int, cells: list[tuple[int, int]], is_hidden: bool) -> None:
        """Add a used row: pairs of column and cell index, none of them empty."""
        position = self.begin_row(row, is_hidden)
        for column, index in cells:
            put(self.vector(column), position, index)

    def add_merge(self, merge: Merge) -> None:
        """Keep a merged range; more of them than a sheet has room for are no work of an office."""
        if len(self.merges) >= self.limits.merges:
            raise SheetRefused("hostile")
        self.merges.append(merge)

    def finish(self) -> Sheet:
        """The sheet, every column as long as the rows."""
        size = len(self.rows)
        for vector in self.columns.values():
            vector.frombytes(bytes(4 * (size - len(vector))))
        return Sheet(
            name=self.name,
            is_hidden=self.is_hidden,
            rows=self.rows,
            columns=dict(sorted(self.columns.items())),
            cells=self.cells,
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
            merges=tuple(self.merges),
        )


def put(vector: array[int], position: int, index: int) -> None:
    """Set a cell at a position a column has not reached yet; a second cell at the same place is ignored."""
    missing = position - len(vector)
    if missing > 0:
        vector.frombytes(bytes(4 * missing))
    if missing >= 0:
        vector.append(index)
