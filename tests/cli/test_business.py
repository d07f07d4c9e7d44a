"""demo, import-roster, checkup and rules from the command line, on a branch made up from a seed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash import run_command

DEMO = ["demo", "--scale", "branch", "--no-serve"]


@pytest.fixture(scope="session")
def fresh_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``demo --scale branch`` makes; not to be changed."""
    data = tmp_path_factory.mktemp("demo") / "data"
    done = run_command(DEMO, data=data)
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture
def demo(fresh_demo: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    data = tmp_path / "data"
    shutil.copytree(fresh_demo, data)
    return data


def _ask(data: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data / "zhibu.sqlite3")) as database:
        return database.execute(sql).fetchall()


def _branch(data: Path) -> str:
    return str(
        _ask(data, "SELECT code FROM organizations_organization WHERE kind = 'branch' ORDER BY path")[0][0]
    )


def _roster(data: Path) -> str:
    return str(data / "samples" / "花名册样例.xlsx")


def test_the_demo_is_made_once(demo: Path) -> None:
    before = _ask(demo, "SELECT MAX(seq) FROM audit_event")
    done = run_command(DEMO, data=demo)
    assert done.returncode == 0
    assert _ask(demo, "SELECT MAX(seq) FROM audit_event") == before
    accounts = json.loads((demo / "demo" / "accounts.json").read_text(encoding="utf-8"))
    assert {"secretary", "member", "organizer", "statistics", "system", "security", "audit"} <= {
        account["role"] for account in accounts
    }
    assert all(
        account["username"] in done.stdout and account["password"] in done.stdout for account in accounts
    )


def test_the_demo_can_be_made_again(demo: Path) -> None:
    with closing(sqlite3.connect(demo / "zhibu.sqlite3")) as database:
        database.execute("UPDATE organizations_organization SET name = '改过的'")
        database.commit()
    assert run_command([*DEMO, "--again"], data=demo).returncode == 0
    assert ("改过的",) not in _ask(demo, "SELECT name FROM organizations_organization")


def test_the_demo_refuses_real_data(installation: Path) -> None:
    for words in (DEMO, [*DEMO, "--again"]):
        done = run_command(words, data=installation)
        assert done.returncode == 1
        assert "正式使用的数据" in done.stderr


def test_a_preview_writes_nothing(demo: Path) -> None:
    before = [_ask(demo, f"SELECT COUNT(*) FROM {table}") for table in ("audit_event", "members_person")]
    done = run_command(["import-roster", _roster(demo), "--org", _branch(demo)], data=demo)
    assert done.returncode == 0, done.stderr
    assert "没有写入任何内容" in done.stdout
    assert "须确认" in done.stdout
    assert [
        _ask(demo, f"SELECT COUNT(*) FROM {table}") for table in ("audit_event", "members_person")
    ] == before


def test_json_gives_one_object_for_each_cell(demo: Path) -> None:
    done = run_command(["import-roster", _roster(demo), "--org", _branch(demo), "--json"], data=demo)
    assert done.returncode == 0, done.stderr
    cells = [line for line in map(json.loads, done.stdout.splitlines()) if line["type"] == "cell"]
    assert {cell["outcome"] for cell in cells} >= {"OK", "FIX", "ASK"}
    assert all(
        {"address", "original", "outcome", "field", "value", "reason"} <= cell.keys() for cell in cells
    )


def test_importing_twice_changes_nothing_more(demo: Path) -> None:
    words = ["import-roster", _roster(demo), "--org", _branch(demo), "--apply"]
    assert run_command(words, data=demo).returncode == 0
    people = "SELECT * FROM members_person ORDER BY id"
    once = _ask(demo, people)
    again = run_command(words, data=demo)
    assert again.returncode == 0, again.stderr
    assert _ask(demo, people) == once


def test_it_refuses_an_unknown_organization(demo: Path) -> None:
    for words in (["import-roster", _roster(demo), "--org", "000"], ["checkup", "--org", "000"]):
        done = run_command(words, data=demo)
        assert done.returncode == 1
        assert "没有编码为“000”的党组织" in done.stderr


def test_it_refuses_a_missing_file(demo: Path) -> None:
    done = run_command(["import-roster", "nothing.xlsx", "--org", _branch(demo)], data=demo)
    assert done.returncode == 1
    assert "没有找到文件" in done.stderr


def test_the_check_up_explains_each_line(demo: Path) -> None:
    done = run_command(["checkup", "--org", _branch(demo), "--json"], data=demo)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows
    assert all(row["citations"] and row["title"] and row["reason"] and row["remedy"] for row in rows)
    words = run_command(["checkup", "--org", _branch(demo)], data=demo).stdout
    assert "依据：《" in words


def test_the_check_up_writes_nothing(demo: Path) -> None:
    before = _ask(demo, "SELECT * FROM obligations_computation ORDER BY org_id")
    assert run_command(["checkup", "--as-of", "2026-06-30"], data=demo).returncode == 0
    assert _ask(demo, "SELECT * FROM obligations_computation ORDER BY org_id") == before


def test_shipped_cases_agree(tmp_path: Path) -> None:
    cases = Path(__file__).parents[2] / "src" / "zhibu" / "rulebook" / "cases"
    done = run_command(["rules", "try", *map(str, sorted(cases.glob("*.yaml")))], data=tmp_path)
    assert done.returncode == 0, done.stdout[-2000:]


def test_a_rule_compared_with_itself_changes_nothing(tmp_path: Path) -> None:
    rules = Path(__file__).parents[2] / "src" / "zhibu" / "rulebook" / "regulations"
    done = run_command(["rules", "diff", str(rules), str(rules)], data=tmp_path)
    assert done.returncode == 0
    assert "共有 0 处判定发生变化" in done.stdout
