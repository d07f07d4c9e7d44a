"""Reading the background work: whether a worker lives, what waits, what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

from zhibu.foundation.jobs.models import HEARTBEAT, ScheduledRun

_ALIVE = timedelta(minutes=2)
_RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WorkState:
    """The background work at a moment; ``failed`` counts the last seven days."""

    is_alive: bool
    last_seen_at: datetime | None
    waiting: int
    failed: int


def get_work_state(*, now: datetime) -> WorkState:
    """Whether a worker was seen within two minutes, and how much waits or failed."""
    last = ScheduledRun.objects.filter(name=HEARTBEAT).values_list("last_at", flat=True).first()
    return WorkState(
        is_alive=last is not None and now - last <= _ALIVE,
        last_seen_at=last,
        waiting=DBTaskResult.objects.ready().count(),
        failed=DBTaskResult.objects.failed().filter(finished_at__gte=now - _RECENT).count(),
    )
