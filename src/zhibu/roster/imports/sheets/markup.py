"""Reads the text files that pretend to be workbooks: HTML tables and XML Spreadsheet 2003 renamed .xls."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.parsers import expat

from zhibu.roster.imports.sheets.collect import SheetCollector
from zhibu.roster.imports.sheets.formats import number_cell
from zhibu.roster.imports.sheets.limits import Limits, SheetRefused
from zhibu.roster.imports.sheets.model import EMPTY_CELL, Kind, Merge, RawCell, Sheet
from zhibu.roster.imports.sheets.text import decode_text, text_cell
from zhibu.roster.imports.sheets.xlsx_parts import checked_parser, local

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_WIDEST_SPAN = 256


def read_html(path: Path, limits: Limits) -> list[Sheet]:
    """Each outermost table as a sheet; a page without a table is refused."""
    content = path.read_bytes()
    parser = _TableParser(limits)
    parser.feed(_html_text(content))
    parser.close()
    sheets = [collector.finish() for collector in parser.done if len(collector.rows)]
    if not sheets:
        raise SheetRefused("not_a_table")
    return sheets


def _html_text(content: bytes) -> str:
    named = _CHARSET.search(content[:4096])
    if named and not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        encoding = {"gb2312": "gb18030", "gbk": "gb18030"}.get(named[1].decode().lower(), named[1].decode())
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            pass
    return decode_text(content)


class _TableParser(HTMLParser):
    """Follows rows and cells of tables, with spans; a table inside a cell is read as text."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.limits = limits
        self.done: list[SheetCollector] = []
        self.depth = 0
        self.row = -1
        self.column = 0
        self.is_hidden = False
        self.spans: dict[int, int] = {}
        self.cells: list[tuple[int, int]] = []
        self.parts: list[str] | None = None
        self.size = 0
        self.cell_marks: dict[str, str | None] = {}
        self.is_struck = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Tables, rows, cells and line breaks matter; everything else is decoration."""
        marks = dict(attrs)
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self._open_table()
        elif self.depth != 1:
            return
        elif tag == "tr":
            self._end_row()
            self._start_row(marks)
        elif tag in ("td", "th"):
            self._end_cell()
            self.parts, self.size, self.cell_marks = [], 0, marks
            self.is_struck = "line-through" in (marks.get("style") or "").lower()
        elif tag == "br" and self.parts is not None:
            self.parts.append("\n")
        elif tag in ("s", "del", "strike") and self.parts is not None:
            self.is_struck = True

    def handle_endtag(self, tag: str) -> None:
        """Close what is open."""
        if tag == "table" and self.depth:
            if self.depth == 1:
                self._end_row()
            self.depth -= 1
        elif tag in ("td", "th") and self.depth == 1:
            self._end_cell()
        elif tag == "tr" and self.depth == 1:
            self._end_row()

    def handle_data(self, data: str) -> None:
        """Text counts inside a cell only."""
        if self.parts is not None:
            self.size += len(data)
            if self.size > self.limits.cell_characters:
                raise SheetRefused("cell_too_long")
            self.parts.append(data)

    def close(self) -> None:
        """A file cut off in the middle still yields its last row."""
        super().close()
        if self.depth:
            self._end_row()

    def _open_table(self) -> None:
        if len(self.done) >= self.limits.sheets:
            raise SheetRefused("too_many_sheets")
        self.done.append(SheetCollector("表{number}".format(number=len(self.done) + 1), False, self.limits))
        self.row, self.spans, self.cells = -1, {}, []

    def _start_row(self, marks: dict[str, str | None]) -> None:
        self.row += 1
        self.column = 0
        self.is_hidden = "display:none" in (marks.get("style") or "").replace(" ", "").lower()

    def _end_row(self) -> None:
        self._end_cell()
        if self.cells and self.done:
            self.done[-1].add_row(self.row, self.cells, self.is_hidden)
        self.cells = []

    def _end_cell(self) -> None:
        if self.parts is None or self.row < 0:
            self.parts = None
            return
        while self.spans.get(self.column, -1) >= self.row:
            self.column += 1
        width, height = self._span("colspan"), self._span("rowspan")
        text = re.sub(r"[ \t\r]*\n[ \t\r\n]*", "\n", "".join(self.parts)).strip(" \t\r\n")
        self.parts = None
        collector = self.done[-1]
        cell = text_cell(text)
        if self.is_struck and cell is not EMPTY_CELL:
            cell = replace(cell, is_struck=True)
        if index := collector.index_of(cell):
            self.cells.append((self.column, index))
        if width > 1 or height > 1:
            collector.add_merge(Merge(self.row, self.column, self.row + height - 1, self.column + width - 1))
        for column in range(self.column, self.column + width):
            self.spans[column] = self.row + height - 1
        self.column += width

    def _span(self, name: str) -> int:
        raw = (self.cell_marks.get(name) or "1").strip()
        return max(1, min(int(raw), _WIDEST_SPAN)) if raw.isdecimal() else 1


def read_spreadsheet_xml(path: Path, limits: Limits) -> tuple[bool, list[Sheet]]:
    """XML Spreadsheet 2003: whether it counts from 1904, and its sheets."""
    handler = _SpreadsheetXml(limits)
    parser = checked_parser()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, marks: handler.start(
        local(tag), {local(k): v for k, v in marks.items()}
    )
    parser.EndElementHandler = lambda tag: handler.end(local(tag))
    parser.CharacterDataHandler = handler.text
    try:
        parser.Parse(path.read_bytes(), True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise SheetRefused("broken") from error
    if not handler.sheets:
        raise SheetRefused("not_a_table")
    return handler.uses_1904, [collector.finish() for collector in handler.sheets]


class _SpreadsheetXml:
    """Follows worksheets, rows and cells; ``Index`` skips, ``MergeAcross``/``MergeDown`` merge."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: list[SheetCollector] = []
        self.uses_1904 = False
        self.formats: dict[str, str] = {}
        self.style = ""
        self.row = -1
        self.column = -1
        self.is_hidden = False
        self.cells: list[tuple[int, int]] = []
        self.cell_marks: dict[str, str] = {}
        self.data_kind = ""
        self.parts: list[str] | None = None

    def start(self, name: str, marks: dict[str, str]) -> None:
        """An element opens."""
        if name == "Style":
            self.style = marks.get("ID", "")
        elif name == "NumberFormat":
            self.formats[self.style] = _xml_format(marks.get("Format", "General"))
        elif name == "Worksheet":
            if len(self.sheets) >= self.limits.sheets:
                raise SheetRefused("too_many_sheets")
            self.sheets.append(SheetCollector(marks.get("Name", ""), False, self.limits))
            self.row = -1
        elif name == "Row":
            self.row = int(marks["Index"]) - 1 if "Index" in marks else self.row + 1
            self.column, self.cells, self.is_hidden = -1, [], marks.get("Hidden") == "1"
        elif name == "Cell":
            self.column = int(marks["Index"]) - 1 if "Index" in marks else self.column + 1
            self.cell_marks = marks
        elif name == "Data":
            self.data_kind, self.parts = marks.get("Type", "String"), []
        elif name == "Date1904":
            self.uses_1904 = True

    def text(self, data: str) -> None:
        """Character data of a cell; ``Visible`` of a hidden sheet arrives here too."""
        if self.parts is not None:
            self.parts.append(data)
        elif data.strip() in ("SheetHidden", "SheetVeryHidden") and self.sheets:
            self.sheets[-1].is_hidden = True

    def end(self, name: str) -> None:
        """An element closes."""
        if name == "Data" and self.parts is not None:
            if index := self.sheets[-1].index_of(self._cell("".join(self.parts))):
                self.cells.append((self.column, index))
            self.parts = None
        elif name == "Cell":
            self._end_cell()
        elif name == "Row" and self.cells:
            self.sheets[-1].add_row(self.row, self.cells, self.is_hidden)
            self.cells = []
        elif name == "Styles":
            self.style = ""

    def _end_cell(self) -> None:
        across, down = (
            int(self.cell_marks.get("MergeAcross", "0")),
            int(self.cell_marks.get("MergeDown", "0")),
        )
        if across or down:
            self.sheets[-1].add_merge(Merge(self.row, self.column, self.row + down, self.column + across))
        self.column += across

    def _cell(self, text: str) -> RawCell:
        is_formula = "Formula" in self.cell_marks
        code = self.formats.get(self.cell_marks.get("StyleID", ""), "General")
        if self.data_kind == "Number":
            return number_cell(text, code, self.uses_1904, is_formula)
        if self.data_kind == "DateTime":
            day = date.fromisoformat(text[:10]).isoformat()
            return RawCell(Kind.DATE, day, "", day, code, is_formula)
        if self.data_kind in ("Boolean", "Error"):
            kind = Kind.BOOL if self.data_kind == "Boolean" else Kind.ERROR
            return RawCell(
                kind, "TRUE" if text == "1" else "FALSE" if text == "0" else text, is_formula=is_formula
            )
        return RawCell(Kind.TEXT, text, is_formula=is_formula) if text else EMPTY_CELL


def _xml_format(name: str) -> str:
    named = {
        "Short Date": "yyyy/m/d",
        "Long Date": "yyyy年m月d日",
        "General Date": "yyyy/m/d h:mm",
        "Fixed": "0.00",
    }
    return named.get(name, name)
