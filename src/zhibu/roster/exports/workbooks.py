"""Writes rosters as xlsx: numbers and codes as text, dates as dates, nothing as a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from zhibu.roster.codes import label_of
from zhibu.roster.exports.rows import MemberRow, ReportHead

_RISKY = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its header, its width in characters, whether it holds dates, and its text for a member."""

    header: str
    width: int
    is_date: bool
    text: Callable[[MemberRow], str]


def _plain(header: str, width: int, text: Callable[[MemberRow], str]) -> _Column:
    return _Column(header, width, False, text)


def _day(header: str, text: Callable[[MemberRow], str]) -> _Column:
    return _Column(header, 12, True, text)


def _code(table: str, key: str) -> str:
    return label_of(table, key) if key else ""


def _flag(value: bool | None) -> str:
    return "" if value is None else "是" if value else "否"


# The nineteen columns of the official summary (R2), in its order.
_SUMMARY = (
    _plain("姓名", 10, lambda m: m.name),
    _plain("所在党支部", 28, lambda m: m.branch_name),
    _plain("公民身份证号", 21, lambda m: m.id_number),
    _plain("性别", 6, lambda m: _code("sex", m.sex)),
    _plain("民族", 9, lambda m: _code("ethnicity", m.ethnicity)),
    _day("出生日期", lambda m: m.birth),
    _plain("学历", 14, lambda m: _code("education", m.education)),
    _plain("人员类别", 10, lambda m: _code("status", m.status)),
    _day("加入党组织日期", lambda m: m.joined_date),
    _day("转为正式党员日期", lambda m: m.full_date),
    _plain("工作岗位", 16, lambda m: _code("post", m.post_code)),
    _plain("手机号", 13, lambda m: m.phone),
    _plain("固定电话", 14, lambda m: m.landline),
    _plain("家庭住址", 28, lambda m: m.address),
    _plain("党籍状态", 10, lambda m: _code("membership_state", m.membership_state)),
    _plain("是否为失联党员", 8, lambda m: _flag(m.is_lost)),
    _day("失去联系日期", lambda m: m.lost_date),
    _plain("是否为流动党员", 8, lambda m: _flag(m.is_mobile)),
    _plain("外出流向", 18, lambda m: m.mobile_destination),
)
_MORE = (
    _plain("同名区分", 12, lambda m: m.alias),
    _plain("党组织编码", 17, lambda m: m.branch_code),
    _plain("党小组", 12, lambda m: m.party_group),
    _plain("党内职务", 12, lambda m: _offices(m.office)),
    _plain("籍贯", 14, lambda m: m.native_place),
    _plain("学历类别", 14, lambda m: _code("education_track", m.education_track)),
    _plain("学位", 8, lambda m: _code("degree", m.degree)),
    _plain("毕业院校", 18, lambda m: m.school),
    _plain("专业", 14, lambda m: m.major),
    _day("参加工作日期", lambda m: m.work_start_date),
    _plain("入党介绍人", 14, lambda m: m.introducers),
    _plain("工作单位及职务", 24, lambda m: m.unit),
    _plain("专业技术职务", 12, lambda m: m.technical_title),
    _plain("新社会阶层类型", 16, lambda m: _code("stratum", m.stratum)),
    _plain("是否农民工", 8, lambda m: _flag(m.is_migrant_worker)),
    _plain("一线情况", 12, lambda m: m.frontline),
    _plain("户籍所在地", 24, lambda m: m.household_place),
    _plain("党员档案所在单位", 20, lambda m: m.archive_place),
    _plain("失去联系情形", 16, lambda m: _code("lost_circumstance", m.lost_circumstance)),
    _day("外出日期", lambda m: m.mobile_since_date),
    _plain("党龄校正值", 8, lambda m: "" if m.party_age_correction is None else str(m.party_age_correction)),
    _plain("备注原文", 24, lambda m: m.remark),
)
_HELP_SYSTEM = (
    "这是系统导出的“系统版”名册，改好以后可以直接导入。",
    "请不要改表头，不要增加合并的格子；身份证号、电话、编码要保持文本格式。",
    "日期写成“1998-07-01”；只知道年月的写成“1998-07”，不要补“01”。",
    "删去一行不会删除党员；减少党员请在系统里办理转出等手续。",
)
_HELP_REPORT = (
    "这是按办公用途排版的“报送版”名册，打印后签字、盖章报送。",
    "要修改后再导入系统，请改用“系统版”。",
)


def system_roster(rows: Iterable[MemberRow], watermark: str = "") -> bytes:
    """系统版: every field, one header row; interpreting it again gives the same values, all of them OK.

    ``watermark`` names user, time and purpose where private fields went out; it stands on the help sheet
    and in the foot of the printed page.
    """
    columns = (*_SUMMARY, *_MORE)
    out = io.BytesIO()
    with _workbook(out) as book:
        sheet = book.add_worksheet("系统版")
        styles = _Styles(book)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(0, number, column.header, styles.header)
        for row, member in enumerate(rows, start=1):
            _write_row(sheet, row, 0, columns, member, styles, months=False)
        _for_print(sheet, 0)
        if watermark:
            sheet.set_footer("&L" + watermark.replace("&", "&&")[:200] + "&R第&P页 共&N页")
        _help(book, (*_HELP_SYSTEM, *filter(None, [watermark])), styles)
    return out.getvalue()


def report_roster(rows: Sequence[MemberRow], head: ReportHead) -> bytes:
    """报送版: title, reporting unit, the nineteen columns, a sum, signatures; A4 landscape, one page wide."""
    out = io.BytesIO()
    with _workbook(out) as book:
        sheet = book.add_worksheet("党员名册")
        styles = _Styles(book)
        last = len(_SUMMARY)
        sheet.merge_range(0, 0, 0, last, head.title, styles.title)
        unit = "填报单位（盖章）：{unit}".format(unit=head.unit)
        day = "{year}年{month}月{day}日".format(year=head.day.year, month=head.day.month, day=head.day.day)
        sheet.write_string(1, 0, unit, styles.line)
        sheet.write_string(1, last - 3, day, styles.line)
        sheet.write_string(2, 0, "序号", styles.header)
        sheet.set_column(0, 0, 5)
        for number, column in enumerate(_SUMMARY, start=1):
            sheet.set_column(number, number, column.width)
            sheet.write_string(2, number, column.header, styles.header)
        for row, member in enumerate(rows, start=3):
            sheet.write_number(row, 0, row - 2, styles.text)
            _write_row(sheet, row, 1, _SUMMARY, member, styles, months=head.dates_as_months)
        _foot(sheet, len(rows) + 3, rows, head, styles)
        _for_print(sheet, 2)
        _help(book, _HELP_REPORT, styles)
    return out.getvalue()


def file_name(organization: str, day: date, style: str, ending: str = "xlsx") -> str:
    """The office's pattern: ××党支部2025年6月党员名册（报送版）.xlsx, without characters a file name
    cannot have.
    """
    bare = re.sub(r'[\\/:*?"<>|\r\n\t]', "", organization)[:60]
    pattern = "{organization}{year}年{month}月党员名册（{style}）.{ending}"
    return pattern.format(organization=bare, year=day.year, month=day.month, style=style, ending=ending)


class _Styles:
    """The few formats of both workbooks; a text that looks like a formula also gets the quote mark of
    Excel.
    """

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        self.title = book.add_format({**base, "font_size": 16, "bold": True, "align": "center"})
        self.line = book.add_format(base)
        self.header = book.add_format(
            {**base, "bold": True, "border": 1, "text_wrap": True, "align": "center"}
        )
        self.text = book.add_format({**base, "border": 1, "num_format": "@"})
        self.quoted = book.add_format({**base, "border": 1, "num_format": "@", "quote_prefix": True})
        self.day = book.add_format({**base, "border": 1, "num_format": "yyyy-mm-dd"})
        self.total = book.add_format({**base, "border": 1, "bold": True, "bg_color": "#F2F2F2"})


def _workbook(out: io.BytesIO) -> xlsxwriter.Workbook:
    never = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    options = {"in_memory": True, **never}
    return xlsxwriter.Workbook(out, options)


def _write_row(
    sheet: Worksheet,
    row: int,
    first: int,
    columns: Sequence[_Column],
    member: MemberRow,
    styles: _Styles,
    *,
    months: bool,
) -> None:
    for number, column in enumerate(columns, start=first):
        text = column.text(member)
        if column.is_date and _DAY.fullmatch(text) and not months:
            sheet.write_datetime(row, number, datetime.fromisoformat(text), styles.day)
        else:
            if column.is_date and months:
                text = text[:7].replace("-", ".")
            _write_text(sheet, row, number, text, styles)


def _write_text(sheet: Worksheet, row: int, number: int, text: str, styles: _Styles) -> None:
    style: Format = styles.quoted if _RISKY.match(text) else styles.text
    if text:
        sheet.write_string(row, number, text, style)
    else:
        sheet.write_blank(row, number, None, styles.text)


def _foot(sheet: Worksheet, row: int, rows: Sequence[MemberRow], head: ReportHead, styles: _Styles) -> None:
    full = sum(member.status == "full" for member in rows)
    probationary = sum(member.status == "probationary" for member in rows)
    total = "合计：{count}人，正式{full}人，预备{probationary}人".format(
        count=len(rows), full=full, probationary=probationary
    )
    sheet.write_string(row, 0, total, styles.total)
    for number in range(1, len(_SUMMARY) + 1):
        sheet.write_blank(row, number, None, styles.total)
    signed = "填表人：{prepared}　　审核人：{checked}　　党组织书记（签字）：".format(
        prepared=head.prepared_by, checked=head.checked_by
    )
    sheet.write_string(row + 1, 0, signed, styles.line)
    if head.watermark:
        sheet.write_string(row + 2, 0, head.watermark, styles.line)
        sheet.set_footer("&L" + head.watermark.replace("&", "&&")[:200] + "&R第&P页 共&N页")


def _for_print(sheet: Worksheet, header: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)
    sheet.freeze_panes(header + 1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)


def _help(book: xlsxwriter.Workbook, lines: Sequence[str], styles: _Styles) -> None:
    sheet = book.add_worksheet("填表说明")
    sheet.set_column(0, 0, 90)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, styles.line)


def _offices(keys: str) -> str:
    return "、".join(label_of("office", key) for key in keys.split(";") if key)
