"""The small parts of an xlsx: workbook, relations, number formats, shared strings."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Protocol
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from zhibu.roster.imports.sheets.container import CountingZip
from zhibu.roster.imports.sheets.formats import built_in_format
from zhibu.roster.imports.sheets.limits import MB, SheetRefused

CHUNK = MB
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Where a worksheet lies in the container."""

    name: str
    is_hidden: bool
    path: str


@dataclass(frozen=True, slots=True)
class WorkbookPart:
    """What the workbook part says, and where the shared parts lie (empty where there are none)."""

    sheets: tuple[SheetPart, ...]
    uses_1904: bool
    strings_path: str
    styles_path: str


class XmlHandler(Protocol):
    """What a streamed part is handed to."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element opens; ``name`` without prefix."""

    def text(self, data: str) -> None:
        """Character data."""

    def end(self, name: str) -> None:
        """An element closes."""


def local(name: str) -> str:
    """An XML name without prefix or namespace."""
    return name.rpartition("}")[2].rpartition(":")[2]


def unescape_control(text: str) -> str:
    """Office programs write control characters as ``_x000D_``."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def checked_parser() -> expat.XMLParserType:
    """An expat parser that refuses any document type, so that no entity can be declared."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise SheetRefused("hostile")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def small_tree(container: CountingZip, name: str) -> Element:
    """A small part as a tree; entities, document types and oversize are refused."""
    try:
        tree: Element = fromstring(container.read(name, 8 * MB), forbid_dtd=True)
    except DefusedXmlException as error:
        raise SheetRefused("hostile") from error
    except (ParseError, ValueError, LookupError) as error:
        raise SheetRefused("broken") from error
    return tree


def stream_xml(container: CountingZip, name: str, handler: XmlHandler, most: int) -> None:
    """Walk through a part piece by piece."""
    parser = checked_parser()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: handler.start(local(tag), attributes)
    parser.EndElementHandler = lambda tag: handler.end(local(tag))
    parser.CharacterDataHandler = handler.text
    total = 0
    try:
        with container.open(name) as stream:
            while chunk := container.counted(stream.read(CHUNK)):
                total += len(chunk)
                if total > most:
                    raise SheetRefused("hostile")
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise SheetRefused("broken") from error


def read_workbook_part(container: CountingZip, most_sheets: int) -> WorkbookPart:
    """Find the workbook and its sheets through the relations, as producers name parts differently."""
    book = next(
        (t for k, t in _relations(container, "_rels/.rels") if k == "officeDocument"), "xl/workbook.xml"
    )
    tree = small_tree(container, book)
    folder = posixpath.dirname(book)
    relations_name = f"{folder}/_rels/{posixpath.basename(book)}.rels".lstrip("/")
    targets = _targets(container, relations_name, folder)
    kinds = {
        kind: posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
        for kind, target in _relations(container, relations_name)
    }
    sheets: list[SheetPart] = []
    uses_1904 = False
    for element in tree.iter():
        tag = local(element.tag)
        if tag == "workbookPr":
            uses_1904 = element.get("date1904", "0") in ("1", "true")
        elif tag == "sheet":
            relation = next((v for k, v in element.attrib.items() if local(k) == "id" and "}" in k), "")
            path = targets.get(relation, "")
            if "chartsheet" in path or "dialogsheet" in path or not path:
                continue
            sheets.append(
                SheetPart(element.get("name", ""), element.get("state", "visible") != "visible", path)
            )
    if len(sheets) > most_sheets:
        raise SheetRefused("too_many_sheets")
    return WorkbookPart(tuple(sheets), uses_1904, kinds.get("sharedStrings", ""), kinds.get("styles", ""))


def _relations(container: CountingZip, name: str) -> list[tuple[str, str]]:
    if name not in container.names:
        return []
    tree = small_tree(container, name)
    return [
        (r.get("Type", "").rpartition("/")[2], r.get("Target", "").lstrip("/"))
        for r in tree
        if r.get("TargetMode", "") != "External"
    ]


def _targets(container: CountingZip, name: str, folder: str) -> dict[str, str]:
    if name not in container.names:
        return {}
    targets: dict[str, str] = {}
    for relation in small_tree(container, name):
        target = relation.get("Target", "")
        if relation.get("TargetMode", "") == "External":
            continue
        is_absolute = target.startswith("/")
        path = target.lstrip("/") if is_absolute else posixpath.normpath(posixpath.join(folder, target))
        targets[relation.get("Id", "")] = path
    return targets


class NumberFormats:
    """Reads the number format of each cell style, and which styles strike their text out."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.struck: set[int] = set()
        self._fonts = -1
        self._struck_fonts: set[int] = set()
        self._is_in_fonts = False
        self._own: dict[int, str] = {}
        self._is_in_cell_styles = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Own formats come first, then the cell styles that use them."""
        if name == "fonts":
            self._is_in_fonts = True
        elif name == "font" and self._is_in_fonts:
            self._fonts += 1
        elif name == "strike" and self._is_in_fonts:
            if attributes.get("val", "1") not in ("0", "false"):
                self._struck_fonts.add(self._fonts)
        elif name == "numFmt":
            self._own[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "General")
        elif name == "cellXfs":
            self._is_in_cell_styles = True
        elif name == "xf" and self._is_in_cell_styles:
            number = int(attributes.get("numFmtId", "0"))
            if self._struck_fonts and int(attributes.get("fontId", "0")) in self._struck_fonts:
                self.struck.add(len(self.codes))
            self.codes.append(self._own.get(number) or built_in_format(number))

    def text(self, data: str) -> None:
        """Styles hold no text."""

    def end(self, name: str) -> None:
        """Later ``xf`` elements are named styles, not cell styles."""
        if name == "cellXfs":
            self._is_in_cell_styles = False
        elif name == "fonts":
            self._is_in_fonts = False


class SharedStrings:
    """Reads the shared strings without their phonetic guides."""

    def __init__(self, most_characters: int) -> None:
        self.strings: list[str] = []
        self.struck: set[int] = set()
        self._most = most_characters
        self._parts: list[str] = []
        self._size = 0
        self._is_text = False
        self._is_phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """``t`` holds text unless it lies in ``rPh``."""
        if name == "t":
            self._is_text = not self._is_phonetic
        elif name == "si":
            self._parts = []
            self._size = 0
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "strike" and attributes.get("val", "1") not in ("0", "false"):
            self.struck.add(len(self.strings))

    def text(self, data: str) -> None:
        """Collect, within the limit of one cell."""
        if self._is_text:
            self._size += len(data)
            if self._size > self._most:
                raise SheetRefused("cell_too_long")
            self._parts.append(data)

    def end(self, name: str) -> None:
        """An ``si`` is one string."""
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            self.strings.append(unescape_control("".join(self._parts)))
