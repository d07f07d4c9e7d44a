"""Changes of status: what works, and what the norms refuse with their clause."""

from __future__ import annotations

from datetime import date

import pytest

from tests.world import SYSTEM, TODAY, World
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.models import AuditEvent
from zhibu.roster.members.commands import situations, statuses
from zhibu.roster.members.commands.annulments import annul_change
from zhibu.roster.members.commands.decisions import Body, StatusDecision
from zhibu.roster.members.models import MembershipSpell, Office, Person, Standing, Status, StatusChange
from zhibu.roster.members.queries.attendance import expected_attendance

MEETING = Body.GENERAL_MEETING
LATER = date(2026, 8, 1)


def decided(day: date, *, approved: date | None = None, until: date | None = None) -> StatusDecision:
    return StatusDecision(effective_date=day, body=MEETING, approved_date=approved or day, until_date=until)


def refusal(call: object, **values: object) -> Refused:
    with pytest.raises(Refused) as caught:
        call(actor=SYSTEM, today=LATER, **values)  # type: ignore[operator]
    return caught.value


def test_confirmation_works_and_party_age_runs_from_the_end_of_the_probation(world: World) -> None:
    person = world.people["probationary"]
    statuses.confirm_full(
        actor=world.actor("secretary"),
        today=LATER,
        person=person,
        decision=decided(date(2026, 7, 10), approved=date(2026, 7, 20)),
    )
    person.refresh_from_db()
    assert (person.standing, person.full_date) == (Standing.FULL, date(2026, 6, 30))
    spells = MembershipSpell.objects.filter(person=person).order_by("valid_from")
    assert [(spell.status, spell.valid_to) for spell in spells] == [
        (Status.PROBATIONARY, date(2026, 7, 20)),
        (Status.FULL, None),
    ]


def test_it_refuses_confirmation_before_the_probation_is_over(world: World) -> None:
    found = refusal(
        statuses.confirm_full, person=world.people["probationary"], decision=decided(date(2026, 6, 29))
    )
    assert (found.code, found.clause) == ("members.probation_running", "ZC-7-1")
    assert "2026-06-30" in found.message
    assert AuditEvent.objects.filter(action="members.confirm", result="refused").count() == 1


def test_it_refuses_confirmation_without_approval_or_by_the_wrong_body(world: World) -> None:
    person = world.people["probationary"]
    alone = StatusDecision(effective_date=date(2026, 7, 10), body=MEETING)
    assert refusal(statuses.confirm_full, person=person, decision=alone).code == "members.not_approved"
    wrong = StatusDecision(
        effective_date=date(2026, 7, 10), body=Body.BRANCH_COMMITTEE, approved_date=date(2026, 7, 10)
    )
    assert refusal(statuses.confirm_full, person=person, decision=wrong).code == "members.wrong_body"


def test_an_extension_moves_the_end_of_the_probation_once(world: World) -> None:
    person = world.people["probationary"]
    statuses.extend_probation(
        actor=SYSTEM,
        today=LATER,
        person=person,
        decision=decided(date(2026, 7, 10), until=date(2026, 12, 30)),
    )
    assert statuses.probation_end(person) == date(2026, 12, 30)
    again = decided(date(2026, 7, 11), until=date(2027, 6, 30))
    assert refusal(statuses.extend_probation, person=person, decision=again).code == "members.extended_once"


@pytest.mark.parametrize(("until", "clause"), [(date(2026, 12, 29), "FZ-32-2"), (date(2027, 7, 1), "ZC-7-3")])
def test_it_refuses_an_extension_of_a_wrong_length(world: World, until: date, clause: str) -> None:
    found = refusal(
        statuses.extend_probation,
        person=world.people["probationary"],
        decision=decided(date(2026, 7, 10), until=until),
    )
    assert (found.code, found.clause) == ("members.extension_length", clause)


def test_an_extended_probation_is_not_over_before_the_extension(world: World) -> None:
    person = world.people["probationary"]
    statuses.extend_probation(
        actor=SYSTEM,
        today=LATER,
        person=person,
        decision=decided(date(2026, 7, 10), until=date(2026, 12, 30)),
    )
    found = refusal(statuses.confirm_full, person=person, decision=decided(date(2026, 8, 1)))
    assert (found.code, found.clause) == ("members.probation_running", "ZC-7-3")


def test_a_superior_alone_does_not_strike_off(world: World) -> None:
    alone = StatusDecision(effective_date=LATER, body=Body.SUPERIOR, approved_date=LATER)
    found = refusal(statuses.remove_from_party, person=world.people["worker"], decision=alone)
    assert (found.code, found.clause) == ("members.wrong_body", "ZB-11-5")


def test_a_cancelled_probation_ends_on_the_roster(world: World) -> None:
    person = world.people["probationary"]
    statuses.cancel_probation(actor=SYSTEM, today=LATER, person=person, decision=decided(date(2026, 7, 10)))
    person.refresh_from_db()
    assert person.standing == Standing.LEFT
    assert not MembershipSpell.objects.filter(person=person, valid_to__isnull=True).exists()


def searched_for(person: Person, day: date) -> None:
    situations.record_search(
        actor=SYSTEM,
        today=LATER,
        person=person,
        decision=StatusDecision(effective_date=day, note="电话联系家属"),
    )


def test_suspension_needs_half_a_year_without_contact(world: World) -> None:
    person = world.people["worker"]
    situations.record_lost(
        actor=SYSTEM,
        today=TODAY,
        person=person,
        decision=StatusDecision(effective_date=date(2026, 1, 31)),
        circumstance="1",
    )
    early = StatusDecision(effective_date=date(2026, 7, 30), body=MEETING)
    found = refusal(statuses.suspend_membership, person=person, decision=early)
    assert (found.code, found.clause) == ("members.lost_too_short", "JY-24-3")
    due = StatusDecision(effective_date=date(2026, 7, 31), body=MEETING)
    assert refusal(statuses.suspend_membership, person=person, decision=due).code == "members.not_searched"
    searched_for(person, date(2026, 7, 31))
    statuses.suspend_membership(actor=SYSTEM, today=LATER, person=person, decision=due)
    assert person.standing == Standing.SUSPENDED
    attendance = expected_attendance(world.branch, "general_membership_meeting", LATER)
    assert person.pk not in {one.person_id for one in attendance.expected}


def test_it_refuses_a_suspension_without_reason(world: World) -> None:
    found = refusal(statuses.suspend_membership, person=world.people["member"], decision=decided(LATER))
    assert found.code == "members.no_reason_to_suspend"


def suspended(world: World) -> Person:
    person = world.people["worker"]
    situations.record_lost(
        actor=SYSTEM,
        today=TODAY,
        person=person,
        decision=StatusDecision(effective_date=date(2023, 1, 31)),
        circumstance="1",
    )
    searched_for(person, date(2024, 5, 4))
    statuses.suspend_membership(actor=SYSTEM, today=LATER, person=person, decision=decided(date(2024, 8, 1)))
    return person


def test_the_suspended_are_struck_off_after_two_years_at_the_earliest(world: World) -> None:
    person = suspended(world)
    early = decided(date(2026, 7, 31))
    assert refusal(statuses.remove_from_party, person=person, decision=early).clause == "JY-24-4"
    statuses.remove_from_party(actor=SYSTEM, today=LATER, person=person, decision=decided(date(2026, 8, 1)))
    assert person.standing == Standing.LEFT


def test_a_suspended_membership_is_restored_as_it_was(world: World) -> None:
    person = suspended(world)
    statuses.restore_membership(actor=SYSTEM, today=LATER, person=person, decision=decided(date(2026, 7, 1)))
    assert person.standing == Standing.FULL


@pytest.mark.parametrize(
    "command",
    [statuses.withdraw, statuses.persuade_to_leave, statuses.expel, statuses.remove_from_party],
)
def test_leaving_ends_spells_and_offices(world: World, command: object) -> None:
    person = world.people["committee_member"]
    command(actor=SYSTEM, today=LATER, person=person, decision=decided(LATER))  # type: ignore[operator]
    assert not MembershipSpell.objects.filter(person=person, valid_to__isnull=True).exists()
    assert not Office.objects.filter(person=person, valid_to__isnull=True).exists()
    last = StatusChange.objects.filter(person=person).order_by("-id").first()
    assert last is not None
    assert last.body == MEETING


@pytest.mark.parametrize("command", [statuses.remove_from_party, statuses.persuade_to_leave, statuses.expel])
def test_until_the_approval_somebody_is_a_member_and_is_called(world: World, command: object) -> None:
    person = world.people["committee_member"]
    meeting, approved = date(2026, 6, 10), date(2026, 7, 6)
    decision = decided(meeting, approved=approved)
    change = command(actor=SYSTEM, today=LATER, person=person, decision=decision)  # type: ignore[operator]
    assert (change.date, change.approved_date) == (meeting, approved)
    assert {spell.valid_to for spell in MembershipSpell.objects.filter(person=person)} == {approved}
    assert {office.valid_to for office in Office.objects.filter(person=person)} == {approved}

    def is_called(day: date) -> bool:
        attendance = expected_attendance(world.branch, "general_membership_meeting", day)
        return any(one.person_id == person.pk and one.is_voting for one in attendance.persons)

    assert is_called(date(2026, 7, 5))
    assert not is_called(approved)


def test_a_cancelled_probation_ends_with_the_approval_too(world: World) -> None:
    person = world.people["probationary"]
    decision = decided(date(2026, 7, 10), approved=date(2026, 7, 20))
    statuses.cancel_probation(actor=SYSTEM, today=LATER, person=person, decision=decision)
    assert MembershipSpell.objects.get(person=person).valid_to == date(2026, 7, 20)


def test_an_approval_given_before_leaves_the_day_of_the_entry(world: World) -> None:
    person = world.people["committee_member"]
    decision = StatusDecision(
        effective_date=date(2026, 7, 10),
        body=MEETING,
        decision_date=date(2026, 6, 10),
        approved_date=date(2026, 7, 6),
    )
    statuses.remove_from_party(actor=SYSTEM, today=LATER, person=person, decision=decision)
    assert MembershipSpell.objects.get(person=person).valid_to == date(2026, 7, 10)


def test_a_withdrawal_counts_from_the_meeting_that_announces_it(world: World) -> None:
    person = world.people["committee_member"]
    decision = decided(date(2026, 6, 10), approved=date(2026, 7, 6))
    statuses.withdraw(actor=SYSTEM, today=LATER, person=person, decision=decision)
    assert MembershipSpell.objects.get(person=person).valid_to == date(2026, 6, 10)


def test_annulling_a_removal_makes_the_membership_run_again(world: World) -> None:
    person = world.people["committee_member"]
    decision = decided(date(2026, 6, 10), approved=date(2026, 7, 6))
    change = statuses.remove_from_party(actor=SYSTEM, today=LATER, person=person, decision=decision)
    annul_change(actor=world.actor("secretary"), today=LATER, change=change, reason="登记错人")
    assert MembershipSpell.objects.get(person=person).valid_to is None


def test_death_is_recorded_and_the_card_stays(world: World) -> None:
    person = world.people["elder"]
    statuses.record_death(
        actor=SYSTEM, today=TODAY, person=person, decision=StatusDecision(effective_date=TODAY)
    )
    assert Person.objects.visible_to(world.actor("secretary").scope).filter(pk=person.pk).exists()
    again = StatusDecision(effective_date=TODAY)
    assert refusal(statuses.record_death, person=person, decision=again).code == "members.not_on_roster"


def test_an_observed_member_comes_and_does_not_vote_until_it_ends(world: World) -> None:
    person = world.people["member"]
    statuses.put_under_observation(
        actor=SYSTEM,
        today=TODAY,
        person=person,
        decision=decided(date(2026, 1, 10), until=date(2027, 1, 10)),
    )

    def found(day: date) -> tuple[bool, bool]:
        attendance = expected_attendance(world.branch, "general_membership_meeting", day)
        one = next(one for one in attendance.persons if one.person_id == person.pk)
        return one.is_expected, one.is_voting

    assert found(date(2026, 1, 9)) == (True, True)
    assert found(date(2026, 1, 10)) == (True, False)
    assert found(date(2027, 1, 10)) == (True, True)


def test_it_refuses_an_observation_of_more_than_two_years(world: World) -> None:
    found = refusal(
        statuses.put_under_observation,
        person=world.people["member"],
        decision=decided(date(2026, 1, 10), until=date(2028, 1, 11)),
    )
    assert found.clause == "ZC-41-1"


def test_suspended_rights_take_out_of_the_count_and_come_back(world: World) -> None:
    person = world.people["member"]
    statuses.suspend_rights(
        actor=SYSTEM,
        today=TODAY,
        person=person,
        decision=StatusDecision(effective_date=date(2026, 2, 1), body=Body.SUPERIOR),
    )
    during = expected_attendance(world.branch, "general_membership_meeting", date(2026, 2, 15))
    assert during.voting_count == 7
    statuses.restore_rights(
        actor=SYSTEM,
        today=TODAY,
        person=person,
        decision=StatusDecision(effective_date=date(2026, 3, 1)),
    )
    after = expected_attendance(world.branch, "general_membership_meeting", date(2026, 3, 1))
    assert after.voting_count == 8


def test_a_mistaken_entry_is_annulled_and_stays_readable(world: World) -> None:
    person = world.people["member"]
    change = statuses.put_under_observation(
        actor=SYSTEM,
        today=TODAY,
        person=person,
        decision=decided(date(2026, 1, 10), until=date(2027, 1, 10)),
    )
    annul_change(actor=world.actor("secretary"), today=TODAY, change=change, reason="登记错人")
    attendance = expected_attendance(world.branch, "general_membership_meeting", TODAY)
    assert attendance.voting_count == 8
    change.refresh_from_db()
    assert change.annulled_reason == "登记错人"


def test_it_refuses_a_day_in_the_future(world: World) -> None:
    with pytest.raises(Refused) as caught:
        statuses.record_death(
            actor=SYSTEM,
            today=TODAY,
            person=world.people["elder"],
            decision=StatusDecision(effective_date=date(2026, 3, 17)),
        )
    assert caught.value.code == "members.future_date"


@pytest.mark.parametrize("role", ["sibling_secretary", "committee_member", "member", "statistics", "system"])
def test_nobody_without_the_right_changes_a_status(world: World, role: str) -> None:
    with pytest.raises(NotAllowed):
        statuses.record_death(
            actor=world.actor(role),
            today=TODAY,
            person=world.people["elder"],
            decision=StatusDecision(effective_date=TODAY),
        )
    assert world.people["elder"].standing == Standing.FULL
