"""Backup and restore: whole or not at all, checked before anything is replaced."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash import crash, environment_of, run_command


@pytest.fixture
def backup(installation: Path, tmp_path: Path) -> Path:
    """A backup of the installation with one file in it."""
    (installation / "files").mkdir()
    (installation / "files" / "minutes.pdf").write_bytes(b"minutes")
    done = run_command(["backup", str(tmp_path / "backups")], data=installation)
    assert done.returncode == 0, done.stderr
    return next((tmp_path / "backups").iterdir())


def _change(data: Path, sql: str) -> None:
    with closing(sqlite3.connect(data / "zhibu.sqlite3")) as database:
        database.execute(sql)
        database.commit()


def _names(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / "zhibu.sqlite3")) as database:
        return [name for (name,) in database.execute("SELECT name FROM organizations_organization")]


def test_it_comes_back_with_files(installation: Path, backup: Path) -> None:
    _change(installation, "UPDATE organizations_organization SET name = '改过的'")
    (installation / "files" / "minutes.pdf").write_bytes(b"changed")
    done = run_command(["restore", str(backup), "--replace"], data=installation)
    assert done.returncode == 0, done.stderr
    assert _names(installation) == ["中共长河县委员会"]
    assert (installation / "files" / "minutes.pdf").read_bytes() == b"minutes"
    aside = next(installation.glob("replaced-*"))
    assert (aside / "files" / "minutes.pdf").read_bytes() == b"changed"
    assert run_command(["doctor"], data=installation).returncode == 0


def test_it_comes_back_in_an_empty_place_with_its_keys(
    backup: Path, installation: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(installation / "keys", other / "keys")
    assert run_command(["restore", str(backup)], data=other).returncode == 0
    assert _names(other) == ["中共长河县委员会"]
    assert (other / "profile.txt").read_text() == "production\n"


def test_it_holds_no_key(backup: Path, installation: Path) -> None:
    content = json.loads((installation / "keys" / "sealing.json").read_text())
    secrets = [content["index"], *content["sealing"].values()]
    held = b"".join(path.read_bytes() for path in backup.iterdir())
    assert not any(secret.encode() in held or bytes.fromhex(secret) in held for secret in secrets)


def test_it_refuses_to_replace_unasked(installation: Path, backup: Path) -> None:
    done = run_command(["restore", str(backup)], data=installation)
    assert done.returncode == 1
    assert "--replace" in done.stderr


@pytest.mark.parametrize("part", ["database.sqlite3", "files.tar"])
def test_it_refuses_a_damaged_part(part: str, installation: Path, backup: Path) -> None:
    with (backup / part).open("r+b") as file:
        file.seek(600)
        file.write(b"\xff\xfe")
    _refused(installation, backup, "已经损坏")


def _lift_the_guards(database: sqlite3.Connection) -> None:
    """Whoever holds the file can drop its triggers; the chain has to notice all the same."""
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        database.execute("DROP TRIGGER {name}".format(name=name))


def test_it_refuses_a_rewritten_history(installation: Path, backup: Path) -> None:
    """Database and manifest agree, yet a row of the audit was changed."""
    with closing(sqlite3.connect(backup / "database.sqlite3")) as database:
        _lift_the_guards(database)
        database.execute("UPDATE audit_event SET actor_ref = 'account:9' WHERE seq = 2")
        database.commit()
    _rewrite_manifest(backup)
    _refused(installation, backup, "操作记录核对不上")


def test_it_refuses_a_shortened_history(installation: Path, backup: Path) -> None:
    with closing(sqlite3.connect(backup / "database.sqlite3")) as database:
        _lift_the_guards(database)
        database.execute("DELETE FROM audit_touch WHERE event_id > 3")
        database.execute("DELETE FROM audit_event WHERE seq > 3")
        database.commit()
    _rewrite_manifest(backup)
    _refused(installation, backup, "操作记录核对不上")


def test_it_refuses_other_keys(backup: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    done = run_command(["restore", str(backup)], data=other)
    assert done.returncode == 1
    assert "另一套密钥" in done.stderr
    assert not (other / "zhibu.sqlite3").exists()


def test_it_refuses_a_newer_version(installation: Path, backup: Path) -> None:
    content = json.loads((backup / "manifest.json").read_text())
    content["migrations"].append("roster.0999_from_the_future")
    (backup / "manifest.json").write_text(json.dumps(content))
    _refused(installation, backup, "更新的版本")


def test_it_refuses_a_folder_that_is_no_backup(installation: Path, tmp_path: Path) -> None:
    _refused(installation, tmp_path, "不是一份完整的备份")


def test_it_refuses_while_a_worker_runs(installation: Path, backup: Path) -> None:
    worker = subprocess.Popen([sys.executable, "-m", "zhibu.cli", "worker"], env=environment_of(installation))
    try:
        _wait_for(lambda: _heartbeat(installation))
        _refused(installation, backup, "正在使用这套数据")
    finally:
        worker.terminate()
        assert worker.wait(timeout=20) == 0
    assert run_command(["restore", str(backup), "--replace"], data=installation).returncode == 0


def test_it_keeps_only_the_newest(installation: Path, tmp_path: Path) -> None:
    target = tmp_path / "backups"
    for day in ("20250101", "20250102", "20250103"):
        (target / f"zhibu-{day}-020000").mkdir(parents=True)
        (target / f"zhibu-{day}-020000" / "manifest.json").write_text("{}")
    assert run_command(["backup", str(target), "--keep", "2"], data=installation).returncode == 0
    left = sorted(path.name for path in target.iterdir())
    assert len(left) == 2
    assert left[0] == "zhibu-20250103-020000"


@pytest.mark.crash
def test_killed_while_copying_it_leaves_no_backup(installation: Path, tmp_path: Path) -> None:
    target = tmp_path / "backups"
    crash(["backup", str(target)], at="zhibu.cli.archives.saving._copy_files", data=installation)
    assert [path.name for path in target.iterdir() if not path.name.endswith(".partial")] == []
    assert run_command(["backup", str(target)], data=installation).returncode == 0


@pytest.mark.crash
@pytest.mark.parametrize("turn", [1, 2])
def test_killed_while_replacing_it_can_be_run_again(turn: int, installation: Path, backup: Path) -> None:
    words = ["restore", str(backup), "--replace"]
    crash(words, at="zhibu.cli.archives.loading._put", data=installation, turn=turn)
    assert run_command(words, data=installation).returncode == 0
    assert _names(installation) == ["中共长河县委员会"]
    assert (installation / "files" / "minutes.pdf").read_bytes() == b"minutes"


def test_a_writer_meanwhile_is_in_or_out_but_never_half(installation: Path, tmp_path: Path) -> None:
    """Rows written in pairs while the backup runs come out in pairs."""
    _change(installation, "CREATE TABLE pairs (id INTEGER PRIMARY KEY, half TEXT)")
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(installation / "zhibu.sqlite3")])
    try:
        _wait_for(lambda: _pairs(installation / "zhibu.sqlite3") > 20)
        done = run_command(["backup", str(tmp_path / "backups")], data=installation)
    finally:
        writer.kill()
        writer.wait()
    assert done.returncode == 0, done.stderr
    copied = _pairs(next((tmp_path / "backups").iterdir()) / "database.sqlite3")
    assert copied > 20
    assert copied % 2 == 0


_WRITER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
while True:
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO pairs (half) VALUES ('left')")
    database.execute("INSERT INTO pairs (half) VALUES ('right')")
    database.execute("COMMIT")
"""


def _pairs(path: Path) -> int:
    with closing(sqlite3.connect(path, timeout=30)) as database:
        return int(database.execute("SELECT COUNT(*) FROM pairs").fetchone()[0])


def _heartbeat(data: Path) -> bool:
    with closing(sqlite3.connect(data / "zhibu.sqlite3", timeout=30)) as database:
        return bool(
            database.execute("SELECT COUNT(*) FROM jobs_scheduled_run WHERE last_at NOT NULL").fetchone()[0]
        )


def _wait_for(condition: object, seconds: int = 40) -> None:
    until = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


def _rewrite_manifest(backup: Path) -> None:
    """What somebody would do who changes a backup and knows the format."""
    program = (
        "import json, sys; from pathlib import Path; from zhibu.cli.archives.manifest import part_of\n"
        "folder = Path(sys.argv[1]); path = folder / 'manifest.json'\n"
        "content = json.loads(path.read_text())\n"
        "content['parts'] = [{'name': p.name, 'size': p.size, 'sha256': p.sha256} for p in"
        " (part_of(folder / part['name']) for part in content['parts'])]\n"
        "path.write_text(json.dumps(content))"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "zhibu.config.settings",
        "ZHIBU_DATA": str(backup.parent),
    }
    subprocess.run([sys.executable, "-c", program, str(backup)], env=environment, check=True)


def _refused(installation: Path, backup: Path, words: str) -> None:
    before = (installation / "zhibu.sqlite3").read_bytes()
    done = run_command(["restore", str(backup), "--replace"], data=installation)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert (installation / "zhibu.sqlite3").read_bytes() == before
    assert list(installation.glob("replaced-*")) == []
