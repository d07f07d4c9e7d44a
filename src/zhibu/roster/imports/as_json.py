"""One JSON object per cell, as ``import-roster --json`` prints it; docs/import-json.md documents each key."""

from __future__ import annotations

import json
from collections.abc import Iterator

from zhibu.roster.imports.interpretation import CellReading, Interpretation, PersonRow, Table
from zhibu.roster.imports.values.outcome import Extra, PartialDate, Value


def cells_as_json(interpretation: Interpretation) -> Iterator[str]:
    """A line for every cell that is not empty of every person row, then the rows and notices that are no
    persons.
    """
    for table in interpretation.tables:
        for row in table.rows:
            for cell in row.cells():
                yield _line(_cell(table, row, cell))
        for found in _beside(table):
            yield _line(found)
    for duplicate in interpretation.duplicates:
        rows = [{"sheet": sheet, "row": number} for sheet, number in duplicate.rows]
        found = {"kind": duplicate.kind, "id_number": duplicate.id_number, "rows": rows}
        yield _line({"type": "duplicate", **found})
    for notice in interpretation.notices:
        found = {"code": notice.code, "text": notice.text, "sheet": notice.sheet, "rows": list(notice.rows)}
        yield _line({"type": "notice", **found})


def _beside(table: Table) -> Iterator[dict[str, object]]:
    """The rows of a table that are no persons, and its sums."""
    for other in table.others:
        yield {
            "type": "row",
            "sheet": table.sheet_name,
            "row": other.number,
            "kind": other.kind,
            "original": other.text,
            "reason": other.reason,
        }
    for total in table.totals:
        yield {
            "type": "total",
            "sheet": table.sheet_name,
            "row": total.number,
            "key": total.key,
            "stated": total.stated,
            "counted": total.counted,
            "agrees": total.agrees,
        }


def json_value(value: Value) -> object:
    """A value as JSON: dates as ISO text cut to their precision, everything else as it is."""
    return value.iso() if isinstance(value, PartialDate) else value


def _cell(table: Table, row: PersonRow, cell: CellReading) -> dict[str, object]:
    verdict = cell.verdict
    found: dict[str, object] = {
        "type": "cell",
        "sheet": table.sheet_name,
        "address": cell.address,
        "row": row.number,
        "header": cell.column.header if cell.column else "",
        "original": cell.original,
        "outcome": verdict.outcome.value,
        "field": cell.field or None,
        "value": json_value(verdict.value),
        "reason": verdict.reason,
        "selected": table.is_selected,
    }
    if isinstance(verdict.value, PartialDate):
        found["precision"] = verdict.value.precision
    if verdict.choices:
        found["choices"] = [{"value": json_value(c.value), "label": c.label} for c in verdict.choices]
    if verdict.extras:
        found["extras"] = _extras(verdict.extras)
    if verdict.suggestions:
        found["suggestions"] = _extras(verdict.suggestions)
    if verdict.mark:
        found["mark"] = verdict.mark
    if verdict.dictionary:
        found["dictionary"] = verdict.dictionary
    if cell.is_formula:
        found["formula"] = True
    return found


def _extras(extras: tuple[Extra, ...]) -> list[dict[str, object]]:
    return [{"field": extra.field, "value": json_value(extra.value)} for extra in extras]


def _line(found: dict[str, object]) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
