"""``./zhibu init``: once, with three people apart."""

from __future__ import annotations

import re
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import INIT
from tests.crash import crash, run_command


def test_it_works(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = run_command(INIT, data=data)
    assert done.returncode == 0, done.stderr
    passwords = re.findall(r"密码 (\S{24})$", done.stdout, flags=re.MULTILINE)
    assert len(set(passwords)) == 3
    with closing(sqlite3.connect(data / "zhibu.sqlite3")) as database:
        roles = database.execute(
            "SELECT kind, must_change_password FROM accounts_special_role"
            " JOIN accounts_account ON id = account_id"
        ).fetchall()
        begin = database.execute("SELECT begin_date FROM organizations_records_begin").fetchall()
        dump = "\n".join(database.iterdump())
    assert sorted(roles) == [("audit", 1), ("security", 1), ("system", 1)]
    assert begin == [("2026-01-01",)]
    assert not any(password in dump for password in passwords)


def test_it_is_for_production(fresh_installation: Path) -> None:
    assert (fresh_installation / "profile.txt").read_text() == "production\n"


def test_keys_and_data_are_for_the_service_alone(fresh_installation: Path) -> None:
    paths = [fresh_installation / "zhibu.sqlite3", *(fresh_installation / "keys").iterdir()]
    assert [path.name for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_it_refuses_a_second_time(installation: Path) -> None:
    before = (installation / "zhibu.sqlite3").read_bytes()
    done = run_command(INIT, data=installation)
    assert done.returncode == 1
    assert "已经有一套系统的数据" in done.stderr
    assert (installation / "zhibu.sqlite3").read_bytes() == before


def test_it_refuses_an_unknown_kind_with_the_list(tmp_path: Path) -> None:
    done = run_command([*INIT, "--kind", "大支部"], data=tmp_path)
    assert done.returncode == 1
    assert "地方委员会、党工委" in done.stderr


def test_killed_in_the_middle_it_can_be_run_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    crash(INIT, at="zhibu.foundation.accounts.commands.accounts.appoint_administrator", data=data, turn=2,
          modules=("zhibu.cli.commands.init",))  # fmt: skip
    assert run_command(INIT, data=data).returncode == 0


def test_the_chosen_profile_is_kept_and_named_and_a_lost_password_opened_by_hand(tmp_path: Path) -> None:
    assert run_command([*INIT, "--security", "djbh3"], data=tmp_path).returncode == 0
    assert "djbh3（等保三级" in run_command(["doctor"], data=tmp_path).stdout
    done = run_command(["admin-link", "security-admin"], data=tmp_path)
    assert done.returncode == 0
    assert "/account/password/" in done.stdout
    assert run_command(["admin-link", "nobody"], data=tmp_path).returncode == 1
