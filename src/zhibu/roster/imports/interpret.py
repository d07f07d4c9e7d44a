"""The interpreter: from a workbook to tables of persons with a verdict on every cell."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from zhibu.roster.imports.columns_reading import Surroundings, read_columns
from zhibu.roster.imports.crosschecks import RowChecks
from zhibu.roster.imports.duplicates import find_duplicates, skip_summaries
from zhibu.roster.imports.interpretation import (
    Grid,
    ImportContext,
    Interpretation,
    Notice,
    OtherRow,
    PersonRow,
    Table,
)
from zhibu.roster.imports.ledgers import kind_of, skip_reason
from zhibu.roster.imports.notices import file_notices, sheet_notices
from zhibu.roster.imports.sections import Sections
from zhibu.roster.imports.sheets.model import Sheet, Workbook
from zhibu.roster.imports.tables.cards import cards_of
from zhibu.roster.imports.tables.columns import ChosenColumns, Column, fingerprint_of, map_columns, parts_of
from zhibu.roster.imports.tables.regions import Region, find_regions
from zhibu.roster.imports.tables.rows import FoundRow, RowKind, RowSorter
from zhibu.roster.imports.totals import checks_of, over_parts
from zhibu.roster.imports.values.dictionaries import MOST_CODES, dictionaries_of
from zhibu.roster.imports.values.organizations import organization_index
from zhibu.roster.imports.values.outcome import BLANK
from zhibu.roster.imports.values.remarks import NOT_ACTIVE
from zhibu.roster.imports.values.text import clean

_LEFT_BY = {
    "transfer_date": "填了转出时间，没有作为在册党员导入；如果仍然在册，请清空这一格再导入。",
    "transfer_place": "填了转出单位，没有作为在册党员导入；如果仍然在册，请清空这一格再导入。",
    "disabled_date": "填了停用时间，没有作为在册党员导入；如果仍然在册，请清空这一格再导入。",
    "decrease_info": "填了减少信息，没有作为在册党员导入；如果仍然在册，请清空这一格再导入。",
}
_CARDS = "工作表“{name}”是一人一张的登记表，已经按表格读取，共{count}人，请在下面核对。"
_LEFT_OVER = "有些格子没有认出来，没有导入：{cells}。"
_TOO_MANY_CODES = "装入的字典一共超过{most}个代码，这一次没有用字典读表；请系统管理员核对装入的字典。".format(
    most=MOST_CODES
)
_FLOWED_IN = "流动类型是流入，组织关系不在这里，没有作为本支部党员导入。"
_REASONS = {
    RowKind.GROUP: "这是分组的标题行，不是党员。",
    RowKind.TOTAL: "这是合计行，只用来核对人数。",
    RowKind.NOTE: "这是说明，不是党员。",
    RowKind.SIGNATURE: "这是签字或者填报信息，不是党员。",
    RowKind.SAMPLE: "这好像是填写示例，没有导入；如果真有这个人，请改成实际内容再导入。",
    RowKind.HEADER: "这是重复的表头。",
    RowKind.NAMELESS: "这一行没有姓名和身份证号，没有导入。",
    RowKind.CONTINUED: "这一行和上一行的姓名是合并的格子，没有单独导入，请核对。",
}


@dataclass(frozen=True, slots=True)
class _Setting:
    """What every table of a file is read with."""

    around: Surroundings
    chosen: Mapping[str, ChosenColumns]


@dataclass(frozen=True, slots=True)
class _Part:
    """A table before it is read: its region, its columns (one part of those side by side), its title."""

    sheet_index: int
    region: Region
    columns: tuple[Column, ...]
    fingerprint: str
    title: tuple[str, ...]


def interpret(
    workbook: Workbook, context: ImportContext, mapping: Sequence[ChosenColumns] | None = None
) -> Interpretation:
    """Interpret a file.

    ``mapping`` holds, for each table fingerprint, columns a person chose or confirmed before; it goes before
    everything the interpreter finds by itself. The result depends on nothing but the arguments.
    """
    workbook, notices = _with_cards(workbook)
    chosen = {item.fingerprint: item for item in mapping or ()}
    index, codes = organization_index(context.organizations), dictionaries_of(context.codes)
    setting = _Setting(Surroundings(workbook, context.today, index, codes), chosen)
    tables: list[Table] = []
    for number, sheet in enumerate(workbook.sheets):
        found = [_table(sheet, part, setting) for part in _parts_of_sheet(sheet, number, setting)]
        tables.extend(over_parts(found))
        notices.extend(sheet_notices(sheet, found))
    tables, summary_notices = skip_summaries(tables)
    duplicates = find_duplicates([table for table in tables if table.is_selected])
    notices.extend(summary_notices)
    if not context.has_all_codes:
        notices.append(Notice("dictionaries_too_long", _TOO_MANY_CODES))
    return Interpretation(workbook, tuple(tables), duplicates, file_notices(notices, tables))


def _with_cards(workbook: Workbook) -> tuple[Workbook, list[Notice]]:
    """The workbook with its one-person forms laid out as tables, and what to say about them."""
    sheets, notices = [], []
    for sheet in workbook.sheets:
        cards = cards_of(sheet)
        sheets.append(cards.sheet if cards else sheet)
        if cards:
            text = _CARDS.format(name=sheet.name, count=cards.persons)
            if cards.left_over:
                text += _LEFT_OVER.format(cells="、".join(cards.left_over[:10]))
            notices.append(Notice("card_sheet", text, sheet.name))
    return replace(workbook, sheets=tuple(sheets)), notices


def _parts_of_sheet(sheet: Sheet, number: int, setting: _Setting) -> list[_Part]:
    found: list[_Part] = []
    floor = 0
    for region in find_regions(sheet):
        fingerprint = fingerprint_of(region.paths)
        columns = map_columns(sheet, region, setting.chosen.get(fingerprint))
        start = 0 if not floor else _first_line_above(sheet, floor, region.first_header)
        title = _lines(sheet, start, region.first_header)
        floor = region.last_header + 1
        useful = [part for part in parts_of(columns) if sum(1 for column in part if column.field) >= 2]
        found.extend(_Part(number, region, part, fingerprint, title) for part in useful)
    return found


def _first_line_above(sheet: Sheet, floor: int, header: int) -> int:
    """Where the title of a later table begins: up to three lines of one text right above its header."""
    first = header
    while first > max(floor, header - 3):
        filled = sum(1 for vector in sheet.columns.values() if vector[first - 1])
        if filled != 1:
            break
        first -= 1
    return first


def _table(sheet: Sheet, part: _Part, setting: _Setting) -> Table:
    kind = kind_of(part.columns, (*part.title, sheet.name, setting.around.book.file_name))
    rows = RowSorter(sheet, part.columns, part.region).rows()
    grid = Grid(sheet, part.columns)
    persons = [row for row in rows if row.kind is RowKind.PERSON]
    positions = array("I", (row.position for row in persons))
    read_columns(grid, positions, setting.around)
    sections = Sections(grid, part.title, setting.around.index, tells_status=kind == "roster")
    if kind in ("roster", "development", "mobile"):
        sections.apply(persons)
    if kind in ("roster", "development"):
        checks = RowChecks(grid, setting.around.today)
        for position in positions:
            checks.check(position)
    people = tuple(_person(row, sheet, grid, kind, sections) for row in persons)
    skip = skip_reason(kind, sheet, people)
    first, last = (sheet.rows[at] + 1 for at in (part.region.first_header, part.region.last_header))
    return Table(
        sheet_name=sheet.name,
        sheet_index=part.sheet_index,
        kind=kind,
        fingerprint=part.fingerprint,
        title=part.title,
        header_rows=(first, last),
        columns=part.columns,
        rows=people,
        others=_others(sheet, rows),
        totals=checks_of(sheet, rows, people),
        is_selected=not skip,
        skip_reason=skip,
        grid=grid,
    )


def _person(row: FoundRow, sheet: Sheet, grid: Grid, kind: str, sections: Sections) -> PersonRow:
    position = row.position
    is_held = _is_held(grid, position) or (kind == "development" and not _is_member(grid, position))
    held = sections.meaning(row.section).held or _said_elsewhere(grid, position)
    number = sheet.rows[position]
    return PersonRow(
        number + 1, position, number in sheet.hidden_rows, row.section, is_held or bool(held), grid, held
    )


def _said_elsewhere(grid: Grid, position: int) -> str:
    """What a filled column says about a person who is no member here (any more)."""
    for name, told in _LEFT_BY.items():
        if name in grid.vectors and grid.verdict(position, name).value is not None:
            return told
    if "mobile_kind" in grid.vectors and "流入" in str(grid.verdict(position, "mobile_kind").value or ""):
        return _FLOWED_IN
    return ""


def _is_member(grid: Grid, position: int) -> bool:
    """Whether a row of a development list says that the person was admitted."""
    status = grid.verdict(position, "status").value
    return status in ("full", "probationary") or grid.verdict(position, "joined_date").value is not None


def _is_held(grid: Grid, position: int) -> bool:
    remark = grid.verdict(position, "remark")
    hints = (*remark.suggestions, *grid.verdict(position, "name").suggestions)
    if any(hint.field == "remark_hint" and hint.value in NOT_ACTIVE for hint in hints):
        return True
    state = grid.verdict(position, "membership_state")
    if state is not BLANK and state.value not in (None, "normal", "retained", "restored", "suspended"):
        return True
    status = grid.verdict(position, "status")
    if status.value in ("applicant", "activist", "development_target"):
        return True
    return any(hint.field == "membership_state" for hint in status.suggestions)


def _lines(sheet: Sheet, start: int, stop: int) -> tuple[str, ...]:
    """The texts above a table: title, reporting unit, unit line."""
    lines = []
    for position in range(start, stop):
        texts = [clean(sheet.cell(position, column).text) for column in sheet.columns]
        line = " ".join(text for text in texts if text)
        if line:
            lines.append(line[:300])
    return tuple(lines)


def _others(sheet: Sheet, rows: list[FoundRow]) -> tuple[OtherRow, ...]:
    return tuple(
        OtherRow(sheet.rows[row.position] + 1, row.kind.value, row.text, _REASONS[row.kind])
        for row in rows
        if row.kind not in (RowKind.PERSON, RowKind.BLANK)
    )


def selected_again(interpretation: Interpretation, sheet_names: Sequence[str]) -> Interpretation:
    """The same interpretation with the tables of these sheets selected and those of all others not."""
    tables = tuple(
        replace(table, is_selected=table.sheet_name in sheet_names and bool(table.rows))
        for table in interpretation.tables
    )
    duplicates = find_duplicates([table for table in tables if table.is_selected])
    return replace(interpretation, tables=tables, duplicates=duplicates)


__all__ = ["ChosenColumns", "ImportContext", "Interpretation", "interpret", "selected_again"]
