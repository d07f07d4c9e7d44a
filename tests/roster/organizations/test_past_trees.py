"""The tree as of any past day equals a replay of the decisions, whatever was decided in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.world import SYSTEM
from zhibu.common.errors import Refused
from zhibu.roster.members.commands.restructuring import merge_organizations, split_organization
from zhibu.roster.organizations.commands.changes import (
    dissolve_organization,
    move_organization,
    rename_organization,
)
from zhibu.roster.organizations.commands.creation import create_organization
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.models import Organization, OrgDomain, OrgKind
from zhibu.roster.organizations.queries.history import PastNode, get_past_node, list_below_on
from zhibu.roster.organizations.queries.tree import count_subtree


def tree_on(root: Organization, day: date) -> list[PastNode]:
    """The whole tree of a day, opened level by level as the page does it; counts are those of the levels."""
    top = get_past_node(root, day)
    waiting, found = [top] if top else [], []
    while waiting:
        node = waiting.pop()
        found.append(node)
        below = list_below_on(node.state.organization_id, day)
        assert len(below) == node.below
        waiting += below
    return found


START = date(2025, 1, 1)
TODAY = date(2025, 3, 1)
KINDS = (OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH, OrgKind.BRANCH)
WORDS = ("create", "create", "rename", "move", "move", "dissolve", "merge", "split")
Step = tuple[str, int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(WORDS),
        st.integers(min_value=0, max_value=60),
        st.integers(min_value=0, max_value=9),
        st.integers(min_value=0, max_value=9),
    ),
    min_size=4,
    max_size=14,
)


@dataclass
class Ledger:
    """What was decided, in the order of entry: for each organisation its (day, name, superior or gone)."""

    entries: dict[int, list[tuple[date, str, int | None, bool]]] = field(default_factory=dict)

    def enter(self, organization: Organization, day: date, *, gone: bool = False) -> None:
        organization.refresh_from_db()
        row = (day, organization.name, organization.parent_id, gone)
        self.entries.setdefault(organization.pk, []).append(row)

    def tree_on(self, day: date) -> set[tuple[int, str, int | None]]:
        """A plain replay: of every organisation the last entry that counted by that day."""
        found = set()
        for pk, rows in self.entries.items():
            before = [row for row in rows if row[0] <= day]
            if before and not before[-1][3]:
                found.add((pk, before[-1][1], before[-1][2]))
        return found


@dataclass
class County:
    """A tree that changes step by step."""

    ledger: Ledger
    organizations: list[Organization]

    def run(self, number: int, step: Step) -> None:
        """One decision; what is refused changes nothing, here as in life."""
        word, offset, first, second = step
        day = START + timedelta(days=offset)
        one = self.organizations[first % len(self.organizations)]
        other = self.organizations[second % len(self.organizations)]
        acts: dict[str, Callable[[int, Organization, Organization, date], None]] = {
            "create": self.create,
            "rename": self.rename,
            "move": self.move,
            "dissolve": self.dissolve,
            "merge": self.merge,
            "split": self.split,
        }
        try:
            acts[word](number, one, other, day)
        except Refused:
            return

    def create(self, number: int, one: Organization, other: Organization, day: date) -> None:
        made = create_organization(
            actor=SYSTEM,
            today=TODAY,
            code="P{number}".format(number=number),
            parent=one,
            profile=Profile(
                name="新{number}".format(number=number), kind=KINDS[number % 3], domain=OrgDomain.VILLAGE
            ),
            decision=Decision(effective_date=day),
        )
        self.organizations.append(made)
        self.ledger.enter(made, day)

    def rename(self, number: int, one: Organization, other: Organization, day: date) -> None:
        rename_organization(
            actor=SYSTEM,
            today=TODAY,
            organization=one,
            name="改{number}".format(number=number),
            short_name="",
            decision=Decision(effective_date=day),
        )
        self.ledger.enter(one, day)

    def move(self, number: int, one: Organization, other: Organization, day: date) -> None:
        move_organization(
            actor=SYSTEM, today=TODAY, organization=one, parent=other, decision=Decision(effective_date=day)
        )
        self.ledger.enter(one, day)

    def dissolve(self, number: int, one: Organization, other: Organization, day: date) -> None:
        dissolve_organization(
            actor=SYSTEM, today=TODAY, organization=one, decision=Decision(effective_date=day)
        )
        self.ledger.enter(one, day, gone=True)

    def merge(self, number: int, one: Organization, other: Organization, day: date) -> None:
        below = list(one.children.filter(dissolved_date__isnull=True))
        merge_organizations(
            actor=SYSTEM, today=TODAY, source=one, target=other, decision=Decision(effective_date=day)
        )
        for child in below:
            self.ledger.enter(child, day)
        self.ledger.enter(one, day, gone=True)

    def split(self, number: int, one: Organization, other: Organization, day: date) -> None:
        below = list(one.children.filter(dissolved_date__isnull=True).order_by("pk")[:1])
        made = split_organization(
            actor=SYSTEM,
            today=TODAY,
            source=one,
            code="S{number}".format(number=number),
            profile=Profile(name="分{number}".format(number=number), kind=one.kind, domain=one.domain),
            people=(),
            children=below,
            decision=Decision(effective_date=day),
        )
        self.organizations.append(made)
        self.ledger.enter(made, day)
        for child in below:
            self.ledger.enter(child, day)


def county() -> County:
    """A committee with two committees below, one of them with a branch; all stood there from the start."""
    ledger = Ledger()
    made: list[Organization] = []
    for number, (kind, parent) in enumerate(
        ((OrgKind.LOCAL_COMMITTEE, None), (OrgKind.COMMITTEE, 0), (OrgKind.COMMITTEE, 0), (OrgKind.BRANCH, 1))
    ):
        made.append(
            create_organization(
                actor=SYSTEM,
                today=TODAY,
                code="R{number}".format(number=number),
                parent=made[parent] if parent is not None else None,
                profile=Profile(name="原{number}".format(number=number), kind=kind, domain=OrgDomain.VILLAGE),
                decision=Decision(effective_date=START),
            )
        )
        ledger.enter(made[-1], START)
    return County(ledger, made)


class TestAnyPastDay(TestCase):
    """Random decisions, in any order of their days."""

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )
    @given(steps=STEPS)
    def test_the_tree_of_a_past_day_is_what_the_decisions_make_of_it(self, steps: list[Step]) -> None:
        place = county()
        for number, step in enumerate(steps):
            place.run(number, step)
        root = place.organizations[0]
        days = {START + timedelta(days=offset) for _, offset, _, _ in steps}
        for day in sorted(days | {day - timedelta(days=1) for day in days} | {START, TODAY}):
            nodes = tree_on(root, day)
            shown = [(node.state.organization_id, node.state.name, node.state.parent_id) for node in nodes]
            assert len(set(shown)) == len(shown)
            assert set(shown) == place.ledger.tree_on(day)
        assert count_subtree(root) == len(place.ledger.tree_on(TODAY))

    def test_the_paths_of_today_are_those_of_the_tree(self) -> None:
        place = county()
        for number, step in enumerate([("create", 3, 1, 0), ("move", 9, 1, 2), ("split", 12, 1, 0)]):
            place.run(number, step)
        for organization in Organization.objects.select_related("parent"):
            above = organization.parent.path if organization.parent else "/"
            assert organization.path == "{above}{pk}/".format(above=above, pk=organization.pk)


def _moved(organization: Organization, parent: Organization, day: date) -> None:
    move_organization(
        actor=SYSTEM,
        today=TODAY,
        organization=organization,
        parent=parent,
        decision=Decision(effective_date=day),
    )


@pytest.mark.django_db
def test_it_refuses_a_move_that_would_make_a_ring_in_the_past() -> None:
    place = county()
    root, town, other, _ = place.organizations
    _moved(other, town, START + timedelta(days=10))
    _moved(other, root, START + timedelta(days=20))
    with pytest.raises(Refused) as caught:
        _moved(town, other, START + timedelta(days=15))
    assert caught.value.code == "organizations.cycle"
    assert "2025-01-21" in caught.value.message
    _moved(town, other, START + timedelta(days=20))


@pytest.mark.django_db
def test_it_refuses_to_end_an_organisation_before_what_stood_below_left() -> None:
    place = county()
    _, town, other, branch = place.organizations
    _moved(branch, other, START + timedelta(days=30))
    with pytest.raises(Refused) as caught:
        dissolve_organization(
            actor=SYSTEM,
            today=TODAY,
            organization=town,
            decision=Decision(effective_date=START + timedelta(days=29)),
        )
    assert "原3到2025-01-31才离开这里" in caught.value.message
