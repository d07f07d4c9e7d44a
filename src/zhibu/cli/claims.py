"""Who is at work on the data folder: one service at a time, and no restore while anything runs."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from zhibu.common.errors import Refused


@contextmanager
def serving(address: str) -> Iterator[None]:
    """Claim the data folder for one service.

    Raises Refused, naming the address of the other one, while a service runs on the same data.
    """
    with _lock("serve.lock", fcntl.LOCK_EX) as file:
        if file is None:
            raise Refused(
                "cli.already_serving",
                "这套数据的服务已经在运行：{address}。".format(address=_note("serve.lock") or "地址未知"),
                next_step="直接用浏览器打开它就可以。需要重启时，请先停止正在运行的服务。",
            )
        os.truncate(file, 0)
        os.write(file, address.encode())
        yield


@contextmanager
def working() -> Iterator[None]:
    """Say that this process uses the data: any number of them may, but no restore meanwhile."""
    with _lock("work.lock", fcntl.LOCK_SH) as file:
        if file is None:
            raise Refused(
                "cli.restoring",
                "正在恢复数据，现在不能启动。",
                next_step="请等恢复结束以后再试。",
            )
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Claim the data for a restore. Raises Refused while a service or a worker runs."""
    with _lock("work.lock", fcntl.LOCK_EX) as file:
        if file is None:
            raise Refused(
                "cli.in_use",
                "服务或后台任务正在使用这套数据，现在不能恢复。",
                next_step="请先停止服务（在它的窗口里按 Ctrl+C，或者 systemctl stop zhibu），再运行一次。",
            )
        yield


@contextmanager
def _lock(name: str, kind: int) -> Iterator[int | None]:
    """The open file under a lock of this kind, or None if somebody else holds it."""
    path = Path(settings.DATA_DIR) / name
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield file
    finally:
        os.close(file)


def _note(name: str) -> str:
    return (Path(settings.DATA_DIR) / name).read_text()
