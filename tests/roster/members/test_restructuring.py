"""Merging and splitting: members, their groups with the leaders, and what is below go along; counts agree."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.world import SYSTEM, TODAY, World
from zhibu.common.errors import Refused
from zhibu.roster.members.commands import transfers
from zhibu.roster.members.commands.decisions import StatusDecision
from zhibu.roster.members.commands.offices import form_group
from zhibu.roster.members.commands.restructuring import merge_organizations, split_organization
from zhibu.roster.members.commands.returning import return_to_roster
from zhibu.roster.members.models import Group, MembershipSpell, Office, Person, Standing
from zhibu.roster.members.queries.cards import count_below, count_members
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.models import Organization, OrgDomain, OrgKind

DAY = date(2026, 3, 1)
AT = StatusDecision(effective_date=DAY)


def merge(source: Organization, target: Organization) -> None:
    merge_organizations(
        actor=SYSTEM, today=TODAY, source=source, target=target, decision=Decision(effective_date=DAY)
    )


def split(world: World, people: list[Person]) -> Organization:
    return split_organization(
        actor=SYSTEM,
        today=TODAY,
        source=world.branch,
        code="370088",
        profile=Profile(name="东村第二党支部", kind=OrgKind.BRANCH, domain=OrgDomain.VILLAGE),
        people=people,
        decision=Decision(effective_date=DAY),
    )


def groups_of(organization: Organization) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for group in Group.objects.filter(organization=organization, valid_to__isnull=True):
        spells = group.spells.filter(valid_to__isnull=True).select_related("person")
        found[group.name] = {spell.person.name for spell in spells}
    return found


def test_groups_and_leaders_come_along_and_a_name_in_use_is_told_apart(world: World) -> None:
    form_group(
        actor=SYSTEM, today=TODAY, organization=world.sibling, name="第一党小组", valid_from=date(2020, 1, 1)
    )
    before, total = groups_of(world.branch), count_members(world.county)
    merge(world.branch, world.sibling)
    after = groups_of(world.sibling)
    assert after == {
        "第一党小组": set(),
        "东村党支部第一党小组": before["第一党小组"],
        "第二党小组": before["第二党小组"],
    }
    leader = Office.objects.get(role=Office.Role.GROUP_LEADER, valid_to__isnull=True)
    assert (leader.person, leader.group.name if leader.group else "") == (
        world.people["group_leader"],
        "东村党支部第一党小组",
    )
    assert count_members(world.county) == total
    assert count_below([world.sibling])[world.sibling.pk] == total.members - 1
    assert not MembershipSpell.objects.filter(organization=world.branch, valid_to__isnull=True).exists()


def test_who_takes_part_goes_along(world: World) -> None:
    transfers.take_part(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["far_member"],
        organization=world.sibling,
        decision=StatusDecision(effective_date=date(2026, 1, 1)),
    )
    merge(world.sibling, world.branch)
    spell = MembershipSpell.objects.get(
        person=world.people["far_member"], is_belonging=False, valid_to__isnull=True
    )
    assert spell.organization == world.branch


def test_a_general_branch_is_merged_with_the_branches_below(world: World) -> None:
    merge(world.other_town, world.town)
    world.general_branch.refresh_from_db()
    assert world.general_branch.parent == world.town
    assert count_below([world.town])[world.town.pk] == 13


def test_the_branches_below_are_shared_out_by_a_split(world: World) -> None:
    client = world.client("county_organizer") if "county_organizer" in world.accounts else None
    part = split_organization(
        actor=SYSTEM,
        today=TODAY,
        source=world.town,
        code="370087",
        profile=Profile(name="北山二镇党委", kind=OrgKind.COMMITTEE, domain=OrgDomain.TOWNSHIP),
        people=(),
        children=[world.sibling],
        decision=Decision(effective_date=DAY),
    )
    assert (count_below([part])[part.pk], count_below([world.town])[world.town.pk]) == (3, 9)
    assert (
        client is None or client.get(reverse("organizations:organization", args=[part.public_id])).status_code
    )


def test_a_whole_group_keeps_its_leader_through_a_split_and_half_a_group_is_none(world: World) -> None:
    first = [
        spell.person
        for spell in world.groups[0].spells.filter(valid_to__isnull=True).select_related("person")
    ]
    part = split(world, [*first, world.people["deputy"]])
    assert groups_of(part) == {"第一党小组": {person.name for person in first}}
    assert list(groups_of(world.branch)) == ["第二党小组"]
    assert Office.objects.filter(
        organization=part, role=Office.Role.GROUP_LEADER, valid_to__isnull=True
    ).exists()


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("branch", "branch", "members.same_place"),
        ("branch", "general_branch", "members.merge_kinds"),
        ("county", "county", "members.same_place"),
    ],
)
def test_it_refuses_what_cannot_be_one(world: World, source: str, target: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        merge(getattr(world, source), getattr(world, target))
    assert caught.value.code == code


def test_it_refuses_while_somebody_is_under_way(world: World) -> None:
    transfers.start_transfer(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["sibling_member"],
        destination=world.far_branch,
        decision=AT,
    )
    with pytest.raises(Refused) as caught:
        merge(world.sibling, world.branch)
    assert "韩春燕" in caught.value.message


def leave(world: World) -> Person:
    person = world.people["worker"]
    there = StatusDecision(effective_date=DAY, place="省外")
    transfers.start_transfer(actor=SYSTEM, today=TODAY, person=person, decision=there)
    transfers.complete_transfer_out(actor=SYSTEM, today=TODAY, person=person, decision=AT)
    return person


def test_somebody_who_left_comes_back_with_the_same_card(world: World) -> None:
    person = leave(world)
    page = world.client("secretary").get(reverse("members:person", args=[person.public_id]))
    assert "重新转入" in page.content.decode()
    url = reverse("members:change", args=[person.public_id, "return-to-roster"])
    sent = {"effective_date": "2026-03-05", "place": "省外某支部", "submission_key": "back"}
    assert world.client("secretary").post(url, sent).status_code == 302
    person.refresh_from_db()
    assert (person.standing, person.organization) == (Standing.FULL, world.branch)
    assert person.spells.filter(valid_to__isnull=True).count() == 1


def test_it_refuses_to_take_in_again_who_did_not_merely_leave(world: World) -> None:
    person = leave(world)

    def back(day: date, place: str = "省外") -> str:
        with pytest.raises(Refused) as caught:
            return_to_roster(
                actor=SYSTEM,
                today=TODAY,
                person=person,
                organization=world.branch,
                decision=StatusDecision(effective_date=day, place=place),
            )
        return caught.value.code

    assert back(date(2026, 2, 1)) == "members.date_order"
    assert back(DAY, place="") == "members.no_place"
    person = world.people["elder"]
    assert back(DAY) == "members.wrong_status"
