"""Reading a dictionary as offices hand it out: a CSV with a column of codes and one of names."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from zhibu.common.errors import Refused
from zhibu.roster.codes.tables import CodeTable, normal_form

MOST_ROWS = 20_000
_HEADINGS = {
    "code": ("代码", "编码", "编号", "代码值", "CODE"),
    "label": ("名称", "代码名称", "标签", "含义", "说明", "LABEL", "NAME"),
    "key": ("对应", "对应代码", "本系统代码", "KEY"),
}
_ASK = "请在第一行写上“代码”和“名称”两个表头，另存为 CSV 再上传。"


@dataclass(frozen=True, slots=True)
class Line:
    """One code of a dictionary and the key of ours that it means, empty where none does."""

    code: str
    label: str
    key: str


def read_dictionary(raw: bytes, table: CodeTable) -> list[Line]:
    """The lines of a dictionary. Codes stay text, so that no leading zero is lost.

    Raises:
        Refused: The file is no such CSV, names a key we do not have, or says two things of one code.
    """
    rows = [row for row in _rows(raw) if any(cell.strip() for cell in row)]
    if not rows:
        raise Refused("codes.empty", "文件里没有内容。", next_step=_ASK)
    columns = _columns(rows[0])
    if len(rows) - 1 > MOST_ROWS:
        raise Refused(
            "codes.too_long",
            "文件有{count}行，一次最多装入{most}行。".format(count=len(rows) - 1, most=MOST_ROWS),
            next_step="请分成几个文件。",
        )
    found: dict[str, Line] = {}
    for number, row in enumerate(rows[1:], start=2):
        line = _line(number, row, columns, table)
        known = found.setdefault(line.code, line)
        if known != line:
            raise Refused(
                "codes.twice",
                "第{number}行的代码“{code}”前面已经有了，名称不一样。".format(number=number, code=line.code),
                next_step="请核对这两行，留下正确的一行。",
            )
    if not found:
        raise Refused("codes.empty", "文件里只有表头，没有代码。", next_step="请核对文件。")
    return list(found.values())


def _rows(raw: bytes) -> list[list[str]]:
    text = _text(raw)
    head = text.split("\n", 1)[0]
    mark = max(",\t;，", key=head.count)
    if mark == "，":
        text, mark = text.replace("，", ","), ","
    try:
        return list(csv.reader(io.StringIO(text), delimiter=mark))
    except csv.Error as error:
        raise Refused("codes.unreadable", "没有看懂这个文件，它可能不是 CSV。", next_step=_ASK) from error


def _text(raw: bytes) -> str:
    if raw[:2] in (b"PK", b"\xd0\xcf"):
        raise Refused(
            "codes.unreadable", "这是 Excel 文件，不是 CSV。", next_step="请在 WPS 里另存为 CSV 再上传。"
        )
    encodings = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Refused(
        "codes.unreadable", "没有看懂这个文件的文字编码。", next_step="请在 WPS 里另存为 CSV 再上传。"
    )


def _columns(head: list[str]) -> dict[str, int]:
    names = [normal_form(cell) for cell in head]
    found = {
        key: next((names.index(name) for name in spellings if name in names), -1)
        for key, spellings in _HEADINGS.items()
    }
    if found["code"] < 0 or found["label"] < 0:
        raise Refused("codes.no_heading", "第一行没有“代码”和“名称”两个表头。", next_step=_ASK)
    return found


def _cell(row: list[str], column: int) -> str:
    return row[column].strip().lstrip("'") if 0 <= column < len(row) else ""


def _line(number: int, row: list[str], columns: dict[str, int], table: CodeTable) -> Line:
    code, label = _cell(row, columns["code"]), _cell(row, columns["label"])
    if not code or not label:
        raise Refused(
            "codes.half_line",
            "第{number}行缺代码或者名称。".format(number=number),
            next_step="请补上，或者删掉这一行。",
        )
    if len(code) > 40 or len(label) > 120:
        raise Refused(
            "codes.too_wide",
            "第{number}行太长：代码最多40个字，名称最多120个字。".format(number=number),
            next_step="请核对这一行是不是串了列。",
        )
    wanted = _cell(row, columns["key"])
    if not wanted:
        same = table.exact(label)
        return Line(code, label, same.key if same else "")
    named = table.by_key.get(wanted) or table.exact(wanted)
    if named is None:
        raise Refused(
            "codes.unknown_key",
            "第{number}行写的对应代码“{wanted}”，本系统的“{table}”里没有。".format(
                number=number, wanted=wanted, table=table.label
            ),
            next_step="请核对，不知道对应哪一个的就空着，代码照样保留。",
        )
    return Line(code, label, named.key)
