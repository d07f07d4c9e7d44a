"""What the scheduler writes: when a job was last put on the queue, that a worker is alive, what is run again.

These rows are the machine's own, not records of anybody's work, so no audit row goes with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from zhibu.foundation.jobs.models import HEARTBEAT, ScheduledRun
from zhibu.foundation.jobs.registry import PeriodicJob


def enqueue_due(jobs: Sequence[PeriodicJob], *, now: datetime) -> list[str]:
    """Put every job that is due on the queue, each in its own transaction, and name them."""
    return [job.name for job in jobs if _enqueue_if_due(job, now)]


def _enqueue_if_due(job: PeriodicJob, now: datetime) -> bool:
    """Under a lock on the job's row, so that two schedulers take one turn once."""
    with transaction.atomic():
        ScheduledRun.objects.get_or_create(name=job.name)
        row = ScheduledRun.objects.select_for_update().get(name=job.name)
        if not job.is_due(last_at=row.last_at, now=now):
            return False
        job.enqueue()
        row.last_at = now
        row.save(update_fields=["last_at"])
    return True


def beat(*, now: datetime) -> None:
    """Note that a worker is alive."""
    ScheduledRun.objects.update_or_create(name=HEARTBEAT, defaults={"last_at": now})


def release_abandoned(is_alive: Callable[[str], bool]) -> int:
    """Put tasks back on the queue whose worker died at work, and count them.

    Tasks may therefore run twice and have to be idempotent, as subscribers are.
    """
    with transaction.atomic():
        running = DBTaskResult.objects.running().select_for_update()
        abandoned = [task.pk for task in running if not (task.worker_ids and is_alive(task.worker_ids[-1]))]
        return DBTaskResult.objects.filter(pk__in=abandoned).update(
            status=TaskResultStatus.READY, started_at=None
        )
