"""The blocks a paper is set from: what both the PDF and the DOCX understand.

A ``Sheet`` is the only thing that crosses from the wording (``composition``) to the setting (``pdf``,
``docx``), so both outputs hold the same words in the same order. Measures: ``cells`` are advances of one
3号 character (156 mm / 28), ``_mm`` millimetres, ``_pt`` points. Sources: GB/T 9704-2012 clauses 5-7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from zhibu.common.chinese_text import width_in_cells


class Face(StrEnum):
    """The faces an official document knows (GB/T 9704-2012, 5.2.2 and 7)."""

    FANG = "fang"  # 仿宋, the body
    KAI = "kai"  # 楷体, second level and the signer's name
    HEI = "hei"  # 黑体, first level
    SONG = "song"  # 宋体, page numbers
    TITLE = "title"  # 小标宋, titles and the issuer's mark


BODY_PT = 15.75  # 3号 as set in the PDF; DOCX says 16 pt with -0.25 pt spacing
PITCH_PT = 28.95  # 22 lines in 225 mm
CELL_PT = 15.79  # 28 characters in 156 mm
TITLE_PT = 22.0  # 2号
TITLE_PITCH_PT = 36.0
NOTE_PT = 14.0  # 4号
LINE_CELLS = 28
PAGE_LINES = 22
TEXT_WIDTH_MM = 156.0
TEXT_HEIGHT_MM = 225.0
_BESIDE_CODE_CELLS = 17  # the code and its words take 49 of 156 mm

_REMOVED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e01ef]"
)


def clean(text: str) -> str:
    """Text without what no paper can show: controls, direction marks, selectors, halves of characters.

    Tabs become spaces and every line ending one newline. Letters are never replaced by similar ones,
    so a name stays the name.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\t", " ")
    return _REMOVED.sub("", plain)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one face; cleaned on creation."""

    text: str
    face: Face = Face.FANG

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(self.text))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Body lines: ``indent`` before the first line and ``hanging`` before the others, in cells.

    ``is_heading`` keeps it with what follows. ``size_pt`` and ``pitch_pt`` are for notes in 4号 only.
    """

    runs: tuple[Run, ...]
    indent: int = 2
    hanging: int = 0
    align: str = "justify"  # justify | center | right | left
    is_heading: bool = False
    size_pt: float = BODY_PT
    pitch_pt: float = PITCH_PT
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True, slots=True)
class Title:
    """A title of one or more centred lines, already broken (``wording.title_lines``)."""

    lines: tuple[str, ...]
    face: Face = Face.TITLE
    size_pt: float = TITLE_PT
    pitch_pt: float = TITLE_PITCH_PT
    kind: str = field(default="title", init=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """The issuer's mark in red, its upper edge ``top_mm`` below the top of the type area (7.2.4).

    ``urgency`` (特急) stands flush left in the first line of the type area.
    """

    text: str
    size_pt: float
    urgency: str = ""
    top_mm: float = 35.0
    kind: str = field(default="mark", init=False)


@dataclass(frozen=True, slots=True)
class Rubric:
    """The document number, the signer of an upward document, the red rule 4 mm below (7.2.5-7.2.7)."""

    number: str
    signer: str = ""
    kind: str = field(default="rubric", init=False)


@dataclass(frozen=True, slots=True)
class Blank:
    """Empty lines of the grid; none where they would begin a page."""

    lines: int = 1
    pitch_pt: float = PITCH_PT
    kind: str = field(default="blank", init=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A table column; the widths are scaled together to the width of the type area."""

    heading: str
    width_mm: float
    align: str = "center"


@dataclass(frozen=True, slots=True)
class Row:
    """One table row; a group row has one cell over all columns."""

    cells: tuple[str, ...]
    is_group: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", tuple(clean(cell) for cell in self.cells))


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table whose heading repeats on every page; ``row_mm`` is the least height of a row."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    size_pt: float = 12.0
    pitch_pt: float = 16.0
    row_mm: float = 8.0
    kind: str = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign by hand, two a line: ``主持人（签字）：``."""

    labels: tuple[str, ...]
    kind: str = field(default="signatures", init=False)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code with a line beside it; ``modules`` are its rows of 0 and 1 without the quiet zone.

    ``is_poster`` sets it alone in the middle, the caption below.
    """

    modules: tuple[str, ...]
    caption: str
    size_mm: float = 22.0
    is_poster: bool = False
    kind: str = field(default="code", init=False)


@dataclass(frozen=True, slots=True)
class Closing:
    """Organisation and date at the foot (7.3.5); ``has_seal`` places them for a wet seal.

    ``code`` stands left of them where the organisation's name leaves room, else above; the line that stands
    between body and signature is then part of the block.
    """

    organization: str
    date_text: str
    has_seal: bool = False
    code: Code | None = None
    has_room_for_code: bool = field(default=False, init=False)
    kind: str = field(default="closing", init=False)

    def __post_init__(self) -> None:
        organization = clean(self.organization)
        object.__setattr__(self, "organization", organization)
        object.__setattr__(self, "has_room_for_code", width_in_cells(organization) <= _BESIDE_CODE_CELLS)


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts a new page (an attachment, 7.3.8)."""

    kind: str = field(default="page_break", init=False)


@dataclass(frozen=True, slots=True)
class Imprint:
    """Copies to, printed by and on: at the foot of the last page (7.4)."""

    copies_to: str = ""
    printed_by: str = ""
    printed_on: str = ""
    kind: str = field(default="imprint", init=False)


Block = Paragraph | Title | Mark | Rubric | Blank | Table | Signatures | Closing | Code | PageBreak | Imprint


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole paper, ready to be set.

    ``ending`` never stands on a page without text of the last block of ``body``; ``attachments`` follow it,
    ``imprint`` closes the last page. ``day`` dates the file, so that equal papers are equal bytes. ``names``
    are never divided between two lines.
    """

    title: str
    author: str
    day: date
    body: tuple[Block, ...]
    ending: tuple[Block, ...] = ()
    attachments: tuple[Block, ...] = ()
    imprint: Imprint | None = None
    is_landscape: bool = False
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", clean(self.title).replace("\n", ""))
        object.__setattr__(self, "author", clean(self.author))
