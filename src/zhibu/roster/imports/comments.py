"""The comments of a sheet as xlsx wants them: a comments part, a drawing of the old kind, and their
relations.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from zhibu.roster.imports.sheets.container import CountingZip

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_AFTER = (
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_EMPTY_RELATIONS = f'{_XML}<Relationships xmlns="{_PACKAGE}"></Relationships>'


@dataclass(frozen=True, slots=True)
class CommentPart:
    """The files that carry a sheet's comments, and the element its sheet needs."""

    comments_name: str
    files: Mapping[str, bytes]
    relation: str

    def inserted(self, tail: bytes) -> bytes:
        """The end of the sheet with its reference to the drawing, in the order the schema wants."""
        end = re.search(rb"</((?:\w+:)?)worksheet>", tail)
        if end is None:
            return tail
        prefix = end[1]
        floor = max(tail.rfind(b"conditionalFormatting>"), tail.rfind(b"sheetData>"), 0)
        places = [tail.find(b"<" + prefix + name.encode(), floor) for name in _AFTER]
        at = min([place for place in places if place >= 0], default=end.start())
        mark = f'legacyDrawing xmlns:zr="{_RELATIONS}" zr:id="{self.relation}"/>'.encode()
        return tail[:at] + b"<" + prefix + mark + tail[at:]


def comment_part(
    container: CountingZip, sheet_path: str, comments: Sequence[tuple[str, str]], order: int
) -> CommentPart | None:
    """The parts for these comments; None where there are none or the sheet has comments of its own."""
    folder, name = posixpath.split(sheet_path)
    relations_name = f"{folder}/_rels/{name}.rels"
    relations = _EMPTY_RELATIONS.encode()
    if relations_name in container.names:
        relations = container.read(relations_name, 4 * 1024 * 1024)
    if not comments or b"/comments" in relations or b"/vmlDrawing" in relations:
        return None
    comments_name, drawing_name = f"xl/zhibu/comments{order}.xml", f"xl/zhibu/notes{order}.vml"
    relation = f"rIdZhibu{order}"
    more = (
        f'<Relationship Id="{relation}" Type="{_RELATIONS}/vmlDrawing" Target="/{drawing_name}"/>'
        f'<Relationship Id="{relation}c" Type="{_RELATIONS}/comments" Target="/{comments_name}"/>'
    )
    closed = re.sub(rb"<Relationships([^>]*)/>", rb"<Relationships\1></Relationships>", relations)
    files = {
        relations_name: closed.replace(b"</Relationships>", more.encode() + b"</Relationships>"),
        comments_name: _comments(comments),
        drawing_name: _drawing(comments),
    }
    return CommentPart(comments_name, files, relation)


def _comments(comments: Sequence[tuple[str, str]]) -> bytes:
    rows = "".join(
        f'<comment ref={quoteattr(place)} authorId="0"><text><t xml:space="preserve">'
        f"{escape(_plain(text))}</t></text></comment>"
        for place, text in comments
    )
    head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><comments xmlns="{_MAIN}">'
    return (
        f"{head}<authors><author>校核</author></authors><commentList>{rows}</commentList></comments>".encode()
    )


def _drawing(comments: Sequence[tuple[str, str]]) -> bytes:
    shapes = "".join(_shape(number, place) for number, (place, _) in enumerate(comments))
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
        '<o:idmap v:ext="edit" data="1"/>'
        '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
        'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" '
        f'o:connecttype="rect"/></v:shapetype>{shapes}</xml>'
    ).encode()


def _shape(number: int, place: str) -> str:
    found = re.fullmatch(r"([A-Z]+)(\d+)", place)
    letters, row = (found[1], int(found[2]) - 1) if found else ("A", 0)
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    column -= 1
    anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 4}, 15, {row + 4}, 4"
    return (
        f'<v:shape id="_x0000_s{1025 + number}" type="#_x0000_t202" '
        'style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:textbox/><x:ClientData ObjectType="Note">'
        f"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _plain(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", text)
