"""The one place where changes of organisations and terms ask the rulebook.

The rows of a change are laid out as `facts` will show them afterwards, and the reference judges: number,
wording and clause are those of the regulation's file. What was decided long ago is recorded as it was and
shows in the check-up; what is refused is what the present decision may not do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from zhibu.roster.organizations.facts import BODY_OF, facts_on
from zhibu.roster.organizations.models import Organization, OrganizationChange
from zhibu.rulebook.asking import Intent, require
from zhibu.rulebook.schema import Facts

# The article that a refusal without a number of its own goes back to.
DISSOLUTION = "ZB-7-1"

_CODES = {  # by duty, else by reason
    "term.within_constitution": "organizations.term_years",
    "wrong_body": "organizations.wrong_body",
    "body_missing": "organizations.wrong_body",
    "not_allowed": "organizations.temporary",
}
_ORDER = {"wrong_order": "organizations.approval_order"}
_ACTS = {
    OrganizationChange.Kind.CREATE: "create_organization",
    OrganizationChange.Kind.DISSOLVE: "dissolve_organization",
}


def check_change(change: OrganizationChange) -> None:
    """Refuse to set up or dissolve an organisation by its own decision.

    A root has its superior outside the system, and is made with the installation.
    """
    organization = change.organization
    if change.kind not in _ACTS or organization.parent_id is None:
        return
    is_own = change.approved_by_id in (None, organization.pk)
    body = "none" if is_own else "superior_committee"
    day = change.approved_date or change.effective_date
    act = Intent(organization.pk, organization.kind, day).act(
        _ACTS[OrganizationChange.Kind(change.kind)], body
    )
    facts = facts_on(organization, day)
    require(facts, Facts(acts=(act,)), today=max(day, change.effective_date), codes=_CODES)


def check_election(organization: Organization, formed_by: str, day: date, ends: date, today: date) -> None:
    """Refuse an election by those who may not elect, in a branch that holds none, or for too long a term."""
    intent = Intent(organization.pk, organization.kind, day)
    facts = facts_on(organization, day)
    if formed_by in BODY_OF:
        act = intent.act("elect_committee", BODY_OF[formed_by])
        require(facts, Facts(acts=(act,)), today=today, codes=_CODES, is_strict=True)
    steps = tuple(intent.steps("term", {"elected": day, "expires": ends}))
    require(facts, Facts(steps=steps), today=today, codes=_CODES)


def check_papers(organization: Organization, dates: Mapping[str, date | None], today: date) -> None:
    """Refuse an approval or a filing that is dated before the election."""
    elected = dates["elected"]
    assert elected is not None
    intent = Intent(organization.pk, organization.kind, elected)
    facts = facts_on(organization, elected)
    steps = tuple(intent.steps("term", dates))
    require(facts, Facts(steps=steps), today=today, codes=_ORDER)
