"""The same person twice in a file, and sheets that repeat the others."""

from __future__ import annotations

import re
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
        )
        found[number] = replace(tables[number], is_selected=False, skip_reason=reason)
        del persons[number]
        notices.append(Notice("summary_sheet", reason, tables[number].sheet_name))
    return found, notices


def _identities(table: Table) -> set[tuple[str, str]]:
    """A person is known by number or, where there is none, by name and birth."""
    found: set[tuple[str, str]] = set()
    for row in table.rows:
        number = _number_of(row)
        if number:
            found.add((number, ""))
        elif row.key.name:
            found.add((row.key.name, row.key.birth or row.key.phone or str(row.number)))
    return found
