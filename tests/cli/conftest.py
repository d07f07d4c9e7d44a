"""An installation of its own for each test of the commands, copied from one that is made once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.crash import run_command

INIT = ["init", "--name", "中共长河县委员会", "--code", "370000", "--begin", "2026-01-01"]


@pytest.fixture(scope="session")
def fresh_installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``init`` makes; not to be changed."""
    data = tmp_path_factory.mktemp("installation") / "data"
    done = run_command(INIT, data=data)
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture
def installation(fresh_installation: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    data = tmp_path / "data"
    shutil.copytree(fresh_installation, data)
    return data
