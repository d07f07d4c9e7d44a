"""Yes and no, and the small numbers and free texts that need no more than cleaning."""

from __future__ import annotations

import re

from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.outcome import LEAVE_EMPTY, Choice, Extra, Verdict, ask, fix, ok, rej
from zhibu.roster.imports.values.text import clean, squeezed, to_simplified, without_pinyin

_YES = frozenset(["是", "√", "✓", "✔", "有", "Y", "YES", "对", "TRUE", "☑"])
_NO = frozenset(["否", "×", "✗", "✘", "X", "无", "N", "NO", "不是", "没有", "FALSE", "☐"])
_NOTHING = frozenset(["/", "-", "--", "—", "——", "空", "\\", "(空)", "N/A", "NULL"])
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
_LONGEST = {"unit": 120, "address": 200, "remark": 300}


def read_flag(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """Yes or no. 1 and 0 are asked about unless the header explains them."""
    plain = squeezed(text).upper()
    plain = re.sub(r"^[是否]{0,2}[√✓✔☑]$", lambda m: "是" if "否" not in m[0] else m[0], plain)
    if plain in _YES:
        return (
            ok(True)
            if plain == "是" and cell.text == "是"
            else fix(True, "“{text}”按“是”读取。".format(text=text))
        )
    if plain in _NO:
        return ok(False) if cell.text == "否" else fix(False, "“{text}”按“否”读取。".format(text=text))
    if plain in _NOTHING:
        return fix(None, "“{text}”按空白处理。".format(text=text))
    if plain in ("1", "0"):
        value = plain == "1"
        if re.search(r"1[^0-9]{0,3}是|是[^0-9]{0,3}1", squeezed(context.hint)):
            return fix(value, "按表头的说明读取。")
        return ask(
            "“{text}”表示是还是否，请确认。".format(text=text), Choice(True, "是"), Choice(False, "否")
        )
    return ask("这里应当填“是”或“否”。", Choice(True, "是"), Choice(False, "否"), LEAVE_EMPTY)


def read_mobile_flag(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """是否流动党员: a place written there is the destination, which a person confirms."""
    verdict = read_flag(cell, text, context)
    if verdict.is_accepted or squeezed(text) in ("1", "0"):
        return verdict
    reason = "这里写的是“{text}”，是不是流动党员、外出流向是不是这里，请确认。".format(text=text[:40])
    return Verdict(
        verdict.outcome, None, reason, verdict.choices, suggestions=(Extra("mobile_destination", text[:120]),)
    )


def read_text(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """Free text: cleaned; readings in brackets and traditional characters are asked about."""
    if cell.kind is Kind.BOOL:
        return rej("这里应当是文字。")
    if len(text) > 300:
        return rej("文字太长，原文保留，请缩短后再填。")
    simple = to_simplified(without_pinyin(text))
    if simple != text:
        return ask("文字里有注音或繁体字，请选择怎样保存。", Choice(simple, simple), Choice(text, text))
    if _PRIVATE.search(text):
        return ask("文字里有自造的字，请核对。", Choice(text, text))
    if cell.kind is Kind.TEXT:
        return ok(text) if text == cell.text else fix(text, "去掉了多余的空格和看不见的符号。")
    return fix(text, "按文字保存。")


def read_plain_text(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """Text that this system wrote itself and that carries no hints."""
    return ok(text) if text == cell.text else fix(text, "去掉了多余的空格和看不见的符号。")


def read_code_text(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """Numbers of papers, staff or students: text; a big number that lost digits is refused."""
    plain = squeezed(text)
    if cell.kind is Kind.NUMBER and (len(plain.replace(".", "")) > 15 or "E" in plain.upper()):
        return rej("号码被存成了数字，后面的数字已丢失，请重新填写。")
    return ok(plain) if plain == cell.text else fix(plain, "去掉了多余的空格。")


def read_integer(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """A whole number, such as the months of a correction of the party age."""
    plain = squeezed(text)
    if re.fullmatch(r"-?\d{1,6}", plain):
        return ok(int(plain)) if plain == cell.text else fix(int(plain), "按整数读取。")
    return rej("这里应当是整数。")


def read_ignored(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """Columns the system computes itself, such as age: seen, never imported."""
    return Verdict(ok(None).outcome, None, "这一项由系统自己计算，不导入。")


def cleaned(text: str) -> str:
    """What the readers above get as ``text``."""
    return clean(text)
