"""The scheduler: each turn once, whoever looks; what a dead worker left is done again."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone

import pytest
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from zhibu.foundation.jobs.commands import beat, enqueue_due, release_abandoned
from zhibu.foundation.jobs.models import ScheduledRun
from zhibu.foundation.jobs.queries import get_work_state
from zhibu.foundation.jobs.registry import PeriodicJob, list_periodic, register_periodic
from zhibu.foundation.jobs.tasks import tidy_up

NOON = datetime(2026, 3, 16, 4, 0, tzinfo=timezone.utc)  # 12:00 in China


def _job(calls: list[str], **rhythm: object) -> PeriodicJob:
    return PeriodicJob("test.job", lambda: calls.append("run"), **rhythm)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_it_works() -> None:
    calls: list[str] = []
    job = _job(calls, every=timedelta(minutes=5))
    assert enqueue_due([job], now=NOON) == ["test.job"]
    assert enqueue_due([job], now=NOON + timedelta(minutes=4, seconds=59)) == []
    assert enqueue_due([job], now=NOON + timedelta(minutes=5)) == ["test.job"]
    assert calls == ["run", "run"]


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, "12:00", True),
        ("2026-03-16T03:09", "2026-03-16T03:10", True),
        ("2026-03-16T03:10", "2026-03-16T03:11", False),
        ("2026-03-16T03:10", "2026-03-17T03:09", False),
        ("2026-03-16T03:10", "2026-03-17T03:10", True),
        ("2026-03-10T03:10", "2026-03-16T00:00", True),
    ],
)
def test_a_daily_job_runs_once_a_day_in_china(last: str | None, now: str, due: bool) -> None:
    job = _job([], daily_at=time(3, 10))
    moment = _in_china(now) if "T" in now else NOON
    assert job.is_due(last_at=_in_china(last) if last else None, now=moment) is due


def _in_china(text: str) -> datetime:
    return datetime.fromisoformat(text + ":00+08:00").astimezone(timezone.utc)


@pytest.mark.django_db
def test_a_job_that_fails_to_enqueue_is_due_again() -> None:
    def broken() -> None:
        raise RuntimeError

    job = PeriodicJob("test.broken", broken, every=timedelta(minutes=5))
    with pytest.raises(RuntimeError):
        enqueue_due([job], now=NOON)
    assert not ScheduledRun.objects.filter(name="test.broken").exists()


@pytest.mark.parametrize("rhythm", [{}, {"every": timedelta(1), "daily_at": time(3)}])
def test_it_refuses_a_job_without_one_rhythm(rhythm: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"test\.none"):
        register_periodic("test.none", lambda: None, **rhythm)  # type: ignore[arg-type]


def test_it_refuses_a_name_twice() -> None:
    taken = list_periodic()[0].name
    with pytest.raises(ValueError, match=taken):
        register_periodic(taken, lambda: None, every=timedelta(1))


@pytest.mark.django_db
def test_a_dead_workers_task_is_done_again_and_a_living_ones_is_left() -> None:
    dead, living = tidy_up.enqueue(), tidy_up.enqueue()
    for task, worker in ((dead, "host:1:dead"), (living, "host:2:living")):
        DBTaskResult.objects.filter(pk=task.id).update(status=TaskResultStatus.RUNNING, worker_ids=[worker])
    assert release_abandoned(lambda worker: worker.endswith("living")) == 1
    states = dict(DBTaskResult.objects.values_list("pk", "status"))
    assert sorted(states.values()) == sorted([TaskResultStatus.READY, TaskResultStatus.RUNNING])


@pytest.mark.django_db
def test_a_silent_worker_counts_as_gone() -> None:
    assert not get_work_state(now=NOON).is_alive
    beat(now=NOON)
    assert get_work_state(now=NOON + timedelta(minutes=2)).is_alive
    assert not get_work_state(now=NOON + timedelta(minutes=2, seconds=1)).is_alive


@pytest.mark.django_db
def test_tidying_keeps_what_is_recent() -> None:
    tidy_up.enqueue()
    tidy_up.call()
    assert DBTaskResult.objects.count() == 1
