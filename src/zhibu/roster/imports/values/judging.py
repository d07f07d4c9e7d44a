"""From a cell to a verdict: what all kinds have in common, and which reader each kind of field has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from zhibu.roster.imports.sheets.model import Kind, RawCell
from zhibu.roster.imports.values import (
    branches,
    coded,
    dates,
    education,
    flags,
    id_number,
    money,
    names,
    phones,
    remarks,
)
from zhibu.roster.imports.values.context import ColumnContext
from zhibu.roster.imports.values.dictionaries import consulted
from zhibu.roster.imports.values.offices import read_office
from zhibu.roster.imports.values.outcome import BLANK, Outcome, Verdict, fix, ok, rej
from zhibu.roster.imports.values.text import clean, is_empty_word

Reader = Callable[[RawCell, str, ColumnContext], Verdict]

READERS: Mapping[str, Reader] = {
    "name": names.read_name,
    "names": names.read_names,
    "sex": coded.read_sex,
    "ethnicity": coded.read_ethnicity,
    "date": dates.read_date,
    "id_number": id_number.read_id_number,
    "phone": phones.read_phone,
    "landline": phones.read_landline,
    "education": education.read_education,
    "education_track": lambda cell, text, context: coded.read_coded("education_track", cell, text),
    "degree": coded.read_degree,
    "status": coded.read_status,
    "membership_state": coded.read_membership_state,
    "post": coded.read_post,
    "stratum": coded.read_stratum,
    "lost_circumstance": coded.read_lost_circumstance,
    "branch": branches.read_branch,
    "office": read_office,
    "flag": flags.read_flag,
    "mobile_flag": flags.read_mobile_flag,
    "text": flags.read_text,
    "plain_text": flags.read_plain_text,
    "code_text": flags.read_code_text,
    "integer": flags.read_integer,
    "money": money.read_money,
    "dues_month": money.read_dues_month,
    "remark": remarks.read_remark,
    "ignored": flags.read_ignored,
}
_OWN_EMPTY_WORDS = frozenset(["flag", "mobile_flag", "dues_month", "ignored"])
# Rare characters and the like were confirmed when they first came in; our own export does not ask again.
_CONFIRMED_BEFORE = frozenset(["text", "name", "names"])
_FROM_FORMULA = "这是公式，按表里保存的结果读取。"


def judge(cell: RawCell, kind: str, context: ColumnContext) -> Verdict:
    """The verdict on one cell of a column of this kind (a key of :data:`READERS`)."""
    if cell.kind is Kind.EMPTY:
        return BLANK
    if kind == "ignored":
        return flags.read_ignored(cell, cell.text, context)
    if cell.kind is Kind.ERROR:
        return rej("公式出错或者没有结果，这个格子没有导入。")
    text = clean(cell.text)
    if not text:
        return BLANK
    if "\ufffd" in text:
        return rej("有些字读不出来，原文保留，请重新填写。")
    if is_empty_word(text) and kind not in _OWN_EMPTY_WORDS:
        return fix(None, "“{text}”按空白处理。".format(text=text))
    if kind == "dues_month" and text in ("-", "—", "/", "无"):
        return fix(None, "“{text}”按没有记录处理。".format(text=text))
    if context.is_own_export and kind in _CONFIRMED_BEFORE and text == cell.text and cell.kind is Kind.TEXT:
        return ok(text)
    verdict = READERS[kind](cell, text, context)
    if context.dictionary is not None:
        verdict = consulted(verdict, text, context.dictionary)
    if verdict.outcome is Outcome.OK and cell.kind is Kind.TEXT and text != cell.text:
        return replace(verdict, outcome=Outcome.FIX, reason="去掉了多余的空格和看不见的符号。")
    if cell.is_formula and verdict.is_accepted and verdict.reason != _FROM_FORMULA:
        return replace(verdict, outcome=Outcome.FIX, reason=_FROM_FORMULA + verdict.reason)
    return verdict
