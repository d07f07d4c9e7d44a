"""The interpreter: from a workbook to tables of persons with a verdict on every cell."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from zhibu.roster.imports.columns_reading import read_columns
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
    TotalCheck,
)
from zhibu.roster.imports.sheets.model import Sheet, Workbook
from zhibu.roster.imports.tables.columns import ChosenColumns, Column, fingerprint_of, map_columns, parts_of
from zhibu.roster.imports.tables.headers import fields
from zhibu.roster.imports.tables.regions import Region, find_regions, looks_like_card
from zhibu.roster.imports.tables.rows import FoundRow, RowKind, RowSorter, counts_in
from zhibu.roster.imports.values.organizations import OrganizationIndex, kind_and_core, organization_index
from zhibu.roster.imports.values.outcome import BLANK, Outcome, Verdict
from zhibu.roster.imports.values.remarks import NOT_ACTIVE
from zhibu.roster.imports.values.text import clean

_NO_TABLE = "没有在文件里找到名册：请检查有没有“姓名”这样的表头。"
_NOBODY = "找到了表头，但是下面没有党员：请检查文件选对了没有。"
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

    workbook: Workbook
    context: ImportContext
    index: OrganizationIndex
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
    chosen = {item.fingerprint: item for item in mapping or ()}
    setting = _Setting(workbook, context, organization_index(context.organizations), chosen)
    tables: list[Table] = []
    notices: list[Notice] = []
    for number, sheet in enumerate(workbook.sheets):
        found = [_table(sheet, part, setting) for part in _parts_of_sheet(sheet, number, setting)]
        tables.extend(found)
        notices.extend(_sheet_notices(sheet, found))
    tables, summary_notices = skip_summaries(tables)
    duplicates = find_duplicates([table for table in tables if table.is_selected])
    notices.extend(summary_notices)
    notices.extend(_table_notices(tables))
    if not any(table.rows for table in tables):
        notices.append(Notice("no_persons", _NOBODY if tables else _NO_TABLE))
    notices.sort(key=lambda notice: notice.code != "hidden_rows")
    return Interpretation(workbook, tuple(tables), duplicates, tuple(notices))


def _parts_of_sheet(sheet: Sheet, number: int, setting: _Setting) -> list[_Part]:
    found: list[_Part] = []
    floor = 0
    for region in find_regions(sheet):
        fingerprint = fingerprint_of(region.paths)
        columns = map_columns(sheet, region, setting.chosen.get(fingerprint))
        title = _lines(sheet, floor, region.first_header) if not found else ()
        floor = region.end
        useful = [part for part in parts_of(columns) if sum(1 for column in part if column.field) >= 2]
        found.extend(_Part(number, region, part, fingerprint, title) for part in useful)
    return found


def _table(sheet: Sheet, part: _Part, setting: _Setting) -> Table:
    kind = _kind_of(part.columns, (*part.title, sheet.name, setting.workbook.file_name))
    rows = RowSorter(sheet, part.columns, part.region).rows()
    grid = Grid(sheet, part.columns)
    persons = [row for row in rows if row.kind is RowKind.PERSON]
    positions = array("I", (row.position for row in persons))
    today = setting.context.today
    read_columns(grid, positions, setting.workbook.uses_1904, today, setting.index)
    if kind in ("roster", "development", "mobile"):
        _branch_of_table(grid, persons, part.title, setting.index)
    if kind in ("roster", "development"):
        checks = RowChecks(grid, today)
        for position in positions:
            checks.check(position)
    people = tuple(_person(row, sheet, grid, kind) for row in persons)
    skip = _skip_reason(kind, sheet, people)
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
        totals=_totals(sheet, rows, people),
        is_selected=not skip,
        skip_reason=skip,
        grid=grid,
    )


def _kind_of(columns: tuple[Column, ...], title: tuple[str, ...]) -> str:
    groups = [fields()[column.field].group for column in columns if column.field]
    names = {column.field for column in columns}
    has_name = "name" in names
    if groups.count("dues") >= 3 and has_name:
        return "dues"
    if has_name and (groups.count("development") >= 3 or _is_before_admission(names, title)):
        return "development"
    if not has_name and ("org_name" in names or groups.count("organization") >= 3):
        return "meetings" if groups.count("meeting") >= 2 else "organizations"
    if "office_from" in names and has_name:
        return "offices"
    if groups.count("mobile") >= 2 and has_name:
        return "mobile"
    if groups.count("hardship") >= 1 and has_name:
        return "hardship"
    if groups.count("meeting") >= 2:
        return "meetings"
    has_person = has_name or "id_number" in names
    return "roster" if has_person and any(word in groups for word in ("person", "kept")) else "other"


def _is_before_admission(names: set[str], title: tuple[str, ...]) -> bool:
    """Lists of applicants look like rosters; only their title tells."""
    told = "".join(title)
    is_list = any(word in told for word in ("积极分子", "发展对象", "入党申请人"))
    return is_list and "党员花名册" not in told and "joined_date" not in names


def _skip_reason(kind: str, sheet: Sheet, people: tuple[PersonRow, ...]) -> str:
    if kind in ("organizations", "meetings", "other"):
        return "这个表不是党员名册，没有导入。"
    if kind == "dues":
        return "这是党费表，请在党费里导入。"
    if kind in ("hardship", "offices"):
        return "这不是党员名册，名册导入不处理这个表。"
    if not people:
        return "这个表里没有党员。"
    if sheet.is_hidden:
        return "这个工作表是隐藏的，没有导入；要导入请先选中它。"
    return ""


def _branch_of_table(
    grid: Grid, persons: list[FoundRow], title: tuple[str, ...], index: OrganizationIndex
) -> None:
    """Where the branch has no column of its own, the group line, the sheet's name or the title names it."""
    if "branch" in grid.vectors or "branch_code" in grid.vectors:
        return
    table_branch = _named_branch(grid.sheet.name, index, "按工作表的名称“{text}”")
    if table_branch is None:
        for line in title:
            table_branch = table_branch or _named_branch(_title_branch(line), index, "按标题“{text}”")
    sections: dict[str, Verdict | None] = {}
    for row in persons:
        if row.section and row.section not in sections:
            sections[row.section] = _named_branch(row.section, index, "按分组“{text}”")
        verdict = sections.get(row.section) or table_branch
        if verdict is not None:
            grid.overrides[row.position, "branch"] = verdict


def _title_branch(line: str) -> str:
    """The organisation in a title: 中共××县××镇××村党支部党员花名册 → 中共××县××镇××村党支部."""
    for ending in ("支部委员会", "党支部", "支部"):
        head, mark, _ = line.partition(ending)
        if mark:
            return (head + mark).rpartition("：")[2].rpartition(":")[2].strip()
    return ""


def _named_branch(text: str, index: OrganizationIndex, reason: str) -> Verdict | None:
    from_name = text.strip()
    if not kind_and_core(from_name)[0] or not index.organizations:
        return None
    found = index.matches(from_name)
    told = reason.format(text=from_name[:40])
    if len(found) == 1:
        return Verdict(
            Outcome.FIX, found[0].key, "{told}，是“{name}”。".format(told=told, name=found[0].name)
        )
    return None


def _person(row: FoundRow, sheet: Sheet, grid: Grid, kind: str) -> PersonRow:
    position = row.position
    is_held = _is_held(grid, position) or (kind == "development" and not _is_member(grid, position))
    number = sheet.rows[position]
    return PersonRow(number + 1, position, number in sheet.hidden_rows, row.section, is_held, grid)


def _is_member(grid: Grid, position: int) -> bool:
    """Whether a row of a development list says that the person was admitted."""
    status = grid.verdict(position, "status").value
    return status in ("full", "probationary") or grid.verdict(position, "joined_date").value is not None


def _is_held(grid: Grid, position: int) -> bool:
    remark = grid.verdict(position, "remark")
    if any(hint.field == "remark_hint" and hint.value in NOT_ACTIVE for hint in remark.suggestions):
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


def _totals(sheet: Sheet, rows: list[FoundRow], people: tuple[PersonRow, ...]) -> tuple[TotalCheck, ...]:
    """Sums over the whole table count everybody; a 小计 counts since the one before."""
    checks: list[TotalCheck] = []
    by_position = {person.position: person for person in people}
    all_before: list[PersonRow] = []
    since: list[PersonRow] = []
    for row in rows:
        person = by_position.get(row.position)
        if person is not None:
            all_before.append(person)
            since.append(person)
        elif row.kind is RowKind.TOTAL:
            counted = since if "小计" in row.text.replace(" ", "") else all_before
            number = sheet.rows[row.position] + 1
            checks.extend(
                TotalCheck(number, key, stated, _count(counted, key)) for key, stated in counts_in(row.text)
            )
            since = []
    return tuple(checks)


def _count(people: list[PersonRow], key: str) -> int:
    if key == "all":
        return len(people)
    if key in ("male", "female"):
        return sum(person.value("sex") == ("1" if key == "male" else "2") for person in people)
    return sum(person.value("status") == key for person in people)


def _sheet_notices(sheet: Sheet, tables: list[Table]) -> list[Notice]:
    notices: list[Notice] = []
    hidden = tuple(row.number for table in tables for row in table.rows if row.is_hidden)
    if hidden:
        text = "工作表“{name}”里有{count}行被隐藏（筛选或手工隐藏），默认也导入，请您决定。"
        notices.append(
            Notice("hidden_rows", text.format(name=sheet.name, count=len(hidden)), sheet.name, hidden)
        )
    columns = [
        column.header for table in tables for column in table.columns if column.is_hidden and column.field
    ]
    if columns:
        text = "工作表“{name}”里有隐藏的列也会导入：{columns}。"
        notices.append(
            Notice("hidden_columns", text.format(name=sheet.name, columns="、".join(columns)), sheet.name)
        )
    has_cells = len(sheet.rows) > 0
    if has_cells and not tables and looks_like_card(sheet):
        text = "工作表“{name}”像是一人一张的登记表，不能直接导入，请改成一行一人的名册。"
        notices.append(Notice("card_sheet", text.format(name=sheet.name), sheet.name))
    elif has_cells and not tables:
        code = "hidden_sheet" if sheet.is_hidden else "sheet_without_table"
        text = "工作表“{name}”里没有找到名册，没有导入。"
        notices.append(Notice(code, text.format(name=sheet.name), sheet.name))
    return notices


def _table_notices(tables: list[Table]) -> list[Notice]:
    notices: list[Notice] = []
    for table in tables:
        if table.skip_reason and table.rows:
            notices.append(Notice("table_skipped", table.skip_reason, table.sheet_name))
        for check in table.totals:
            if not check.agrees:
                text = "第{row}行写的是{stated}人，按表里的行数数出来是{counted}人，请核对。"
                shown = text.format(row=check.number, stated=check.stated, counted=check.counted)
                notices.append(Notice("total_differs", shown, table.sheet_name, (check.number,)))
        joined = next((column for column in table.columns if column.field == "joined_date"), None)
        if joined is not None and "入党时间" in joined.header and table.rows:
            text = (
                "“{header}”按支部大会通过为预备党员的日期读取；如果填的是转正或上级批准的日期，请改列的用途。"
            )
            notices.append(Notice("joined_meaning", text.format(header=joined.header), table.sheet_name))
    return notices


def selected_again(interpretation: Interpretation, sheet_names: Sequence[str]) -> Interpretation:
    """The same interpretation with the tables of these sheets selected and those of all others not."""
    tables = tuple(
        replace(table, is_selected=table.sheet_name in sheet_names and bool(table.rows))
        for table in interpretation.tables
    )
    duplicates = find_duplicates([table for table in tables if table.is_selected])
    return replace(interpretation, tables=tables, duplicates=duplicates)


__all__ = ["ChosenColumns", "ImportContext", "Interpretation", "interpret", "selected_again"]
