"""QR codes as pictures in a DOCX: one-bit PNG, written here so that no drawing library is needed."""

from __future__ import annotations

import io
import struct
import zlib

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm

from zhibu.foundation.documents.blocks import TEXT_WIDTH_MM, Code, Face
from zhibu.foundation.documents.docx.markup import Line, paragraph, run, twips
from zhibu.foundation.documents.docx.tables import beside

_SCALE = 8  # pixels a module
_QUIET = 0  # the paper's own white does: the edge stands on the margin, as in the PDF
_NOTE_PT = 14.0
CODE_MM = 22.0
CAPTION_MM = 27.0


def code_png(modules: tuple[str, ...]) -> bytes:
    """A black and white PNG of a QR code."""
    side = (len(modules) + 2 * _QUIET) * _SCALE
    rows = []
    blank = "0" * (len(modules) + 2 * _QUIET)
    framed = [blank] * _QUIET + ["0" * _QUIET + row + "0" * _QUIET for row in modules] + [blank] * _QUIET
    for row in framed:
        bits = "".join(("0" if module == "1" else "1") * _SCALE for module in row)
        packed = int(bits, 2).to_bytes(side // 8, "big")
        rows.extend([b"\x00" + packed] * _SCALE)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data)
        for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def code_blocks(document: Document, block: Code, *, is_tied: bool) -> list[BaseOxmlElement]:
    """The picture with its caption beside it; on a poster in the middle with the caption below."""
    if block.is_poster:
        caption = _caption(block, 16.0, 30.0, "center", is_tied=is_tied)
        return [_picture(document, block, "center"), paragraph(Line(height=twips(17))), *caption]
    gap = paragraph(Line(height=twips(8), keep_next=True))
    cells = [
        [_picture(document, block, "left")],
        _caption(block, _NOTE_PT, 22.0, "left", is_tied=is_tied),
    ]
    size = block.size_mm + 6
    return [gap, beside(cells, [size, TEXT_WIDTH_MM - size])]


def code_beside(document: Document, block: Code, closing: list[BaseOxmlElement]) -> BaseOxmlElement:
    """The picture and its caption left of organisation and date."""
    caption = _caption(block, 10.5, 15.0, "left", is_tied=False)
    picture = [_picture(document, block, "left")]
    return beside([picture, caption, closing], [CODE_MM, CAPTION_MM, TEXT_WIDTH_MM - CODE_MM - CAPTION_MM])


def _picture(document: Document, block: Code, align: str) -> BaseOxmlElement:
    holder = document.add_paragraph()
    holder.add_run().add_picture(io.BytesIO(code_png(block.modules)), width=Mm(block.size_mm))
    drawn = holder._p[-1]
    holder._p.getparent().remove(holder._p)
    for inline in drawn.iter(qn("wp:inline")):
        for edge in ("distT", "distB", "distL", "distR"):  # left out, some programs keep 3 mm free
            inline.set(edge, "0")
    return paragraph(Line(height=0, align=align, keep_next=True), drawn)


def _caption(block: Code, size: float, pitch: float, align: str, *, is_tied: bool) -> list[BaseOxmlElement]:
    return [
        paragraph(Line(height=twips(pitch), align=align, keep_next=is_tied), run(text, Face.FANG, size))
        for text in block.caption.split("\n")
    ]
