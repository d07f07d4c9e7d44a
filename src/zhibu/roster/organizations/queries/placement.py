"""What may stand under what in the tree, and how long a term lasts (任期意见 一; 支部工作条例 21)."""

from __future__ import annotations

from zhibu.roster.organizations.models import OrgDomain, OrgKind

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

_FIVE_YEARS_AT_ALL_LEVELS = frozenset({OrgDomain.VILLAGE, OrgDomain.COMMUNITY, OrgDomain.FACULTY})


def may_stand_under(kind: str, parent_kind: str) -> bool:
    """Whether an organisation of ``kind`` may be directly below one of ``parent_kind``."""
    return kind in _UNDER[parent_kind]


def kinds_under(parent_kind: str) -> list[tuple[str, str]]:
    """The kinds (key and label) that may be directly below one of ``parent_kind``, largest first."""
    return [(key, label) for key, label in OrgKind.choices if key in _UNDER[parent_kind]]


def term_years(domain: str, kind: str) -> int | None:
    """How many years a term lasts by domain and level (RQ-1-1); None where no term is elected.

    Villages, communities and faculties: five at every level; elsewhere general branches and branches
    three, basic committees five. Work committees and party groups are appointed and have no term;
    local committees have five.
    """
    if kind in (OrgKind.WORK_COMMITTEE, OrgKind.PARTY_GROUP):
        return None
    if kind in (OrgKind.COMMITTEE, OrgKind.LOCAL_COMMITTEE) or domain in _FIVE_YEARS_AT_ALL_LEVELS:
        return 5
    return 3
