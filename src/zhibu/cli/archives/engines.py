"""Copying a whole database out and in again, on both engines, while others go on writing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from zhibu.common.errors import Refused
from zhibu.foundation.audit.chain import GENESIS

SQLITE_FILE = "database.sqlite3"
POSTGRES_FILE = "database.dump"
_HEAD = "SELECT seq, hash FROM audit_event ORDER BY seq DESC LIMIT 1"
_MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY id"


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of the database, and what it held at that one moment."""

    path: Path
    audit_rows: int
    audit_head: str
    migrations: tuple[str, ...]


def copy_database(folder: Path) -> Copied:
    """Write one consistent copy into ``folder``. Raises Refused if that cannot be done."""
    return _copy_sqlite(folder) if connection.vendor == "sqlite" else _copy_postgres(folder)


def _copy_sqlite(folder: Path) -> Copied:
    path = folder / SQLITE_FILE
    with closing(sqlite3.connect(database_path(), timeout=60)) as live:
        live.execute("VACUUM INTO ?", [str(path)])
    check_sqlite(path)
    with closing(sqlite3.connect(path)) as copy:
        row = copy.execute(_HEAD).fetchone()
        names = copy.execute(_MIGRATIONS).fetchall()
    return _copied(path, row, names)


def _copied(path: Path, row: tuple[int, str] | None, names: list[tuple[str, str]]) -> Copied:
    rows, head = row or (0, GENESIS)
    return Copied(path, rows, head, tuple(".".join(pair) for pair in names))


def database_path() -> Path:
    """Where the embedded database lies."""
    return Path(str(settings.DATABASES["default"]["NAME"]))


def check_sqlite(path: Path) -> None:
    """Raise Refused unless the database file is whole, references included."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            orphans = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        found, orphans = str(error), None
    if found != "ok" or orphans:
        raise Refused(
            "cli.damaged_database",
            "数据库文件 {path} 已经损坏：{found}".format(
                path=path, found=found if found != "ok" else orphans
            ),
            next_step="请换一份备份恢复，并保留损坏的文件备查。",
        )


def _copy_postgres(folder: Path) -> Copied:
    """``pg_dump`` in the snapshot of our own transaction, so that head and content are of one moment."""
    path = folder / POSTGRES_FILE
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = str(cursor.fetchone()[0])
            cursor.execute(_HEAD)
            row = cursor.fetchone()
            cursor.execute(_MIGRATIONS)
            names = cursor.fetchall()
            words = ["--format=custom", "--no-owner", "--no-privileges", "--snapshot=" + snapshot]
            _postgres_program("pg_dump", [*words, "--file=" + str(path)])
        finally:
            cursor.execute("ROLLBACK")
    return _copied(path, row, names)


def load_postgres(path: Path) -> None:
    """Replace the content of the PostgreSQL database by a dump, in one transaction."""
    connection.close()
    words = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction"]
    _postgres_program("pg_restore", [*words, "--exit-on-error", str(path)])


def _postgres_program(name: str, words: list[str]) -> None:
    program = shutil.which(name)
    if program is None:
        raise Refused(
            "cli.no_pg_dump",
            "没有找到 {name}，不能备份或恢复 PostgreSQL。".format(name=name),
            next_step="请安装与服务器同版本的客户端程序（Debian：apt install postgresql-client）。",
        )
    database = settings.DATABASES["default"]
    places = {
        "PGHOST": database.get("HOST"),
        "PGPORT": database.get("PORT"),
        "PGUSER": database.get("USER"),
        "PGPASSWORD": database.get("PASSWORD"),
        "PGDATABASE": database.get("NAME"),
    }
    environment = {**os.environ, **{key: str(value) for key, value in places.items() if value}}
    if name == "pg_restore":
        words = ["--dbname=" + str(database["NAME"]), *words]
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own client
        [program, *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(
            "cli.postgres_failed",
            "{name} 没有成功：{said}".format(name=name, said=done.stderr.strip()[-500:]),
            next_step="客户端程序的版本不能低于服务器；其他原因请按上面的提示处理。",
        )
