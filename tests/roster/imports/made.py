"""Files made for the tests of the import, and short ways to read them. All persons are fictitious."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

from zhibu.roster.imports.interpret import ChosenColumns, ImportContext, Interpretation, interpret
from zhibu.roster.imports.interpretation import PersonRow
from zhibu.roster.imports.sheets.child import read_here
from zhibu.roster.imports.sheets.limits import DEFAULT_LIMITS
from zhibu.roster.imports.sheets.model import Workbook
from zhibu.roster.imports.values import KnownOrganization, PartialDate, Verdict

TODAY = date(2025, 6, 30)
Cell = str | int | float | bool | date | None
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

VILLAGE = KnownOrganization(
    "village",
    "中共甲县乙镇丙村支部委员会",
    "051024001016022",
    ("丙村党支部",),
    ("中共甲县乙镇委员会", "中共甲县委员会"),
)
FIRST = KnownOrganization("first", "第一党支部", "051024001016001", (), ("某局机关党委",))
SECOND = KnownOrganization("second", "第二党支部", "051024001016002", (), ("某局机关党委",))
ORGANIZATIONS = (VILLAGE, FIRST, SECOND)


def id_number(birth: str, sequence: str = "001") -> str:
    """A valid number of area 370000; ``birth`` as YYYYMMDD."""
    body = "370000" + birth + sequence
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    *,
    merges: Sequence[tuple[int, int, int, int]] = (),
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    hidden_sheets: Sequence[str] = (),
    number_formats: Mapping[tuple[int, int], str] | None = None,
    uses_1904: bool = False,
) -> bytes:
    """An xlsx of these rows; merges, hidden rows and formats apply to the first sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": uses_1904})
    for number, (name, rows) in enumerate(sheets.items()):
        sheet = book.add_worksheet(name)
        if name in hidden_sheets:
            sheet.hide()
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                code = (number_formats or {}).get((r, c)) if number == 0 else None
                _write(book, sheet, r, c, value, code)
        if number == 0:
            for top, left, bottom, right in merges:
                sheet.merge_range(top, left, bottom, right, rows[top][left])
            for r in hidden_rows:
                sheet.set_row(r, None, None, {"hidden": True})
            for c in hidden_columns:
                sheet.set_column(c, c, None, None, {"hidden": True})
    book.close()
    return out.getvalue()


def _write(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    r: int,
    c: int,
    value: Cell,
    code: str | None,
) -> None:
    style = book.add_format({"num_format": code}) if code else None
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(r, c, value, style or book.add_format({"num_format": "yyyy-mm-dd"}))
    elif isinstance(value, bool):
        sheet.write_boolean(r, c, value)
    elif isinstance(value, int | float):
        sheet.write_number(r, c, value, style)
    else:
        sheet.write_string(r, c, value, style)


def workbook(content: bytes, folder: Path, file_name: str = "名册.xlsx") -> Workbook:
    """Read bytes in this process."""
    path = folder / "upload"
    path.write_bytes(content)
    return read_here(path, file_name, DEFAULT_LIMITS)


def interpreted(
    content: bytes,
    folder: Path,
    file_name: str = "名册.xlsx",
    organizations: tuple[KnownOrganization, ...] = ORGANIZATIONS,
    mapping: Sequence[ChosenColumns] | None = None,
) -> Interpretation:
    """Read and interpret bytes."""
    return interpret(workbook(content, folder, file_name), ImportContext(TODAY, organizations), mapping)


def rows_of(content: bytes, folder: Path, **options: object) -> list[PersonRow]:
    """The persons of a one-table file."""
    organizations = options.get("organizations", ORGANIZATIONS)
    assert isinstance(organizations, tuple)
    return list(interpreted(content, folder, organizations=organizations).persons())


def column(folder: Path, header: str, values: Sequence[Cell], **options: object) -> list[Verdict]:
    """The verdicts on one column of a roster of otherwise plain persons."""
    names = ["王军", "李敏", "张强", "刘洋", "陈静", "杨勇", "赵磊", "黄丽", "周涛", "吴霞", "徐明", "孙超"]
    rows: list[list[Cell]] = [["序号", "姓名", header, "工作单位"]]
    rows += [[n + 1, names[n % 12], value, "某厂"] for n, value in enumerate(values)]
    found = interpreted(xlsx({"名册": rows}), folder)
    table = found.tables[0]
    field = next(c.field for c in table.columns if c.index == 2)
    assert len(table.rows) == len(values)
    return [row.verdict(field) for row in table.rows]


def short(verdict: Verdict) -> tuple[str, object]:
    """Outcome and value, dates as ISO text."""
    value = verdict.value
    return verdict.outcome.value, value.iso() if isinstance(value, PartialDate) else value


def choices(verdict: Verdict) -> list[object]:
    """The values a person can choose."""
    return [c.value.iso() if isinstance(c.value, PartialDate) else c.value for c in verdict.choices]
