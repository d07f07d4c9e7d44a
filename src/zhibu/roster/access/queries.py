"""Reading grants: the actor of an account on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from zhibu.foundation.accounts.models import Account, SpecialRole
from zhibu.roster.access.actors import Holding, OrgScope, RoleActor
from zhibu.roster.access.models import Grant

_ORDER = ["organizer", "secretary", "committee_member", "group_leader", "statistics", "member"]


def get_actor(account: Account, *, today: date) -> RoleActor:
    """The account in the roles it holds today; two queries, whatever the size of the tree."""
    special = SpecialRole.objects.filter(account=account).values_list("kind", flat=True).first()
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
    grants = (
        Grant.objects.filter(account=account, valid_from__lte=today)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .values_list("role", "organization__path", "organization_id", "with_subtree")
    )
    found = [Holding(role, path, org_id, subtree) for role, path, org_id, subtree in grants]
    return tuple(sorted(found, key=lambda h: (_ORDER.index(h.role), h.path)))
