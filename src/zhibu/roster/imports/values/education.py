"""学历 with its track: the qualification by GB/T 4658, how it was gained as a second value."""

from __future__ import annotations

import re

from zhibu.roster.codes import code_table, label_of
from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values.coded import bare_value, read_coded
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.outcome import LEAVE_EMPTY, Choice, Extra, Verdict, ask, fix
from zhibu.roster.imports.values.text import squeezed

_STUDYING = re.compile(r"在读|就读|在校|未毕业|读书")
_LEVEL = {"研究生": "10", "本科": "21", "大学": "21", "大专": "31", "专科": "31"}


def read_education(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """The verdict on a cell of an education column."""
    plain = bare_value(text).replace("（", "(").replace("）", ")")
    table = code_table("education")
    if plain.isdecimal():
        row = table.by_key.get(plain)
        reason = "“{text}”按“{label}”读取。"
        if row:
            return fix(row.key, reason.format(text=plain, label=row.label))
        return ask("学历代码“{text}”不认识，请选择。".format(text=plain), LEAVE_EMPTY)
    if _STUDYING.search(plain):
        return _still_studying(plain)
    if table.exact(plain) is not None and cell.kind is Kind.TEXT:
        return read_coded("education", cell, text)
    if (tracked := _with_track(plain)) is not None:
        return tracked
    if (several := _several(plain)) is not None:
        return several
    if plain in ("初小", "小学文化"):
        return ask("“{text}”请选择是毕业还是肄业。".format(text=text), *_labels("81", "83"))
    return read_coded("education", cell, text)


def _still_studying(plain: str) -> Verdict:
    """Studying is not yet a qualification: the one before it counts, which we do not know."""
    return ask(
        "“{text}”还没有毕业，请选择已经取得的学历。".format(text=plain),
        *_labels("81", "71", "61", "41", "31", "21"),
        LEAVE_EMPTY,
    )


def _with_track(plain: str) -> Verdict | None:
    """``本科（在职）``, ``中央党校本科``, ``函授大专``: qualification and track."""
    tracks = code_table("education_track")
    spellings = sorted([*tracks.certain, *tracks.doubtful], key=len, reverse=True)
    for spelling in spellings:
        if spelling not in plain.upper():
            continue
        rest = re.sub(r"[()、,，/\-]|教育|学历|毕业|学习", "", plain.upper().replace(spelling, "", 1))
        row = code_table("education").exact(rest) if rest else None
        if row is None:
            continue
        track = tracks.certain.get(spelling)
        if track is None:
            return _doubtful_track(spelling, row.key)
        reason = "按“{label}”、“{track}”读取。".format(label=row.label, track=track.label)
        return fix(row.key, reason, Extra("education_track", track.key))
    if found := re.fullmatch(r"党校\(?(研究生|本科|大学|大专|专科)\)?", plain):
        label = label_of("education", _LEVEL[found[1]])
        return ask(
            "请选择是中央党校还是省委党校。",
            Choice(_LEVEL[found[1]] + ";central_party_school", label + "（中央党校）"),
            Choice(_LEVEL[found[1]] + ";provincial_party_school", label + "（省委党校）"),
        )
    return None


def _doubtful_track(spelling: str, key: str) -> Verdict:
    """市委党校 is the provincial one only in a city that is a province."""
    track = code_table("education_track").doubtful[spelling]
    with_track = "{label}（{track}）".format(label=label_of("education", key), track=track.label)
    return ask(
        "“{text}”不一定属于“{track}”，请选择。".format(text=spelling, track=track.label),
        Choice(f"{key};{track.key}", with_track),
        Choice(key, label_of("education", key)),
    )


def _several(plain: str) -> Verdict | None:
    """``高中（中专）``: two qualifications in one cell."""
    parts = [part for part in re.split(r"[()/、,，或]", squeezed(plain)) if part]
    rows = [code_table("education").exact(part) for part in parts]
    keys = list(dict.fromkeys(row.key for row in rows if row))
    if len(parts) < 2 or not keys:
        return None
    return ask("一个格子里有几个学历，请选择。", *_labels(*keys), LEAVE_EMPTY)


def _labels(*keys: str) -> tuple[Choice, ...]:
    return tuple(Choice(key, label_of("education", key)) for key in keys)
