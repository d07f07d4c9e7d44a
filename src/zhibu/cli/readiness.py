"""What has to be true before pages are served: a database of this version, styles and scripts in place."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from zhibu.common.errors import Refused


def make_ready() -> None:
    """Refuse a database of another version, bring static files together, and let go of the database."""
    refuse_pending_migrations()
    collect_static_files()
    connection.close()


def refuse_pending_migrations() -> None:
    """Raise Refused if the database is empty, or lacks migrations of this version."""
    refuse_empty_database()
    if pending_migrations():
        raise Refused(
            "cli.pending_migrations",
            "数据库还没有更新到这个版本，没有启动。",
            next_step="请先备份（./zhibu backup），再运行 ./zhibu migrate。",
        )


def refuse_empty_database() -> None:
    """Raise Refused where nothing was ever set up: most likely the data lie in another folder."""
    if is_empty_database():
        raise Refused(
            "cli.no_database",
            "这里还没有建立系统，数据文件夹是 {folder}。".format(folder=settings.DATA_DIR),
            next_step="全新的系统请运行 ./zhibu init；数据在别处的，请设置 ZHIBU_DATA。",
        )


def is_empty_database() -> bool:
    """Whether no migration was ever applied."""
    return not MigrationExecutor(connection).loader.applied_migrations


def pending_migrations() -> list[str]:
    """The migrations that the database lacks, ``app.name``."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def collect_static_files() -> None:
    """Bring styles and scripts together, once per content."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / "collected.txt"
    digest = _static_digest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest)


def _static_digest() -> str:
    known = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            known.update(repr((name, found.st_size, found.st_mtime_ns)).encode())
    return known.hexdigest()
