"""Reads an xlsx: each sheet streamed once, every distinct cell decoded once.

Expat walks through the same bytes and refuses whatever is not well formed, so that the quick pattern
below only ever sees well-formed XML without comments and the like; those are taken out beforehand.
"""

from __future__ import annotations

import codecs
import html
import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from xml.parsers import expat

from zhibu.roster.imports.sheets.collect import SheetCollector
from zhibu.roster.imports.sheets.container import CountingZip
from zhibu.roster.imports.sheets.formats import number_cell
from zhibu.roster.imports.sheets.limits import MB, Limits, SheetRefused
from zhibu.roster.imports.sheets.model import EMPTY_CELL, Kind, Merge, RawCell, Sheet, column_letters
from zhibu.roster.imports.sheets.xlsx_parts import (
    CHUNK,
    NumberFormats,
    SharedStrings,
    SheetPart,
    checked_parser,
    read_workbook_part,
    stream_xml,
    unescape_control,
)

_ATTRIBUTE = re.compile(rb'([A-Za-z:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_MARKUP = re.compile(rb"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?.*?\?>", re.DOTALL)
_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?worksheet[\s>]")
_PLAIN_INLINE = re.compile(rb'<is><t(?: xml:space="preserve")?>([^<]*)</t></is>')
_ROW_NUMBER = re.compile(rb'row r="(\d+)"')
_LONGEST_PIECE = 24 * MB
_WHOLE_SHEET = 96 * MB


def read_xlsx(container: CountingZip, limits: Limits) -> tuple[bool, list[Sheet]]:
    """Whether the file counts days from 1904, and its sheets in order."""
    try:
        part = read_workbook_part(container, limits.sheets)
        formats = NumberFormats()
        if part.styles_path in container.names:
            stream_xml(container, part.styles_path, formats, limits.styles_bytes)
        strings = SharedStrings(limits.cell_characters)
        if part.strings_path in container.names:
            stream_xml(container, part.strings_path, strings, limits.unpacked_bytes)
        decoder = CellDecoder(strings, formats, part.uses_1904)
        sheets = [_SheetReader(container, item, decoder, limits).read() for item in part.sheets]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError) as error:
        raise SheetRefused("broken") from error
    except (ValueError, IndexError) as error:
        raise SheetRefused("broken") from error
    return part.uses_1904, sheets


def attributes_of(raw: bytes) -> dict[str, str]:
    """The attributes of a start tag, decoded."""
    return {
        name.rpartition(b":")[2].decode(): html.unescape((double or single).decode("utf-8"))
        for name, double, single in _ATTRIBUTE.findall(raw)
    }


class CellDecoder:
    """Turns the inside of a ``c`` element into a cell."""

    def __init__(self, strings: SharedStrings, formats: NumberFormats, uses_1904: bool) -> None:
        self.strings = strings.strings
        self.struck_strings = {str(number) for number in strings.struck}
        self.formats = formats.codes
        self.struck_styles = formats.struck
        self.uses_1904 = uses_1904
        self._marks: dict[bytes, tuple[str, str]] = {}

    def decode(self, attributes: bytes, inner: bytes, prefix: bytes) -> RawCell:
        """The cell; EMPTY for one that is only formatted."""
        cell = self._decode(attributes, inner, prefix)
        has_struck = bool(self.struck_styles or self.struck_strings)
        if has_struck and cell is not EMPTY_CELL and self._is_struck(attributes, inner):
            return replace(cell, is_struck=True)
        return cell

    def _is_struck(self, attributes: bytes, inner: bytes) -> bool:
        marks = attributes_of(attributes)
        if int(marks.get("s", "0") or 0) in self.struck_styles:
            return True
        return marks.get("t") == "s" and (_content(inner, b"v") or "").strip() in self.struck_strings

    def _decode(self, attributes: bytes, inner: bytes, prefix: bytes) -> RawCell:
        kind, code = self._kind_and_format(attributes)
        if inner.startswith(b"<v>") and inner.find(b"<", 3) == len(inner) - 4 and b"&" not in inner:
            return self._typed(kind, inner[3:-4].decode("utf-8"), code, False)
        if kind == "inlineStr":
            plain = _PLAIN_INLINE.fullmatch(inner)
            text = html.unescape(plain[1].decode("utf-8")) if plain else _inline(inner, prefix)
            return _text_cell(unescape_control(text), False)
        is_formula = bool(re.search(rb"<" + prefix + rb"f[\s/>]", inner))
        value = _content(inner, prefix + b"v")
        if value is None or (value == "" and kind != "str"):
            return RawCell(Kind.ERROR, "", is_formula=True) if is_formula else EMPTY_CELL
        return self._typed(kind, value, code, is_formula)

    def _kind_and_format(self, attributes: bytes) -> tuple[str, str]:
        """The type and the number format that a cell's attributes name; the same few come again and again."""
        found = self._marks.get(attributes)
        if found is None:
            marks = attributes_of(attributes)
            style = int(marks.get("s", "0") or 0)
            code = self.formats[style] if style < len(self.formats) else "General"
            found = (marks.get("t", "n"), code)
            if "r" not in marks:
                self._marks[attributes] = found
        return found

    def _typed(self, kind: str, value: str, code: str, is_formula: bool) -> RawCell:
        if kind == "s":
            return _text_cell(self.strings[int(value)], is_formula)
        if kind == "str":
            return _text_cell(unescape_control(value), is_formula)
        if kind == "b":
            return RawCell(Kind.BOOL, "TRUE" if value.strip() == "1" else "FALSE", is_formula=is_formula)
        if kind == "e":
            return RawCell(Kind.ERROR, value, is_formula=is_formula)
        if kind == "d":
            day = datetime.fromisoformat(value.strip().replace("Z", "")).date().isoformat()
            return RawCell(Kind.DATE, day, "", day, code, is_formula)
        return number_cell(value.strip(), code, self.uses_1904, is_formula)


def _text_cell(text: str, is_formula: bool) -> RawCell:
    if not text:
        return EMPTY_CELL
    return RawCell(Kind.TEXT, text, is_formula=is_formula)


def _content(inner: bytes, tag: bytes) -> str | None:
    found = re.search(rb"<" + tag + rb"(?:\s[^>]*)?(?:/>|>(.*?)</" + tag + rb"\s*>)", inner, re.DOTALL)
    if found is None:
        return None
    return html.unescape((found[1] or b"").decode("utf-8"))


def _inline(inner: bytes, prefix: bytes) -> str:
    visible = re.sub(rb"<" + prefix + rb"rPh[\s>].*?</" + prefix + rb"rPh\s*>", b"", inner, flags=re.DOTALL)
    pattern = rb"<" + prefix + rb"t(?:\s[^>]*)?>(.*?)</" + prefix + rb"t\s*>"
    parts = re.findall(pattern, visible, re.DOTALL)
    return html.unescape(b"".join(parts).decode("utf-8"))


class _SheetReader:
    """Streams one worksheet part into a collector."""

    def __init__(self, container: CountingZip, part: SheetPart, decoder: CellDecoder, limits: Limits) -> None:
        self.container = container
        self.part = part
        self.decoder = decoder
        self.collector = SheetCollector(part.name, part.is_hidden, limits)
        self.prefix = b""
        self.row = -1
        self.seen: dict[bytes, int] = {}
        self.vectors: dict[bytes, array[int]] = {}
        self.is_row_hidden = False
        self.position = -1
        self.before = b""

    def read(self) -> Sheet:
        """Head, rows, tail; a sheet without ``sheetData`` is empty."""
        pieces = self._pieces(self._checked_chunks())
        head = next(pieces, b"")
        self._read_head(head)
        tail = head
        for piece in pieces:
            if self._may_hold_values(piece) or b"hidden" in piece:
                self._read_rows(piece)
            else:
                self._skip_rows(piece)
            tail = piece
        self._read_merges(tail)
        return self.collector.finish()

    def _checked_chunks(self) -> Iterator[bytes]:
        """The part's bytes as UTF-8 without comments, every one of them also seen by expat."""
        parser = checked_parser()
        decode: Callable[[bytes, bool], str] | None = None
        try:
            with self.container.open(self.part.path) as stream:
                first = True
                while chunk := self.container.counted(stream.read(CHUNK)):
                    parser.Parse(chunk, False)
                    if first and chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
                        decode = codecs.getincrementaldecoder("utf-16")().decode
                    elif first and re.match(rb"<\?xml[^>]*encoding=[\"'](?!utf-?8)", chunk, re.IGNORECASE):
                        raise SheetRefused("broken")
                    first = False
                    yield decode(chunk, False).encode("utf-8") if decode else chunk
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise SheetRefused("broken") from error

    def _pieces(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """First the part before the rows, then pieces that end with a whole row, the last with the tail."""
        buffer = b""
        is_head = True
        end_row = b"</row>"
        for chunk in chunks:
            if b"<!" in chunk or (chunk.find(b"<?", 5) >= 0):
                yield from self._clean_pieces(buffer + chunk, chunks, is_head)
                return
            buffer += chunk
            if is_head:
                at = buffer.find(b"sheetData")
                if at < 0:
                    self._bounded(buffer)
                    continue
                yield buffer[:at]
                end_row = b"</" + self.prefix + b"row>"
                buffer, is_head = buffer[at:], False
            cut = buffer.rfind(end_row)
            if cut < 0:
                cut = buffer.rfind(b"<" + self.prefix + b"row ")
                if cut <= 0:
                    self._bounded(buffer)
                    continue
                yield buffer[:cut]
                buffer = buffer[cut:]
                continue
            yield buffer[: cut + len(end_row)]
            buffer = buffer[cut + len(end_row) :]
        yield buffer

    def _clean_pieces(self, start: bytes, chunks: Iterator[bytes], is_head: bool) -> Iterator[bytes]:
        """A sheet with comments or CDATA is put together and cleaned as a whole."""
        size, parts = len(start), [start]
        for chunk in chunks:
            size += len(chunk)
            if size > _WHOLE_SHEET:
                raise SheetRefused("hostile")
            parts.append(chunk)
        whole = _MARKUP.sub(
            lambda m: html.escape((m[1] or b"").decode("utf-8")).encode("utf-8"), b"".join(parts)
        )
        if is_head:
            at = max(whole.find(b"sheetData"), 0)
            yield whole[:at]
            whole = whole[at:]
        yield whole

    @staticmethod
    def _bounded(buffer: bytes) -> None:
        if len(buffer) > _LONGEST_PIECE:
            raise SheetRefused("hostile")

    def _read_head(self, head: bytes) -> None:
        root = _ROOT.search(head)
        self.prefix = root[1] + b":" if root and root[1] else b""
        for raw in re.findall(rb"<" + self.prefix + rb"col\s([^>]*)>", head):
            marks = attributes_of(raw)
            if marks.get("hidden", "0") in ("1", "true") or marks.get("width") == "0":
                first, last = int(marks.get("min", "1")), int(marks.get("max", "1"))
                self.collector.hidden_columns.update(range(first - 1, min(last, 16_384)))
        self.rows_hidden_by_default = bool(re.search(rb'zeroHeight="(?:1|true)"', head))
        prefix = self.prefix
        self.pattern = re.compile(
            rb"<" + prefix + rb"(?:(row(?=[\s/>])[^>]*)>|c(?=[\s/>])(?: r=\"([A-Z]{1,3})\d+\")?"
            rb"([^>]*?)(?:/>|>(.*?)</" + prefix + rb"c\s*>))",
            re.DOTALL,
        )

    def _may_hold_values(self, piece: bytes) -> bool:
        prefix = self.prefix
        return (
            b"<" + prefix + b"v" in piece or b"<" + prefix + b"is" in piece or b"<" + prefix + b"f" in piece
        )

    def _skip_rows(self, piece: bytes) -> None:
        """A piece of a million formatted rows without a value costs nothing but its last row number."""
        last = piece.rfind(b"<" + self.prefix + b"row ")
        if last >= 0:
            number = attributes_of(piece[last : last + 400].partition(b">")[0]).get("r")
            self.row = int(number) - 1 if number else self.row + piece.count(b"<" + self.prefix + b"row ")

    def _read_rows(self, piece: bytes) -> None:
        """The inner loop of the whole import: an ordinary cell costs two splits, two look-ups and an append.

        A piece is cut behind each cell. A part that is one cell with its address first, in a column that was
        met before, is told by what follows the address: known, or decoded once. Every other part — the first
        cell of a row, empty cells before one that is filled, what other programs write — is searched.
        """
        seen, vectors = self.seen, self.vectors
        ordinary, end = b"<" + self.prefix + b"c r=", b"</" + self.prefix + b"c"
        *closed, rest_of_piece = piece.split(end + b">")
        self.is_row_hidden, self.position, self.before = False, -1, b""
        for part in closed:
            bits = part.split(b'"', 2)
            if bits[0] == ordinary and len(bits) == 3:
                address, rest = bits[1], bits[2]
                letter = address.rstrip(b"0123456789")
                vector = vectors.get(letter)
                if vector is not None and letter != address:
                    index = seen.get(rest)
                    if index is None:
                        index = self._index_of_rest(rest, end)
                    if index >= 0:
                        self.before = letter
                        if index and len(vector) == self.position:
                            vector.append(index)
                        elif index:
                            self._put(vector, index)
                        continue
            self._search(part + end + b">")
        self._search(rest_of_piece)

    def _put(self, vector: array[int], index: int) -> None:
        """Set a filled cell of the running row; a second cell at the same place is ignored."""
        position = self.position
        if position < 0:
            position = self.position = self.collector.begin_row(self.row, self.is_row_hidden)
        missing = position - len(vector)
        if missing > 0:
            vector.frombytes(bytes(4 * missing))
        if missing >= 0:
            vector.append(index)

    def _index_of_rest(self, rest: bytes, end: bytes) -> int:
        """The index of a single cell by what follows its address; -1 where the part holds more than that."""
        marks, _, inner = rest.partition(b">")
        if marks.endswith(b"/") or end in inner:
            return -1
        return self._decode(marks, inner) if inner else 0

    def _search(self, part: bytes) -> None:
        """Rows and cells of a part in whatever form they are written."""
        for row_marks, letter, marks, inner in self.pattern.findall(part):
            if row_marks:
                self.is_row_hidden = self._start_row(row_marks)
                self.position, self.before = -1, b""
                continue
            if not letter:
                letter = self._unusual_letters(marks, self.before)
            self.before = letter
            if not inner:
                continue
            index = self.seen.get(marks + b">" + inner)
            if index is None:
                index = self._decode(marks, inner)
            if index:
                vector = self.vectors.get(letter)
                if vector is None:
                    if self.position < 0:
                        self.position = self.collector.begin_row(self.row, self.is_row_hidden)
                    vector = self.vectors[letter] = self.collector.vector(self._column(letter))
                self._put(vector, index)

    def _start_row(self, raw: bytes) -> bool:
        quick = _ROW_NUMBER.match(raw)
        if quick and b"hidden" not in raw and not self.rows_hidden_by_default:
            self.row = int(quick[1]) - 1
            return False
        marks = attributes_of(raw)
        number = marks.get("r")
        self.row = int(number) - 1 if number else self.row + 1
        hidden = marks.get("hidden")
        if hidden is None:
            return self.rows_hidden_by_default and "ht" not in marks
        return hidden in ("1", "true")

    @staticmethod
    def _column(letter: bytes) -> int:
        number = 0
        for byte in letter:
            number = number * 26 + byte - 64
        return number - 1

    def _unusual_letters(self, marks: bytes, before: bytes) -> bytes:
        """A cell whose address is not its first attribute, or that has none and follows the one before."""
        found = re.search(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]{1,3})\d+[\"']", marks)
        if found:
            return found[1].upper()
        return column_letters(self._column(before) + 1 if before else 0).encode()

    def _decode(self, marks: bytes, inner: bytes) -> int:
        index = self.collector.index_of(self.decoder.decode(marks, inner, self.prefix))
        if b"<" + self.prefix + b"f" not in inner:
            self.seen[marks + b">" + inner] = index
        return index

    def _read_merges(self, tail: bytes) -> None:
        pattern = rb"<" + self.prefix + rb'mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"'
        for first, top, last, bottom in re.findall(pattern, tail):
            merge = Merge(int(top) - 1, self._column(first), int(bottom) - 1, self._column(last))
            if merge.last_row - merge.first_row < 5_000 or merge.last_column - merge.first_column < 64:
                self.collector.add_merge(merge)
