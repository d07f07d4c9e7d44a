"""``./zhibu worker``: background work, and the small scheduler that puts periodic jobs on the queue."""

from __future__ import annotations

import argparse
import os
import socket
import threading

from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from zhibu.cli.claims import working
from zhibu.cli.processes import is_process_alive
from zhibu.cli.readiness import refuse_pending_migrations
from zhibu.common.dates import utc_now
from zhibu.foundation.jobs.commands import beat, enqueue_due, release_abandoned
from zhibu.foundation.jobs.registry import list_periodic

_TICK_SECONDS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to stop once nothing waits."""
    parser.add_argument("--once", action="store_true", help="做完眼前的任务就结束，供测试和定时器使用")


def run(options: argparse.Namespace) -> int:
    """Work until stopped; a task that runs is finished first."""
    with working():
        refuse_pending_migrations()
        tick()
        if not options.once:
            threading.Thread(target=_tick_forever, daemon=True, name="scheduler").start()
        worker = Worker(
            queue_names=["*"],
            interval=1,
            batch=options.once,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=_worker_id(),
            excluded_queue_names=[],
        )
        worker.configure_signals()
        worker.run()
    return 0


def tick() -> None:
    """One look of the scheduler: alive, what is due, what a dead worker left."""
    now = utc_now()
    beat(now=now)
    enqueue_due(list_periodic(), now=now)
    release_abandoned(_lives)


def _tick_forever() -> None:
    pause = threading.Event()
    while not pause.wait(_TICK_SECONDS):
        close_old_connections()
        tick()


def _worker_id() -> str:
    """``host:pid:random`` within the 64 characters that the queue keeps."""
    return ":".join([socket.gethostname()[:32], str(os.getpid()), get_random_string(12)])


def _lives(worker_id: str) -> bool:
    """Whether that worker may still be at work: on another machine nobody here can know."""
    host, _, rest = worker_id.partition(":")
    pid = rest.partition(":")[0]
    return host != socket.gethostname()[:32] or not pid.isdigit() or is_process_alive(int(pid))
