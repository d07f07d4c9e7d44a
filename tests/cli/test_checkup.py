"""``./zhibu checkup`` over many: counts by matter, from the database or from a snapshot, the same."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash import run_command


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One generated branch with its superiors."""
    data = tmp_path_factory.mktemp("checkup") / "data"
    done = run_command(["demo", "--scale", "branch", "--no-serve"], data=data)
    assert done.returncode == 0, done.stderr
    return data


def _computed(data: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data / "zhibu.sqlite3")) as database:
        return database.execute(
            "SELECT org_id, as_of_date FROM obligations_computation ORDER BY 1"
        ).fetchall()


def test_a_snapshot_gives_what_the_database_gives(demo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    live = run_command(["checkup", "--json", "--write-snapshot", str(folder)], data=demo)
    assert live.returncode == 0, live.stderr
    assert (folder / "manifest.json").exists()
    stored = run_command(["checkup", "--json", "--snapshot", str(folder)], data=demo)
    assert stored.returncode == 0, stored.stderr
    assert stored.stdout == live.stdout
    rows = [json.loads(line) for line in live.stdout.splitlines()]
    assert rows
    assert {"check", "title", "breach", "notice", "reminding", "doubt", "organizations"} == rows[0].keys()


def test_it_names_matters_and_no_organisation(demo: Path) -> None:
    done = run_command(["checkup", "--engine", "bulk"], data=demo)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(demo / "zhibu.sqlite3")) as database:
        names = database.execute("SELECT name FROM organizations_organization").fetchall()
    assert not [name for (name,) in names if name in done.stdout]


def test_it_stores_only_when_asked(demo: Path) -> None:
    before = _computed(demo)
    assert run_command(["checkup", "--as-of", "2027-01-31", "--engine", "bulk"], data=demo).returncode == 0
    assert _computed(demo) == before
    done = run_command(["checkup", "--as-of", "2027-01-31", "--engine", "bulk", "--store"], data=demo)
    assert done.returncode == 0, done.stderr
    assert {day for _, day in _computed(demo)} == {"2027-01-31"}


def test_it_refuses_an_unfinished_snapshot(demo: Path, tmp_path: Path) -> None:
    done = run_command(["checkup", "--snapshot", str(tmp_path)], data=demo)
    assert done.returncode == 1
    assert "没有完整的数据快照" in done.stderr


def test_it_refuses_to_store_a_snapshot_or_other_packs(demo: Path, tmp_path: Path) -> None:
    for words in (["--snapshot", str(tmp_path), "--store"], ["--packs", "", "--store"]):
        done = run_command(["checkup", *words], data=demo)
        assert done.returncode == 1
        assert "请去掉" in done.stderr
