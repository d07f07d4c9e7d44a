"""What a file says once it was interpreted: tables, columns, rows, cells, sums, notices.

Cells are kept as columns of indexes with one verdict per distinct cell; what a row changes about a cell
is an override. Nothing here knows the database.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from zhibu.common.quick import quick
from zhibu.roster.codes import LoadedCode
from zhibu.roster.imports.sheets.model import Sheet, Workbook
from zhibu.roster.imports.tables.columns import Column
from zhibu.roster.imports.values.organizations import KnownOrganization
from zhibu.roster.imports.values.outcome import BLANK, Extra, Outcome, PartialDate, Value, Verdict

# What a title, a sheet's name or a group line can say for the rows below it.
FROM_LINES = ("branch", "party_group", "status")


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What the interpreter has to know: the civil day, the organisations a row may belong to, and what the
    office loaded of other systems' dictionaries; ``has_all_codes`` is False where they were too long.
    """

    today: date
    organizations: tuple[KnownOrganization, ...] = ()
    codes: tuple[LoadedCode, ...] = ()
    has_all_codes: bool = True


@dataclass(frozen=True, slots=True)
class PersonKey:
    """What a person can be found by, in this order: ID number, name and birth, name and phone. Empty
    parts are "".
    """

    id_number: str
    name: str
    birth: str
    phone: str


@dataclass(frozen=True, slots=True)
class CellReading:
    """One cell and its verdict. ``column`` is None for a value the table as a whole gives (branch by
    sheet name).
    """

    address: str
    original: str
    field: str
    verdict: Verdict
    column: Column | None
    is_formula: bool = False


@dataclass(slots=True)
class Grid:
    """The verdicts of one table; built by the interpreter, then only read."""

    sheet: Sheet
    columns: tuple[Column, ...]
    vectors: dict[str, array[int]] = field(default_factory=dict)
    verdicts: dict[str, dict[int, Verdict]] = field(default_factory=dict)
    overrides: dict[tuple[int, str], Verdict] = field(default_factory=dict)

    def verdict(self, position: int, name: str) -> Verdict:
        """The verdict on a field of the row at a position; BLANK where the table has no such column."""
        if self.overrides:
            found = self.overrides.get((position, name))
            if found is not None:
                return found
        vector = self.vectors.get(name)
        return BLANK if vector is None else self.verdicts[name][vector[position]]


@quick
class PersonRow:
    """One person of a table.

    ``number`` is the row as the office program counts it. ``is_held`` rows (dead, transferred) are not
    imported as active members unless a person says so; ``held`` says why where it is not the remark.
    ``section`` is the group line the row stands under.
    """

    number: int
    position: int
    is_hidden: bool
    section: str
    is_held: bool
    grid: Grid
    held: str = ""

    @property
    def key(self) -> PersonKey:
        """What the person can be found by; only accepted values count, so a doubtful number is no key."""
        value = self.value
        return PersonKey(
            key_text(value("id_number")),
            key_text(value("name")),
            key_text(value("birth")),
            key_text(value("phone")),
        )

    def verdict(self, name: str) -> Verdict:
        """The verdict on a field; BLANK where the table has no such column."""
        return self.grid.verdict(self.position, name)

    def value(self, name: str) -> Value:
        """The accepted value of a field; None for an empty, ASK or REJ cell."""
        verdict = self.verdict(name)
        return verdict.value if verdict.outcome in (Outcome.OK, Outcome.FIX) else None

    def accepted(self) -> list[Extra]:
        """Every value that may enter, those included that stood in another field's cell; no empty ones."""
        found: dict[str, Value] = {}
        extras: list[Extra] = []
        for cell in self.cells():
            if cell.verdict.is_accepted:
                if cell.verdict.value is not None:
                    found[cell.field] = cell.verdict.value
                extras.extend(cell.verdict.extras)
        for extra in extras:
            found.setdefault(extra.field, extra.value)
        return [Extra(name, value) for name, value in found.items() if name and value is not None]

    def cells(self) -> Iterator[CellReading]:
        """Every cell of the row that is not empty, imported or not, in the order of the columns."""
        sheet, grid = self.grid.sheet, self.grid
        for column in grid.columns:
            raw = sheet.cell(self.position, column.index)
            place = sheet.place(self.position, column.index)
            if column.field:
                verdict = grid.verdict(self.position, column.field)
                if raw.text or verdict is not BLANK:
                    yield CellReading(place, raw.text, column.field, verdict, column, raw.is_formula)
            elif raw.text:
                verdict = Verdict(Outcome.REJ, None, column.note or "这一列没有选用途，原文保留。")
                yield CellReading(place, raw.text, "", verdict, column, raw.is_formula)
        for name in FROM_LINES:
            virtual = None if name in grid.vectors else grid.overrides.get((self.position, name))
            if virtual is not None:
                yield CellReading("A" + str(self.number), "", name, virtual, None)

    def suggestions(self) -> list[Extra]:
        """Changes that cells hint at; shown, applied only when a person confirms."""
        return [extra for cell in self.cells() for extra in cell.verdict.suggestions]


@dataclass(frozen=True, slots=True)
class OtherRow:
    """A row that is no person; ``kind`` is a RowKind value, ``reason`` says it in Chinese."""

    number: int
    kind: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class TotalCheck:
    """A number of persons the table states, and what was counted; ``key``: all, full, probationary, male,
    female.
    """

    number: int
    key: str
    stated: int
    counted: int

    @property
    def agrees(self) -> bool:
        """Whether both are the same."""
        return self.stated == self.counted


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know before importing. ``code`` is stable, ``text`` is shown."""

    code: str
    text: str
    sheet: str = ""
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``kind``: roster, development, dues, organizations, offices, mobile, meetings or other.

    ``is_selected`` is False where rows are not imported by default: a summary of the other sheets, a hidden
    sheet, a table without persons; ``skip_reason`` says which.
    """

    sheet_name: str
    sheet_index: int
    kind: str
    fingerprint: str
    title: tuple[str, ...]
    header_rows: tuple[int, int]
    columns: tuple[Column, ...]
    rows: tuple[PersonRow, ...]
    others: tuple[OtherRow, ...]
    totals: tuple[TotalCheck, ...]
    is_selected: bool
    skip_reason: str
    grid: Grid

    def counts(self) -> Counter[str]:
        """How many imported cells ended as OK, FIX, ASK and REJ; empty cells are not counted."""
        found: Counter[str] = Counter()
        for column in self.columns:
            vector = self.grid.vectors.get(column.field)
            if vector is None:
                continue
            verdicts = self.grid.verdicts[column.field]
            by_index = Counter([vector[row.position] for row in self.rows])
            for index, times in by_index.items():
                if index:
                    found[verdicts[index].outcome] += times
        positions = {row.position for row in self.rows}
        for (position, name), verdict in self.grid.overrides.items():
            if position not in positions:
                continue
            vector = self.grid.vectors.get(name)
            if vector is not None and vector[position]:
                found[self.grid.verdicts[name][vector[position]].outcome] -= 1
            found[verdict.outcome] += 1
        return found


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Rows with one ID number: ``merge`` proposes that they are one person, ``conflict`` that they cannot
    be.
    """

    kind: str
    id_number: str
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The whole file."""

    workbook: Workbook
    tables: tuple[Table, ...]
    duplicates: tuple[Duplicate, ...]
    notices: tuple[Notice, ...]

    def persons(self) -> Iterator[PersonRow]:
        """The persons of all selected tables, in the order of the file."""
        for table in self.tables:
            if table.is_selected:
                yield from table.rows


def key_text(value: Value) -> str:
    """A value as part of a person's key."""
    if isinstance(value, PartialDate):
        return value.iso()
    return "" if value is None else str(value)
