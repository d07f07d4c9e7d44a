"""What a person should know about a file before importing it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from zhibu.roster.imports.interpretation import Notice, Table
from zhibu.roster.imports.ledgers import told_without_table
from zhibu.roster.imports.sheets.model import Kind, Sheet
from zhibu.roster.imports.totals import told_of
from zhibu.roster.imports.values.outcome import Outcome
from zhibu.roster.imports.values.text import squeezed

_NO_TABLE = "没有在文件里找到名册：请检查有没有“姓名”这样的表头，表头下面是不是一行一人。"
_NOBODY = "找到了表头，但是下面没有党员：请检查文件选对了没有。"
_IN_A_PERSON = re.compile(r"\d{17}[\dXx]|1[3-9]\d{9}|(?:19|20)\d{2}[-./年]\d{1,2}.*")
_MANY_REFUSED = 3
_MOST_READINGS = 10


def sheet_notices(sheet: Sheet, tables: list[Table]) -> list[Notice]:
    """What is hidden in a sheet, what stands above its header, and whether it holds a table at all."""
    notices = [*_hidden(sheet, tables), *_above_header(sheet, tables)]
    if len(sheet.rows) and not tables:
        code = "hidden_sheet" if sheet.is_hidden else "sheet_without_table"
        notices.append(Notice(code, told_without_table(sheet), sheet.name))
    return notices


def _hidden(sheet: Sheet, tables: list[Table]) -> Iterable[Notice]:
    rows = tuple(row.number for table in tables for row in table.rows if row.is_hidden)
    if rows:
        text = "工作表“{name}”里有{count}行被隐藏（筛选或手工隐藏），默认也导入，请您决定。"
        yield Notice("hidden_rows", text.format(name=sheet.name, count=len(rows)), sheet.name, rows)
    columns = [
        column.header for table in tables for column in table.columns if column.is_hidden and column.field
    ]
    if columns:
        text = "工作表“{name}”里有隐藏的列也会导入：{columns}。"
        yield Notice(
            "hidden_columns", text.format(name=sheet.name, columns="、".join(columns[:20])), sheet.name
        )


def _above_header(sheet: Sheet, tables: list[Table]) -> Iterable[Notice]:
    """Rows of persons above the header are not read; nobody should miss them."""
    if not tables:
        return
    first = min(table.header_rows[0] for table in tables)
    rows = []
    for position in range(len(sheet.rows)):
        if sheet.rows[position] + 1 >= first:
            break
        texts = [sheet.cell(position, column) for column in sheet.columns]
        filled = [squeezed(cell.text[:60]) for cell in texts if cell.kind is not Kind.EMPTY]
        if len(filled) >= 3 and sum(bool(_IN_A_PERSON.fullmatch(text)) for text in filled) >= 1:
            rows.append(sheet.rows[position] + 1)
    if rows:
        text = "工作表“{name}”的第{rows}行在表头上面，好像是党员，没有导入；请把表头移到最上面再导入。"
        shown = "、".join(map(str, rows[:10]))
        yield Notice(
            "rows_above_header", text.format(name=sheet.name, rows=shown), sheet.name, tuple(rows[:100])
        )


def file_notices(notices: list[Notice], tables: list[Table]) -> tuple[Notice, ...]:
    """All notices of a file, each once, hidden rows first."""
    found = [*notices, *(notice for table in tables for notice in _table_notices(table))]
    if not any(table.rows for table in tables):
        found.append(Notice("no_persons", _NOBODY if tables else _NO_TABLE))
    once = list({(notice.code, notice.text, notice.rows): notice for notice in reversed(found)}.values())[
        ::-1
    ]
    once.sort(key=lambda notice: notice.code not in ("hidden_rows", "rows_above_header", "card_sheet"))
    return tuple(once)


def _table_notices(table: Table) -> Iterable[Notice]:
    is_told = table.skip_reason.startswith("工作表“{name}”".format(name=table.sheet_name))
    if table.skip_reason and table.rows and not is_told:
        text = "工作表“{name}”：{reason}".format(name=table.sheet_name, reason=table.skip_reason)
        yield Notice("table_skipped", text, table.sheet_name)
    for check in table.totals:
        if not check.agrees:
            yield Notice("total_differs", told_of(check), table.sheet_name, (check.number,))
    if not (table.is_selected and table.rows):
        return
    yield from _refused_columns(table)
    yield from _read_by_dictionaries(table)
    joined = next((column for column in table.columns if column.field == "joined_date"), None)
    if joined is not None and "入党时间" in joined.header:
        text = "“{header}”按支部大会通过为预备党员的日期读取；如果填的是转正或上级批准的日期，请改列的用途。"
        yield Notice("joined_meaning", text.format(header=joined.header[:40]), table.sheet_name)


def _read_by_dictionaries(table: Table) -> Iterable[Notice]:
    """What a column's cells were read as by a loaded dictionary: each spelling once, the commonest first."""
    for column in table.columns:
        vector = table.grid.vectors.get(column.field)
        if vector is None:
            continue
        verdicts = table.grid.verdicts[column.field]
        read = {index: verdict.reason for index, verdict in verdicts.items() if verdict.dictionary}
        if not read:
            continue
        count = Counter(read[vector[row.position]] for row in table.rows if vector[row.position] in read)
        told = "；".join(
            "{reason}（{times}人）".format(reason=reason.rstrip("。"), times=times)
            for reason, times in count.most_common(_MOST_READINGS)
        )
        if told:
            rest = len(count) - _MOST_READINGS
            more = "另有{rest}种写法也按字典读取，见校核表。".format(rest=rest) if rest > 0 else ""
            text = "“{header}”：{told}。{more}".format(header=column.header[:40], told=told, more=more)
            yield Notice("read_by_dictionary", text, table.sheet_name)


def _refused_columns(table: Table) -> Iterable[Notice]:
    """A column whose cells can nearly all not be read is probably used as something it is not."""
    for column in table.columns:
        vector = table.grid.vectors.get(column.field)
        if vector is None:
            continue
        verdicts = table.grid.verdicts[column.field]
        refused = {index for index, verdict in verdicts.items() if verdict.outcome is Outcome.REJ}
        if not refused:
            continue
        filled = [vector[row.position] for row in table.rows if vector[row.position]]
        count = sum(1 for index in filled if index in refused)
        if count >= _MANY_REFUSED and count * 5 >= len(filled) * 4:
            text = "“{header}”一列有{count}格不能采用，请检查这一列的用途选对了没有。"
            yield Notice(
                "column_refused", text.format(header=column.header[:40], count=count), table.sheet_name
            )
