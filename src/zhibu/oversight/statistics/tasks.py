"""Keeping the dashboard's sums fresh in the background."""

from __future__ import annotations

from django_tasks import task

from zhibu.common.dates import china_today
from zhibu.oversight.statistics.commands import is_stale, refresh_summaries


@task()
def refresh() -> int:
    """Add up again if anything was recorded since; returns the rows written."""
    today = china_today()
    return refresh_summaries(today=today) if is_stale(today=today) else 0
