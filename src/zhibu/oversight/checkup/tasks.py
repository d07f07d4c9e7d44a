"""Background work of the check-up: what changed is judged anew every few seconds, everything once a night."""

from __future__ import annotations

from datetime import time, timedelta

from django_tasks import task

from zhibu.common.dates import china_today
from zhibu.foundation.jobs.registry import register_periodic
from zhibu.foundation.obligations.queries import list_stale
from zhibu.oversight.checkup.commands import refresh_all, refresh_stale

# Beyond so many stale branches the bulk engine is quicker than the reference.
BULK_FROM = 60


@task()
def refresh_what_changed() -> int:
    """Judge anew what is older than its newest change; all at once where there is much."""
    today = china_today()
    stale = list_stale(as_of=today, limit=BULK_FROM + 1)
    if len(stale) > BULK_FROM:
        return refresh_all(as_of=today).written
    return refresh_stale(as_of=today)


@task()
def refresh_everything() -> int:
    """Judge everything for the new day."""
    return refresh_all(as_of=china_today()).written


def register_jobs() -> None:
    """Offer both to the scheduler."""
    register_periodic("checkup.changed", refresh_what_changed.enqueue, every=timedelta(seconds=30))
    register_periodic("checkup.daily", refresh_everything.enqueue, daily_at=time(1, 30))
