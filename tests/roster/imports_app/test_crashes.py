"""A killed import leaves nothing half: SIGKILL before, during and after the commit, and in the undo."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash import crash, environment_of, make_database, run_command
from tests.roster.imports_app.files import THREE, roster

pytestmark = [pytest.mark.crash, pytest.mark.sqlite_only]
_ROOT = Path(__file__).resolve().parents[3]
_APPLYING = "zhibu.roster.imports.commands.applying"
_UNDOING = "zhibu.roster.imports.commands.undoing"
_SET_UP = """
from tests.world import build_world
build_world()
"""
_NAMED = "(SELECT id FROM members_person WHERE name IN ('钱一鸣', '孔二娘', '曹三元'))"
_COUNTS = {
    "persons": "SELECT count(*) FROM " + _NAMED,
    "spells": "SELECT count(*) FROM members_spell WHERE person_id IN " + _NAMED,
    "found": "SELECT count(*) FROM search_entry WHERE label IN ('钱一鸣', '孔二娘', '曹三元')",
    "rows": "SELECT count(*) FROM imports_row",
    "applied": "SELECT count(*) FROM audit_event WHERE action = 'imports.apply' AND result = 'done'",
    "undone": "SELECT count(*) FROM audit_event WHERE action = 'imports.undo' AND result = 'done'",
    "whole": "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
}
_ASK_UNDO = """
from zhibu.common.dates import china_today
from zhibu.roster.access.actors import system_actor
from zhibu.roster.imports.commands.staging import start_in_background
from zhibu.roster.imports.commands.undoing import begin_undo
from zhibu.roster.imports.models import ImportBatch
actor = system_actor("test")
batch = ImportBatch.objects.get()
begin_undo(actor=actor, today=china_today(), batch=batch)
start_in_background("undo", batch, actor)
"""


def _python(program: str, data: Path) -> str:
    """Run a program against the installation in ``data``."""
    head = "import django; django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", head + program],
        env=environment_of(data) | {"PYTHONPATH": "{root}/src:{root}".format(root=_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small county and a file for one of its branches."""
    data = tmp_path_factory.mktemp("crashes") / "data"
    data.mkdir()
    make_database(data)
    _python(_SET_UP, data)
    (data / "roster.xlsx").write_bytes(roster(*THREE))
    return data


@pytest.fixture
def data(installation: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(installation, tmp_path / "data"))


def _words(data: Path) -> list[str]:
    return ["import-roster", str(data / "roster.xlsx"), "--org", "370004", "--apply"]


def _count(data: Path) -> dict[str, int]:
    with closing(sqlite3.connect(data / "zhibu.sqlite3")) as database:
        found = {name: int(database.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}
    assert found.pop("whole") == 0
    return found


@pytest.mark.parametrize(
    ("point", "when"),
    [
        ("zhibu.roster.imports.staging.save_plan", "before"),
        (_APPLYING + ".put_persons", "before"),
        (_APPLYING + ".put_persons", "after"),
        ("zhibu.foundation.audit.commands._write", "before"),
    ],
)
def test_an_import_killed_before_its_commit_leaves_nothing(data: Path, point: str, when: str) -> None:
    turn = 2 if point.endswith("_write") else 1  # the first audit row is the staging's
    crash(_words(data), at=point, data=data, when=when, turn=turn, modules=(_APPLYING,))
    left = _count(data)
    assert (left["persons"], left["spells"], left["found"], left["rows"], left["applied"]) == (0, 0, 0, 0, 0)
    assert run_command(_words(data), data=data).returncode == 0
    whole = _count(data)
    assert (whole["persons"], whole["found"], whole["rows"], whole["applied"]) == (3, 3, 3, 1)


def test_an_import_killed_after_its_commit_is_whole_and_is_not_repeated(data: Path) -> None:
    crash(_words(data), at=_APPLYING + ".apply_import", data=data, when="after", modules=(_APPLYING,))
    whole = _count(data)
    assert (whole["persons"], whole["found"], whole["rows"], whole["applied"]) == (3, 3, 3, 1)
    assert run_command(_words(data), data=data).returncode == 0
    again = _count(data)
    assert (again["persons"], again["applied"]) == (3, 2)


@pytest.mark.parametrize(
    ("point", "when", "persons"),
    [
        (_UNDOING + ".take_back_persons", "before", 3),
        (_UNDOING + ".take_back_persons", "after", 3),
        (_UNDOING + ".undo_import", "after", 0),
    ],
)
def test_a_killed_undo_is_whole_or_not_at_all_and_is_finished_by_the_next_worker(
    data: Path, point: str, when: str, persons: int
) -> None:
    assert run_command(_words(data), data=data).returncode == 0
    _python(_ASK_UNDO, data)
    crash(["worker", "--once"], at=point, data=data, when=when, modules=("zhibu.roster.imports.tasks",))
    left = _count(data)
    assert (left["persons"], left["found"], left["undone"]) == (persons, persons, 0 if persons else 1)
    run_command(["worker", "--once"], data=data)
    done = _count(data)
    assert (done["persons"], done["spells"], done["found"], done["undone"]) == (0, 0, 0, 1)
