"""Telephone numbers: mobile and landline told apart, digits never invented."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.outcome import LEAVE_EMPTY, Choice, Extra, Verdict, ask, fix, ok, rej
from zhibu.roster.imports.values.text import squeezed

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0\d{2,3})?([2-8]\d{6,7})(?:(?:转|-|ext\.?)(\d{1,6}))?")
_LANDLINE_KEPT = "这是固定电话，放在固定电话一栏。"
_LOST = "电话号码的数字已经丢失，请重新填写。"
_UNREADABLE = "“{text}”不是完整的电话号码，请核对。"


def read_phone(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """The verdict on a mobile or general telephone column; a landline found there goes to its own field."""
    return _read(cell, text, is_landline_column=False)


def read_landline(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """The verdict on a landline column; a mobile found there is asked about."""
    return _read(cell, text, is_landline_column=True)


def _read(cell: RawCell, text: str, *, is_landline_column: bool) -> Verdict:
    if cell.kind is Kind.TEXT and not is_landline_column and text == cell.text and _MOBILE.fullmatch(text):
        return ok(text) if text.isascii() else fix(squeezed(text), "统一成11位手机号码。")
    if cell.kind in (Kind.DATE, Kind.BOOL):
        return rej(_UNREADABLE.format(text=text))
    if cell.kind is Kind.NUMBER:
        try:
            number = Decimal(cell.number)
        except InvalidOperation:
            return rej(_LOST)
        if number != number.to_integral_value() or number < 0:
            return rej(_UNREADABLE.format(text=text))
        plain = text if re.fullmatch(r"\d+", text) else str(int(number))
        return _decide([plain], cell, is_landline_column)
    plain = squeezed(text)
    if re.fullmatch(r"\d(?:\.\d+)?E\+?\d+", plain, re.IGNORECASE):
        return rej(_LOST)
    if re.fullmatch(r"\d{17}[\dXx]", plain):
        return rej("这里填的好像是身份证号，请检查这一列的用途选对了没有。")
    if re.fullmatch(r"1[3-9]\d{9}\.0", plain):  # a program wrote the number as a decimal
        return fix(plain[:-2], "统一成11位手机号码。")
    if "*" in plain:
        return rej("电话号码被遮住了，请填写完整的号码。")
    parts = [part for part in re.split(r"[/、,，;；|\n]+", plain) if part]
    if len(parts) == 1 and len(words := text.split()) > 1 and all(_known(word) for word in words):
        parts = words
    return _decide(parts, cell, is_landline_column)


def _known(part: str) -> bool:
    return bool(_mobile(part) or _landline(part))


def _mobile(part: str) -> str:
    digits = re.sub(r"[-.()\s—–]", "", part)
    digits = re.sub(r"^(?:\+?86|0086)(?=1\d{10}$)", "", digits)
    return digits if _MOBILE.fullmatch(digits) else ""


def _landline(part: str) -> str:
    compact = re.sub(r"^(?:\+?86-?)?[(]?(0\d{2,3})[)]?[-—–\s]*", r"\1", part)
    found = _LANDLINE.fullmatch(re.sub(r"(?<=\d{4})[\s](?=\d)", "", compact))
    if not found or (found[1] and len(found[1]) + len(found[2]) not in (10, 11, 12)):
        return ""
    area = "{area}-".format(area=found[1]) if found[1] else ""
    extension = "转{ext}".format(ext=found[3]) if found[3] else ""
    return area + found[2] + extension


def _decide(parts: list[str], cell: RawCell, is_landline_column: bool) -> Verdict:
    mobiles = [number for part in parts if (number := _mobile(part))]
    landlines = [number for part in parts if not _mobile(part) and (number := _landline(part))]
    if len(mobiles) + len(landlines) != len(parts) or not parts:
        return _unclear(mobiles, landlines, cell, is_landline_column)
    mobiles, landlines = list(dict.fromkeys(mobiles)), list(dict.fromkeys(landlines))
    if len(mobiles) > 1 or len(landlines) > 1:
        several = landlines if is_landline_column else mobiles or landlines
        return ask("有几个号码，请选一个。", *(Choice(number, number) for number in several))
    if is_landline_column:
        return _for_landline_column(mobiles, landlines, cell)
    if not mobiles:
        return fix(None, _LANDLINE_KEPT, Extra("landline", landlines[0]))
    if landlines:
        return fix(mobiles[0], "手机和固定电话分开保存。", Extra("landline", landlines[0]))
    return (
        ok(mobiles[0])
        if mobiles[0] == cell.text and cell.kind is Kind.TEXT
        else fix(mobiles[0], "统一成11位手机号码。")
    )


def _for_landline_column(mobiles: list[str], landlines: list[str], cell: RawCell) -> Verdict:
    if landlines and mobiles:
        return fix(landlines[0], "手机和固定电话分开保存。", Extra("phone", mobiles[0]))
    if mobiles:
        return ask("固定电话一栏里填的是手机号码，请确认。", Choice(mobiles[0], mobiles[0]), LEAVE_EMPTY)
    return ok(landlines[0]) if landlines[0] == cell.text else fix(landlines[0], "统一了固定电话的写法。")


def _unclear(mobiles: list[str], landlines: list[str], cell: RawCell, is_landline_column: bool) -> Verdict:
    inside = [] if is_landline_column else re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", squeezed(cell.text))
    found = list(dict.fromkeys([*mobiles, *inside, *landlines]))
    if not found:
        return rej(_UNREADABLE.format(text=cell.text[:40]))
    return ask("号码旁边还有别的内容，请确认。", *(Choice(number, number) for number in found), LEAVE_EMPTY)
