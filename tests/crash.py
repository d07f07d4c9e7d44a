"""Killing the product in the middle of something, and looking at what is left.

A crash test names a point: the dotted path of a function. The child process is killed with SIGKILL, as by
a power cut, just before (or after) that function runs for the given time. The product itself knows
nothing of it: the child replaces the function, here, before it starts the command.

    crash(["import-roster", "roster.xlsx", "--org", "370004", "--apply"],
          at="zhibu.foundation.audit.commands.record", data=tmp_path)
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

_CHILD = """
import functools, os, signal, sys
from importlib import import_module

def arm(path, turn, when):
    module_name, _, name = path.rpartition(".")
    owner = import_module(module_name)
    real = getattr(owner, name)
    count = 0
    def strike():
        nonlocal count
        count += 1
        if count == turn:
            os.kill(os.getpid(), signal.SIGKILL)
    @functools.wraps(real)
    def run(*args, **kwargs):
        if when == "before":
            strike()
        result = real(*args, **kwargs)
        if when == "after":
            strike()
        return result
    # Callers that imported the function by name hold it themselves.
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("zhibu") and getattr(module, name, None) is real:
            setattr(module, name, run)
    setattr(owner, name, run)

import django
django.setup()
for entry in sys.argv[1].split(","):
    import_module(entry)
arm(sys.argv[2], int(sys.argv[3]), sys.argv[4])
from zhibu.cli.entry import main
sys.exit(main(sys.argv[5:]))
"""


def run_command(words: list[str], *, data: Path, database: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of ``./zhibu`` on its own data folder; the embedded database unless one is named."""
    return _run(["-m", "zhibu.cli", *words], data, database)


def make_database(data: Path) -> None:
    """All tables and nothing in them; the command of the product refuses to begin from nothing."""
    done = _run(["-m", "django", "migrate", "--no-input", "--verbosity", "0"], data)
    assert done.returncode == 0, done.stderr


def crash(
    words: list[str],
    *,
    at: str,
    data: Path,
    turn: int = 1,
    when: str = "before",
    modules: tuple[str, ...] = (),
) -> None:
    """Run a command and kill it ``before`` or ``after`` the given turn of the function ``at``.

    ``modules`` are imported first: those that hold the function under its name. Fails if the command ended
    without reaching the point: such a test would prove nothing.
    """
    entries = ",".join((at.rpartition(".")[0], *modules))
    done = _run(["-c", _CHILD, entries, at, str(turn), when, *words], data)
    assert done.returncode == -signal.SIGKILL, f"{at} was not reached:\n{done.stdout}\n{done.stderr}"


def environment_of(data: Path, database: str = "") -> dict[str, str]:
    """The environment of a real installation in ``data``."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ZHIBU_")}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "zhibu.config.settings",
        "ZHIBU_DATA": str(data),
        "DATABASE_URL": database,
    }


def _run(words: list[str], data: Path, database: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        env=environment_of(data, database),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
