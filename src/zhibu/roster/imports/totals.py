"""The numbers of persons a table states about itself, compared with its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zhibu.roster.imports.interpretation import PersonRow, Table, TotalCheck
from zhibu.roster.imports.sheets.model import Sheet
from zhibu.roster.imports.tables.rows import FoundRow, RowKind, counts_in

_WORDS = {
    "all": "总人数",
    "full": "正式党员",
    "probationary": "预备党员",
    "male": "男党员",
    "female": "女党员",
}


def checks_of(sheet: Sheet, rows: list[FoundRow], people: tuple[PersonRow, ...]) -> tuple[TotalCheck, ...]:
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


def over_parts(tables: Sequence[Table]) -> list[Table]:
    """Parts of one list (pages with their own header, halves side by side) may state the sum of all parts."""
    return [
        replace(table, totals=tuple(_over(check, table, tables) for check in table.totals))
        if any(not check.agrees for check in table.totals)
        else table
        for table in tables
    ]


def _over(check: TotalCheck, table: Table, tables: Sequence[Table]) -> TotalCheck:
    parts = [other for other in tables if other.fingerprint == table.fingerprint]
    if check.agrees or len(parts) < 2:
        return check
    people = [row for part in parts for row in part.rows]
    return replace(check, counted=_count(people, check.key))


def told_of(check: TotalCheck) -> str:
    """The sentence for a sum that does not agree."""
    return "第{row}行写的{word}是{stated}人，按表里的行数数出来是{counted}人，请核对。".format(
        row=check.number, word=_WORDS[check.key], stated=check.stated, counted=check.counted
    )


def _count(people: list[PersonRow], key: str) -> int:
    if key == "all":
        return len(people)
    if key in ("male", "female"):
        return sum(person.value("sex") == ("1" if key == "male" else "2") for person in people)
    return sum(person.value("status") == key for person in people)
