"""Refreshing single branches, with a clock."""

from __future__ import annotations

import statistics
from functools import partial
from typing import Any

from zhibu.cli.bench.figures import Stopwatch, percentile, timed
from zhibu.common.dates import china_today
from zhibu.foundation.obligations.models import Obligation
from zhibu.foundation.obligations.queries import total
from zhibu.oversight.checkup.commands import refresh
from zhibu.roster.members.models import MembershipSpell
from zhibu.roster.organizations.models import Organization


def measure(branches: int) -> dict[str, Any]:
    """Milliseconds a branch; one row of each is taken away first, so that there is something to write."""
    today = china_today()
    chosen = list(Organization.objects.filter(kind="branch").order_by("pk")[: branches + 1])
    first = timed(lambda: _refresh(chosen[0], today))
    watch, times, sums = Stopwatch(), [], []
    for branch in chosen[1:]:
        stale = Obligation.objects.filter(org_id=branch.pk).order_by("pk").first()
        if stale is not None:
            stale.delete()
        one = timed(partial(_refresh, branch, today))
        above = timed(partial(_sums, branch))
        times.append(one + above)
        sums.append(above)
    _, processor = watch.lap()
    ids = [branch.pk for branch in chosen]
    return {
        "first": first,
        "median": statistics.median(times),
        "p95": percentile(times, 0.95),
        "processor": processor * 1000 / len(times),
        "sums": statistics.median(sums),
        "rows": Obligation.objects.filter(org_id__in=ids).count() // len(ids),
        "members": MembershipSpell.objects.filter(organization_id__in=ids).count() // len(ids),
    }


def _refresh(branch: Organization, today: Any) -> None:
    refresh(org_ids=[branch.pk], as_of=today)


def _sums(branch: Organization) -> None:
    """What the pages of the organisations above show of it: added up on reading, so never out of date."""
    above = [int(part) for part in branch.path.strip("/").split("/")[:-1]]
    for organization in Organization.objects.filter(pk__in=above):
        total(Organization.objects.below(organization.path).values_list("pk", flat=True))
