"""The periodic jobs: what the modules offer, and when each is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from zhibu.common.dates import CHINA


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """Something to be put on the queue again and again.

    Either ``every`` so long, or ``daily_at`` a time of day in China. ``enqueue`` puts a task on the queue
    and returns at once.
    """

    name: str
    enqueue: Callable[[], object]
    every: timedelta | None = None
    daily_at: time | None = None

    def is_due(self, *, last_at: datetime | None, now: datetime) -> bool:
        """Whether a turn has begun since the last one was put on the queue; the first is due at once."""
        if last_at is None:
            return True
        if self.every is not None:
            return now - last_at >= self.every
        return last_at < _latest(self.daily_at or time(0), now)


_JOBS: dict[str, PeriodicJob] = {}


def register_periodic(
    name: str,
    enqueue: Callable[[], object],
    *,
    every: timedelta | None = None,
    daily_at: time | None = None,
) -> None:
    """Offer a periodic job, ``module.job``; exactly one of ``every`` and ``daily_at`` is given.

    Raises ValueError for a name that is taken or a job without a rhythm.
    """
    if (every is None) == (daily_at is None):
        raise ValueError(name)
    if name in _JOBS:
        raise ValueError(name)
    _JOBS[name] = PeriodicJob(name, enqueue, every, daily_at)


def list_periodic() -> list[PeriodicJob]:
    """All periodic jobs by name."""
    return [_JOBS[name] for name in sorted(_JOBS)]


def _latest(clock: time, now: datetime) -> datetime:
    """The last instant at which it was ``clock`` o'clock in China."""
    today = datetime.combine(now.astimezone(CHINA).date(), clock, CHINA)
    return today if today <= now else today - timedelta(days=1)
