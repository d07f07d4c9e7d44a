"""Backup and restore on PostgreSQL, with the client programs of the server that the tests run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tests.cli.conftest import INIT
from tests.crash import run_command
from zhibu.cli.suite.postgres import postgres_programs

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db]


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty database beside the test's own."""
    programs = postgres_programs()
    assert programs is not None
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    host = str(connection.settings_dict["HOST"])
    name = f"backup_{os.getpid()}"
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"postgresql://postgres@{host.replace('/', '%2F')}/{name}"
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_it_comes_back(database: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run_command(INIT, data=data, database=database).returncode == 0
    made = run_command(["backup", str(tmp_path / "backups")], data=data, database=database)
    assert made.returncode == 0, made.stderr
    backup = next((tmp_path / "backups").iterdir())
    with psycopg.connect(database, autocommit=True) as connected:
        connected.execute("UPDATE organizations_organization SET name = '改过的'")
    refused = run_command(["restore", str(backup)], data=data, database=database)
    assert "--replace" in refused.stderr
    done = run_command(["restore", str(backup), "--replace"], data=data, database=database)
    assert done.returncode == 0, done.stderr
    with psycopg.connect(database) as connected:
        assert connected.execute("SELECT name FROM organizations_organization").fetchall() == [
            ("中共长河县委员会",)
        ]
    assert run_command(["doctor"], data=data, database=database).returncode == 0
