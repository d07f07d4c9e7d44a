"""The dashboard as a workbook: what is shown, nothing more, one sheet a block."""

from __future__ import annotations

import io

import xlsxwriter

from zhibu.oversight.statistics.queries import Dashboard

_FIGURES = (
    ("organizations", "党组织（个）"),
    ("branch", "党支部（个）"),
    ("members", "党员（人）"),
    ("probationary", "预备党员（人）"),
    ("women", "女党员（人）"),
    ("minority", "少数民族党员（人）"),
    ("mobile", "流动党员（人）"),
    ("lost", "失联党员（人）"),
    ("terms_over", "已届满的党组织（个）"),
    ("terms_due", "90天内届满和已届满的党支部（个）"),
)


def write_workbook(board: Dashboard) -> bytes:
    """The workbook's bytes; numbers as numbers, the day of the data in the first row of each sheet."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    bold = book.add_format({"bold": True})
    title = "{org}　数据截至 {day}".format(org=board.organization, day=board.as_of_date)
    sheet = book.add_worksheet("基本数字")
    _rows(sheet, bold, title, ["项目", "数量"], [[label, board.figures[key]] for key, label in _FIGURES])
    for chart in board.charts:
        heads = [
            chart.title,
            "人数",
            *(["{day}".format(day=board.compared_with)] if board.compared_with else []),
        ]
        rows: list[list[str | int]] = [
            [bar.label, bar.value, *([bar.before] if bar.before is not None else [])] for bar in chart.bars
        ]
        _rows(book.add_worksheet(chart.title), bold, title, heads, rows)
    months: list[list[str | int]] = [
        [row.label, *(cell.value or 0 for cell in row.cells)] for row in board.heat.rows
    ]
    _rows(book.add_worksheet("每月会议"), bold, title, ["党组织", *board.heat.columns], months)
    terms: list[list[str | int]] = [[term.label, term.count] for term in board.terms]
    _rows(book.add_worksheet("届满月份"), bold, title, ["届满", "党组织数"], terms)
    book.close()
    return buffer.getvalue()


def _rows(
    sheet: xlsxwriter.worksheet.Worksheet,
    bold: object,
    title: str,
    heads: list[str],
    rows: list[list[str | int]],
) -> None:
    sheet.write_string(0, 0, title, bold)
    for column, head in enumerate(heads):
        sheet.write_string(1, column, head, bold)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, value)
    sheet.set_column(0, 0, 28)
