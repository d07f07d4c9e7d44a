"""Party groups that go with their members into another branch, and who leads them there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.common.actor import Actor
from zhibu.roster.members.commands.offices import Appointment, form_group, take_office
from zhibu.roster.members.models import Group, Office, Person
from zhibu.roster.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Leader:
    """Who leads a group today, and how the office was obtained."""

    person_id: int
    group_id: int
    obtained_by: str


def leaders_of(groups: Sequence[Group]) -> list[Leader]:
    """The running leaders of some groups, read before their members move."""
    offices = Office.objects.filter(group__in=groups, role=Office.Role.GROUP_LEADER, valid_to__isnull=True)
    return [
        Leader(office.person_id, office.group_id or 0, office.obtained_by)
        for office in offices.order_by("id")
    ]


def carry_groups(
    *, actor: Actor, today: date, groups: Sequence[Group], destination: Organization, day: date
) -> dict[int, Group]:
    """Form the same groups in another branch; returns the new one by the old one's key.

    A name that the destination already uses gets the old branch's name before it. Part of a command.
    """
    made: dict[int, Group] = {}
    for group in groups:
        name = _free_name(group, destination)
        made[group.pk] = form_group(
            actor=actor, today=today, organization=destination, name=name, valid_from=day
        )
    return made


def _free_name(group: Group, destination: Organization) -> str:
    used = set(
        Group.objects.filter(organization=destination, valid_to__isnull=True).values_list("name", flat=True)
    )
    if group.name not in used:
        return group.name
    longer = "{branch}{name}".format(branch=group.organization, name=group.name)[:56]
    number = 2
    name = longer
    while name in used:
        name = "{longer}{number}".format(longer=longer, number=number)
        number += 1
    return name


def seat_leaders(
    *,
    actor: Actor,
    today: date,
    leaders: Sequence[Leader],
    organization: Organization,
    day: date,
    taken: Mapping[int, Group],
) -> None:
    """Let the leaders who came along lead their groups on; part of a command."""
    people = Person.objects.select_related("organization").in_bulk([leader.person_id for leader in leaders])
    for leader in leaders:
        person = people[leader.person_id]
        if person.organization_id != organization.pk:
            continue
        take_office(
            actor=actor,
            today=today,
            person=person,
            organization=organization,
            appointment=Appointment(
                role=Office.Role.GROUP_LEADER, valid_from=day, obtained_by=leader.obtained_by
            ),
            group=taken[leader.group_id],
        )
