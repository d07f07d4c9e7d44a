"""A roster as an office sends it: title, unit line, two rows of headers, merged cells, and the usual mess.

The cells that an import has to mend (FIX) or to ask about (ASK) are planted on fixed rows, so that the walk
through the main job and the handbook can name them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from zhibu.cli.demo.records import Org, Person
from zhibu.roster.codes import label_of

COLUMNS = (
    ("序号", "", 6),
    ("姓　名（必填）", "", 12),
    ("基本情况", "性别", 6),
    ("基本情况", "民族", 8),
    ("基本情况", "出生\n年月", 12),
    ("基本情况", "身份证号码(18位)", 24),
    ("基本情况", "学历", 14),
    ("党内情况", "人员类别", 12),
    ("党内情况", "入党时间", 14),
    ("党内情况", "转正时间", 14),
    ("联系方式", "联系电话", 18),
    ("联系方式", "家庭住址", 30),
    ("备注", "", 24),
)
EDUCATION = {
    "11": "博士研究生", "14": "研究生（硕士）", "21": "大学本科", "31": "大专", "41": "中专", "61": "高中",
    "71": "初中", "81": "小学",
}  # fmt: skip
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
Row = list[Any]

# What is planted, by the number of the row among the members: the column, and how the cell is spoilt.
FIX: dict[int, tuple[int, Callable[[Any], Any]]] = {
    1: (5, lambda text: f"'{text[:6]} {text[6:14]} {text[14:].lower()}"),
    2: (8, lambda day: day.strftime("%Y.%m").translate(FULL_WIDTH)),
    3: (3, lambda text: "漢族"),
    4: (10, lambda text: f"{text[:3]}-{text[3:7]}-{text[7:]}"),
    5: (2, lambda text: f"{text}性"),
    6: (8, lambda day: f"{day.year}年{day.month}月{day.day}日"),
    7: (5, lambda text: text.translate(FULL_WIDTH)),
}
ASK: dict[int, tuple[int, Callable[[Any], Any]]] = {
    8: (6, lambda text: "高中（中专）"),
    9: (8, lambda day: float(f"{day.year}.1")),  # 1 月还是 10 月
    10: (3, lambda text: "傈傈族"),
}


def sample_roster(branch: Org) -> bytes:
    """The branch's members as an xlsx file in the wild form; the same branch gives the same cells."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "花名册"
    _head(sheet, branch)
    people = branch.members
    for number, person in enumerate(people, start=1):
        if branch.groups and number == len(people) // 2:
            sheet.append([branch.groups[-1].name])
        sheet.append(_spoilt(number, _row(number, person)))
    full = sum(1 for person in people if person.is_full)
    sheet.append([f"合计{len(people)}人：正式{full}人，预备{len(people) - full}人"])
    sheet.append(["注：带*的为年老体弱党员。", *[None] * 8, "书记签字：　　　　年　月　日"])
    for index, (_, _, width) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[_letter(index)].width = width
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _head(sheet: Worksheet, branch: Org) -> None:
    last = _letter(len(COLUMNS))
    sheet.append([f"{branch.short_name}党员花名册"])
    sheet.append(["填报单位（盖章）：", *[None] * 6, "填报人：", None, None, "填报日期：　　年　月　日"])
    sheet.append(
        [
            top if not index or top != COLUMNS[index - 1][0] else None
            for index, (top, _, _) in enumerate(COLUMNS)
        ]
    )
    sheet.append([low or None for _, low, _ in COLUMNS])
    sheet.merge_cells(f"A1:{last}1")
    sheet["A1"].font = Font(size=18, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    start = 0
    for index in range(1, len(COLUMNS) + 1):
        if index < len(COLUMNS) and COLUMNS[index][0] == COLUMNS[start][0]:
            continue
        first, end = _letter(start + 1), _letter(index)
        sheet.merge_cells(f"{first}3:{end}3" if COLUMNS[start][1] else f"{first}3:{first}4")
        start = index


def _letter(index: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[index - 1]


def _row(number: int, person: Person) -> Row:
    padded = f"{person.name[0]}　{person.name[1]}" if len(person.name) == 2 else person.name
    return [
        number,
        padded,
        "女" if person.sex == "2" else "男",
        label_of("ethnicity", person.ethnicity),
        person.birth.strftime("%Y-%m-%d"),
        person.id_number,
        EDUCATION.get(person.education) or label_of("education", person.education),
        "正式党员" if person.is_full else "预备党员",
        person.joined_date,
        person.full_date,
        person.phone,
        person.address,
        person.remark,
    ]


def _spoilt(number: int, row: Row) -> Row:
    for planted in (FIX, ASK):
        if number in planted:
            column, change = planted[number]
            row[column] = change(row[column])
    return [value.strftime("%Y-%m-%d") if isinstance(value, date) else value for value in row]
