"""What organisations were: their changes, and the tree of any past day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from zhibu.common.actor import Scope
from zhibu.roster.organizations.models import Organization, OrganizationChange, OrganizationState


@dataclass(frozen=True, slots=True)
class PastNode:
    """One organisation in a past tree: what it was called then, how deep it stood."""

    state: OrganizationState
    depth: int


def list_changes(organization: Organization) -> QuerySet[OrganizationChange]:
    """Every change of an organisation and every change that names it, newest first."""
    return (
        OrganizationChange.objects.filter(Q(organization=organization) | Q(other=organization))
        .select_related("organization", "other", "approved_by")
        .order_by("-effective_date", "-id")
    )


def get_state(organization: Organization, day: date) -> OrganizationState | None:
    """What the organisation was on a day; None before it existed or after its end."""
    return (
        organization.states.filter(valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
        .select_related("parent")
        .first()
    )


def list_children_on(organization: Organization, day: date) -> list[OrganizationState]:
    """What stood directly below an organisation on a day."""
    return list(
        OrganizationState.objects.filter(parent=organization, valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
        .select_related("organization")
        .order_by("organization__sort_key", "organization__code", "organization_id")
    )


def list_tree_on(organization: Organization, day: date, *, limit: int = 2000) -> list[PastNode]:
    """The tree below an organisation on a past day, from the top down, one query a level; at most
    ``limit`` rows.

    The organisation itself stands at its beginning if it existed. Rows below the limit are left out level by
    level, so that what is shown hangs together.
    """
    top = get_state(organization, day)
    if top is None:
        return []
    below: dict[int, list[OrganizationState]] = {}
    level, found = [organization.pk], 1
    while level and found < limit:
        states = list(
            OrganizationState.objects.filter(parent__in=level, valid_from__lte=day)
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
            .select_related("organization")
            .order_by("organization__sort_key", "organization__code", "organization_id")[: limit - found]
        )
        for state in states:
            below.setdefault(state.parent_id or 0, []).append(state)
        level = [state.organization_id for state in states]
        found += len(states)
    return _in_order(top, below)


def _in_order(top: OrganizationState, below: dict[int, list[OrganizationState]]) -> list[PastNode]:
    nodes: list[PastNode] = []
    waiting = [PastNode(top, 0)]
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        children = below.get(node.state.organization_id, [])
        waiting += [PastNode(child, node.depth + 1) for child in reversed(children)]
    return nodes


def list_dissolved(organization: Organization, scope: Scope) -> QuerySet[Organization]:
    """Organisations that stood directly below and were dissolved."""
    return (
        Organization.objects.visible_to(scope)
        .filter(parent=organization, dissolved_date__isnull=False)
        .order_by("-dissolved_date", "id")
    )
