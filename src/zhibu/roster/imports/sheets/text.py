"""Reads CSV in the encodings offices use, and the cells that text files share."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from zhibu.roster.imports.sheets.collect import SheetCollector
from zhibu.roster.imports.sheets.limits import Limits, SheetRefused
from zhibu.roster.imports.sheets.model import EMPTY_CELL, Kind, RawCell, Sheet

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode_text(content: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else UTF-16 by its zero bytes, else GB18030."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _strictly(content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    head = content[:2000]
    if head.count(0) > len(head) // 10:
        return _strictly(content, "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be")
    return _strictly(content, "gb18030")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SheetRefused("encoding") from error


def text_cell(text: str) -> RawCell:
    """A cell of a file that knows only text. ``="370000…"`` is how some programs keep digits as text."""
    if len(text) > 3 and text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return RawCell(Kind.TEXT, text) if text else EMPTY_CELL


def read_csv(path: Path, limits: Limits) -> list[Sheet]:
    """The one sheet of a CSV file; the separator is whichever of comma, tab, semicolon its first lines
    use most.
    """
    text = decode_text(path.read_bytes())
    if text.count("\0") * 20 > len(text):
        raise SheetRefused("not_a_table")
    text = text.replace("\0", "")
    csv.field_size_limit(limits.cell_characters * 4)
    collector = SheetCollector("CSV", False, limits)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        for number, values in enumerate(reader):
            cells = [
                (column, collector.index_of(text_cell(value))) for column, value in enumerate(values) if value
            ]
            if cells:
                collector.add_row(number, cells, False)
    except csv.Error as error:
        raise SheetRefused("cell_too_long" if "limit" in str(error) else "open_quote") from error
    sheet = collector.finish()
    if len(sheet.columns) < 2 and len(sheet.rows) < 2:
        raise SheetRefused("not_a_table")
    return [sheet]


def _separator(text: str) -> str:
    head = "\n".join(text[:20_000].splitlines()[:20])
    return max(",\t;", key=lambda mark: (head.count(mark), mark == ","))
