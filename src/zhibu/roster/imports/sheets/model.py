"""What a file holds, without an opinion about it: sheets, used rows, distinct cells.

A sheet of a county has 1.4 million cells but few distinct ones, so a column is an array of indexes
into the sheet's list of distinct cells; index 0 is the empty cell. Rows and columns are 0-based.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from zhibu.common.quick import quick


class Kind(IntEnum):
    """What the file itself says a cell is."""

    EMPTY = 0
    TEXT = 1
    NUMBER = 2
    DATE = 3
    BOOL = 4
    ERROR = 5


@quick
class RawCell:
    """One distinct cell.

    ``text`` is what a person sees in the office program, as near as we can tell; ``number`` the
    stored decimal of NUMBER and DATE cells; ``iso`` the date a DATE cell shows (``1998-07`` where
    its format shows no day); ``format`` the number format; ``is_formula`` if ``text`` is a saved result;
    ``is_struck`` if it is struck out.
    """

    kind: Kind
    text: str
    number: str = ""
    iso: str = ""
    format: str = ""
    is_formula: bool = False
    is_struck: bool = False


EMPTY_CELL = RawCell(Kind.EMPTY, "")


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: ``columns[c][i]`` is the index in ``cells`` of the cell in row ``rows[i]``.

    A form that was laid out again as a table says in ``origins`` where each (position, column) really stands,
    and in ``width`` how many columns the form has.
    """

    name: str
    is_hidden: bool
    rows: array[int]
    columns: Mapping[int, array[int]]
    cells: Sequence[RawCell]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    merges: tuple[Merge, ...]
    origins: Mapping[tuple[int, int], tuple[int, int]] | None = None
    width: int = 0

    def place(self, position: int, column: int) -> str:
        """The address of a cell as the office program shows it."""
        found = self.origins.get((position, column)) if self.origins else None
        return address(*found) if found else column_letters(column) + str(self.rows[position] + 1)

    def cell(self, position: int, column: int) -> RawCell:
        """The cell in the used row at ``position`` (an index into ``rows``, not a row number)."""
        indexes = self.columns.get(column)
        return self.cells[indexes[position]] if indexes is not None else EMPTY_CELL


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that was read. ``kind`` is what it really is: xlsx, xls, csv, html or xml."""

    file_name: str
    kind: str
    digest: str
    uses_1904: bool
    sheets: tuple[Sheet, ...]
    notices: tuple[str, ...] = ()


def column_letters(column: int) -> str:
    """The letters of a 0-based column: 0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """The address of a 0-based cell as the office programs write it: (4, 1) → B5."""
    return f"{column_letters(column)}{row + 1}"
