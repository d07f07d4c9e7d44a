"""Transfers under way: sent off and neither received nor taken back (JY-25-3)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from zhibu.roster.members.models import Person, Standing, StatusChange
from zhibu.roster.organizations.models import Organization

_KINDS = (
    StatusChange.Kind.TRANSFER_START,
    StatusChange.Kind.TRANSFER_CANCEL,
    StatusChange.Kind.TRANSFER_OUT,
    StatusChange.Kind.TRANSFER_IN,
)
_SHOWN = (  # a person has sixty columns, of which the lists show two
    "date",
    "place",
    "person__name",
    "person__public_id",
    "organization__name",
    "organization__short_name",
    "counterpart__name",
    "counterpart__short_name",
)


def get_pending_transfer(person: Person) -> StatusChange | None:
    """The person's transfer under way, None if there is none."""
    return _pending().filter(person=person).select_related("organization", "counterpart").first()


def list_leaving(organization: Organization) -> QuerySet[StatusChange]:
    """Members of this organisation whose transfer is under way, oldest first."""
    return _joined(_pending().filter(organization=organization))


def list_arriving(organization: Organization) -> QuerySet[StatusChange]:
    """Members sent to this organisation by another of ours and not yet received, oldest first."""
    return _joined(_pending().filter(counterpart=organization))


def _joined(changes: QuerySet[StatusChange]) -> QuerySet[StatusChange]:
    return (
        changes.select_related("person", "organization", "counterpart").only(*_SHOWN).order_by("date", "id")
    )


def _pending() -> QuerySet[StatusChange]:
    later = StatusChange.objects.filter(
        person=OuterRef("person"), annulled_at__isnull=True, kind__in=_KINDS, pk__gt=OuterRef("pk")
    )
    return StatusChange.objects.filter(
        ~Exists(later), kind=StatusChange.Kind.TRANSFER_START, annulled_at__isnull=True
    ).exclude(person__standing=Standing.LEFT)
