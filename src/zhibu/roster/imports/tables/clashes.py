"""Headers that mean different things in different offices, decided by what stands below them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from zhibu.roster.codes import code_table
from zhibu.roster.imports.values.organizations import kind_and_core
from zhibu.roster.imports.values.text import squeezed

_STATES = re.compile(r"正常|停止党籍|停止|保留党籍|恢复党籍|开除党籍")
_STATUSES = re.compile(
    r".*(?:正式|预备|积极分子|发展对象|申请人).*|党员|中共党员|正|预|共产党员|群众|共青团员|团员"
)


def _share(values: Collection[str], test: Callable[[str], bool]) -> float:
    texts = [squeezed(value) for value in values if squeezed(value)]
    return sum(1 for text in texts if test(text)) / len(texts) if texts else 0.0


def _strip_code(text: str) -> str:
    return re.sub(r"^\d+_", "", text)


def looks_like_status(values: Collection[str]) -> bool:
    """Whether the values tell full from probationary members."""
    return _share(values, lambda text: bool(_STATUSES.fullmatch(_strip_code(text)))) >= 0.6


def looks_like_state(values: Collection[str]) -> bool:
    """Whether the values are 正常 or 停止党籍."""
    return _share(values, lambda text: bool(_STATES.fullmatch(_strip_code(text)))) >= 0.6


def looks_like_branches(values: Collection[str]) -> bool:
    """Whether the values name party organisations."""
    return _share(values, lambda text: bool(kind_and_core(text)[0])) >= 0.6


def looks_like_offices(values: Collection[str]) -> bool:
    """Whether the values are party seats."""
    table = code_table("office")
    plain = ("普通党员", "党员")
    return _share(values, lambda text: text in plain or bool(table.exact(text) or table.doubt(text))) >= 0.6


def decide(
    form: str, values: Collection[str], known: Collection[str], is_development: bool
) -> tuple[str, str]:
    """The field of a clashing header and why; the field is empty if the values do not tell.

    ``form`` is the header's comparable form, ``values`` a sample of the column, ``known`` the fields
    that other columns of the table already have.
    """
    if form in ("党籍状态", "政治面貌", "类别", "身份", "是否党员"):
        return _status_like(form, values)
    if form == "单位":
        if looks_like_branches(values) and "branch" not in known:
            return "branch", "这一列填的是党组织名称，按“所在党支部”读取。"
        return "unit", "这一列按“工作单位”读取。"
    if form == "职务":
        if looks_like_offices(values) and "office" not in known:
            return "office", "这一列填的是党内职务。"
        return "job_title", "这一列按“岗位职务”读取。"
    if form in ("民主评议时间", "民主评议"):
        field = "masses_appraisal_date" if is_development and form == "民主评议时间" else "yearly_appraisal"
        return field, "表里有发展党员的内容，这里是发展过程中的民主评议。" if is_development else ""
    if form == "党委审批时间2" or (
        form in ("党委审批时间", "审批时间") and "committee_approval_date" in known
    ):
        return "committee_conversion_approval_date", "前面已有一列审批时间，这一列是转正的审批时间。"
    return "committee_approval_date", "这一列是接收预备党员的审批时间。"


def _status_like(form: str, values: Collection[str]) -> tuple[str, str]:
    if looks_like_state(values):
        return "membership_state", "这一列填的是正常、停止党籍，按“党籍状态”读取。"
    if looks_like_status(values):
        return "status", "这一列填的是正式、预备，按“人员类别”读取。"
    if form == "党籍状态":
        return "membership_state", "这一列按“党籍状态”读取，看不明白的格子要请您确认。"
    if form == "身份":
        return "post_code", "这一列按“工作岗位”读取。"
    if form == "政治面貌":
        return "status", "这一列按“人员类别”读取，看不明白的格子要请您确认。"
    return "", "这一列的内容看不出是什么，请您指定。"
