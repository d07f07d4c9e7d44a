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
_GONE = r"(?:已故|去世|死亡|病故|病逝|逝世|身故|亡故|过世|离世|牺牲|死于)"
_OUT = r"(?:开除|除名|[退脱出]党(?![员支委组总])|劝退|取消预备党员资格|不予转正)"
_HINTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("deceased", re.compile(_DATE + r"(?:年|月|日|已|因病|因故|于)*" + _GONE)),
    ("deceased", re.compile(r"^" + _DATE + r"(?:年|月|日)?已?[亡故殁]$")),
    ("expelled", re.compile(_DATE + r"(?:已|被)*" + _OUT)),
    (
        "transferred_out",
        re.compile(_DATE + r"(?:组织)?(?:关系)?已?(?:转出|转走|转往|迁出|调出)(?:至|到|去)?" + _PLACE),
    ),
    ("transferred_out", re.compile(_DATE + r"关系已?转(?:至|到|去)?(?![入来回正])" + _PLACE)),
    ("transferred_out", re.compile(r"不在册|非在册|已注销|非本支部")),
    ("suspended", re.compile(_DATE + r"已?(?:停止党籍)")),
    ("lost", re.compile(r"失联|失去联系|联系不上|下落不明|失踪|口袋党员")),
    ("mobile", re.compile(r"流动党员[，,、（(]?" + _PLACE)),
    ("long_ill", re.compile(r"长期(?:患病|生病|卧床|病假)|重病|瘫痪|卧床")),
    ("probationary", re.compile(r"(?:预备党员|预备期)[，,、]?" + _DATE + r"(?:转正)?|" + _DATE + r"转正")),
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
    plain = plain[:600]
    found: list[Extra] = []
    seen: set[str] = set()
    for name, pattern in _HINTS:
        match = pattern.search(plain)
        if match is None or name in seen or (name == "probationary" and "expelled" in seen):
            continue
        seen.add(name)
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
