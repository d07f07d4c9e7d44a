"""The dashboard as a workbook: what is shown, nothing more, one sheet a block."""

from __future__ import annotations

import io

import xlsxwriter

from zhibu.oversight.statistics.queries import Dashboard
from zhibu.ui.charts import BarChart

_FIGURES = (
    ("organizations", "党组织（个）"),
    ("branch", "党支部（个）"),
    ("members", "党员（人）"),
    ("probationary", "预备党员（人）"),
    ("women", "女党员（人）"),
    ("minority", "少数民族党员（人）"),
    ("mobile", "流动党员（人）"),
    ("lost", "失联党员（人）"),
    ("suspended", "停止党籍，不计入党员（人）"),
    ("terms_over", "已届满的党组织（个）"),
    ("terms_due", "90天内届满和已届满的党支部（个）"),
)


def write_workbook(board: Dashboard, *, only: str = "") -> bytes:
    """The workbook's bytes; numbers as numbers, the day of the data in the first row of each sheet.

    ``only`` is the title of the one chart that is asked for; empty for everything shown.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    bold = book.add_format({"bold": True})
    title = "{org}　数据截至 {day}".format(org=board.organization, day=board.as_of_date)
    if not only:
        _figures(book, bold, title, board)
    for chart in board.charts:
        if only in ("", chart.title):
            _chart(book, bold, title, board, chart)
    if not only:
        for name, heat in (("每月会议", board.heat), ("届满月份", board.terms)):
            rows: list[list[str | int]] = [
                [row.label, *("" if cell.value is None else cell.value for cell in row.cells)]
                for row in heat.rows
            ]
            _rows(book.add_worksheet(name), bold, title, [heat.corner, *heat.columns], rows)
    book.close()
    return buffer.getvalue()


def _figures(book: xlsxwriter.Workbook, bold: object, title: str, board: Dashboard) -> None:
    rows: list[list[str | int]] = [[label, board.figures[key]] for key, label in _FIGURES]
    _rows(book.add_worksheet("基本数字"), bold, title, ["项目", "数量"], rows)


def _chart(book: xlsxwriter.Workbook, bold: object, title: str, board: Dashboard, chart: BarChart) -> None:
    heads = [chart.title, "人数", *([board.compared_with.isoformat()] if board.compared_with else [])]
    rows: list[list[str | int]] = [
        [bar.label, bar.value, *([bar.before] if bar.before is not None else [])] for bar in chart.bars
    ]
    _rows(book.add_worksheet(chart.title), bold, title, heads, rows)


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
