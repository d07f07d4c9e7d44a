"""QR codes as pictures in a DOCX: one-bit PNG, written here so that no drawing library is needed."""

from __future__ import annotations

import io
import struct
import zlib

from docx.document import Document
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm

from zhibu.foundation.documents.blocks import Code, Face
from zhibu.foundation.documents.docx.markup import Line, paragraph, run, twips

_SCALE = 8  # pixels a module
_QUIET = 2  # modules of white around; the paper's own white does the rest
_NOTE_PT = 14.0


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


def code_paragraphs(document: Document, block: Code, *, is_tied: bool) -> list[BaseOxmlElement]:
    """The picture on a line of its own, the caption below."""
    holder = document.add_paragraph()
    holder.add_run().add_picture(io.BytesIO(code_png(block.modules)), width=Mm(block.size_mm))
    drawn = holder._p[-1]
    holder._p.getparent().remove(holder._p)
    picture = paragraph(Line(height=0, align="left", keep_next=True), drawn)
    captions = [
        paragraph(Line(height=twips(20), align="left", keep_next=is_tied), run(text, Face.FANG, _NOTE_PT))
        for text in block.caption.split("\n")
    ]
    return [picture, *captions]
