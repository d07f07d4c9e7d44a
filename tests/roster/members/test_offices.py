"""Offices and groups: who may hold them, one secretary, ended with their dates."""

from __future__ import annotations

from datetime import date

import pytest

from tests.world import ELECTED, SYSTEM, TODAY, World
from zhibu.common.errors import NotAllowed, Refused
from zhibu.roster.members.commands.bulk import (
    NewExemption,
    NewOffice,
    bulk_exempt,
    bulk_form_groups,
    bulk_take_offices,
)
from zhibu.roster.members.commands.offices import (
    Appointment,
    end_group,
    form_group,
    leave_office,
    take_office,
)
from zhibu.roster.members.commands.transfers import move_group
from zhibu.roster.members.models import Exemption, Office, Person

ROLE = Office.Role


def elect(world: World, key: str, role: str, **changed: object) -> Office:
    return take_office(
        actor=world.actor("secretary"),
        today=TODAY,
        person=world.people[key],
        organization=world.branch,
        appointment=Appointment(role=role, valid_from=date(2026, 1, 5)),
        **changed,  # type: ignore[arg-type]
    )


def test_an_elected_office_belongs_to_the_running_term(world: World) -> None:
    office = elect(world, "worker", ROLE.PUBLICITY_MEMBER)
    assert office.term == world.term


def test_it_refuses_a_second_secretary(world: World) -> None:
    with pytest.raises(Refused) as caught:
        elect(world, "worker", ROLE.SECRETARY)
    assert (caught.value.code, caught.value.clause) == ("members.secretary_there", "ZB-20-3")


def test_it_refuses_a_second_deputy_and_an_election_where_officers_are_appointed(world: World) -> None:
    with pytest.raises(Refused) as caught:
        elect(world, "member", ROLE.DEPUTY_SECRETARY)
    assert (caught.value.code, caught.value.clause) == ("members.too_many_officers", "ZB-20-3")
    world.branch.states.update(is_temporary=True)
    with pytest.raises(Refused) as caught:
        elect(world, "member", ROLE.PUBLICITY_MEMBER)
    assert caught.value.clause == "ZB-8-2"


def test_it_refuses_a_probationary_member(world: World) -> None:
    with pytest.raises(Refused) as caught:
        elect(world, "probationary", ROLE.PUBLICITY_MEMBER)
    assert caught.value.clause == "ZC-7-2"


def test_it_refuses_electing_somebody_of_another_branch(world: World) -> None:
    with pytest.raises(Refused):
        elect(world, "sibling_member", ROLE.PUBLICITY_MEMBER)


def test_it_refuses_the_same_office_twice_and_a_leader_without_group(world: World) -> None:
    with pytest.raises(Refused) as caught:
        elect(world, "committee_member", ROLE.DISCIPLINE_MEMBER)
    assert caught.value.code == "members.office_there"
    with pytest.raises(Refused):
        elect(world, "worker", ROLE.GROUP_LEADER)


def test_an_office_ends_once_and_not_before_it_began(world: World) -> None:
    office = Office.objects.get(person=world.people["secretary"])
    with pytest.raises(Refused):
        leave_office(actor=SYSTEM, today=TODAY, office=office, valid_to=date(2023, 5, 19))
    leave_office(actor=world.actor("secretary"), today=TODAY, office=office, valid_to=date(2026, 3, 1))
    with pytest.raises(Refused):
        leave_office(actor=SYSTEM, today=TODAY, office=office, valid_to=TODAY)
    elect(world, "worker", ROLE.SECRETARY)


def test_other_branch_may_not_appoint_here(world: World) -> None:
    with pytest.raises(NotAllowed):
        take_office(
            actor=world.actor("sibling_secretary"),
            today=TODAY,
            person=world.people["worker"],
            organization=world.branch,
            appointment=Appointment(role=ROLE.PUBLICITY_MEMBER, valid_from=TODAY),
        )


def test_a_group_ends_when_it_is_empty(world: World) -> None:
    group = world.groups[1]
    with pytest.raises(Refused):
        end_group(actor=SYSTEM, today=TODAY, group=group, valid_to=TODAY)
    for spell in group.spells.filter(valid_to__isnull=True):
        move_group(actor=SYSTEM, today=TODAY, person=spell.person, group=None, day=TODAY)
    end_group(actor=world.actor("secretary"), today=TODAY, group=group, valid_to=TODAY)
    form_group(actor=SYSTEM, today=TODAY, organization=world.branch, name=group.name, valid_from=TODAY)


def test_it_refuses_a_group_of_the_same_name_or_outside_a_branch(world: World) -> None:
    with pytest.raises(Refused):
        form_group(actor=SYSTEM, today=TODAY, organization=world.branch, name="第一党小组", valid_from=TODAY)
    with pytest.raises(Refused) as caught:
        form_group(actor=SYSTEM, today=TODAY, organization=world.town, name="第一党小组", valid_from=TODAY)
    assert caught.value.clause == "ZB-13-1"


def test_batches_of_offices_groups_and_exemptions(world: World) -> None:
    person: Person = world.people["sibling_elder"]
    row = NewOffice(
        person, world.sibling, Appointment(role=ROLE.DEPUTY_SECRETARY, valid_from=ELECTED), date(2024, 1, 1)
    )
    offices = bulk_take_offices(actor=SYSTEM, today=TODAY, rows=[row])
    groups = bulk_form_groups(actor=SYSTEM, today=TODAY, rows=[(world.sibling, "一组", ELECTED)])
    bulk_exempt(
        actor=SYSTEM,
        today=TODAY,
        rows=[NewExemption(person, world.sibling, Exemption.Kind.ACTIVITIES, "7", ELECTED)],
    )
    assert Office.objects.get(pk=offices[0].pk).valid_to == date(2024, 1, 1)
    assert groups[0].pk
    assert Exemption.objects.filter(person=person).count() == 1
