"""What an operator gets wrong on the first day: a sentence with the next step, never a traceback."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash import run_command


@pytest.mark.parametrize(
    "words", [["serve", "--port", "8466"], ["backup"], ["worker", "--once"], ["migrate"]]
)
def test_an_empty_folder_is_named_and_leads_to_init(words: list[str], tmp_path: Path) -> None:
    done = run_command(words, data=tmp_path / "nothing")
    assert done.returncode == 1
    assert "还没有建立系统" in done.stderr
    assert "./zhibu init" in done.stderr
    assert "nothing" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serve", "--port", "99999"], "1 到 65535"),
        (["serve", "--port", "八千"], "1 到 65535"),
        (["serve", "--host", "300.1.1.1"], "没有地址 300.1.1.1"),
        (["checkup", "--as-of", "2026-02-30"], "“2026-02-30”不是一个日期"),
        (["backup", "--keep", "0"], "1 或者更大"),
        (["backup", "/no-such-disk/zhibu/backups"], "没有挂上"),
        (["backup", "/proc/backups"], "没有做成"),
    ],
)
def test_a_wrong_word_is_explained(words: list[str], said: str, installation: Path) -> None:
    done = run_command(words, data=installation)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_folder_above_the_backups_leads_to_the_newest(installation: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    run_command(["backup", str(tmp_path / "disk" / "daily")], data=installation)
    done = run_command(["restore", str(tmp_path / "disk" / "daily"), "--replace"], data=installation)
    assert done.returncode == 1
    assert "有1份备份" in done.stderr
    assert str(next((tmp_path / "disk" / "daily").iterdir())) in done.stderr


BEFORE_THE_NEWEST = (
    "DROP INDEX organizations_term_once",
    "DROP INDEX organizations_term_open",
    "ALTER TABLE organizations_term DROP COLUMN annulled_at",
    "ALTER TABLE organizations_term DROP COLUMN annulled_by",
    "ALTER TABLE organizations_term DROP COLUMN annulled_reason",
    "CREATE UNIQUE INDEX organizations_term_open ON organizations_term (organization_id)"
    " WHERE ended_date IS NULL",
)


def test_a_database_of_an_older_version_is_backed_up_before_it_is_migrated(
    installation: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(installation / "zhibu.sqlite3")) as database:
        taken_back = database.execute("DELETE FROM django_migrations WHERE name = '0010_term_annulment'")
        assert taken_back.rowcount == 1
        for change in BEFORE_THE_NEWEST:
            database.execute(change)
        database.commit()
    refused = run_command(["serve", "--port", "8467"], data=installation)
    assert "先备份" in refused.stderr
    assert run_command(["backup", str(tmp_path / "old")], data=installation).returncode == 0
    assert run_command(["migrate"], data=installation).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="只有 root 能挂上一块很小的磁盘")
def test_a_full_disk_is_said_and_leaves_nothing_behind(installation: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(small)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("这台机器不让挂内存盘")
    try:
        done = run_command(["backup", str(small)], data=installation)
        assert done.returncode == 1
        assert "放备份的磁盘已经写满" in done.stderr
        assert "Traceback" not in done.stderr
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["/bin/umount", str(small)], check=True)
