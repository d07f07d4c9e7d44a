"""Remarks often say what the other columns do not: suggestions, never applied unasked."""

from __future__ import annotations

import re

from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.dates import read_date
from zhibu.roster.imports.values.flags import read_text
from zhibu.roster.imports.values.outcome import Choice, Extra, Outcome, PartialDate, Value, Verdict
from zhibu.roster.imports.values.text import squeezed

_DATE = r"((?:19|20)\d{2}[-./年]\d{1,2}(?:[-./月]\d{1,2}日?|月)?)?"
_PLACE = r"([\u4e00-\u9fff×]{0,20})"
_HINTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("deceased", re.compile(_DATE + r"(?:年|月|日|已|因病|于)*(?:已故|去世|死亡|病故|逝世|身故)")),
    ("expelled", re.compile(_DATE + r"(?:已|被)*(?:开除党籍|除名|退党|自行脱党)")),
    ("transferred_out", re.compile(_DATE + r"(?:组织)?(?:关系)?已?转出(?:至|到|去)?" + _PLACE)),
    ("suspended", re.compile(_DATE + r"已?(?:停止党籍)")),
    ("lost", re.compile(r"失联|失去联系|联系不上")),
    ("mobile", re.compile(r"流动党员[，,、（(]?" + _PLACE)),
    ("long_ill", re.compile(r"长期(?:患病|生病|卧床|病假)|重病|瘫痪|卧床")),
    ("probationary", re.compile(r"预备党员[，,、]?" + _DATE + r"(?:转正)?|" + _DATE + r"转正")),
)
_LABELS = {
    "deceased": "去世",
    "expelled": "已出党",
    "transferred_out": "转出",
    "suspended": "停止党籍",
    "lost": "失联",
    "mobile": "流动党员",
    "long_ill": "长期病假",
    "probationary": "预备党员",
}
NOT_ACTIVE = frozenset(["deceased", "expelled", "transferred_out", "suspended"])


def read_remark(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """The remark is kept as text; what it hints at has to be confirmed."""
    suggestions = hints_of(text, context)
    verdict = read_text(cell, text, context)
    if not suggestions:
        return verdict
    labels = "、".join(_LABELS[str(hint.value)] for hint in suggestions if hint.field == "remark_hint")
    reason = "备注里好像写着：{labels}。要不要据此修改，请确认。".format(labels=labels)
    choices = (Choice(text, "只保留备注"), Choice("apply", "按备注修改（{labels}）".format(labels=labels)))
    return Verdict(Outcome.ASK, None, reason, choices, suggestions=suggestions)


def hints_of(text: str, context: ColumnContext) -> tuple[Extra, ...]:
    """What a remark suggests: a ``remark_hint`` each, with its date or place where they stand beside it."""
    plain = squeezed(text)
    if re.search(r"(?:非|不是|未|没有)(?:流动|失联|转出|去世)", plain):
        return ()
    found: list[Extra] = []
    for name, pattern in _HINTS:
        match = pattern.search(plain)
        if match is None:
            continue
        found.append(Extra("remark_hint", name))
        found.extend(_details(name, [part for part in match.groups() if part], context))
    return tuple(found)


def _details(name: str, parts: list[str], context: ColumnContext) -> list[Extra]:
    details: list[Extra] = []
    for part in parts:
        value: Value = part
        if part[:4].isdecimal():
            verdict = read_date(RawCell(Kind.TEXT, part), part, context)
            if not isinstance(verdict.value, PartialDate):
                continue
            value = verdict.value
            details.append(Extra("full_date" if name == "probationary" else name + "_date", value))
        else:
            details.append(Extra("mobile_destination" if name == "mobile" else name + "_place", value))
    return details
