"""Two people at the same branch or the same person: once only, and from what stands there now.

A page is opened, somebody else changes something, the page is sent: the rows that the command holds are
old. The first tests hand in such old rows, on both engines; the last ones run two at once on PostgreSQL,
where nothing else would order them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from tests.world import SYSTEM, TODAY, World, build_world
from zhibu.common.errors import Refused
from zhibu.roster.members.commands import situations, statuses, transfers
from zhibu.roster.members.commands.decisions import Body, StatusDecision
from zhibu.roster.members.commands.restructuring import merge_organizations
from zhibu.roster.members.models import MembershipSpell, Person, StatusChange
from zhibu.roster.members.queries.cards import count_members
from zhibu.roster.organizations.commands.changes import (
    dissolve_organization,
    move_organization,
    rename_organization,
)
from zhibu.roster.organizations.commands.creation import create_organization
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.models import Organization, OrgDomain, OrgKind

DAY = date(2026, 3, 1)
DECISION = Decision(effective_date=DAY)
AT = StatusDecision(effective_date=DAY)


def again(organization: Organization) -> Organization:
    return Organization.objects.get(pk=organization.pk)


def move(organization: Organization, parent: Organization) -> None:
    move_organization(actor=SYSTEM, today=TODAY, organization=organization, parent=parent, decision=DECISION)


def paths_are_right() -> bool:
    return all(
        one.path == "{above}{pk}/".format(above=one.parent.path if one.parent else "/", pk=one.pk)
        for one in Organization.objects.select_related("parent")
    )


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def test_two_organisers_move_the_same_branch(world: World) -> None:
    first, second = again(world.branch), again(world.branch)
    move(first, again(world.other_town))
    move(second, again(world.general_branch))
    assert again(world.branch).parent == world.general_branch
    assert paths_are_right()
    assert refusal(lambda: move(again(world.branch), world.general_branch)) == "organizations.nothing_changed"


def test_a_branch_is_moved_below_what_moved_meanwhile(world: World) -> None:
    town, branch, general = again(world.other_town), again(world.branch), again(world.general_branch)
    move(again(world.other_town), again(world.town))
    move(branch, general)
    assert paths_are_right()
    assert refusal(lambda: move(again(world.town), town)) == "organizations.cycle"


def test_a_branch_is_set_up_below_what_moved_meanwhile(world: World) -> None:
    parent = again(world.general_branch)
    move(again(world.general_branch), again(world.town))
    create_organization(
        actor=SYSTEM,
        today=TODAY,
        code="370099",
        parent=parent,
        profile=Profile(name="新支部", kind=OrgKind.BRANCH, domain=OrgDomain.COMMUNITY),
        decision=DECISION,
    )
    assert paths_are_right()


def test_a_move_does_not_bring_an_old_name_back(world: World) -> None:
    old = again(world.branch)
    rename_organization(
        actor=SYSTEM,
        today=TODAY,
        organization=again(world.branch),
        name="新东村党支部",
        short_name="",
        decision=DECISION,
    )
    move(old, again(world.other_town))
    state = world.branch.states.get(valid_to__isnull=True)
    assert (state.name, state.parent) == ("新东村党支部", world.other_town)


def test_a_person_is_confirmed_once(world: World) -> None:
    decision = StatusDecision(
        effective_date=date(2026, 7, 10), body=Body.GENERAL_MEETING, approved_date=date(2026, 7, 12)
    )
    copies = [Person.objects.get(pk=world.people["probationary"].pk) for _ in range(2)]
    statuses.confirm_full(actor=SYSTEM, today=date(2026, 8, 1), person=copies[0], decision=decision)
    assert (
        refusal(
            lambda: statuses.confirm_full(
                actor=SYSTEM, today=date(2026, 8, 1), person=copies[1], decision=decision
            )
        )
        == "members.wrong_status"
    )
    assert StatusChange.objects.filter(kind=StatusChange.Kind.CONFIRM).count() == 1


def test_a_person_is_lost_once(world: World) -> None:
    copies = [Person.objects.get(pk=world.people["worker"].pk) for _ in range(2)]

    def lose(person: Person) -> None:
        situations.record_lost(actor=SYSTEM, today=TODAY, person=person, decision=AT, circumstance="1")

    lose(copies[0])
    assert refusal(lambda: lose(copies[1])) == "members.already_lost"


def transfer(person: Person, destination: Organization) -> StatusChange:
    return transfers.transfer_between(
        actor=SYSTEM, today=TODAY, person=person, destination=destination, decision=AT
    )


def test_who_was_moved_meanwhile_is_not_moved_on(world: World) -> None:
    old = Person.objects.get(pk=world.people["worker"].pk)
    transfer(Person.objects.get(pk=old.pk), world.sibling)
    assert refusal(lambda: transfer(old, world.far_branch)) == "members.moved_meanwhile"
    assert Person.objects.get(pk=old.pk).organization == world.sibling


def test_nobody_is_sent_into_a_branch_that_was_merged_meanwhile(world: World) -> None:
    old = again(world.sibling)
    merge_organizations(
        actor=SYSTEM, today=TODAY, source=world.sibling, target=world.branch, decision=DECISION
    )
    assert refusal(lambda: transfer(world.people["far_member"], old)) == "members.dissolved"


def test_a_form_sent_twice_acts_once(world: World) -> None:
    client = world.client("secretary")
    person = world.people["worker"]
    url = reverse("members:change", args=[person.public_id, "away"])
    sent = {"effective_date": "2026-03-01", "place": "东莞", "submission_key": "twice"}
    first, second = client.post(url, sent), client.post(url, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert StatusChange.objects.filter(person=person, kind=StatusChange.Kind.AWAY).count() == 1


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run all in the same moment; what each came to: empty, or the code of its refusal."""
    barrier, outcomes = Barrier(len(acts)), [""] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
        except Refused as refused:
            outcomes[number] = refused.code
        except Exception as error:  # a deadlock or a constraint: it must not happen
            outcomes[number] = repr(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_make_a_ring_in_the_tree() -> None:
    world = build_world()
    town, other = again(world.town), again(world.other_town)
    town_too, other_too = again(world.town), again(world.other_town)
    outcomes = at_once(lambda: move(town, other), lambda: move(other_too, town_too))
    assert sorted(outcomes) == ["", "organizations.cycle"]
    assert paths_are_right()


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_merge_and_a_transfer_at_once_lose_nobody() -> None:
    world = build_world()
    people = Person.objects.current().count()
    leaving = Person.objects.get(pk=world.people["sibling_member"].pk)
    coming = Person.objects.get(pk=world.people["far_member"].pk)
    source, target = again(world.sibling), again(world.branch)
    far, into = again(world.far_branch), again(world.sibling)
    outcomes = at_once(
        lambda: merge_organizations(
            actor=SYSTEM, today=TODAY, source=source, target=target, decision=DECISION
        ),
        lambda: transfer(leaving, far),
        lambda: transfer(coming, into),
    )
    assert all(not outcome or outcome.startswith("members.") for outcome in outcomes), outcomes
    open_spells = MembershipSpell.objects.filter(valid_to__isnull=True, is_belonging=True)
    assert open_spells.count() == people
    assert not open_spells.filter(organization__dissolved_date__isnull=False).exists()
    assert count_members(world.county).members == people


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_an_end_and_a_new_member_at_once_leave_nobody_in_an_ended_branch() -> None:
    world = build_world()
    target = again(world.far_branch)
    transfer(world.people["far_member"], world.branch)
    ended, into = again(target), again(target)
    person = Person.objects.get(pk=world.people["worker"].pk)
    outcomes = at_once(
        lambda: dissolve_organization(
            actor=SYSTEM, today=TODAY, organization=ended, decision=Decision(effective_date=TODAY)
        ),
        lambda: transfer(person, into),
    )
    assert sorted(bool(outcome) for outcome in outcomes) == [False, True], outcomes
    gone = again(target).dissolved_date is not None
    assert gone != Person.objects.filter(organization=target).current().exists()
