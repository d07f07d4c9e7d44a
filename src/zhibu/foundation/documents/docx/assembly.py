"""From blocks to a DOCX file: sections, footers, properties and every kind of block."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Twips

from zhibu.common.chinese_text import width_in_cells
from zhibu.foundation.documents.blocks import (
    NOTE_PT,
    TEXT_WIDTH_MM,
    Blank,
    Block,
    Closing,
    Code,
    Face,
    Imprint,
    Mark,
    PageBreak,
    Paragraph,
    Rubric,
    Sheet,
    Signatures,
    Table,
    Title,
)
from zhibu.foundation.documents.docx.markup import (
    BODY_SPACING,
    CELL_TWIPS,
    LINE_TWIPS,
    OFFICE_FONTS,
    SUBSTITUTES,
    Line,
    element,
    field,
    paragraph,
    run,
    run_properties,
    tab_run,
    twips,
    twips_of_mm,
)
from zhibu.foundation.documents.docx.pictures import CAPTION_MM, CODE_MM, code_beside, code_blocks
from zhibu.foundation.documents.docx.tables import (
    closing_indents,
    imprint_table,
    ruled_table,
    signature_lines,
)

_LANDSCAPE_WIDTH_MM = 261.0
_FOOTER_MM = 25.6  # puts the dash 7.0 mm below the type area
_BODY_PT = 16.0
_RUBRIC_PT = 19.0  # its border stands 4 mm below the figures
_EPOCH = (1980, 1, 1, 0, 0, 0)
_COMPATIBILITY_NAMES = "http://schemas.microsoft.com/office/word"
_WORD_2013 = 15


def render_sheet(sheet: Sheet) -> bytes:
    """A composed sheet as DOCX bytes; dates inside are the paper's own day."""
    document = docx.Document()
    _set_defaults(document)
    _set_properties(document, sheet)
    _set_section(document, document.sections[0], sheet.is_landscape)
    body = document.element.body
    end = body[-1]  # the section properties stay last
    for child in list(body)[:-1]:
        body.remove(child)
    for made in _Setting(document, sheet).elements():
        end.addprevious(made)
    return _packed(document)


def _set_defaults(document: Document) -> None:
    """Normal style in 仿宋 without spacing; no compatibility surprises from the default template."""
    style = document.styles["Normal"].element
    for child in list(style):
        if child.tag in (qn("w:rPr"), qn("w:pPr")):
            style.remove(child)
    style.append(run_properties(Face.FANG, _BODY_PT))
    _name_fonts(document)


def _name_fonts(document: Document) -> None:
    """The font table: each office font with the system font that replaces it (w:altName)."""
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            part = relation.target_part
            table = element("fonts")
            for face, name in OFFICE_FONTS.items():
                font = element("font", name=name)
                font.append(element("altName", val=SUBSTITUTES[face]))
                font.append(element("charset", val="86"))
                table.append(font)
            part._blob = serialize_part_xml(table)  # python-docx offers no writer for this part


def _set_properties(document: Document, sheet: Sheet) -> None:
    properties = document.core_properties
    moment = datetime(sheet.day.year, sheet.day.month, sheet.day.day)
    properties.title = sheet.title[:255]
    properties.author = sheet.author[:255]
    properties.last_modified_by = ""
    properties.comments = ""
    properties.created = moment
    properties.modified = moment
    properties.revision = 1
    properties.language = "zh-CN"


def _set_section(document: Document, section: Section, is_landscape: bool) -> None:
    """A4, the margins of the standard, the line grid, page numbers odd right and even left."""
    if is_landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin, section.bottom_margin = Mm(28), Mm(26)
        section.left_margin = section.right_margin = Mm(18)
        section.footer_distance = Mm(16.6)
    else:
        section.page_width, section.page_height = Twips(11906), Twips(16838)
        section.top_margin, section.bottom_margin = Twips(2098), Twips(1984)
        section.left_margin, section.right_margin = Twips(1587), Twips(1474)
        section.footer_distance = Mm(_FOOTER_MM)
    section.header_distance = Mm(15)
    properties = section._sectPr
    for grid in properties.findall(qn("w:docGrid")):
        properties.remove(grid)
    properties.append(element("docGrid", type="lines", linePitch=LINE_TWIPS))
    document.settings.odd_and_even_pages_header_footer = True
    _set_compatibility(document)
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        block = footer._element
        for child in list(block):
            block.remove(child)
        inset = {"right": CELL_TWIPS} if align == "right" else {"left": CELL_TWIPS}
        line = Line(
            height=twips(NOTE_PT), align=align, left=inset.get("left", 0), right=inset.get("right", 0)
        )
        left, right = (run(text, Face.SONG, NOTE_PT) for text in ("— ", " —"))
        block.append(paragraph(line, left, *field("PAGE", Face.SONG, NOTE_PT), right))


def _set_compatibility(document: Document) -> None:
    """As Word 2013 and later lay out: no “compatibility mode” in the title, signs beside signs closed up."""
    settings = document.settings.element
    settings.find(qn("w:characterSpacingControl")).set(qn("w:val"), "compressPunctuation")
    compat = settings.find(qn("w:compat"))
    for old in list(compat):
        compat.remove(old)
    compat.append(
        element("compatSetting", name="compatibilityMode", uri=_COMPATIBILITY_NAMES, val=_WORD_2013)
    )


class _Setting:
    """Sets the blocks of one sheet; it only holds the document and the width of the type area."""

    def __init__(self, document: Document, sheet: Sheet) -> None:
        self.document = document
        self.sheet = sheet
        self.width_mm = _LANDSCAPE_WIDTH_MM if sheet.is_landscape else TEXT_WIDTH_MM
        self.starts_page = False

    def elements(self) -> list[BaseOxmlElement]:
        """All paragraphs and tables in order; the ending is tied to the last block of the body."""
        sheet = self.sheet
        made: list[BaseOxmlElement] = []
        for block in sheet.body[:-1]:
            made.extend(self._set(block, is_tied=False))
        made.extend(self._set(sheet.body[-1], is_tied=bool(sheet.ending)))
        for place, block in enumerate(sheet.ending):
            made.extend(self._set(block, is_tied=place < len(sheet.ending) - 1))
        for block in sheet.attachments:
            made.extend(self._set(block, is_tied=False))
        if sheet.imprint is not None:
            made.extend(self._imprint(sheet.imprint))
        if made[-1].tag == qn("w:tbl"):
            made.append(paragraph(Line(height=20)))
        return made

    def _set(self, block: Block, *, is_tied: bool) -> list[BaseOxmlElement]:
        match block:
            case Paragraph():
                return [self._paragraph(block, is_tied)]
            case Title():
                return self._title(block)
            case Blank():
                line = Line(height=twips(block.pitch_pt), keep_next=is_tied)
                return [paragraph(line) for _ in range(block.lines)]
            case Table():
                return [ruled_table(block, self.width_mm, keeps_last=is_tied)]
            case Signatures():
                return signature_lines(block, is_tied=is_tied)
            case Closing():
                return self._closing(block, is_tied)
            case Mark():
                return self._mark(block)
            case Rubric():
                return [self._rubric(block)]
            case Code():
                return code_blocks(self.document, block, is_tied=is_tied)
            case PageBreak():
                self.starts_page = True
                return []
            case Imprint():
                return self._imprint(block)

    def _paragraph(self, block: Paragraph, is_tied: bool) -> BaseOxmlElement:
        is_body = block.size_pt > NOTE_PT
        size = _BODY_PT if is_body else block.size_pt
        spacing = BODY_SPACING if is_body else 0
        cell = CELL_TWIPS if is_body else twips(size)
        line = Line(
            height=LINE_TWIPS if is_body else twips(block.pitch_pt),
            align={"justify": "both"}.get(block.align, block.align),
            first=block.indent * cell,
            hanging=block.hanging * cell,
            keep_next=is_tied or block.is_heading,
            starts_page=self._takes_page(),
        )
        return paragraph(line, *(run(item.text, item.face, size, spacing=spacing) for item in block.runs))

    def _takes_page(self) -> bool:
        starts, self.starts_page = self.starts_page, False
        return starts

    def _title(self, block: Title) -> list[BaseOxmlElement]:
        line = Line(height=twips(block.pitch_pt), align="center", keep_next=True)
        return [paragraph(line, run(text, block.face, block.size_pt)) for text in block.lines]

    def _mark(self, block: Mark) -> list[BaseOxmlElement]:
        """35 mm above the mark: the urgency's line and one of what remains; two empty lines below it."""
        top = twips_of_mm(block.top_mm) - LINE_TWIPS
        height = round(block.size_pt * 20 * 1.1)
        lead = round((height - block.size_pt * 20) / 2)
        urgency = paragraph(
            Line(align="left", keep_next=True), run(block.urgency, Face.HEI, _BODY_PT, spacing=BODY_SPACING)
        )
        space = paragraph(Line(height=top - lead, keep_next=True))
        mark = paragraph(
            Line(height=height, align="center", keep_next=True),
            run(block.text, Face.TITLE, block.size_pt, is_red=True),
        )
        blanks = [paragraph(Line(keep_next=True)) for _ in range(2)]
        return [urgency, space, mark, *blanks]

    def _rubric(self, block: Rubric) -> BaseOxmlElement:
        """The number, with the signer on the same line behind a right tab; the rule is the lower border."""
        children = [run(block.number, Face.FANG, _BODY_PT, spacing=BODY_SPACING)]
        right = ("right", twips_of_mm(TEXT_WIDTH_MM) - CELL_TWIPS)
        line = Line(
            height=twips(_RUBRIC_PT),
            align="left" if block.signer else "center",
            first=CELL_TWIPS if block.signer else 0,  # an indent would shorten the rule
            keep_next=True,
            has_rule_below=True,
            rule_gap_pt=10,
            tabs=(right,) if block.signer else (),
        )
        if block.signer:
            children += [
                tab_run(),
                run("签发人：", Face.FANG, _BODY_PT, spacing=BODY_SPACING),
                run(block.signer, Face.KAI, _BODY_PT, spacing=BODY_SPACING),
            ]
        return paragraph(line, *children)

    def _closing(self, block: Closing, is_tied: bool) -> list[BaseOxmlElement]:
        code = block.code
        if code is None:
            return self._name_and_date(block, is_tied, 0)
        if not block.has_room_for_code:
            return [
                *code_blocks(self.document, code, is_tied=True),
                *self._name_and_date(block, is_tied, 0),
            ]
        lines = self._name_and_date(block, is_tied, twips_of_mm(CODE_MM + CAPTION_MM))
        return [code_beside(self.document, code, [paragraph(Line(keep_next=True)), *lines])]

    def _name_and_date(self, block: Closing, is_tied: bool, taken: int) -> list[BaseOxmlElement]:
        """The two lines; ``taken`` is what stands left of them on the line."""
        organization, dated = closing_indents(
            width_in_cells(block.organization), width_in_cells(block.date_text), has_seal=block.has_seal
        )
        return [
            paragraph(
                Line(align="left", left=max(0, left - taken), keep_next=keep),
                run(text, Face.FANG, _BODY_PT, spacing=BODY_SPACING),
            )
            for text, left, keep in (
                (block.organization, organization, True),
                (block.date_text, dated, is_tied),
            )
        ]

    def _imprint(self, block: Imprint) -> list[BaseOxmlElement]:
        return [imprint_table(block, self.width_mm)]


def _packed(document: Document) -> bytes:
    """The package with fixed file times, so that equal papers are equal bytes."""
    relations = document.part.package.rels
    for key in [key for key, item in relations.items() if item.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        relations.pop(key)  # the picture of python-docx's own template
    raw = io.BytesIO()
    document.save(raw)
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return packed.getvalue()
