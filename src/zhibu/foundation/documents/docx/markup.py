"""Small pieces of WordprocessingML. Lengths: twips (1/20 pt), half-points for sizes, EMU for drawings."""

from __future__ import annotations

from dataclasses import dataclass

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from zhibu.foundation.documents.blocks import Face

# What offices own; the names after it are tried by Word through the font table (w:altName).
OFFICE_FONTS = {
    Face.FANG: "仿宋_GB2312",
    Face.KAI: "楷体_GB2312",
    Face.HEI: "黑体",
    Face.SONG: "宋体",
    Face.TITLE: "方正小标宋简体",
}
SUBSTITUTES = {
    Face.FANG: "FangSong",
    Face.KAI: "KaiTi",
    Face.HEI: "SimHei",
    Face.SONG: "SimSun",
    Face.TITLE: "SimSun",
}
RED = "FF0000"
TWIPS_PER_MM = 1440 / 25.4
LINE_TWIPS = 579
BODY_SPACING = -5
CELL_TWIPS = 315  # 16 pt less a quarter point


def twips(points: float) -> int:
    """Points as twips."""
    return round(points * 20)


def twips_of_mm(millimetres: float) -> int:
    """Millimetres as twips."""
    return round(millimetres * TWIPS_PER_MM)


def element(tag: str, **attributes: str | int) -> BaseOxmlElement:
    """An element ``w:tag`` with attributes in the same namespace."""
    made = OxmlElement("w:" + tag)
    for name, value in attributes.items():
        made.set(qn("w:" + name), str(value))
    return made


@dataclass(frozen=True, slots=True)
class Line:
    """How a paragraph stands: exact line height and indents in twips; ``height`` 0 leaves it open."""

    height: int = LINE_TWIPS
    align: str = "both"
    left: int = 0
    right: int = 0
    first: int = 0
    hanging: int = 0
    keep_next: bool = False
    has_rule_below: bool = False
    rule_gap_pt: int = 0
    starts_page: bool = False
    before: int = 0
    tabs: tuple[tuple[str, int], ...] = ()  # kind (left, right) and place


def paragraph(line: Line, *children: BaseOxmlElement) -> BaseOxmlElement:
    """A paragraph; property order follows the schema (CT_PPr)."""
    made = element("p")
    properties = element("pPr")
    if line.keep_next:
        properties.append(element("keepNext"))
    if line.starts_page:
        properties.append(element("pageBreakBefore"))
    properties.append(element("widowControl"))  # no line of a paragraph alone on a page
    if line.has_rule_below:
        borders = element("pBdr")
        borders.append(element("bottom", val="single", sz=8, space=line.rule_gap_pt, color=RED))
        properties.append(borders)
    if line.tabs:
        tabs = element("tabs")
        for kind, place in line.tabs:
            tabs.append(element("tab", val=kind, pos=place))
        properties.append(tabs)
    for tag in ("overflowPunct", "autoSpaceDE", "autoSpaceDN"):  # the right edge stays even
        properties.append(element(tag, val=0))
    if line.height != LINE_TWIPS:
        properties.append(element("snapToGrid", val=0))  # else a 36 pt title takes two lines of the grid
    rule = "exact" if line.height else "auto"
    properties.append(element("spacing", before=line.before, after=0, line=line.height or 240, lineRule=rule))
    indent = element("ind", left=line.left + line.hanging, right=line.right)
    if line.hanging:
        indent.set(qn("w:hanging"), str(line.hanging - line.first))
    else:
        indent.set(qn("w:firstLine"), str(line.first))
    properties.append(indent)
    properties.append(element("jc", val=line.align))
    made.append(properties)
    made.extend(children)
    return made


def run(text: str, face: Face, size_pt: float, *, spacing: int = 0, is_red: bool = False) -> BaseOxmlElement:
    """A run in one face; newlines become line breaks."""
    made = element("r")
    made.append(run_properties(face, size_pt, spacing=spacing, is_red=is_red))
    for place, part in enumerate(text.split("\n")):
        if place:
            made.append(element("br"))
        words = element("t")
        words.text = part
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        made.append(words)
    return made


def tab_run(*, is_ruled: bool = False) -> BaseOxmlElement:
    """A tab; a ruled one draws the line to sign on."""
    made = element("r")
    properties = run_properties(Face.FANG, 16)
    if is_ruled:
        properties.insert(len(properties) - 1, element("u", val="single"))
    made.append(properties)
    made.append(element("tab"))
    return made


def run_properties(face: Face, size_pt: float, *, spacing: int = 0, is_red: bool = False) -> BaseOxmlElement:
    """Font, colour, spacing and size; property order follows the schema (CT_RPr)."""
    properties = element("rPr")
    name = OFFICE_FONTS[face]
    properties.append(element("rFonts", ascii=name, hAnsi=name, eastAsia=name, cs=name, hint="eastAsia"))
    if is_red:
        properties.append(element("color", val=RED))
    if spacing:
        properties.append(element("spacing", val=spacing))
    half_points = round(size_pt * 2)
    properties.append(element("sz", val=half_points))
    properties.append(element("szCs", val=half_points))
    properties.append(element("lang", val="zh-CN", eastAsia="zh-CN"))
    return properties


def field(code: str, face: Face, size_pt: float) -> list[BaseOxmlElement]:
    """A field such as PAGE, in three runs."""
    runs = []
    for kind in ("begin", "instruction", "end"):
        made = element("r")
        made.append(run_properties(face, size_pt))
        if kind == "instruction":
            instruction = element("instrText")
            instruction.text = " {code} ".format(code=code)
            made.append(instruction)
        else:
            made.append(element("fldChar", fldCharType=kind))
        runs.append(made)
    return runs
