"""The sender's workbook back, with a 校核 column and comments, to be corrected in the office program.

An xlsx stays the same file: only the rows of its tables get one more cell, and the sheet its comments. Other
kinds come back as an xlsx with the same cells.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

from zhibu.roster.imports.comments import CommentPart, comment_part
from zhibu.roster.imports.interpretation import Interpretation, PersonRow, Table
from zhibu.roster.imports.sheets.container import CountingZip
from zhibu.roster.imports.sheets.limits import DEFAULT_LIMITS
from zhibu.roster.imports.sheets.model import column_letters
from zhibu.roster.imports.sheets.xlsx_parts import CHUNK, read_workbook_part
from zhibu.roster.imports.values.outcome import Outcome

_HEADING = "校核"
_FINE = "没有问题"
_WORDS = {Outcome.REJ: "请重填", Outcome.ASK: "请确认", Outcome.FIX: "已处理"}
_MOST_COMMENTS = 2_000
_ROW = re.compile(rb"<((?:\w+:)?)row(?=[\s/>])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?row\s*>)", re.DOTALL)
_NUMBER = re.compile(rb'(?:^|\s)r="(\d+)"')
_CELLS = re.compile(
    rb'<(?:\w+:)?c(?=[\s/>])[^>]*?\sr="([A-Z]+)\d+"[^>]*?(?:/>|>.*?</(?:\w+:)?c\s*>)', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class SheetNotes:
    """What is written into one sheet: the 0-based column, a text per row number, comments per address."""

    column: int
    texts: dict[int, str]
    comments: tuple[tuple[str, str], ...]


def hand_back(path: Path, interpretation: Interpretation) -> bytes:
    """The workbook at ``path`` with its notes, as xlsx. ``path`` must be the file that was interpreted."""
    notes = {
        number: _notes(interpretation, number) for number in {t.sheet_index for t in interpretation.tables}
    }
    if interpretation.workbook.kind == "xlsx":
        return _patched(path, notes)
    return _rewritten(interpretation, notes)


def note_of(row: PersonRow) -> tuple[str, list[tuple[str, str]]]:
    """The text of the 校核 cell of a row, and the comment of each of its cells that needs one."""
    parts: list[str] = []
    comments: list[tuple[str, str]] = []
    fixed = 0
    if row.held:
        parts.append(row.held.rstrip("。"))
    for cell in row.cells():
        verdict = cell.verdict
        if not cell.field or verdict.outcome is Outcome.OK:
            continue
        if verdict.outcome is Outcome.FIX and not verdict.dictionary:
            fixed += 1
            continue
        word = _WORDS[verdict.outcome]
        header = cell.column.header.split("/")[-1] if cell.column else "党支部"
        parts.append("{word}【{header}】{reason}".format(word=word, header=header, reason=verdict.reason))
        if verdict.outcome is Outcome.FIX:  # nothing to do: the room for comments is left to what is open
            continue
        labels = "、".join(choice.label for choice in verdict.choices[:6])
        told = "可选：{labels}".format(labels=labels) if labels else ""
        comments.append(
            (cell.address, "{word}：{reason}{told}".format(word=word, reason=verdict.reason, told=told))
        )
    if fixed:
        parts.append("{word}{count}处写法".format(word=_WORDS[Outcome.FIX], count=fixed))
    return "；".join(parts) or _FINE, comments


def _notes(interpretation: Interpretation, number: int) -> SheetNotes:
    sheet = interpretation.workbook.sheets[number]
    tables: list[Table] = [table for table in interpretation.tables if table.sheet_index == number]
    checked = next((c.index for t in tables for c in t.columns if c.field == "check"), None)
    column = (sheet.width or max(sheet.columns, default=0) + 1) if checked is None else checked
    texts: dict[int, str] = {}
    comments: list[tuple[str, str]] = []
    for table in tables:
        texts[table.header_rows[1]] = _HEADING
        for other in table.others:
            if other.kind in ("nameless", "sample", "continued"):
                texts[other.number] = other.reason
        for row in table.rows:
            text, found = note_of(row)
            texts[row.number] = "；".join(filter(None, [texts.get(row.number, ""), text]))
            comments.extend(found)
    return SheetNotes(column, texts, tuple(comments[:_MOST_COMMENTS]))


def _patched(path: Path, notes: dict[int, SheetNotes]) -> bytes:
    container = CountingZip(path, DEFAULT_LIMITS)
    part = read_workbook_part(container, DEFAULT_LIMITS.sheets)
    by_path = {part.sheets[number].path: note for number, note in notes.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        added: dict[str, CommentPart] = {}
        for order, (sheet_path, note) in enumerate(by_path.items(), start=1):
            found = comment_part(container, sheet_path, note.comments, order)
            if found is not None:
                added[sheet_path] = found
        replaced = {name: content for item in added.values() for name, content in item.files.items()}
        types = _content_types(container, list(added.values()))
        for name in container.names:
            if name in by_path:
                _write_sheet(container, target, name, by_path[name], added.get(name))
            elif name == "[Content_Types].xml":
                target.writestr(name, types)
            elif name not in replaced:
                _copy(container, target, name)
        for name, content in replaced.items():
            target.writestr(name, content)
    return out.getvalue()


def _copy(container: CountingZip, target: zipfile.ZipFile, name: str) -> None:
    with container.open(name) as source, target.open(name, "w", force_zip64=True) as sink:
        while chunk := source.read(CHUNK):
            sink.write(container.counted(chunk))


def _write_sheet(
    container: CountingZip, target: zipfile.ZipFile, name: str, note: SheetNotes, part: CommentPart | None
) -> None:
    with target.open(name, "w", force_zip64=True) as sink:
        for piece in _pieces(container, name):
            piece = re.sub(rb"<(?:\w+:)?dimension\s[^>]*/>", b"", piece, count=1)
            piece = _ROW.sub(lambda match: _with_note(match, note), piece)
            if part is not None and b"worksheet>" in piece:
                piece = part.inserted(piece)
            sink.write(piece)


def _pieces(container: CountingZip, name: str) -> Iterator[bytes]:
    """The part in pieces that end with a whole row."""
    buffer = b""
    with container.open(name) as source:
        while chunk := source.read(CHUNK):
            buffer += container.counted(chunk)
            cut = buffer.rfind(b"row>") + 4
            if cut > 4:
                yield buffer[:cut]
                buffer = buffer[cut:]
    yield buffer


def _with_note(match: re.Match[bytes], note: SheetNotes) -> bytes:
    number = _NUMBER.search(match[2])
    text = note.texts.get(int(number[1])) if number else None
    if text is None or number is None:
        return match[0]
    prefix, body = match[1], match[3] or b""
    marks = re.sub(rb'\sspans="[^"]*"', b"", match[2])
    place = column_letters(note.column) + number[1].decode()
    shown = escape(_without_control(text))
    cell = (
        b"<"
        + prefix
        + b'c r="'
        + place.encode()
        + b'" t="inlineStr"><'
        + prefix
        + b"is><"
        + prefix
        + b't xml:space="preserve">'
        + shown.encode("utf-8")
        + b"</"
        + prefix
        + b"t></"
        + prefix
        + b"is></"
        + prefix
        + b"c>"
    )
    return b"<" + prefix + b"row" + marks + b">" + _placed(body, cell, note.column) + b"</" + prefix + b"row>"


def _placed(body: bytes, cell: bytes, column: int) -> bytes:
    """The cell in its order, in place of an empty one that may already stand there."""
    mine = (len(column_letters(column)), column_letters(column))
    for match in _CELLS.finditer(body):
        letters = match[1].decode()
        if (len(letters), letters) >= mine:
            rest = body[match.end() :] if letters == mine[1] else body[match.start() :]
            return body[: match.start()] + cell + rest
    return body + cell


def _content_types(container: CountingZip, parts: list[CommentPart]) -> bytes:
    content = container.read("[Content_Types].xml", 8 * 1024 * 1024)
    if not parts:
        return content
    more = b"".join(
        b'<Override PartName="/'
        + part.comments_name.encode()
        + b'" ContentType="application/vnd.openxmlformats-'
        b'officedocument.spreadsheetml.comments+xml"/>'
        for part in parts
    )
    if not re.search(rb'Extension="vml"', content, re.IGNORECASE):
        more = (
            b'<Default Extension="vml" '
            b'ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>' + more
        )
    return content.replace(b"</Types>", more + b"</Types>")


def _without_control(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", text)


def _rewritten(interpretation: Interpretation, notes: dict[int, SheetNotes]) -> bytes:
    """An xlsx with the same texts for a file that was none; everything is text, nothing a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    style = book.add_format({"num_format": "@"})
    for number, sheet in enumerate(interpretation.workbook.sheets):
        page = book.add_worksheet(_sheet_name(sheet.name, number))
        for position, row in enumerate(sheet.rows):
            for column in sheet.columns:
                if text := sheet.cell(position, column).text:
                    page.write_string(row, column, text[:32_767], style)
        note = notes.get(number)
        for row_number, text in note.texts.items() if note else ():
            page.write_string(row_number - 1, note.column if note else 0, text[:32_767], style)
        for place, text in note.comments if note else ():
            page.write_comment(place, text)
    book.close()
    return out.getvalue()


def _sheet_name(name: str, number: int) -> str:
    bare = re.sub(r"[\[\]:*?/\\']", "", name)[:28]
    return "{name}{number}".format(name=bare or "表", number=number + 1 if number or not bare else "")
