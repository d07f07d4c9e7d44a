"""Dates as offices write them, with the precision they have and no invented first of the month."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from zhibu.roster.imports.sheets.formats import serial_to_iso
from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.outcome import (
    LEAVE_EMPTY,
    Choice,
    Outcome,
    PartialDate,
    Verdict,
    ask,
    fix,
    ok,
    rej,
)
from zhibu.roster.imports.values.text import squeezed

_DAY = re.compile(
    r"(\d{4})([-./年])(\d{1,2})([-./月])(\d{1,2})[日号]?(?:T?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|\+08:?00)?)?"
)
_MONTH = re.compile(r"(\d{4})([-./年])(\d{1,2})月?份?")
_YEAR = re.compile(r"(\d{4})年?")
_SHORT_YEAR = re.compile(r"['’]?(\d{2})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?")
_DAY_FIRST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")
_FOUND_INSIDE = re.compile(r"((?:19|20)\d{2})[-./年](\d{1,2})(?:[-./月](\d{1,2})(?!\d))?")
_HAN_DATE = re.compile(
    r"([〇零○OoＯ0一二三四五六七八九]{4})年(?:([一二三四五六七八九十〇零]{1,3})月)?(?:份|([一二三四五六七八九十廿卅〇零]{1,3})[日号])?"
)
_WRITTEN_OUT = str.maketrans("零壹贰叁肆伍陆柒捌玖拾", "〇一二三四五六七八九十")
_REPUBLIC = re.compile(r"民国(\d{1,2})年(?:(\d{1,2})月)?(?:(\d{1,2})日)?")
_MONTH_FIRST = re.compile(r"(\d{1,2})[-./](\d{2}|\d{4})")
_ENGLISH = re.compile(r"(?:(\d{1,2})[-. ]?)?([A-Z][a-z]{2})[a-z]{0,6}[-. ,]*(\d{4}|\d{2})")
_ENGLISH_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_LUNAR = re.compile(r"农历|阴历|旧历|正月|冬月|腊月|初[一二三四五六七八九十]")
_FLOAT_TEXT = re.compile(r"(\d{4}|\d{6}|\d{8})\.0")
_HAN_DIGIT = {letter: str(number) for number, letter in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "O": "0",
    "o": "0",
}

_READ_AS = "按{date}读取。"
_NO_SUCH_DAY = "日历上没有“{text}”这一天。"
_UNREADABLE = "看不出“{text}”是哪一天，请写成“1998年7月1日”或者“1998.07”这样。"
_LUNAR_TOLD = "“{text}”好像是农历，系统按公历登记，请按证件填写公历日期。"
_REPUBLIC_TOLD = "民国{republic}年是公元{year}年，请确认。"


def read_date(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """The verdict on a cell of a date column."""
    if cell.kind is Kind.DATE:
        verdict = _of_date_cell(cell)
    elif cell.kind is Kind.NUMBER:
        verdict = _of_number(cell, context)
    elif cell.kind is Kind.BOOL:
        return rej(_UNREADABLE.format(text=text))
    else:
        spaced = re.fullmatch(r"(\d{4})\s+(\d{1,2})(?:\s+(\d{1,2}))?", text)
        plain = "-".join(part for part in spaced.groups() if part) if spaced else squeezed(text)
        verdict = _of_text(plain, context)
        if verdict.outcome is Outcome.OK and plain != text and isinstance(verdict.value, PartialDate):
            verdict = fix(verdict.value, _READ_AS.format(date=verdict.value.iso()))
    return _plausible(verdict, context.today)


def _plausible(verdict: Verdict, today: date) -> Verdict:
    value = verdict.value
    if not isinstance(value, PartialDate):
        return verdict
    if value.year < 1900:
        return rej("“{date}”太早了，请核对。".format(date=value.iso()))
    if value.first_day() > today:
        return ask("{date}还没有到，请核对。".format(date=value.iso()), _choice(value), LEAVE_EMPTY)
    return verdict


def _of_date_cell(cell: RawCell) -> Verdict:
    value = PartialDate.from_iso(cell.iso)
    if cell.format and not re.search(r"[ye]", cell.format, re.IGNORECASE):
        return ask("格子里只显示月和日，存着的年份看不见，请确认。", _choice(value), LEAVE_EMPTY)
    if "." in cell.number and Decimal(cell.number) % 1:
        return fix(value, "去掉了后面的钟点。")
    return ok(value)


def _of_number(cell: RawCell, context: ColumnContext) -> Verdict:
    try:
        number = Decimal(f"{Decimal(cell.number):.15g}")
    except InvalidOperation:
        return rej(_UNREADABLE.format(text=cell.text))
    if number == number.to_integral_value():
        return _of_digits(str(int(number)), context)
    whole, _, fraction = format(number, "f").partition(".")
    if len(whole) == 5:
        iso = serial_to_iso(number, "day", context.uses_1904)
        return (
            fix(PartialDate.from_iso(iso), _READ_AS.format(date=iso))
            if iso
            else rej(_UNREADABLE.format(text=cell.text))
        )
    if len(whole) == 4 and len(fraction) <= 2:
        return _of_typed_month(int(whole), fraction, cell.text)
    if len(whole) == 4 and len(fraction) == 4:
        return _confirm(PartialDate.of(int(whole), int(fraction[:2]), int(fraction[2:])), cell.text)
    return rej(_UNREADABLE.format(text=cell.text))


def _of_typed_month(year: int, fraction: str, shown: str) -> Verdict:
    """``1998.10`` typed as a number is stored as 1998.1: January and October look the same."""
    if fraction == "1":
        choices = [PartialDate.of(year, 1), PartialDate.of(year, 10)]
        return ask(
            "“{text}”是按数字存的，看不出是1月还是10月。".format(text=shown),
            *(_choice(value) for value in choices if value),
        )
    value = PartialDate.of(year, int(fraction))
    if value is None:
        return rej(_NO_SUCH_DAY.format(text=shown))
    return fix(value, _READ_AS.format(date=value.iso()))


def _of_digits(digits: str, context: ColumnContext) -> Verdict:
    value: PartialDate | None
    if len(digits) == 8:
        value = PartialDate.of(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        if digits[6:] == "00":
            return _confirm(PartialDate.of(int(digits[:4]), int(digits[4:6])), digits)
    elif len(digits) == 6:
        value = PartialDate.of(int(digits[:4]), int(digits[4:]))
        if value is None or int(digits[4:]) == 0 or value.year < 1900 or value.year > context.today.year:
            return _short_digits(digits, context)
    elif len(digits) == 4:
        value = PartialDate.of(int(digits))
        if value is not None and not 1900 <= value.year <= context.today.year:
            return rej(_UNREADABLE.format(text=digits))
    elif len(digits) == 5:
        return _of_five_digits(digits, context)
    elif len(digits) == 7:
        return _of_seven_digits(digits)
    else:
        return rej(_UNREADABLE.format(text=digits))
    if value is None:
        return rej(_NO_SUCH_DAY.format(text=digits))
    return fix(value, _READ_AS.format(date=value.iso()))


def _short_digits(digits: str, context: ColumnContext) -> Verdict:
    """Six digits that are no year and month may be a short year, month and day; a person says which
    century.
    """
    values = [
        PartialDate.of(century + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
        for century in (1900, 2000)
    ]
    choices = [_choice(v) for v in values if v and v.month and v.day and v.first_day() <= context.today]
    return (
        ask(_UNREADABLE.format(text=digits), *choices) if choices else rej(_NO_SUCH_DAY.format(text=digits))
    )


def _of_five_digits(digits: str, context: ColumnContext) -> Verdict:
    """A day number that lost its format, unless it can also be a year and a month: 19987."""
    iso = serial_to_iso(Decimal(digits), "day", context.uses_1904)
    as_month = PartialDate.of(int(digits[:4]), int(digits[4]))
    can_be_month = as_month is not None and as_month.month and 1900 <= as_month.year <= context.today.year
    if not iso or not 1900 <= int(iso[:4]) <= context.today.year:
        return _confirm(as_month, digits) if can_be_month else rej(_UNREADABLE.format(text=digits))
    value = PartialDate.from_iso(iso)
    if can_be_month and as_month is not None:
        return ask(
            "“{text}”可能是{month}，也可能是丢了格式的{day}。".format(
                text=digits, month=as_month.iso(), day=iso
            ),
            _choice(as_month),
            _choice(value),
        )
    return fix(value, "这是丢了日期格式的数字，{date}。".format(date=iso))


def _of_seven_digits(digits: str) -> Verdict:
    year = int(digits[:4])
    values = [
        PartialDate.of(year, int(digits[4:5]), int(digits[5:])),
        PartialDate.of(year, int(digits[4:6]), int(digits[6:])),
    ]
    choices = [_choice(value) for value in values if value and value.month and value.day]
    return ask(_UNREADABLE.format(text=digits), *choices) if choices else rej(_UNREADABLE.format(text=digits))


def _of_text(text: str, context: ColumnContext) -> Verdict:
    if _LUNAR.search(text):
        return rej(_LUNAR_TOLD.format(text=text[:40]))
    han = _of_han(text)
    if han is not None:
        return han
    if found := _FLOAT_TEXT.fullmatch(text):  # a program without dates wrote 199807 as 199807.0
        return _of_digits(found[1], context)
    text = text.replace("。", ".").replace("．", ".").replace("—", "-").replace("－", "-").replace("、", ".")
    text = text.rstrip(".") if text.count(".") in (2, 3) or "年" in text else text
    if re.fullmatch(r"[\d]+", text):
        return _of_digits(text, context)
    if found := _DAY.fullmatch(text):
        if found[2] != found[4] and (found[2], found[4]) != ("年", "月"):
            return _confirm(PartialDate.of(int(found[1]), int(found[3]), int(found[5])), text)
        return _of_parts(text, int(found[1]), int(found[3]), int(found[5]))
    if found := _MONTH.fullmatch(text):
        return _of_month_text(text, found, context)
    if found := _YEAR.fullmatch(text):
        return _of_digits(found[1], context)
    if re.fullmatch(r"\d{5}\.\d+", text):
        return _of_number(RawCell(Kind.NUMBER, text, text), context)
    return _to_be_asked(text, context)


def _of_month_text(text: str, found: re.Match[str], context: ColumnContext) -> Verdict:
    year, mark, month = int(found[1]), found[2], found[3]
    if month in ("0", "00"):
        return _confirm(PartialDate.of(year), text)
    if mark == "." and month == "1" and "月" not in text and context.has_float_dates:
        january, october = PartialDate(year, 1), PartialDate(year, 10)
        reason = "这一列里有按数字存的年月，“{text}”看不出是1月还是10月。".format(text=text)
        return ask(reason, _choice(january), _choice(october))
    return _of_parts(text, year, int(month), 0)


def _of_parts(text: str, year: int, month: int, day: int) -> Verdict:
    if "-" not in text[4:] and day == 0 and text.count(".") == 2:
        return _confirm(PartialDate.of(year, month), text)
    value = PartialDate.of(year, month, day)
    if value is None or not month:
        return rej(_NO_SUCH_DAY.format(text=text))
    if day == 0 and _DAY.fullmatch(text):
        return _confirm(PartialDate.of(year, month), text)
    return ok(value) if value.iso() == text else fix(value, _READ_AS.format(date=value.iso()))


def _to_be_asked(text: str, context: ColumnContext) -> Verdict:
    choices: list[Choice] = []
    if found := _SHORT_YEAR.fullmatch(text):
        parts = int(found[2]), int(found[3] or 0)
        values = [PartialDate.of(century + int(found[1]), *parts) for century in (1900, 2000)]
        choices = [
            _choice(value) for value in values if value and value.month and value.first_day() <= context.today
        ]
    elif found := _DAY_FIRST.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        values = [PartialDate.of(year, first, second), PartialDate.of(year, second, first)]
        choices = [_choice(value) for value in dict.fromkeys(values) if value and value.month and value.day]
    elif found := _REPUBLIC.fullmatch(_in_digits(text)):
        value = PartialDate.of(1911 + int(found[1]), int(found[2] or 0), int(found[3] or 0))
        if value is not None and value.year < 1950:
            told = _REPUBLIC_TOLD.format(republic=found[1], year=value.year)
            return ask(told, _choice(value), LEAVE_EMPTY)
    else:
        values = [*_month_and_year(text), *_inside(text)]
        choices = [
            _choice(value)
            for value in dict.fromkeys(values)
            if value and value.month and value.first_day() <= context.today
        ]
    if not choices:
        return rej(_UNREADABLE.format(text=text[:40]))
    return ask("“{text}”要请您确认是哪一天。".format(text=text[:40]), *choices, LEAVE_EMPTY)


def _inside(text: str) -> list[PartialDate | None]:
    """The dates that stand somewhere in a longer text."""
    text = text.replace(",", ".").replace("，", ".")
    return [PartialDate.of(int(y), int(m), int(d or 0)) for y, m, d in _FOUND_INSIDE.findall(text)[:4]]


def _month_and_year(text: str) -> list[PartialDate | None]:
    """``07/1998`` and ``1-Jul-98``, as programs abroad write them; two digits have two centuries."""
    day = 0
    if found := _MONTH_FIRST.fullmatch(text):
        month, year = int(found[1]), found[2]
    elif (found := _ENGLISH.fullmatch(text)) and found[2] in _ENGLISH_MONTHS:
        day, month, year = int(found[1] or 0), _ENGLISH_MONTHS.index(found[2]) + 1, found[3]
    else:
        return []
    years = [int(year)] if len(year) == 4 else [1900 + int(year), 2000 + int(year)]
    return [PartialDate.of(year, month, day) for year in years]


def _in_digits(text: str) -> str:
    """民国三十五年七月 with its numbers as digits."""
    return re.sub(r"[〇零○一二三四五六七八九十廿卅]+", lambda m: str(_han_number(m[0])), text)


def _of_han(text: str) -> Verdict | None:
    text = text.translate(_WRITTEN_OUT)
    found = _HAN_DATE.fullmatch(text)
    if found is None or text[:4].isdecimal():
        return None
    year = int("".join(_HAN_DIGIT.get(letter, letter) for letter in found[1]))
    month, day = _han_number(found[2]), _han_number(found[3])
    value = PartialDate.of(year, month, day)
    if value is None or (found[2] and not month) or (found[3] and not day):
        return rej(_NO_SUCH_DAY.format(text=text))
    return fix(value, _READ_AS.format(date=value.iso()))


def _han_number(text: str | None) -> int:
    """The number of a month or a day: 七, 十二, 二十一, 廿三, 三〇."""
    if not text:
        return 0
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, mark, ones = text.partition("十")
    if mark:
        high = int(_HAN_DIGIT.get(tens, "1")) if tens else 1
        return high * 10 + (int(_HAN_DIGIT.get(ones, "0")) if ones else 0)
    digits = "".join(_HAN_DIGIT.get(letter, "") for letter in text)
    return int(digits) if digits else 0


def _confirm(value: PartialDate | None, text: str) -> Verdict:
    if value is None:
        return rej(_NO_SUCH_DAY.format(text=text))
    return ask("“{text}”写得不完整，请您确认。".format(text=text), _choice(value), LEAVE_EMPTY)


def _choice(value: PartialDate) -> Choice:
    return Choice(value, value.iso())
