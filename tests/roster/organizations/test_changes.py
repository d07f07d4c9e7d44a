"""Changes of the tree: each by a decision, with a history from which any past day can be drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import FOUNDED, SYSTEM, TODAY, World
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.models import AuditEvent, AuditTouch
from zhibu.roster.members.commands.restructuring import merge_organizations, split_organization
from zhibu.roster.members.models import Person
from zhibu.roster.organizations.commands.changes import (
    adjust_organization,
    dissolve_organization,
    move_organization,
    rename_organization,
)
from zhibu.roster.organizations.commands.creation import Contact, correct_contact, create_organization
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.models import Organization, OrganizationState, OrgDomain, OrgKind
from zhibu.roster.organizations.queries.history import get_past_node, get_state, list_below_on, stood_below
from zhibu.roster.organizations.queries.tree import count_subtree, list_ancestors

DAY = date(2026, 3, 1)
DECIDED = Decision(effective_date=DAY, approved_date=date(2026, 2, 20), document_number="北山委〔2026〕3号")


def branch_under(world: World, parent: Organization, code: str = "379001", **changed: object) -> Organization:
    values: dict[str, object] = {
        "actor": SYSTEM,
        "today": TODAY,
        "code": code,
        "parent": parent,
        "profile": Profile(name="新村党支部", kind=OrgKind.BRANCH, domain=OrgDomain.VILLAGE),
        "decision": DECIDED,
    }
    return create_organization(**(values | changed))  # type: ignore[arg-type]


def test_creation_works(world: World) -> None:
    made = branch_under(world, world.town, actor=world.actor("town_organizer"))
    assert (made.path, made.depth) == ("{above}{id}/".format(above=world.town.path, id=made.pk), 2)
    state = get_state(made, DAY)
    assert state is not None
    assert state.parent == world.town
    assert get_state(made, date(2026, 2, 28)) is None
    assert made.changes.get().approved_by == world.town


def test_it_refuses_a_code_in_use(world: World) -> None:
    with pytest.raises(Refused) as caught:
        branch_under(world, world.town, code="370004")
    assert caught.value.code == "organizations.code_in_use"


def test_it_refuses_a_wrong_place(world: World) -> None:
    with pytest.raises(Refused):
        branch_under(world, world.branch)
    with pytest.raises(Refused):
        branch_under(
            world,
            world.general_branch,
            profile=Profile(name="某党委", kind=OrgKind.COMMITTEE, domain=OrgDomain.TOWNSHIP),
        )


def test_it_refuses_a_decision_of_the_future_or_approved_before_it_was_asked(world: World) -> None:
    with pytest.raises(Refused):
        branch_under(world, world.town, decision=Decision(effective_date=date(2026, 3, 17)))
    with pytest.raises(Refused):
        branch_under(
            world,
            world.town,
            decision=replace(DECIDED, applied_date=date(2026, 2, 21)),
        )


@pytest.mark.parametrize("role", ["secretary", "sibling_secretary", "statistics", "security"])
def test_nobody_without_the_right_changes_the_tree(world: World, role: str) -> None:
    with pytest.raises(NotAllowed):
        branch_under(world, world.town, actor=world.actor(role))


def test_an_organizer_changes_nothing_outside_their_own_place(world: World) -> None:
    with pytest.raises(NotAllowed):
        branch_under(world, world.other_town, actor=world.actor("town_organizer"))


def test_a_renamed_organization_had_its_old_name_before(world: World) -> None:
    rename_organization(
        actor=world.actor("town_organizer"),
        today=TODAY,
        organization=world.branch,
        name="东村党总支东村党支部",
        short_name="东村支部",
        decision=DECIDED,
    )
    before, after = get_state(world.branch, date(2026, 2, 28)), get_state(world.branch, DAY)
    assert before is not None
    assert after is not None
    assert (before.name, after.name) == ("东村党支部", "东村党总支东村党支部")


def test_a_second_change_on_the_same_day_replaces_that_day_s_state(world: World) -> None:
    for name in ("甲党支部", "乙党支部"):
        rename_organization(
            actor=SYSTEM,
            today=TODAY,
            organization=world.branch,
            name=name,
            short_name="",
            decision=DECIDED,
        )
    names = list(world.branch.states.order_by("valid_from").values_list("name", flat=True))
    assert names == ["东村党支部", "乙党支部"]
    assert world.branch.changes.count() == 3


def test_it_refuses_a_change_before_the_last_one_and_one_without_difference(world: World) -> None:
    with pytest.raises(Refused) as caught:
        rename_organization(
            actor=SYSTEM,
            today=TODAY,
            organization=world.branch,
            name="东村党支部",
            short_name="",
            decision=DECIDED,
        )
    assert caught.value.code == "organizations.nothing_changed"
    with pytest.raises(Refused):
        rename_organization(
            actor=SYSTEM,
            today=TODAY,
            organization=world.branch,
            name="甲党支部",
            short_name="",
            decision=Decision(effective_date=date(2016, 6, 30)),
        )


def test_an_adjustment_is_kept_with_its_day(world: World) -> None:
    profile = replace(Profile.of(world.sibling), is_joint=True, joint_unit_count=3)
    adjust_organization(
        actor=SYSTEM, today=TODAY, organization=world.sibling, profile=profile, decision=DECIDED
    )
    assert world.sibling.states.filter(valid_to__isnull=True, is_joint=True).exists()
    with pytest.raises(Refused):
        adjust_organization(
            actor=SYSTEM,
            today=TODAY,
            organization=world.general_branch,
            profile=replace(Profile.of(world.general_branch), kind=OrgKind.BRANCH),
            decision=DECIDED,
        )


def test_a_move_takes_the_whole_subtree_in_one_statement(world: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        move_organization(
            actor=SYSTEM,
            today=TODAY,
            organization=world.general_branch,
            parent=world.town,
            decision=DECIDED,
        )
    rewritten = [q for q in queries if q["sql"].startswith("UPDATE") and '"path" =' in q["sql"]]
    assert len(rewritten) == 1
    world.far_branch.refresh_from_db()
    assert world.far_branch.path.startswith(world.town.path)
    assert world.far_branch.depth == 3
    assert [one.name for one in list_ancestors(world.far_branch, SYSTEM.scope)] == [
        "长河县委",
        "北山镇党委",
        "港湾社区党总支",
    ]
    assert count_subtree(world.town) == 5


def test_the_tree_of_a_past_day_is_as_it_was(world: World) -> None:
    move_organization(
        actor=SYSTEM, today=TODAY, organization=world.general_branch, parent=world.town, decision=DECIDED
    )
    before, moved = date(2026, 2, 28), world.general_branch
    old_parent = get_state(moved, before)
    assert old_parent is not None
    assert old_parent.parent_id != world.town.pk

    def below(place: int, day: date) -> list[str]:
        return [node.state.name for node in list_below_on(place, day)]

    assert "港湾社区党总支" in below(old_parent.parent_id or 0, before)
    assert "港湾社区党总支" not in below(world.town.pk, before)
    assert "港湾社区党总支" in below(world.town.pk, DAY)
    assert stood_below(moved, world.county, before)
    assert stood_below(moved, world.town, DAY)
    assert not stood_below(moved, world.town, before)
    assert get_past_node(world.county, date(2016, 6, 30)) is None


def test_it_refuses_a_cycle_and_needs_the_right_at_both_places(world: World) -> None:
    with pytest.raises(Refused) as caught:
        move_organization(
            actor=SYSTEM,
            today=TODAY,
            organization=world.other_town,
            parent=world.general_branch,
            decision=DECIDED,
        )
    assert caught.value.code == "organizations.cycle"
    with pytest.raises(NotAllowed):
        move_organization(
            actor=world.actor("town_organizer"),
            today=TODAY,
            organization=world.branch,
            parent=world.other_town,
            decision=DECIDED,
        )


def test_it_refuses_to_dissolve_what_is_not_empty(world: World) -> None:
    with pytest.raises(Refused) as caught:
        dissolve_organization(actor=SYSTEM, today=TODAY, organization=world.branch, decision=DECIDED)
    assert caught.value.clause == "ZB-7-1"
    for reason in ("9名党员", "任期", "党小组", "职务"):
        assert reason in caught.value.message
    with pytest.raises(Refused) as caught:
        dissolve_organization(actor=SYSTEM, today=TODAY, organization=world.town, decision=DECIDED)
    assert "没撤销的党组织" in caught.value.message


def test_an_empty_organization_is_dissolved_and_stays_readable(world: World) -> None:
    made = branch_under(world, world.town)
    dissolve_organization(
        actor=SYSTEM,
        today=TODAY,
        organization=made,
        decision=Decision(effective_date=date(2026, 3, 10)),
    )
    assert get_state(made, date(2026, 3, 10)) is None
    assert get_state(made, date(2026, 3, 9)) is not None
    assert Organization.objects.visible_to(world.actor("town_organizer").scope).filter(pk=made.pk).exists()
    with pytest.raises(Refused):
        rename_organization(
            actor=SYSTEM, today=TODAY, organization=made, name="甲", short_name="", decision=DECIDED
        )


def test_a_merge_moves_everybody_and_ends_the_source(world: World) -> None:
    moved = merge_organizations(
        actor=SYSTEM, today=TODAY, source=world.sibling, target=world.branch, decision=DECIDED
    )
    world.sibling.refresh_from_db()
    assert (moved, world.sibling.dissolved_date) == (3, DAY)
    assert Person.objects.filter(organization=world.branch).current().count() == 12
    assert world.sibling.changes.filter(kind="merge", other=world.branch).exists()


def test_a_split_sets_up_a_part_beside(world: World) -> None:
    people = [world.people["worker"], world.people["teacher"], world.people["elder"]]
    part = split_organization(
        actor=SYSTEM,
        today=TODAY,
        source=world.branch,
        code="379002",
        profile=Profile(name="东村第二党支部", kind=OrgKind.BRANCH, domain=OrgDomain.VILLAGE),
        people=people,
        decision=DECIDED,
    )
    assert part.parent == world.town
    assert Person.objects.filter(organization=part).count() == 3
    assert world.branch.changes.filter(kind="split", other=part).exists()
    with pytest.raises(Refused):
        split_organization(
            actor=SYSTEM,
            today=TODAY,
            source=world.branch,
            code="379003",
            profile=Profile(name="某支部", kind=OrgKind.BRANCH, domain=OrgDomain.VILLAGE),
            people=[world.people["sibling_member"]],
            decision=DECIDED,
        )


def test_contact_is_corrected_by_the_branch_itself_and_touches_it(world: World) -> None:
    correct_contact(
        actor=world.actor("secretary"),
        organization=world.branch,
        contact=Contact(phone="0500-1234567", has_seal=True),
    )
    world.branch.refresh_from_db()
    assert world.branch.has_seal
    seq = AuditEvent.objects.get(action="organizations.correct_contact").seq
    assert list(AuditTouch.objects.filter(event=seq).values_list("org_id", flat=True)) == [world.branch.pk]
    with pytest.raises(NotAllowed):
        correct_contact(actor=world.actor("committee_member"), organization=world.branch, contact=Contact())


def test_states_of_the_world_begin_with_the_foundation(world: World) -> None:
    firsts = OrganizationState.objects.order_by("id").values_list("valid_from", flat=True)
    assert set(firsts) == {FOUNDED}
