"""Cells that stand for a row of a code table."""

from __future__ import annotations

import difflib
import re

from zhibu.roster.codes import Code, CodeTable, code_table
from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.outcome import (
    LEAVE_EMPTY,
    Choice,
    Extra,
    Outcome,
    Verdict,
    ask,
    fix,
    ok,
    rej,
)
from zhibu.roster.imports.values.text import squeezed

_PREFIXED = re.compile(r"(?:[0-9A-Za-z]{1,8})[_|:：](.+)")
_NUMBERED = re.compile(r"\d{2,4}[-.、\s]+([^\d].*)")
_CODE_BEHIND = re.compile(r"([^\d()]+)\(\d{1,4}\)")
_READ_AS = "“{text}”按“{label}”读取。"
_PROBABLY = "“{text}”可能是“{label}”，请确认。"
_UNKNOWN = "“{text}”不在“{table}”的选项里，请选择。"
_NOT_IN_TABLE = "“{text}”不在“{table}”的选项里，没有采用；请改成标准写法，例如“{sample}”。"
_FEW = 6  # so few rows are shown whole
_BARE_NUMBER = "只有编号“{text}”，不同的表编号不一样，请选择。"


def read_sex(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """Sex; 1 and 2 are the national codes, 0 and truth values are asked about."""
    return read_coded("sex", cell, text)


def read_ethnicity(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """民族. Two digits up to 56 are the national code; higher ones differ between systems and are asked
    about.
    """
    plain = bare_value(text)
    table = code_table("ethnicity")
    if plain.isdecimal():
        row = table.by_key.get(plain.zfill(2)) if len(plain) <= 2 else None
        if row is None or int(plain) > 56:
            return ask(_BARE_NUMBER.format(text=plain), *_choices(table, ("97", "98")), LEAVE_EMPTY)
        return fix(row.key, _READ_AS.format(text=text, label=row.label))
    return read_coded("ethnicity", cell, text)


def read_degree(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """学位, also with its field: 工学学士 is 学士."""
    plain = bare_value(text)
    table = code_table("degree")
    if table.exact(plain) or table.doubt(plain):
        return read_coded("degree", cell, text)
    for row in table.codes:
        if re.fullmatch(r"[\u4e00-\u9fff]{0,8}" + row.label + r"(?:学位)?", plain) and row.key in (
            "2",
            "3",
            "4",
        ):
            is_plain = plain == row.label and plain == cell.text
            return ok(row.key) if is_plain else fix(row.key, _READ_AS.format(text=text, label=row.label))
    return read_coded("degree", cell, text)


def read_status(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """人员类别. 党员 alone means full only where the column also names probationary members."""
    plain = bare_value(text)
    if plain in ("中共党员", "党员", "共产党员", "中国共产党党员") and context.tells_probationary:
        return fix("full", "同一列里另有预备党员，“{text}”按“正式党员”读取。".format(text=text))
    if plain in ("中共党员", "党员", "共产党员", "中国共产党党员"):
        reason = "“{text}”看不出是正式党员还是预备党员，请选择。".format(text=text)
        return ask(reason, *_choices(code_table("status"), ("full", "probationary")))
    if plain in ("群众", "共青团员", "团员", "无", "非党员", "民主党派", "无党派人士"):
        return ask(
            "这个人填的不是党员，请确认要不要导入。",
            *_choices(code_table("status"), ("full", "probationary")),
            LEAVE_EMPTY,
        )
    gone = code_table("membership_state").exact(plain)
    if gone is not None and gone.key != "normal":
        reason = "这里写的是“{text}”，不按在册党员导入，请确认。".format(text=text)
        return Verdict(
            Outcome.ASK,
            None,
            reason,
            _choices(code_table("status"), ("full", "probationary")),
            suggestions=(Extra("membership_state", gone.key),),
        )
    return read_coded("status", cell, text)


def read_membership_state(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """党籍状态; numbers count only where the header explains them."""
    plain = bare_value(text)
    if plain.isdecimal():
        pattern = r"(?<!\d)" + str(int(plain)) + r"\D{0,2}?(不正常|正常|停止)"
        found = re.search(pattern, squeezed(context.hint))
        if found and found[1] == "正常":
            return fix("normal", "按表头的说明读取。")
        return ask(
            _BARE_NUMBER.format(text=plain),
            *_choices(code_table("membership_state"), ("normal", "suspended")),
        )
    return read_coded("membership_state", cell, text)


def read_stratum(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """新社会阶层: by label only, as the numbers differ between offices."""
    return _by_label("stratum", cell, text)


def read_lost_circumstance(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """失联情形: by label; a number alone is asked about."""
    plain = re.sub(r"^[①-⑦]", "", text.strip())
    return _by_label("lost_circumstance", cell, plain or text)


def _by_label(name: str, cell: RawCell, text: str) -> Verdict:
    plain = bare_value(text)
    table = code_table(name)
    if re.fullmatch(r"\d+|[①-⑳]", plain) or re.fullmatch(r"[①-⑳]", text.strip()):
        row = table.exact(text.strip()) or table.by_key.get(plain)
        first = (Choice(row.key, row.label),) if row else ()
        return ask(_BARE_NUMBER.format(text=plain), *first, LEAVE_EMPTY)
    return read_coded(name, cell, text)


def read_post(cell: RawCell, text: str, context: ColumnContext) -> Verdict:
    """工作岗位: the official code (a longer one is kept whole beside its known prefix), a label, or free
    text.
    """
    plain = bare_value(text)
    table = code_table("post")
    if plain.isdecimal():
        return _post_code(plain, cell, table)
    row = table.exact(plain)
    if row is not None:
        return (
            ok(row.key)
            if cell.text == row.label
            else fix(row.key, _READ_AS.format(text=text, label=row.label))
        )
    doubtful = table.doubt(plain)
    if doubtful is not None:
        return ask(
            _PROBABLY.format(text=text, label=doubtful.label),
            Choice(doubtful.key, doubtful.label),
            LEAVE_EMPTY,
        )
    return fix(None, "不是标准的岗位名称，作为职务保存。", Extra("unit_title", text[:80]))


def _post_code(plain: str, cell: RawCell, table: CodeTable) -> Verdict:
    if len(plain) < 4:
        return ask("岗位代码应当是4位，可能丢了前面的0。", *(_post_choices(table, plain)), LEAVE_EMPTY)
    if plain in table.by_key:
        return (
            ok(plain)
            if len(plain) == 4 and plain == cell.text
            else fix(plain, _READ_AS.format(text=plain, label=table.by_key[plain].label))
        )
    for length in range(len(plain) - 1, 0, -1):
        if plain[:length] in table.by_key and len(plain) == 4:
            reason = "岗位代码“{text}”按“{label}”统计，原代码保留。"
            label = table.by_key[plain[:length]].label
            return fix(plain[:length], reason.format(text=plain, label=label), Extra("post_external", plain))
    return ask(_UNKNOWN.format(text=plain, table="工作岗位"), LEAVE_EMPTY)


def _post_choices(table: CodeTable, plain: str) -> tuple[Choice, ...]:
    keys = [key for key in ("0" + plain, plain) if key in table.by_key]
    return _choices(table, tuple(keys))


def read_coded(name: str, cell: RawCell, text: str) -> Verdict:
    """A cell that names a row of the table: exact spellings are taken, near ones are only suggested."""
    table = code_table(name)
    plain = bare_value(text)
    row = table.exact(plain) or (table.by_key.get(plain) if len(plain) > 1 else None)
    if row is not None:
        is_canonical = cell.text == row.label and cell.kind is Kind.TEXT
        return ok(row.key) if is_canonical else fix(row.key, _READ_AS.format(text=text, label=row.label))
    doubtful = table.doubt(plain)
    if doubtful is not None:
        return ask(
            _PROBABLY.format(text=text, label=doubtful.label),
            Choice(doubtful.key, doubtful.label),
            LEAVE_EMPTY,
        )
    return _similar(table, plain, text)


def _similar(table: CodeTable, plain: str, text: str) -> Verdict:
    """A near spelling is only ever a suggestion."""
    close = (
        difflib.get_close_matches(plain.upper(), list(table.certain), n=3, cutoff=0.6)
        if len(plain) > 1
        else []
    )
    rows = list(dict.fromkeys(table.certain[name].key for name in close))
    reason = _UNKNOWN.format(text=text[:40], table=table.label)
    if len(table.codes) <= _FEW:
        return ask(reason, *_choices(table, tuple(row.key for row in table.codes)), LEAVE_EMPTY)
    if rows:
        return ask(reason, *_choices(table, tuple(rows)), LEAVE_EMPTY)
    return rej(_NOT_IN_TABLE.format(text=text[:40], table=table.label, sample=table.codes[0].label))


def bare_value(text: str) -> str:
    """The value without the platform's own code before it (868_汉族, 01-汉族)."""
    plain = squeezed(text)
    found = _PREFIXED.fullmatch(plain) or _NUMBERED.fullmatch(plain) or _CODE_BEHIND.fullmatch(plain)
    return found[1] if found else plain


def _choices(table: CodeTable, keys: tuple[str, ...]) -> tuple[Choice, ...]:
    rows: list[Code] = [table.by_key[key] for key in keys if key in table.by_key]
    return tuple(Choice(row.key, row.label) for row in rows)
