"""Interprets a file apart from the caller: in a child process with limits, where nothing of value can be
reached and neither its memory nor its time is the server's.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from pathlib import Path

from zhibu.common.quick import uncollected
from zhibu.roster.codes import LoadedCode
from zhibu.roster.imports.interpret import interpret
from zhibu.roster.imports.interpretation import ImportContext, Interpretation
from zhibu.roster.imports.packing import read_interpretation, write_interpretation
from zhibu.roster.imports.sheets.child import limited, read_here
from zhibu.roster.imports.sheets.limits import DEFAULT_LIMITS
from zhibu.roster.imports.sheets.reading import run_limited
from zhibu.roster.imports.sheets.transfer import read_workbook, write_workbook
from zhibu.roster.imports.tables.columns import ChosenColumns
from zhibu.roster.imports.values.organizations import KnownOrganization

_MAIN = "zhibu.roster.imports.apart"


def interpret_apart(
    content: bytes, file_name: str, context: ImportContext, mapping: Sequence[ChosenColumns] = ()
) -> Interpretation:
    """The interpretation of a file somebody sent; raises :class:`SheetRefused` with a sentence for the user.

    Whatever happens to the child, nothing but that exception reaches the caller.
    """
    with tempfile.TemporaryDirectory(prefix="zhibu-sheet-") as name:
        folder = Path(name)
        (folder / "upload").write_bytes(content)
        (folder / "asked").write_text(_asked(context, mapping), "utf-8")
        run_limited(_MAIN, name, file_name)
        with uncollected():
            return read_interpretation(folder / "interpretation", read_workbook(folder / "workbook"))


def main(folder: str, file_name: str) -> int:
    """The child: read and interpret the upload in ``folder``; see :func:`limited` for what it returns."""
    return limited(lambda: _work(Path(folder), file_name))


def _work(folder: Path, file_name: str) -> None:
    context, mapping = _read_asked((folder / "asked").read_text("utf-8"))
    book = read_here(folder / "upload", file_name, DEFAULT_LIMITS)
    found = interpret(book, context, mapping)
    write_workbook(found.workbook, folder / "workbook")
    write_interpretation(found, folder / "interpretation")


def _asked(context: ImportContext, mapping: Sequence[ChosenColumns]) -> str:
    known = [(o.key, o.name, o.code, o.aliases, o.parents) for o in context.organizations]
    chosen = [astuple(columns) for columns in mapping]
    codes = [astuple(line) for line in context.codes]
    return json.dumps([context.today.isoformat(), known, codes, context.has_all_codes, chosen])


def _read_asked(text: str) -> tuple[ImportContext, list[ChosenColumns]]:
    today, known, codes, has_all_codes, chosen = json.loads(text)
    organizations = tuple(
        KnownOrganization(key, name, code, tuple(aliases), tuple(parents))
        for key, name, code, aliases, parents in known
    )
    mapping = [
        ChosenColumns(mark, tuple((index, field) for index, field in columns)) for mark, columns in chosen
    ]
    lines = tuple(LoadedCode(*line) for line in codes)
    return ImportContext(date.fromisoformat(today), organizations, lines, has_all_codes), mapping
