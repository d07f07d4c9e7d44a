"""``./zhibu --help`` and what is said about mistyped commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.crash import run_command
from zhibu.cli.contents import CHAPTERS, ENTRIES, table_of_contents


def test_help_reads_like_a_table_of_contents(tmp_path: Path) -> None:
    done = run_command(["--help"], data=tmp_path)
    assert done.returncode == 0
    positions = [done.stdout.index(chapter.title) for chapter in CHAPTERS]
    assert positions == sorted(positions)
    for entry in ENTRIES.values():
        assert re.search(rf"^  {entry.name} +{re.escape(entry.summary)}$", done.stdout, flags=re.MULTILINE)


def test_every_line_fits_a_screen() -> None:
    widths = [
        sum(2 if ord(sign) > 0x2E80 else 1 for sign in line) for line in table_of_contents().splitlines()
    ]
    assert max(widths) <= 100


def test_a_mistyped_command_is_answered_with_the_nearest(tmp_path: Path) -> None:
    done = run_command(["retore"], data=tmp_path)
    assert done.returncode == 2
    assert "没有“retore”这条命令。您是不是想用：./zhibu restore" in done.stderr


@pytest.mark.parametrize(
    "name",
    ["serve", "backup", "restore", "init", "doctor", "worker", "migrate", "rules", "admin-link"],
)
def test_every_command_explains_itself_in_chinese(name: str, tmp_path: Path) -> None:
    done = run_command([name, "--help"], data=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("用法：./zhibu " + name)
    english = re.findall(r"\b(usage|options|positional|show this|default|optional)\b", done.stdout)
    assert english == []


def test_a_missing_value_is_explained(tmp_path: Path) -> None:
    done = run_command(["restore"], data=tmp_path)
    assert done.returncode == 2
    assert "还缺少：备份文件夹" in done.stderr


def test_rules_need_no_database(tmp_path: Path) -> None:
    done = run_command(["rules", "show", "ZB-11-1"], data=tmp_path)
    assert "党员大会" in done.stdout
    assert not (tmp_path / "zhibu.sqlite3").exists()
    assert run_command(["rules", "show", "ZB-999-9"], data=tmp_path).returncode == 1


def test_an_empty_folder_is_told_to_begin(tmp_path: Path) -> None:
    done = run_command(["audit-verify"], data=tmp_path)
    assert done.returncode == 1
    assert "./zhibu init" in done.stderr
    assert "Traceback" not in done.stderr
