"""A norm as its page shows it: what it asks, of whom, and how far it is checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zhibu.common.dates import add_months
from zhibu.roster.organizations.models import OrgDomain, OrgKind
from zhibu.rulebook.explain import REVIEW_MONTHS, label_of, wording
from zhibu.rulebook.loader import national
from zhibu.rulebook.model import Check, Norm, Regulation

_SUBJECTS = {
    "group": "党小组",
    "person": "党员",
    "event": "会议或活动",
    "process": "办理的事项",
    "act": "作出的决定",
}


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """One thing asked: title, strength in words, who is bound, and why it is not checked if it is not."""

    title: str
    strength: str
    bound: str
    remedy: str
    unchecked: str


@dataclass(frozen=True, slots=True)
class ShownNorm:
    """A norm with its regulation."""

    id: str
    label: str
    regulation: Regulation
    norm: Norm
    is_review_due: bool
    is_sure: bool
    checks: tuple[ShownCheck, ...]


def find_norm(norm_id: str, *, today: date) -> ShownNorm | None:
    """The norm of this id, or of the check with this id; None where the rulebook knows neither."""
    book = national()
    try:
        regulation, norm = book.norm(norm_id)
    except KeyError:
        try:
            regulation, norm, _ = book.clause(norm_id)
        except KeyError:
            return None
    return ShownNorm(
        id=norm.id,
        label=label_of(regulation, norm),
        regulation=regulation,
        norm=norm,
        is_review_due=add_months(norm.compared_on, REVIEW_MONTHS) < today,
        is_sure=norm.confidence == "high",
        checks=tuple(_shown(check) for check in norm.checks),
    )


def _shown(check: Check) -> ShownCheck:
    unchecked = ""
    if check.status == "deferred":
        unchecked = "还没有检查：需要先有“{missing}”的记录。".format(missing=check.missing)
    elif check.status == "none":
        unchecked = "不作自动检查：{reason}".format(reason=check.reason)
    return ShownCheck(
        check.title, wording()["strength"][check.strength], _bound(check), check.remedy, unchecked
    )


def _bound(check: Check) -> str:
    """Who is bound, in words: kinds, domains and conditions of the organisation."""
    applies = check.applies
    kinds, domains = dict(OrgKind.choices), dict(OrgDomain.choices)
    subject = "适用于{kinds}".format(kinds=_joined(kinds, applies.kinds) or "各级党组织")
    if applies.domains:
        subject += "，限{domains}".format(domains=_joined(domains, applies.domains))
    if applies.not_domains:
        subject += "，{domains}除外".format(domains=_joined(domains, applies.not_domains))
    flags = ((getattr(applies, name), yes, no) for name, yes, no in _FLAGS)
    conditions = [yes if value else no for value, yes, no in flags if value is not None]
    about = _SUBJECTS.get(check.subject, "党组织")
    whole = [
        subject,
        *conditions,
        "按每个{about}核对".format(about=about) if check.subject != "organization" else "",
    ]
    return "，".join(part for part in whole if part) + "。"


def _joined(words: dict[str, str], keys: Iterable[str]) -> str:
    return "、".join(str(words.get(key, key)) for key in keys)


_FLAGS = (
    ("has_committee", "限设支部委员会的", "限不设支部委员会的"),
    ("has_groups", "限划分党小组的", "限不划分党小组的"),
    ("is_temporary", "限临时党组织", "临时党组织除外"),
    ("is_joint", "限联合党支部", "联合党支部除外"),
    ("is_mobile", "限流动党员党组织", "流动党员党组织除外"),
)
