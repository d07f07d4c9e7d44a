"""The roster as a list: what the actor may see, filtered the way offices ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from zhibu.common.actor import Scope
from zhibu.common.dates import add_years
from zhibu.common.errors import NotVisible
from zhibu.roster.members.models import Group, Office, Person, PersonQuerySet, Standing
from zhibu.roster.organizations.models import Organization, path_end, within

SORTS: dict[str, tuple[str, ...]] = {
    "name": ("sort_name", "id"),
    "branch": ("organization__path", "sort_name", "id"),
    "joined": ("joined_date", "id"),
}
COUNTED = "counted"  # chosen as a standing: those whom the figures call members, nobody suspended

_LISTED = (  # what the list and its print show; never a sealed column
    "public_id",
    "name",
    "alias",
    "standing",
    "is_lost",
    "is_mobile",
    "sex",
    "education",
    "birth_month",
    "id_mask",
    "phone_mask",
    "unit",
    "joined_date",
    "joined_precision",
    "full_date",
    "full_precision",
    "organization__public_id",
    "organization__name",
    "organization__path",
    "organization__short_name",
)


@dataclass(frozen=True, slots=True)
class RosterFilter:
    """What to show: everything of the scope, or less."""

    words: str = ""
    organization: Organization | None = None
    standing: str = ""
    situation: str = ""
    group: str = ""


def list_roster(scope: Scope, chosen: RosterFilter, *, today: date) -> PersonQuerySet:
    """Persons whom the scope answers for and who fit; those no longer on the roster only where asked for."""
    persons = (
        Person.objects.filter(within(scope, "organization__")).select_related("organization").only(*_LISTED)
    )
    if chosen.organization is not None:
        path = chosen.organization.path
        persons = persons.filter(organization__path__gte=path, organization__path__lt=path_end(path))
    if chosen.standing == COUNTED:
        persons = persons.filter(standing__in=[Standing.FULL, Standing.PROBATIONARY])
    elif chosen.standing:
        persons = persons.filter(standing=chosen.standing, merged_into__isnull=True)
    else:
        persons = persons.current()
    if chosen.words:
        begins = chosen.words.lower()
        persons = persons.filter(Q(name__contains=chosen.words) | Q(pinyin__startswith=begins))
    if chosen.group:
        persons = persons.filter(spells__group__public_id=chosen.group, spells__valid_to__isnull=True)
    return _in_situation(persons, chosen.situation, today)


def _in_situation(persons: PersonQuerySet, situation: str, today: date) -> PersonQuerySet:
    if situation == "lost":
        return persons.filter(is_lost=True)
    if situation == "mobile":
        return persons.filter(is_mobile=True)
    if situation == "abroad":
        return persons.filter(abroad_since_date__isnull=False)
    if situation == "probation_due":
        ended = Q(standing=Standing.PROBATIONARY, joined_date__lte=add_years(today, -1))
        return persons.filter(ended)
    if situation == "no_group":
        return persons.filter(spells__valid_to__isnull=True, spells__is_belonging=True, spells__group=None)
    return persons


def get_visible(public_id: str, scope: Scope) -> Person:
    """The person with this public id; raises ``NotVisible`` outside the scope."""
    found = (
        Person.objects.visible_to(scope).select_related("organization").filter(public_id=public_id).first()
    )
    if found is None:
        raise NotVisible
    return found


def get_group(public_id: str, scope: Scope) -> Group:
    """The group with this public id; raises ``NotVisible`` outside the scope."""
    found = Group.objects.select_related("organization").filter(public_id=public_id).first()
    if found is None or not scope.covers(found.organization.path):
        raise NotVisible
    return found


def list_groups(organization: Organization) -> QuerySet[Group]:
    """The groups that exist in a branch today."""
    return Group.objects.filter(organization=organization, valid_to__isnull=True)


def roles_of(persons: list[Person]) -> dict[int, str]:
    """The party offices of some persons in words, one query."""
    words: dict[int, list[str]] = {}
    offices = Office.objects.filter(person__in=persons, valid_to__isnull=True).order_by("sort_order", "id")
    for office in offices:
        words.setdefault(office.person_id, []).append(office.get_role_display())
    return {person: "、".join(names) for person, names in words.items()}
