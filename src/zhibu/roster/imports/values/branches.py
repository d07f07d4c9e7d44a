"""Cells that name the branch a person belongs to, by name or by code."""

from __future__ import annotations

import re

from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.organizations import KnownOrganization
from zhibu.roster.imports.values.outcome import LEAVE_EMPTY, Choice, Verdict, ask, fix, ok, rej
from zhibu.roster.imports.values.text import squeezed

_CODE_LENGTHS = (12, 15)
_UNKNOWN_NAME = "没有找到“{text}”，请选择是哪个党组织。"
_SEVERAL = "有{count}个党组织叫“{text}”，请选择上级。"


def read_branch(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """The organisation's key; several with the same name and unknown names are asked about."""
    plain = squeezed(text)
    if cell.kind is Kind.NUMBER or re.fullmatch(r"[\d-]{6,}", plain):
        return _by_code(cell, plain, context)
    if re.fullmatch(r"\d(?:\.\d+)?E\+?\d+", plain, re.IGNORECASE):
        return rej("党组织编码被存成了数字，后面的数字已丢失，请重新填写。")
    if cell.kind is not Kind.TEXT:
        return rej("这不是党组织的名称。")
    return _by_name(cell, text, context)


def read_branch_code(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """The same for a column of codes."""
    return read_branch(cell, text, context)


def _by_code(cell: RawCell, plain: str, context: ColumnContext) -> Verdict:
    digits = plain.replace("-", "")
    known = context.organizations.by_code
    if not digits.isdecimal() or len(digits) > 15:
        return rej("党组织编码不完整，请重新填写。")
    if digits in known:
        org = known[digits]
        is_same = cell.kind is Kind.TEXT and cell.text == digits
        return ok(org.key) if is_same else fix(org.key, "按编码找到“{name}”。".format(name=org.name))
    padded = [digits.zfill(length) for length in _CODE_LENGTHS if digits.zfill(length) in known]
    if cell.kind is Kind.NUMBER and len(padded) == 1:
        org = known[padded[0]]
        return fix(org.key, "补上前面的0以后是{code}，“{name}”。".format(code=padded[0], name=org.name))
    if padded:
        return ask("编码前面可能少了0，请确认。", *(_choice(known[code]) for code in padded), LEAVE_EMPTY)
    return rej("没有编码是“{text}”的党组织，请核对。".format(text=plain))


def _by_name(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    found = context.organizations.matches(text)
    if len(found) == 1:
        org = found[0]
        return ok(org.key) if cell.text == org.name else fix(org.key, "就是“{name}”。".format(name=org.name))
    if found:
        reason = _SEVERAL.format(count=len(found), text=text)
        return ask(reason, *(_choice(org) for org in found[:20]))
    similar = context.organizations.similar(text)
    return ask(_UNKNOWN_NAME.format(text=text[:60]), *(_choice(org) for org in similar), LEAVE_EMPTY)


def _choice(org: KnownOrganization) -> Choice:
    above = org.parents[0] if org.parents else ""
    return Choice(org.key, "{name}（{above}）".format(name=org.name, above=above) if above else org.name)
