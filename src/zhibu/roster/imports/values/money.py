"""Money as offices write it, always integer fen; and the cells of a dues grid."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.outcome import Choice, Extra, Verdict, ask, fix, ok, rej
from zhibu.roster.imports.values.text import squeezed

_HAN = (
    {letter: number for number, letter in enumerate("零壹贰叁肆伍陆柒捌玖")}
    | {letter: number for number, letter in enumerate("〇一二三四五六七八九")}
    | {"两": 2, "弍": 2, "贰": 2, "参": 3}
)
_UNITS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_HAN_MONEY = re.compile(
    r"(?:人民币)?([零壹贰叁肆伍陆柒捌玖〇一二三四五六七八九两拾十佰百仟千万]+)[元圆块](?:整|正)?(?:([零壹贰叁肆伍陆柒捌玖一二三四五六七八九])角)?(?:([零壹贰叁肆伍陆柒捌玖一二三四五六七八九])分)?整?"
)
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
_MOST_FEN = 10_000_000
_READ_AS = "按{yuan}元读取。"


def read_money(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """The amount in fen; anything unusual is asked about."""
    if cell.kind in (Kind.DATE, Kind.BOOL):
        return rej("这里应当是金额。")
    if cell.kind is Kind.NUMBER:
        return _of_decimal(Decimal(f"{Decimal(cell.number):.15g}"), cell, is_plain=True)
    plain = squeezed(text)
    if found := _HAN_MONEY.fullmatch(plain):
        fen = _han_integer(found[1]) * 100 + 10 * _HAN.get(found[2] or "", 0) + _HAN.get(found[3] or "", 0)
        return fix(fen, _READ_AS.format(yuan=yuan_text(fen)))
    bare = re.sub(
        r"^(?:¥|￥|RMB|人民币)|(?:元|块|块钱|圆)?(?:/月|每月|/人)?$", "", plain, flags=re.IGNORECASE
    )
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare):
        bare = bare.replace(",", "")
    if _PLAIN.fullmatch(bare):
        return _of_decimal(Decimal(bare), cell, is_plain=bare == cell.text)
    if re.fullmatch(r"\d+[。,，、．·]\d{1,2}", bare):
        fen = int(Decimal(re.sub(r"\D", ".", bare)) * 100)
        return ask("“{text}”的小数点写得不清楚。".format(text=text), _choice(fen))
    return rej("看不出“{text}”是多少钱。".format(text=text[:40]))


def _of_decimal(amount: Decimal, cell: RawCell, *, is_plain: bool) -> Verdict:
    fen = amount * 100
    if amount < 0:
        return rej("金额不能是负数。")
    if fen != fen.to_integral_value():
        rounded = int(fen.quantize(Decimal(1)))
        return ask("金额不到一分钱的部分要请您确认。", _choice(rounded))
    if fen > _MOST_FEN:
        return ask("金额特别大，请核对。", _choice(int(fen)))
    is_whole = is_plain and cell.text == _shortest(amount)
    return ok(int(fen)) if is_whole else fix(int(fen), _READ_AS.format(yuan=yuan_text(int(fen))))


def _shortest(amount: Decimal) -> str:
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def yuan_text(fen: int) -> str:
    """Fen as yuan with two decimals: 1250 → 12.50."""
    return "{yuan}.{rest:02}".format(yuan=fen // 100, rest=fen % 100)


def _choice(fen: int) -> Choice:
    return Choice(fen, yuan_text(fen) + "元")


def _han_integer(text: str) -> int:
    """壹仟贰佰伍拾 → 1250; up to 万."""
    high, mark, low = text.rpartition("万")
    total = _han_integer(high) * 10_000 if mark and high else 0
    number = section = 0
    for letter in low if mark else text:
        if letter in _UNITS:
            section += (number or 1) * _UNITS[letter]
            number = 0
        else:
            number = _HAN.get(letter, 0)
    return total + section + number


def read_dues_month(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """One month of a dues grid: an amount, or paid-but-unknown, exempt, unpaid, no record, a yearly sum.

    The value is the amount in fen; the state comes as the extra ``dues_state`` (paid, exempt, unpaid).
    """
    plain = squeezed(text)
    if plain in ("√", "✓", "✔", "已交", "已缴", "交", "缴", "是", "已收"):
        reason = "“{text}”表示交了，没有写多少，请按月应缴数确认。"
        return ask(reason.format(text=text), Choice("monthly_due", "按月应缴数"))
    if plain in ("免", "免交", "免缴", "减免"):
        return fix(0, "免交。", Extra("dues_state", "exempt"))
    if plain in ("欠", "未交", "未缴", "欠交", "欠缴", "×"):
        return fix(None, "没有交。", Extra("dues_state", "unpaid"))
    if found := re.fullmatch(
        r"(\d+(?:\.\d{1,2})?)(?:[*×xX](\d{1,2})(?:个?月)?|\((?:全年|(\d{1,2})个月|半年|季度?)\)|(?:全年|/年))",
        plain,
    ):
        return _of_several_months(text, plain, found)
    verdict = read_money(cell, text, context)
    if verdict.is_accepted:
        return Verdict(verdict.outcome, verdict.value, verdict.reason, extras=(Extra("dues_state", "paid"),))
    return verdict


def _of_several_months(text: str, plain: str, found: re.Match[str]) -> Verdict:
    try:
        amount = int(Decimal(found[1]) * 100)
    except InvalidOperation:
        return rej("看不出“{text}”是多少钱。".format(text=text))
    if found[2]:
        months, monthly = int(found[2]), amount
    else:
        months = int(found[3] or (6 if "半年" in plain else 3 if "季" in plain else 12))
        monthly = amount // max(months, 1)
        if not months or amount % months:
            return ask("“{text}”分不均匀，请按月填写。".format(text=text))
    label = "{months}个月，每月{yuan}元".format(months=months, yuan=yuan_text(monthly))
    return ask(
        "“{text}”一次写了几个月，请确认。".format(text=text), Choice(str(months) + "x" + str(monthly), label)
    )
