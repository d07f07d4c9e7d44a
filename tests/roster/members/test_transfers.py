"""Transfers: in transit the old branch answers; the account's roles follow the person."""

from __future__ import annotations

from datetime import date

import pytest

from tests.world import SYSTEM, TODAY, World, card_of
from zhibu.common.errors import NotAllowed, Refused
from zhibu.roster.access.models import Grant
from zhibu.roster.members.commands import transfers
from zhibu.roster.members.commands.decisions import StatusDecision
from zhibu.roster.members.models import MembershipSpell, Office, Standing, Status
from zhibu.roster.members.queries.attendance import expected_attendance
from zhibu.roster.members.queries.transit import get_pending_transfer, list_arriving, list_leaving

SENT = StatusDecision(effective_date=date(2026, 2, 1))
TAKEN = StatusDecision(effective_date=date(2026, 3, 1))


def count(world: World, day: date = TODAY) -> int:
    return expected_attendance(world.branch, "general_membership_meeting", day).expected_count


def test_in_transit_still_counts_with_the_old_branch(world: World) -> None:
    person = world.people["member"]
    transfers.start_transfer(
        actor=world.actor("secretary"),
        today=TODAY,
        person=person,
        decision=SENT,
        destination=world.sibling,
    )
    assert count(world) == 9
    assert [change.person_id for change in list_leaving(world.branch)] == [person.pk]
    assert [change.person_id for change in list_arriving(world.sibling)] == [person.pk]
    transfers.receive_transfer(
        actor=world.actor("sibling_secretary"), today=TODAY, person=person, decision=TAKEN
    )
    person.refresh_from_db()
    assert (person.organization_id, person.standing) == (world.sibling.pk, Standing.FULL)
    assert (count(world), count(world, date(2026, 2, 15))) == (8, 9)
    assert get_pending_transfer(person) is None


def test_the_member_s_own_access_follows(world: World) -> None:
    transfers.transfer_between(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["member"],
        destination=world.sibling,
        decision=TAKEN,
    )
    running = Grant.objects.filter(account=world.accounts["member"], valid_to__isnull=True)
    assert [(grant.role, grant.organization_id) for grant in running] == [("member", world.sibling.pk)]
    assert not world.actor("member").scope.covers(world.branch.path)


def test_a_secretary_who_leaves_loses_the_office_and_the_role(world: World) -> None:
    person = world.people["secretary"]
    transfers.transfer_between(
        actor=SYSTEM, today=TODAY, person=person, destination=world.sibling, decision=TAKEN
    )
    assert not Office.objects.filter(person=person, valid_to__isnull=True).exists()
    assert not world.actor("secretary").may("members:edit", world.branch.path)


def test_a_transfer_out_of_the_system_ends_with_the_receipt(world: World) -> None:
    person = world.people["member"]
    outside = StatusDecision(effective_date=date(2026, 2, 1), place="外县某党支部")
    transfers.start_transfer(actor=SYSTEM, today=TODAY, person=person, decision=outside)
    transfers.complete_transfer_out(actor=SYSTEM, today=TODAY, person=person, decision=TAKEN)
    assert (person.standing, count(world)) == (Standing.LEFT, 8)
    assert not Grant.objects.filter(account=world.accounts["member"], valid_to__isnull=True).exists()


def test_a_withdrawn_transfer_is_no_longer_under_way(world: World) -> None:
    person = world.people["member"]
    transfers.start_transfer(
        actor=SYSTEM, today=TODAY, person=person, decision=SENT, destination=world.sibling
    )
    with pytest.raises(Refused):
        transfers.start_transfer(
            actor=SYSTEM, today=TODAY, person=person, decision=SENT, destination=world.far_branch
        )
    transfers.cancel_transfer(actor=SYSTEM, today=TODAY, person=person, decision=TAKEN)
    assert get_pending_transfer(person) is None
    with pytest.raises(Refused):
        transfers.cancel_transfer(actor=SYSTEM, today=TODAY, person=person, decision=TAKEN)


def test_only_the_receiver_receives(world: World) -> None:
    person = world.people["member"]
    transfers.start_transfer(
        actor=SYSTEM, today=TODAY, person=person, decision=SENT, destination=world.far_branch
    )
    with pytest.raises(NotAllowed):
        transfers.receive_transfer(
            actor=world.actor("sibling_secretary"), today=TODAY, person=person, decision=TAKEN
        )
    with pytest.raises(Refused):
        transfers.complete_transfer_out(actor=SYSTEM, today=TODAY, person=person, decision=TAKEN)


def test_it_refuses_a_receipt_before_the_letter(world: World) -> None:
    person = world.people["member"]
    transfers.start_transfer(
        actor=SYSTEM, today=TODAY, person=person, decision=TAKEN, destination=world.sibling
    )
    with pytest.raises(Refused) as caught:
        transfers.receive_transfer(actor=SYSTEM, today=TODAY, person=person, decision=SENT)
    assert caught.value.code == "members.date_order"


def test_somebody_from_outside_is_taken_in(world: World) -> None:
    card = card_of("秦远山", "1", "1979-02-03", date(2004, 7, 1), date(2005, 7, 1), 200)
    decision = StatusDecision(effective_date=date(2026, 3, 1), place="外县某党支部")
    person = transfers.transfer_in(
        actor=world.actor("secretary"),
        today=TODAY,
        organization=world.branch,
        card=card,
        status=Status.FULL,
        decision=decision,
        group=world.groups[0],
    )
    spell = MembershipSpell.objects.get(person=person)
    assert (spell.valid_from, spell.group_id, count(world)) == (date(2026, 3, 1), world.groups[0].pk, 10)


def test_a_group_leader_who_changes_groups_leads_no_more(world: World) -> None:
    person = world.people["group_leader"]
    transfers.move_group(actor=SYSTEM, today=TODAY, person=person, group=world.groups[1], day=TODAY)
    spell = MembershipSpell.objects.get(person=person, valid_to__isnull=True)
    assert spell.group_id == world.groups[1].pk
    assert not Office.objects.filter(person=person, valid_to__isnull=True).exists()
    with pytest.raises(Refused):
        transfers.move_group(actor=SYSTEM, today=TODAY, person=person, group=world.groups[1], day=TODAY)


def test_taking_part_elsewhere_does_not_count_there(world: World) -> None:
    person = world.people["sibling_member"]
    transfers.take_part(
        actor=world.actor("secretary"),
        today=TODAY,
        person=person,
        organization=world.branch,
        decision=TAKEN,
    )
    attendance = expected_attendance(world.branch, "themed_party_day", TODAY)
    guest = next(one for one in attendance.persons if one.person_id == person.pk)
    assert (guest.is_expected, guest.clause, attendance.expected_count) == (False, "ZB-16-4", 9)
    transfers.end_taking_part(
        actor=SYSTEM, today=TODAY, person=person, organization=world.branch, decision=TAKEN
    )
    assert count(world) == 9
