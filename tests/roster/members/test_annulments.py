"""Annulling entries that opened or ended a membership: all of it comes back, and nothing is deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db.models import F
from django.urls import reverse

from tests.world import SYSTEM, TODAY, World, card_of
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.models import AuditEvent, AuditTouch
from zhibu.roster.members.commands import situations, statuses, transfers
from zhibu.roster.members.commands.annulments import annul_change
from zhibu.roster.members.commands.decisions import Body, StatusDecision
from zhibu.roster.members.commands.exemptions import exempt_person
from zhibu.roster.members.commands.offices import Appointment, leave_office, take_office
from zhibu.roster.members.models import (
    Exemption,
    Group,
    MembershipSpell,
    Office,
    Person,
    Standing,
    Status,
    StatusChange,
)
from zhibu.roster.members.queries.attendance import expected_attendance
from zhibu.roster.members.queries.cards import count_members, list_history
from zhibu.roster.organizations.models import Organization

MEETING = Body.GENERAL_MEETING
DAY = date(2026, 2, 1)
LATER = date(2026, 8, 1)
Act = Callable[[World], StatusChange]


def decided(day: date = DAY) -> StatusDecision:
    return StatusDecision(effective_date=day, body=MEETING, approved_date=day)


def snapshot(person: Person) -> dict[str, object]:
    """Everything that a change of a person may change, without who ended what."""
    found = Person.objects.get(pk=person.pk)
    spells = MembershipSpell.objects.filter(person=person).exclude(valid_from=F("valid_to"))
    offices = Office.objects.filter(person=person)
    return {
        "card": {name: getattr(found, name) for name in _CARD},
        "spells": sorted(
            spells.values_list(
                "organization", "group", "status", "is_belonging", "valid_from", "valid_to", "opened_by"
            ),
            key=str,
        ),
        "offices": sorted(offices.values_list("role", "valid_from", "valid_to", "group"), key=str),
    }


_CARD = (
    "organization_id",
    "standing",
    "full_date",
    "full_precision",
    "is_lost",
    "lost_date",
    "lost_precision",
    "lost_circumstance",
    "is_mobile",
    "mobile_since_date",
    "mobile_destination",
    "abroad_since_date",
)


def annul(change: StatusChange, *, today: date = LATER) -> None:
    annul_change(actor=SYSTEM, today=today, change=change, reason="登记错人")


def refusal(change: StatusChange, **values: object) -> Refused:
    with pytest.raises(Refused) as caught:
        annul_change(**{"actor": SYSTEM, "today": LATER, "change": change, "reason": "登记错人"} | values)  # type: ignore[arg-type]
    return caught.value


def confirm(world: World) -> StatusChange:
    return statuses.confirm_full(
        actor=SYSTEM, today=LATER, person=world.people["probationary"], decision=decided(date(2026, 7, 10))
    )


def cancel(world: World) -> StatusChange:
    return statuses.cancel_probation(
        actor=SYSTEM, today=LATER, person=world.people["probationary"], decision=decided()
    )


def expel(world: World) -> StatusChange:
    return statuses.expel(actor=SYSTEM, today=LATER, person=world.people["secretary"], decision=decided())


def die(world: World) -> StatusChange:
    return statuses.record_death(
        actor=SYSTEM, today=LATER, person=world.people["group_leader"], decision=decided()
    )


def suspend(world: World) -> StatusChange:
    situations.record_lost(
        actor=SYSTEM,
        today=LATER,
        person=world.people["worker"],
        decision=StatusDecision(effective_date=date(2025, 6, 1)),
        circumstance="1",
    )
    situations.record_search(
        actor=SYSTEM,
        today=LATER,
        person=world.people["worker"],
        decision=StatusDecision(effective_date=date(2025, 6, 2), note="电话联系家属"),
    )
    return statuses.suspend_membership(
        actor=SYSTEM, today=LATER, person=world.people["worker"], decision=decided()
    )


def move_group(world: World) -> StatusChange:
    return transfers.move_group(
        actor=SYSTEM, today=LATER, person=world.people["group_leader"], group=world.groups[1], day=DAY
    )


def transfer(world: World) -> StatusChange:
    return transfers.transfer_between(
        actor=SYSTEM,
        today=LATER,
        person=world.people["worker"],
        destination=world.sibling,
        decision=StatusDecision(effective_date=DAY),
    )


def receive(world: World) -> StatusChange:
    person = world.people["worker"]
    transfers.start_transfer(
        actor=SYSTEM,
        today=LATER,
        person=person,
        destination=world.sibling,
        decision=StatusDecision(effective_date=DAY),
    )
    return transfers.receive_transfer(
        actor=SYSTEM, today=LATER, person=person, decision=StatusDecision(effective_date=DAY)
    )


def leave(world: World) -> StatusChange:
    person = world.people["member"]
    transfers.start_transfer(
        actor=SYSTEM, today=LATER, person=person, decision=StatusDecision(effective_date=DAY, place="省外")
    )
    return transfers.complete_transfer_out(
        actor=SYSTEM, today=LATER, person=person, decision=StatusDecision(effective_date=DAY)
    )


def take_part(world: World) -> StatusChange:
    return transfers.take_part(
        actor=SYSTEM,
        today=LATER,
        person=world.people["worker"],
        organization=world.sibling,
        decision=StatusDecision(effective_date=DAY),
    )


def lose(world: World) -> StatusChange:
    return situations.record_lost(
        actor=SYSTEM,
        today=LATER,
        person=world.people["worker"],
        decision=StatusDecision(effective_date=DAY),
        circumstance="2",
    )


def go_away(world: World) -> StatusChange:
    return situations.record_away(
        actor=SYSTEM,
        today=LATER,
        person=world.people["worker"],
        decision=StatusDecision(effective_date=DAY, place="东莞"),
    )


ACTS: tuple[Act, ...] = (
    confirm,
    cancel,
    expel,
    die,
    move_group,
    transfer,
    take_part,
    lose,
    go_away,
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_annulling_puts_everything_back(world: World, act: Act) -> None:
    people = {key: snapshot(person) for key, person in world.people.items()}
    rows = MembershipSpell.objects.count()
    change = act(world)
    made = MembershipSpell.objects.count() - rows
    annul(change)
    assert {key: snapshot(person) for key, person in world.people.items()} == people
    assert MembershipSpell.objects.count() == rows + made, "a spell was deleted"
    change.refresh_from_db()
    assert (change.annulled_reason, change.annulled_by) == ("登记错人", SYSTEM.label)


@pytest.mark.parametrize(
    ("act", "kind"), [(suspend, "searched"), (receive, "transfer_start"), (leave, "transfer_start")]
)
def test_what_came_before_still_stands(world: World, act: Act, kind: str) -> None:
    change = act(world)
    annul(change)
    person = Person.objects.get(pk=change.person_id)
    assert (person.organization, person.standing) == (world.branch, Standing.FULL)
    last = StatusChange.objects.filter(person=person, annulled_at__isnull=True).order_by("-pk").first()
    assert last is not None
    assert last.kind == kind
    annul(last)


def test_a_transfer_is_annulled_with_both_its_halves_whichever_is_named(world: World) -> None:
    change = transfer(world)
    out = StatusChange.objects.get(person=change.person, kind=StatusChange.Kind.TRANSFER_OUT)
    annul(out)
    change.refresh_from_db()
    assert change.annulled_at is not None
    assert count_members(world.sibling).members == 3


def test_a_card_entered_by_mistake_is_off_the_roster_and_can_be_joined_to_the_right_one(world: World) -> None:
    person = transfers.transfer_in(
        actor=SYSTEM,
        today=TODAY,
        organization=world.branch,
        card=card_of("重复人", "1", "1980-02-02", date(2008, 7, 1), date(2009, 7, 1), 77),
        status=Status.FULL,
        decision=StatusDecision(effective_date=DAY, place="外县"),
    )
    annul(StatusChange.objects.get(person=person))
    person.refresh_from_db()
    assert person.standing == Standing.LEFT
    assert expected_attendance(world.branch, "general_membership_meeting", TODAY).voting_count == 8


def test_it_refuses_what_a_later_entry_builds_on_and_names_it(world: World) -> None:
    first = confirm(world)
    expelled = statuses.expel(
        actor=SYSTEM, today=LATER, person=world.people["probationary"], decision=decided(date(2026, 7, 20))
    )
    found = refusal(first)
    assert (found.code, "开除党籍" in found.message) == ("members.built_on", True)
    assert found.next_step
    annul(expelled)
    annul(first)
    world.people["probationary"].refresh_from_db()
    assert world.people["probationary"].standing == Standing.PROBATIONARY


def test_it_refuses_where_an_office_or_an_exemption_came_later(world: World) -> None:
    change = confirm(world)
    office = take_office(
        actor=SYSTEM,
        today=LATER,
        person=world.people["probationary"],
        organization=world.branch,
        appointment=Appointment(role=Office.Role.COMMITTEE_MEMBER, valid_from=date(2026, 7, 20)),
    )
    assert "委员" in refusal(change).message
    leave_office(actor=SYSTEM, today=LATER, office=office, valid_to=date(2026, 7, 20))
    exempt_person(
        actor=SYSTEM,
        today=LATER,
        person=world.people["probationary"],
        kind=Exemption.Kind.ACTIVITIES,
        circumstance=Exemption.Circumstance.FRAIL,
        valid_from=date(2026, 7, 21),
    )
    assert "不计入或者免除" in refusal(change).message


def test_it_refuses_where_somebody_else_is_secretary_now(world: World) -> None:
    change = expel(world)
    take_office(
        actor=SYSTEM,
        today=LATER,
        person=world.people["deputy"],
        organization=world.branch,
        appointment=Appointment(role=Office.Role.SECRETARY, valid_from=date(2026, 3, 1)),
    )
    assert refusal(change).code == "members.secretary_there"
    assert Person.objects.get(pk=change.person_id).standing == Standing.LEFT


def test_it_refuses_where_the_group_is_gone(world: World) -> None:
    change = die(world)
    Group.objects.filter(pk=world.groups[0].pk).update(valid_to=date(2026, 5, 1))
    assert refusal(change).code == "members.wrong_group"


def test_it_refuses_where_the_organisation_is_gone(world: World) -> None:
    change = expel(world)
    Organization.objects.filter(pk=world.branch.pk).update(dissolved_date=date(2026, 5, 1))
    assert refusal(change).code == "members.dissolved"


def test_it_refuses_without_a_reason_and_twice(world: World) -> None:
    change = die(world)
    assert refusal(change, reason="  ").code == "members.no_reason"
    annul(change)
    assert refusal(change).code == "members.annulled_already"


def test_only_who_answers_for_both_places_takes_a_transfer_back(world: World) -> None:
    change = transfer(world)
    found = refusal(change, actor=world.actor("sibling_secretary"))
    assert (found.code, "东村" in found.message) == ("members.not_both_places", True)
    with pytest.raises(NotAllowed):
        annul_change(actor=world.actor("secretary"), today=LATER, change=change, reason="登记错人")
    annul_change(actor=world.actor("town_organizer"), today=LATER, change=change, reason="登记错人")


def test_the_audit_row_names_every_organisation_it_changed(world: World) -> None:
    annul(transfer(world))
    event = AuditEvent.objects.filter(action="members.annul_change", result="done").get()
    touched = set(AuditTouch.objects.filter(event=event).values_list("org_id", flat=True))
    assert touched == {world.branch.pk, world.sibling.pk}


def test_the_history_shows_the_entry_struck_out_and_its_annulment(world: World) -> None:
    change = die(world)
    annul(change)
    found = {moment.title: moment for moment in list_history(change.person)}
    assert found["去世"].is_annulled
    assert found["作废“去世”的登记"].note == "登记错人"


def test_somebody_found_again_by_mistake_is_lost_again_as_before(world: World) -> None:
    lost = lose(world)
    before = snapshot(lost.person)
    found = situations.record_found(
        actor=SYSTEM,
        today=LATER,
        person=world.people["worker"],
        decision=StatusDecision(effective_date=TODAY),
    )
    annul(found)
    assert snapshot(lost.person) == before


def test_the_page_offers_only_the_last_entry_and_says_what_comes_back(world: World) -> None:
    change = expel(world)
    client = world.client("organizer")  # with the membership the secretary's own role has ended
    person_url = reverse("members:person", args=[world.people["secretary"].public_id])
    url = reverse("members:annulment", args=[change.public_id])
    assert client.get(person_url).content.decode().count("/annulment/") == 1
    page = client.get(url).content.decode()
    assert "“正式党员”的经历接着算" in page
    assert "书记职务接着算" in page
    answer = client.post(url, {"reason": "登记错人", "submission_key": "annul-1"})
    assert answer.status_code == 302
    assert Person.objects.get(pk=change.person_id).standing == Standing.FULL
