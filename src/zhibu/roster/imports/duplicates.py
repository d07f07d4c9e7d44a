"""The same person twice in a file, and sheets that repeat the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from zhibu.roster.imports.interpretation import Duplicate, Notice, PersonRow, Table
from zhibu.roster.imports.values.outcome import LEAVE_EMPTY, Choice, Outcome, downgraded

_SUMMARY = re.compile(r"汇总|总表|总名单|总名册|合计|全部|所有|统计")
_SAME_SHARE = 0.95


def find_duplicates(tables: list[Table]) -> tuple[Duplicate, ...]:
    """Rows that have one ID number; their number cells become ASK, nothing is merged."""
    seen: dict[str, list[tuple[str, PersonRow]]] = {}
    for table in tables:
        if "id_number" not in table.grid.vectors:
            continue
        for row in table.rows:
            number = _number_of(row)
            if number:
                seen.setdefault(number, []).append((table.sheet_name, row))
    return tuple(_duplicate(number, rows) for number, rows in seen.items() if len(rows) > 1)


def _number_of(row: PersonRow) -> str:
    """The number, also the one proposed for 15 digits."""
    verdict = row.verdict("id_number")
    if verdict.is_accepted:
        return str(verdict.value or "")
    proposals = [choice.value for choice in verdict.choices if isinstance(choice.value, str)]
    return proposals[0] if verdict.outcome is Outcome.ASK and len(proposals) == 1 else ""


def _duplicate(number: str, rows: list[tuple[str, PersonRow]]) -> Duplicate:
    names = {str(row.verdict("name").value or "") for _, row in rows}
    kind = "merge" if len(names) == 1 else "conflict"
    others = "、".join("{sheet}第{row}行".format(sheet=sheet, row=row.number) for sheet, row in rows[:5])
    if kind == "merge":
        reason = "{others}好像是同一个人，请确认合并还是保留其中一行。".format(others=others)
    else:
        reason = "{others}的身份证号相同而姓名不同，请按证件核对。".format(others=others)
    for _, row in rows:
        verdict = row.verdict("id_number")
        row.grid.overrides[row.position, "id_number"] = downgraded(
            verdict, reason, Choice(number, number), LEAVE_EMPTY
        )
    return Duplicate(kind, number, tuple((sheet, row.number) for sheet, row in rows))


def skip_summaries(tables: list[Table]) -> tuple[list[Table], list[Notice]]:
    """Leave out a sheet whose persons (95 % or more) all stand in the other sheets already."""
    persons = {number: _identities(table) for number, table in enumerate(tables) if table.is_selected}
    notices: list[Notice] = []
    found = list(tables)
    order = sorted(persons, key=lambda n: (not _SUMMARY.search(tables[n].sheet_name), -len(persons[n]), -n))
    for number in order:
        mine = persons[number]
        rest = [
            people
            for other, people in persons.items()
            if other != number and tables[other].sheet_index != tables[number].sheet_index
        ]
        others = set().union(*rest) if rest else set()
        if not mine or not others or len(mine & others) < _SAME_SHARE * len(mine):
            continue
        if not _SUMMARY.search(tables[number].sheet_name) and len(mine) < max(len(people) for people in rest):
            continue
        reason = "工作表“{name}”和其他工作表里的人相同，是汇总表，没有重复导入。".format(
            name=tables[number].sheet_name
        ) + _told_differences(tables, number)
        found[number] = replace(tables[number], is_selected=False, skip_reason=reason)
        del persons[number]
        notices.append(Notice("summary_sheet", reason, tables[number].sheet_name))
    return found, notices


_COMPARED = ("sex", "birth", "joined_date", "full_date", "status", "ethnicity", "phone")


def _told_differences(tables: list[Table], summary: int) -> str:
    """Where a summary says something else about a person than the sheet that is imported."""
    known = {
        identity: row
        for number, table in enumerate(tables)
        if number != summary and table.is_selected
        for row, identity in _identified(table)
    }
    rows = []
    for row, identity in _identified(tables[summary]):
        other = known.get(identity)
        pairs = [(row.value(name), other.value(name)) for name in _COMPARED] if other else []
        if any(mine is not None and theirs is not None and mine != theirs for mine, theirs in pairs):
            rows.append(row.number)
    if not rows:
        return ""
    shown = "、".join(map(str, rows[:10]))
    return "它的第{rows}行和其他工作表写得不一样，请核对。".format(rows=shown)


def _identities(table: Table) -> set[tuple[str, str]]:
    return {identity for _, identity in _identified(table)}


def _identified(table: Table) -> Iterator[tuple[PersonRow, tuple[str, str]]]:
    """The rows with what identifies them: the number or, where there is none, name and birth."""
    for row in table.rows:
        number = _number_of(row)
        if number:
            yield row, (number, "")
        elif (key := row.key).name:
            yield row, (key.name, key.birth or key.phone or str(row.number))
