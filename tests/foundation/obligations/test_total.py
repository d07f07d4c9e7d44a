"""The counters above a board: sums of the stored counts of the organisations asked for."""

from __future__ import annotations

from datetime import date

from tests.world import World
from zhibu.foundation.obligations.commands import Counts, note_computation
from zhibu.foundation.obligations.queries import Totals, total
from zhibu.roster.organizations.models import Organization


def _compute(organization: Organization, day: date, counts: Counts) -> None:
    note_computation(counts={organization.pk: counts}, audit_seq=1, as_of=day, version="1")


def test_it_adds_up_those_below_and_no_others(world: World) -> None:
    _compute(world.branch, date(2026, 3, 2), Counts(breaches=2, notices=0, reminding=3, doubtful=1))
    _compute(world.town, date(2026, 3, 1), Counts(breaches=5, notices=1))
    _compute(world.other_town, date(2026, 2, 1), Counts(breaches=7))
    below = Organization.objects.below(world.town.path).values_list("pk", flat=True)
    assert total(below) == Totals(2, 2, 1, 1, 7, 1, 3, 1, date(2026, 3, 1))


def test_nothing_is_nought(world: World) -> None:
    nothing = Totals(0, 0, 0, 0, 0, 0, 0, 0, None)
    ids = Organization.objects.values_list("pk", flat=True)
    assert total(ids.filter(pk__in=[])) == nothing
    assert total(ids.filter(pk=world.branch.pk, name="没有")) == nothing
