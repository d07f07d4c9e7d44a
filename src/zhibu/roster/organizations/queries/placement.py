"""What may stand under what in the tree, and how long a term lasts (任期意见 一; 支部工作条例 21)."""

from __future__ import annotations

from typing import cast

from zhibu.roster.organizations.models import OrgKind
from zhibu.rulebook.conventions import NEW_TERMS, term_months
from zhibu.rulebook.schema import Domain as DomainWord
from zhibu.rulebook.schema import OrgKind as KindWord

_UNDER: dict[str, frozenset[str]] = {
    OrgKind.LOCAL_COMMITTEE: frozenset(OrgKind.values),
    OrgKind.WORK_COMMITTEE: frozenset(
        {OrgKind.WORK_COMMITTEE, OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH, OrgKind.BRANCH}
    ),
    OrgKind.PARTY_GROUP: frozenset(),
    OrgKind.COMMITTEE: frozenset({OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH, OrgKind.BRANCH}),
    OrgKind.GENERAL_BRANCH: frozenset({OrgKind.BRANCH}),
    OrgKind.BRANCH: frozenset(),
}


def may_stand_under(kind: str, parent_kind: str) -> bool:
    """Whether an organisation of ``kind`` may be directly below one of ``parent_kind``."""
    return kind in _UNDER[parent_kind]


def kinds_under(parent_kind: str) -> list[tuple[str, str]]:
    """The kinds (key and label) that may be directly below one of ``parent_kind``, largest first."""
    return [(key, label) for key, label in OrgKind.choices if key in _UNDER[parent_kind]]


def term_years(domain: str, kind: str) -> int | None:
    """How many years a term lasts by domain and level (RQ-1-1); None where no term is elected.

    Work committees and party groups are appointed and have no term; local committees have five.
    """
    if kind == OrgKind.LOCAL_COMMITTEE:
        return 5
    months = term_months(cast(KindWord, kind), cast(DomainWord, domain), NEW_TERMS)
    return months // 12 if months else None
