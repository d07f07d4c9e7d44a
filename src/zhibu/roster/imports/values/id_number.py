"""公民身份号码 (GB 11643-1999): accepted only whole, never completed or repaired by a guess."""

from __future__ import annotations

import re
from datetime import date
from operator import mul

from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.outcome import (
    LEAVE_EMPTY,
    Choice,
    PartialDate,
    Verdict,
    ask,
    fix,
    ok,
    rej,
)
from zhibu.roster.imports.values.text import squeezed

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCES = frozenset(
    str(code)
    for code in (
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        *(71, 81, 82, 83),
    )
)
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_ALIKE = str.maketrans("OQIL", "0011")
_LOST_DIGITS = "身份证号被表格软件存成了数字，后3位已丢失，请按证件重新填写（先把这一列设成文本）。"


def check_digit(first_seventeen: str) -> str:
    """The eighteenth character for the first seventeen digits."""
    return _CHECKS[sum(map(mul, map(int, first_seventeen), _WEIGHTS)) % 11]


def birth_of(id_number: str) -> PartialDate:
    """The birth date inside a valid 18-digit number."""
    return PartialDate(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def sex_of(id_number: str) -> str:
    """Our sex key for a valid 18-digit number: odd sequence male (1), even female (2)."""
    return "1" if int(id_number[16]) % 2 else "2"


def read_id_number(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """The verdict on a cell of an identity number column."""
    plain = squeezed(text).strip("'‘’`\"“”").upper().replace("Х", "X").replace("×", "X")
    if "*" in plain:
        return rej("身份证号里的数字被遮住了，请填写完整的号码。")
    if cell.kind is Kind.NUMBER:
        return _of_number(plain, context.today)
    if cell.kind in (Kind.DATE, Kind.BOOL):
        return rej("这不是身份证号。")
    if _EIGHTEEN.fullmatch(plain):
        return _of_eighteen(plain, cell.text, context.today)
    if re.fullmatch(r"\d(?:\.\d+)?E\+?1[4-9]", plain):
        return rej(_LOST_DIGITS)
    if re.fullmatch(r"\d{15}", plain):
        return _of_fifteen(plain, context.today)
    return _with_something_beside(plain, context.today)


def _with_something_beside(plain: str, today: date) -> Verdict:
    """A whole number inside a longer text, or one with letters that look like digits, is only proposed."""
    inside = re.findall(r"(?<![0-9X])[0-9]{17}[0-9X](?![0-9X])", plain[:200])
    numbers = [number for number in dict.fromkeys(inside) if not problem_of(number, today)]
    if numbers:
        return ask("身份证号旁边还有别的内容，请确认。", *(Choice(n, n) for n in numbers[:4]), LEAVE_EMPTY)
    alike = plain.translate(_ALIKE)
    if re.fullmatch(r"[0-9]{17}[0-9X]", alike) and not problem_of(alike, today):
        return ask("身份证号里的字母好像应当是数字，请按证件确认。", Choice(alike, alike), LEAVE_EMPTY)
    return rej(_malformed(plain))


def _of_eighteen(plain: str, original: str, today: date) -> Verdict:
    problem = problem_of(plain, today)
    if problem:
        return rej(_LOST_DIGITS if plain.endswith("000") else problem)
    if plain[:2] not in _PROVINCES:
        return ask("身份证号前两位不是现有的省份代码，请按证件核对。", Choice(plain, plain))
    if plain.endswith("000"):
        return ask("身份证号末三位是“000”，可能在表格软件里丢失过，请按证件核对。", Choice(plain, plain))
    return ok(plain) if plain == original else fix(plain, "去掉了空格等符号，统一成18位。")


def problem_of(plain: str, today: date) -> str:
    """Why 18 characters are no valid number; empty if they are one."""
    birth = PartialDate.of(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    if birth is None or not (birth.month and birth.day) or birth.year < 1880 or birth.first_day() > today:
        return "身份证号里的出生日期不存在，请按证件核对。"
    if check_digit(plain[:17]) != plain[17]:
        return "身份证号最后一位校验不对，一定有数字写错了，请按证件核对。"
    return ""


def _of_number(plain: str, today: date) -> Verdict:
    digits = plain.split(".", maxsplit=1)[0]
    if re.fullmatch(r"\d{15}", digits):
        return _of_fifteen(digits, today)
    if len(digits) >= 16 or "E" in plain:
        return rej(_LOST_DIGITS)
    return rej(_malformed(digits))


def _of_fifteen(plain: str, today: date) -> Verdict:
    body = plain[:6] + "19" + plain[6:]
    proposal = body + check_digit(body)
    if problem_of(proposal, today):
        return rej("15位身份证号里的出生日期不存在，请按证件核对。")
    reason = "这是15位旧身份证号，推算的18位号码是{number}，请按证件核对。"
    return ask(reason.format(number=proposal), Choice(proposal, proposal))


def _malformed(plain: str) -> str:
    if re.fullmatch(r"1[3-9]\d{9}", plain):
        return "这里填的好像是手机号码，请检查这一列的用途选对了没有。"
    if re.fullmatch(r"[\dX]+", plain):
        return "身份证号应当是18位，这里有{count}位，请按证件核对。".format(count=len(plain))
    return "这不是居民身份证号，原文保留。"
