"""A norm as its page shows it: what it asks, of whom, and how far it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.common.dates import add_months
from zhibu.roster.organizations.models import OrgDomain, OrgKind
from zhibu.rulebook.explain import REVIEW_MONTHS, label_of, wording
from zhibu.rulebook.loader import national
from zhibu.rulebook.model import Applies, Check, Norm, Regulation

_SUBJECTS = {
    "organization": "党组织",
    "group": "党小组",
    "person": "党员",
    "event": "会议和活动",
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
    conditions = [*_kinds(check.applies), *_flags(check.applies)]
    words = "、".join(conditions) or "各级党组织"
    return "适用于{words}，对象是{subject}".format(
        words=words, subject=_SUBJECTS.get(check.subject, "党组织")
    )


def _kinds(applies: Applies) -> list[str]:
    kinds, domains = dict(OrgKind.choices), dict(OrgDomain.choices)
    found = [str(kinds.get(kind, kind)) for kind in applies.kinds]
    found += ["{domain}的党组织".format(domain=domains.get(domain, domain)) for domain in applies.domains]
    found += [
        "不含{domain}的党组织".format(domain=domains.get(domain, domain)) for domain in applies.not_domains
    ]
    return found


_FLAGS = (
    ("has_committee", "设委员会的", "不设委员会的"),
    ("has_groups", "划分党小组的", "不划分党小组的"),
    ("is_temporary", "临时党组织", "非临时党组织"),
    ("is_joint", "联合党支部", "非联合党支部"),
    ("is_mobile", "流动党员党组织", "非流动党员党组织"),
)


def _flags(applies: Applies) -> list[str]:
    given = ((getattr(applies, name), yes, no) for name, yes, no in _FLAGS)
    return [yes if value else no for value, yes, no in given if value is not None]
