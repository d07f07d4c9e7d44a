"""Who is expected and who votes, on any day (K-03…K-05, XJ-YD-1, JY-23-1)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import SYSTEM, TODAY, World
from zhibu.roster.members.commands.exemptions import approve_exemption, end_exemption, exempt_person
from zhibu.roster.members.models import Exemption
from zhibu.roster.members.queries.attendance import ExpectedPerson, expected_attendance


def one(world: World, key: str, kind: str, day: date = TODAY) -> ExpectedPerson:
    found = expected_attendance(world.branch, kind, day).persons
    return next(person for person in found if person.person_id == world.people[key].pk)


def test_it_works(world: World) -> None:
    attendance = expected_attendance(world.branch, "general_membership_meeting", TODAY)
    assert (attendance.expected_count, attendance.voting_count) == (9, 8)
    newcomer = one(world, "probationary", "general_membership_meeting")
    assert (newcomer.is_expected, newcomer.is_voting, newcomer.clause) == (True, False, "ZC-7-2")


def test_somebody_not_yet_there_is_not_expected(world: World) -> None:
    before = expected_attendance(world.branch, "general_membership_meeting", date(2025, 6, 29))
    assert before.expected_count == 8


def test_a_committee_meeting_concerns_the_committee(world: World) -> None:
    attendance = expected_attendance(world.branch, "branch_committee_meeting", TODAY)
    assert {person.name for person in attendance.voting} == {"周长河", "吴秀英", "郑国强"}


def test_a_group_meeting_concerns_the_group(world: World) -> None:
    attendance = expected_attendance(world.branch, "party_group_meeting", TODAY, world.groups[1])
    assert attendance.expected_count == 4


@pytest.mark.parametrize(
    ("superior", "meeting", "counts"),
    [
        (None, None, True),
        (date(2026, 1, 4), None, True),
        (None, date(2026, 1, 8), True),
        (date(2026, 1, 4), date(2026, 1, 8), False),
        (date(2026, 1, 4), date(2026, 3, 17), True),
    ],
)
def test_only_both_approvals_take_somebody_out(
    world: World, superior: date | None, meeting: date | None, counts: bool
) -> None:
    exempt_person(
        actor=SYSTEM,
        today=date(2026, 4, 1),
        person=world.people["elder"],
        kind=Exemption.Kind.EXCLUDED,
        circumstance=Exemption.Circumstance.BEDRIDDEN,
        valid_from=date(2026, 1, 5),
        superior_approved_date=superior,
        meeting_passed_date=meeting,
    )
    assert one(world, "elder", "general_membership_meeting").is_expected is counts


def test_the_frail_need_not_come_to_activities_but_count_at_meetings(world: World) -> None:
    exemption = exempt_person(
        actor=world.actor("secretary"),
        today=TODAY,
        person=world.people["elder"],
        kind=Exemption.Kind.ACTIVITIES,
        circumstance=Exemption.Circumstance.FRAIL,
        valid_from=date(2026, 1, 5),
    )
    assert not one(world, "elder", "themed_party_day").is_expected
    assert one(world, "elder", "general_membership_meeting").is_voting
    end_exemption(actor=SYSTEM, today=TODAY, exemption=exemption, valid_to=date(2026, 3, 1))
    assert one(world, "elder", "themed_party_day").is_expected


def test_an_approval_may_come_later(world: World) -> None:
    exemption = exempt_person(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["elder"],
        kind=Exemption.Kind.EXCLUDED,
        circumstance=Exemption.Circumstance.BEDRIDDEN,
        valid_from=date(2026, 1, 5),
        superior_approved_date=date(2026, 1, 4),
    )
    approve_exemption(
        actor=SYSTEM,
        today=TODAY,
        exemption=exemption,
        superior_approved_date=None,
        superior_document="",
        meeting_passed_date=date(2026, 2, 1),
    )
    assert one(world, "elder", "general_membership_meeting", date(2026, 1, 31)).is_expected
    assert not one(world, "elder", "general_membership_meeting", date(2026, 2, 1)).is_expected


def test_it_takes_a_fixed_number_of_queries(world: World) -> None:
    with CaptureQueriesContext(connection) as few:
        expected_attendance(world.sibling, "general_membership_meeting", TODAY)
    with CaptureQueriesContext(connection) as many:
        expected_attendance(world.branch, "general_membership_meeting", TODAY)
    assert len(few) == len(many) == 3
