"""Reading grants: the actor of an account on a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from zhibu.common.actor import Scope
from zhibu.foundation.accounts.models import Account, SpecialRole
from zhibu.roster.access.actors import Holding, OrgScope, RoleActor
from zhibu.roster.access.models import Grant, HandOver
from zhibu.roster.organizations.models import Organization, within

_ORDER = ["organizer", "secretary", "committee_member", "group_leader", "statistics", "member"]


def get_actor(account: Account, *, today: date) -> RoleActor:
    """The account in the roles it holds today; two queries, whatever the size of the tree.

    A grant counts from ``valid_from`` to the day before ``valid_to``: one ended today is gone at once.
    """
    special = SpecialRole.objects.filter(account=account).order_by().values_list("kind", flat=True).first()
    if special:
        return RoleActor(
            account.pk, f"account:{account.pk}", special, OrgScope(), (Holding(special, "", None, True),)
        )
    holdings = _holdings(account, today)
    scope = OrgScope(
        paths=tuple(dict.fromkeys(h.path for h in holdings if h.with_subtree)),
        person_id=account.person_id,
        exact_paths=tuple(dict.fromkeys(h.path for h in holdings if not h.with_subtree)),
    )
    role = holdings[0].role if holdings else ""
    return RoleActor(account.pk, f"account:{account.pk}", role, scope, holdings)


def _holdings(account: Account, today: date) -> tuple[Holding, ...]:
    grants = running(Grant.objects.filter(account=account), today).order_by("organization__path", "id")
    found = [
        Holding(role, path, org_id, subtree, short_name or name)
        for role, path, org_id, subtree, short_name, name in grants.values_list(
            "role",
            "organization__path",
            "organization_id",
            "with_subtree",
            "organization__short_name",
            "organization__name",
        )
    ]
    return tuple(sorted(found, key=lambda h: (_ORDER.index(h.role), h.path)))


def list_grants(account: Account) -> QuerySet[Grant]:
    """All grants of an account, running ones first."""
    return (
        Grant.objects.filter(account=account)
        .select_related("organization")
        .order_by(F("valid_to").asc(nulls_first=True), "-valid_from", "id")
    )


def list_role_holders(organization: Organization, role: str, *, today: date) -> list[Account]:
    """The accounts that hold a role at this organisation itself today."""
    grants = running(Grant.objects.filter(organization=organization, role=role), today)
    return [grant.account for grant in grants.select_related("account").order_by("valid_from", "id")]


def running(grants: QuerySet[Grant], today: date) -> QuerySet[Grant]:
    """Those of the grants that count on the day."""
    return grants.filter(valid_from__lte=today).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))


def list_accounts_within(scope: Scope, *, today: date) -> QuerySet[Account]:
    """The accounts that hold any role in the scope today, by name."""
    held = running(Grant.objects.filter(within(scope, "organization__")), today)
    return Account.objects.filter(pk__in=held.values("account")).order_by("display_name", "username")


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing left open on the day of a hand-over: what kind, in words, and by when."""

    kind: str
    text: str
    due_date: date | None = None


MatterSource = Callable[[Organization, date], list[Matter]]
_matter_sources: list[MatterSource] = []


def register_matters(source: MatterSource) -> None:
    """Register where open matters come from; each module that has some does so at start-up."""
    if source not in _matter_sources:
        _matter_sources.append(source)


def list_open_matters(organization: Organization, *, today: date) -> list[Matter]:
    """Everything open at an organisation, what is due first on top."""
    matters = [matter for source in _matter_sources for matter in source(organization, today)]
    return sorted(matters, key=lambda matter: (matter.due_date or date.max, matter.kind, matter.text))


def list_hand_overs(organization: Organization) -> QuerySet[HandOver]:
    """The hand-overs of an organisation, newest first."""
    return HandOver.objects.filter(organization=organization).select_related("from_account", "to_account")
