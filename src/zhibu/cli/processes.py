"""Child processes of the service: started together, stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

_PATIENCE_SECONDS = 15
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """Ask Linux to end this child when its parent is gone, even if that was killed."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Family:
    """The children of one service. The first one's end, or a signal, ends all of them."""

    children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    is_stopping: bool = False

    def start(
        self, words: Sequence[str], *, environment: Mapping[str, str] | None = None, output: int | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a Python module with its words as a child, in this service's own environment unless told."""
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            [sys.executable, "-m", *words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            env=environment,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - this process has no threads
        )
        self.children.append(child)
        return child

    def stop_on_signals(self) -> None:
        """End all children on SIGTERM, SIGINT and the terminal's hang-up."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._signalled)

    def wait(self) -> int:
        """Wait until a child ends or a signal comes, stop the rest, and return 0 only after a signal."""
        while not self.is_stopping and all(child.poll() is None for child in self.children):
            time.sleep(0.2)
        was_asked = self.is_stopping
        self.stop()
        return 0 if was_asked else 1

    def stop(self) -> None:
        """Ask every child to end, and end those that do not."""
        self.is_stopping = True
        for child in self.children:
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + _PATIENCE_SECONDS
        for child in self.children:
            try:
                child.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True


def is_process_alive(pid: int) -> bool:
    """Whether a process with this number lives on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
