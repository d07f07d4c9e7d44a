"""Data and processes of the bench's own: nothing here ever opens the user's data folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import django

_SEED = "2026"
_FLOOR = "zhibu.cli.bench."


def environment(data: Path, database: str = "") -> dict[str, str]:
    """The environment of a process that works on ``data`` (and on ``database`` where one is named)."""
    return {
        **os.environ,
        "ZHIBU_DATA": str(data),
        "ZHIBU_KEYS": str(data / "keys"),
        "ZHIBU_PROFILE": "demo",
        "ZHIBU_TLS": "off",
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "zhibu.config.settings",
    }


def generated(folder: Path, scale: str) -> Path:
    """A generated demo of this scale, made once and kept for the next run."""
    data = folder / scale
    data.mkdir(parents=True, exist_ok=True)
    run_command(["demo", "--no-serve", "--scale", scale, "--seed", _SEED], data)
    return data


def run_command(words: list[str], data: Path, database: str = "") -> None:
    """Run one of ``./zhibu``'s own commands on the bench's data; what it prints is not shown."""
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "zhibu.cli", *words],
        env=environment(data, database),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def make_database(data: Path, database: str = "") -> None:
    """All tables and nothing in them; the command of the product refuses to begin from nothing."""
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--no-input", "--verbosity", "0"],
        env=environment(data, database),
        stdin=subprocess.DEVNULL,
        check=True,
    )


def in_child(floor: str, data: Path, database: str = "", **options: Any) -> dict[str, Any]:
    """What ``measure(options)`` of a module of the bench finds in a process on ``data``."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "zhibu.cli.bench.children", floor, json.dumps(options)],
        env=environment(data, database),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measure(floor: str, options: Mapping[str, Any]) -> None:
    django.setup()
    print(json.dumps(import_module(_FLOOR + floor).measure(**options)))


if __name__ == "__main__":
    _measure(sys.argv[1], json.loads(sys.argv[2]))
