"""党内职务: one or several party seats in a cell."""

from __future__ import annotations

import re

from zhibu.roster.codes import code_table
from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.outcome import LEAVE_EMPTY, Choice, Verdict, ask, fix, ok, rej
from zhibu.roster.imports.values.text import squeezed


def read_office(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """The office key, several joined by ``;``; 普通党员 is no office."""
    if cell.kind is not Kind.TEXT:
        return rej("这不是党内职务。")
    plain = squeezed(text)
    if plain in ("党员", "普通党员", "正式党员", "预备党员", "群众"):
        return fix(None, "“{text}”不是党内职务，按空白处理。".format(text=text))
    table = code_table("office")
    parts = [part for part in re.split(r"[、,，;；/兼]", plain) if part]
    rows = [table.exact(part) for part in parts]
    if parts and all(rows):
        keys = ";".join(row.key for row in rows if row)
        is_plain = len(parts) == 1 and rows[0] is not None and cell.text == rows[0].label
        return ok(keys) if is_plain else fix(keys, "“{text}”按标准职务名称读取。".format(text=text))
    doubtful = [table.exact(part) or table.doubt(part) for part in parts]
    if parts and all(doubtful):
        found = [row for row in doubtful if row]
        label = "、".join(row.label for row in found)
        return ask(
            "“{text}”可能是“{label}”，请确认。".format(text=text, label=label),
            Choice(";".join(row.key for row in found), label),
            LEAVE_EMPTY,
        )
    return ask("“{text}”不在党内职务的选项里，请确认。".format(text=text[:40]), LEAVE_EMPTY)
