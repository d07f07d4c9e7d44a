"""What is due follows an annulment: a branch judged again stands as if the mistake had not been made."""

from __future__ import annotations

from datetime import date

import pytest

from tests.world import SYSTEM, TODAY, build_world
from zhibu.foundation.obligations.models import Obligation
from zhibu.foundation.obligations.queries import list_stale
from zhibu.oversight.checkup.commands import refresh
from zhibu.roster.members.commands import statuses
from zhibu.roster.members.commands.annulments import annul_change
from zhibu.roster.members.commands.decisions import Body, StatusDecision
from zhibu.roster.organizations.commands.annulments import annul_term
from zhibu.roster.organizations.commands.terms import Election, start_term

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_branch_owes_what_it_owed_before_a_term_that_was_not_its_own() -> None:
    world = build_world()
    before = judged(world.branch.pk)
    election = Election(elected_date=date(2026, 3, 2))
    term = start_term(actor=SYSTEM, today=TODAY, organization=world.branch, election=election)
    assert judged(world.branch.pk) != before
    annul_term(actor=SYSTEM, today=TODAY, term=term, reason="登记错了党组织")
    assert judged(world.branch.pk) == before


def judged(org_id: int) -> set[tuple[object, ...]]:
    """The rows of one organisation after it was judged again."""
    refresh(org_ids=[org_id], as_of=TODAY)
    columns = ("check_id", "subject_kind", "subject_id", "period", "verdict", "reason", "due_date")
    return set(Obligation.objects.filter(org_id=org_id).values_list(*columns))


def test_a_branch_of_three_is_short_of_members_only_while_the_mistake_stands() -> None:
    world = build_world()
    before = judged(world.sibling.pk)
    change = statuses.expel(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["sibling_member"],
        decision=StatusDecision(
            effective_date=TODAY, body=Body.GENERAL_MEETING, decision_date=TODAY, approved_date=TODAY
        ),
    )
    wrong = judged(world.sibling.pk)
    assert wrong != before
    annul_change(actor=SYSTEM, today=TODAY, change=change, reason="登记错人")
    after = judged(world.sibling.pk)
    assert after == before
    assert world.sibling.pk not in set(list_stale(as_of=TODAY))
