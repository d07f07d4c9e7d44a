"""What organisations were: their changes, and the tree of any past day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zhibu.common.actor import Scope
from zhibu.roster.organizations.models import Organization, OrganizationChange, OrganizationState


@dataclass(frozen=True, slots=True)
class PastNode:
    """One organisation in a past tree: what it was called then, how many stood directly below it."""

    state: OrganizationState
    below: int


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


def get_past_node(organization: Organization, day: date) -> PastNode | None:
    """An organisation as it was on a day; None before it existed or after its end."""
    state = get_state(organization, day)
    if state is None:
        return None
    return PastNode(state, _on(day).filter(parent=organization).count())


def list_below_on(organization_id: int, day: date) -> list[PastNode]:
    """What stood directly below an organisation on a day, in the order of the tree: one query."""
    own = _on(day).filter(parent=OuterRef("organization")).order_by().values("parent")
    counted = Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0)
    states = (
        _on(day)
        .filter(parent=organization_id)
        .select_related("organization")
        .annotate(below=counted)
        .order_by("organization__sort_key", "organization__code", "organization_id")
    )
    return [PastNode(state, state.below) for state in states]


def stood_below(organization: Organization, above: Organization, day: date) -> bool:
    """Whether an organisation was, or stood somewhere below, another one on a day: one query a level."""
    at: int | None = organization.pk
    while at is not None and at != above.pk:
        at = _on(day).filter(organization=at).values_list("parent", flat=True).first()
    return at is not None


def _on(day: date) -> QuerySet[OrganizationState]:
    return OrganizationState.objects.filter(valid_from__lte=day).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    )


def list_dissolved(organization: Organization, scope: Scope) -> QuerySet[Organization]:
    """Organisations that stood directly below and were dissolved."""
    return (
        Organization.objects.visible_to(scope)
        .filter(parent=organization, dissolved_date__isnull=False)
        .order_by("-dissolved_date", "id")
    )
