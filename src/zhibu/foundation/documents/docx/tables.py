"""Ruled tables, the imprint at the foot of the last page, and places to sign."""

from __future__ import annotations

import math

from docx.oxml.xmlchemy import BaseOxmlElement

from zhibu.common.chinese_text import width_in_cells
from zhibu.foundation.documents.blocks import Face, Imprint, Signatures, Table
from zhibu.foundation.documents.docx.markup import (
    BODY_SPACING,
    CELL_TWIPS,
    Line,
    element,
    paragraph,
    run,
    tab_run,
    twips,
    twips_of_mm,
)

_INNER_RULE = 6  # eighths of a point: 0.75 pt
_IMPRINT_OUTER = 8  # 0.35 mm
_IMPRINT_INNER = 6  # 0.25 mm
_IMPRINT_LINE = 480
_SIGN_CELLS = 5
_LINE_CELLS = 28


def ruled_table(table: Table, width_mm: float, *, keeps_last: bool) -> BaseOxmlElement:
    """A table over the type area; the heading row repeats, rows do not break across pages.

    ``keeps_last`` keeps the last row on the page of what follows.
    """
    total = sum(column.width_mm for column in table.columns)
    widths = [twips_of_mm(column.width_mm / total * width_mm) for column in table.columns]
    made = _table(widths, _INNER_RULE)
    made.append(_row(table, [column.heading for column in table.columns], widths, is_header=True))
    for place, row in enumerate(table.rows):
        is_kept = keeps_last and place == len(table.rows) - 1
        if row.is_group:
            made.append(_group_row(table, row.cells[0], widths, is_kept))
        else:
            made.append(_row(table, list(row.cells), widths, keep_next=is_kept))
    return made


def _table(widths: list[int], rule: int) -> BaseOxmlElement:
    made = element("tbl")
    properties = element("tblPr")
    properties.append(element("tblW", w=sum(widths), type="dxa"))
    borders = element("tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(edge, val="single" if rule else "nil", sz=rule, space=0, color="000000"))
    properties.append(borders)
    properties.append(element("tblLayout", type="fixed"))
    margins = element("tblCellMar")
    side, edge_mm = (1.2, 0.8) if rule else (0.0, 0.0)
    for edge, inset_mm in (("top", edge_mm), ("left", side), ("bottom", edge_mm), ("right", side)):
        margins.append(element(edge, w=twips_of_mm(inset_mm), type="dxa"))
    properties.append(margins)
    made.append(properties)
    grid = element("tblGrid")
    for width in widths:
        grid.append(element("gridCol", w=width))
    made.append(grid)
    return made


def _row(
    table: Table, texts: list[str], widths: list[int], *, is_header: bool = False, keep_next: bool = False
) -> BaseOxmlElement:
    made = _row_start(table.row_mm, is_header=is_header)
    for column, text, width in zip(table.columns, texts, widths, strict=True):
        align = "left" if column.align == "left" and not is_header else "center"
        line = Line(height=twips(table.pitch_pt), align=align, keep_next=keep_next or is_header)
        face = Face.HEI if is_header else Face.FANG
        made.append(_cell(width, paragraph(line, run(text, face, table.size_pt))))
    return made


def _group_row(table: Table, text: str, widths: list[int], is_kept: bool) -> BaseOxmlElement:
    made = _row_start(table.row_mm, is_header=False)
    line = Line(height=twips(table.pitch_pt), align="left", keep_next=True)
    cell = _cell(sum(widths), paragraph(line, run(text, Face.HEI, table.size_pt)), span=len(widths))
    made.append(cell)
    return made


def _row_start(row_mm: float, *, is_header: bool) -> BaseOxmlElement:
    made = element("tr")
    properties = element("trPr")
    properties.append(element("cantSplit"))
    properties.append(element("trHeight", val=twips_of_mm(row_mm), hRule="atLeast"))
    if is_header:
        properties.append(element("tblHeader"))
    made.append(properties)
    return made


def _cell(width: int, *children: BaseOxmlElement, span: int = 1) -> BaseOxmlElement:
    made = element("tc")
    properties = element("tcPr")
    properties.append(element("tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(element("gridSpan", val=span))
    properties.append(element("vAlign", val="center"))
    made.append(properties)
    made.extend(children)
    return made


def signature_lines(signatures: Signatures, *, is_tied: bool) -> list[BaseOxmlElement]:
    """Labels with a ruled gap of five characters, two a line; a single one stands on the right."""
    lines = []
    labels = list(signatures.labels)
    for place in range(0, len(labels), 2):
        pair = labels[place : place + 2]
        children = []
        starts = [0, _LINE_CELLS // 2] if len(pair) == 2 else [_LINE_CELLS - _cells(pair[0]) - _SIGN_CELLS]
        stops: list[tuple[str, int]] = []
        for start, label in zip(starts, pair, strict=True):
            if start:
                stops.append(("left", start * CELL_TWIPS))
                children.append(tab_run())
            stops.append(("left", (start + _cells(label) + _SIGN_CELLS) * CELL_TWIPS))
            children.append(run(label, Face.FANG, 16, spacing=BODY_SPACING))
            children.append(tab_run(is_ruled=True))
        is_kept = is_tied or place + 2 < len(labels)
        lines.append(paragraph(Line(align="left", keep_next=is_kept, tabs=tuple(stops)), *children))
    return lines


def _cells(label: str) -> int:
    return math.ceil(width_in_cells(label))


def beside(left: list[list[BaseOxmlElement]], widths_mm: list[float]) -> BaseOxmlElement:
    """Blocks side by side in one row without rules."""
    widths = [twips_of_mm(width) for width in widths_mm]
    made = _table(widths, 0)
    row = element("tr")
    properties = element("trPr")
    properties.append(element("cantSplit"))
    row.append(properties)
    for width, content in zip(widths, left, strict=True):
        row.append(_cell(width, *content))
    made.append(row)
    return made


def imprint_table(imprint: Imprint, width_mm: float) -> BaseOxmlElement:
    """The imprint as a floating table on the bottom of the type area (GB/T 9704-2012, 7.4)."""
    width = twips_of_mm(width_mm)
    halves = [width * 3 // 5, width - width * 3 // 5]
    made = _table(halves, 0)
    position = element(
        "tblpPr",
        leftFromText=0,
        rightFromText=0,
        vertAnchor="margin",
        horzAnchor="margin",
        tblpX=0,
        tblpYSpec="bottom",
    )
    made[0].insert(0, position)
    rows = []
    if imprint.copies_to:
        rows.append([_imprint_cell("抄送：" + imprint.copies_to, width, "left", span=2)])
    if imprint.printed_by or imprint.printed_on:
        rows.append(
            [
                _imprint_cell(imprint.printed_by, halves[0], "left"),
                _imprint_cell(imprint.printed_on, halves[1], "right"),
            ]
        )
    for place, cells in enumerate(rows):
        row = element("tr")
        for cell in cells:
            _rule(cell, is_first=place == 0, is_last=place == len(rows) - 1)
            row.append(cell)
        made.append(row)
    return made


def _imprint_cell(text: str, width: int, align: str, *, span: int = 1) -> BaseOxmlElement:
    indent = {"left": 280, "right": 280} if span > 1 else {align: 280}
    line = Line(height=_IMPRINT_LINE, align=align, left=indent.get("left", 0), right=indent.get("right", 0))
    return _cell(width, paragraph(line, run(text, Face.FANG, 14)), span=span)


def _rule(cell: BaseOxmlElement, *, is_first: bool, is_last: bool) -> None:
    """Rules above and below: thick outside, thin between; borders stand before vAlign in the schema."""
    borders = element("tcBorders")
    outer, inner = _IMPRINT_OUTER, _IMPRINT_INNER
    borders.append(element("top", val="single", sz=outer if is_first else inner, space=0, color="000000"))
    borders.append(element("bottom", val="single", sz=outer if is_last else inner, space=0, color="000000"))
    properties = cell[0]
    properties.insert(len(properties) - 1, borders)


def closing_indents(organization_cells: float, date_cells: float, *, has_seal: bool) -> tuple[int, int]:
    """Left indents in twips of organisation and date (7.3.5), from their estimated widths."""
    line = 28.0
    if has_seal:
        date_at = line - 4 - date_cells
        organization_at = min(date_at + date_cells / 2 - organization_cells / 2, line - organization_cells)
    elif organization_cells >= 2 + date_cells:
        organization_at = line - 2 - organization_cells
        date_at = organization_at + 2
    else:
        date_at = line - 2 - date_cells
        organization_at = date_at - 2
    return max(0, round(organization_at * CELL_TWIPS)), max(0, round(date_at * CELL_TWIPS))
