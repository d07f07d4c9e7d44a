"""The check-up of a living installation: one branch by the reference, all by the bulk engine."""

from __future__ import annotations

from datetime import date

import pytest

from tests.world import TODAY, build_world
from zhibu.foundation.audit.queries import last_seq
from zhibu.foundation.obligations.models import Computation, Obligation
from zhibu.foundation.obligations.queries import get_freshness, list_stale
from zhibu.oversight.checkup.commands import refresh, refresh_all, refresh_stale

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = (
    "org_id",
    "check_id",
    "duty",
    "strength",
    "subject_kind",
    "subject_id",
    "period",
    "reading",
    "opens_date",
    "remind_date",
    "due_date",
    "satisfied_date",
    "verdict",
    "precision",
    "reason",
    "inputs",
    "waiver_id",
)


def stored() -> set[str]:
    """All stored rows as comparable text."""
    return {str(row) for row in Obligation.objects.values_list(*COLUMNS)}


def counts() -> dict[int, tuple[int, int, int, int]]:
    """The stored counts by organisation."""
    rows = Computation.objects.values_list("org_id", "breaches", "notices", "reminding", "doubtful")
    return {org: (a, b, c, d) for org, a, b, c, d in rows}


def test_both_ways_store_the_same_rows() -> None:
    """Judging each organisation by the reference, or all in bulk, leaves the same rows and counts."""
    world = build_world()
    Computation.objects.all().delete()
    while refresh_stale(as_of=TODAY):
        pass
    by_reference, counted = stored(), counts()
    assert len(by_reference) > 100
    assert world.branch.pk in counted
    Obligation.objects.all().delete()
    Computation.objects.all().delete()
    done = refresh_all(as_of=TODAY)
    assert done.written == done.rows
    assert stored() == by_reference
    assert counts() == counted


def test_a_second_bulk_run_writes_nothing() -> None:
    """Only what differs is written."""
    build_world()
    refresh_all(as_of=TODAY)
    again = refresh_all(as_of=TODAY)
    assert (again.written, again.deleted) == (0, 0)


def test_the_next_day_changes_only_what_the_day_changes() -> None:
    """A later day is judged anew and leaves the same rows as a fresh start on that day."""
    build_world()
    refresh_all(as_of=TODAY)
    later = date(2026, 7, 1)
    refresh_all(as_of=later)
    continued = stored()
    Obligation.objects.all().delete()
    Computation.objects.all().delete()
    refresh_all(as_of=later)
    assert stored() == continued


def test_an_older_computation_never_overwrites_a_newer() -> None:
    """What was computed after a later change stays."""
    world = build_world()
    refresh(org_ids=[world.branch.pk], as_of=TODAY)
    Computation.objects.filter(org_id=world.branch.pk).update(audit_seq=last_seq() + 10)
    Obligation.objects.filter(org_id=world.branch.pk).delete()
    replaced = refresh(org_ids=[world.branch.pk], as_of=TODAY)
    assert replaced.added == 0
    assert not Obligation.objects.filter(org_id=world.branch.pk).exists()


def test_a_change_makes_its_branch_stale_until_refreshed() -> None:
    """Staleness follows the audit rows that touch a branch."""
    world = build_world()
    refresh_all(as_of=TODAY)
    assert not get_freshness(world.branch.pk).is_stale
    Computation.objects.filter(org_id=world.branch.pk).update(audit_seq=0)
    assert get_freshness(world.branch.pk).is_stale
    assert world.branch.pk in list_stale(as_of=TODAY)
    refresh_stale(as_of=TODAY)
    assert not get_freshness(world.branch.pk).is_stale
