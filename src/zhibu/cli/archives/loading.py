"""Bringing a backup back: everything is checked beside the present data before anything is replaced."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from zhibu.cli.archives.engines import SQLITE_FILE, check_sqlite, database_path, load_postgres
from zhibu.cli.archives.manifest import Manifest, check_parts, keyring_mark, read_manifest
from zhibu.cli.archives.saving import FILES_ARCHIVE, files_folder
from zhibu.common.dates import CHINA
from zhibu.common.errors import Refused
from zhibu.foundation.audit.queries import verify_chain


def restore_backup(folder: Path, *, replace: bool, now: datetime) -> tuple[Manifest, Path | None]:
    """Put a backup in the place of the present data; with ``replace`` the present data are set aside.

    Returns the manifest and the folder of what was set aside. Raises Refused, having changed nothing, for a
    damaged backup, one of another engine or of a newer version, one sealed with other keys, a broken audit
    chain, or present data without ``replace``.
    """
    manifest = read_manifest(folder)
    _refuse_unfit(manifest)
    if not replace and _holds_data():
        raise Refused(
            "cli.data_present",
            "这里已经有数据，没有恢复。",
            next_step="确认要替换时加上 --replace；现有数据会移到旁边的文件夹，不会删除。",
        )
    check_parts(folder, manifest)
    staged = Path(settings.DATA_DIR) / "restore.partial"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(mode=0o700)
    try:
        with tarfile.open(folder / FILES_ARCHIVE) as tar:
            tar.extractall(staged, filter="data")
        if manifest.engine == "sqlite":
            _stage_sqlite(folder, staged, manifest)
        return manifest, _swap(folder, staged, manifest, now)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _refuse_unfit(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise Refused(
            "cli.other_engine",
            "这份备份来自 {theirs}，这套系统用的是 {ours}，不能直接恢复。".format(
                theirs=manifest.engine, ours=connection.vendor
            ),
            next_step="请用同一种数据库的系统恢复；更换数据库的办法见 docs/operations.md。",
        )
    known = {".".join(key) for key in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if set(manifest.migrations) - known:
        raise Refused(
            "cli.newer_backup",
            "这份备份来自更新的版本（{release}），这个版本读不了。".format(release=manifest.release),
            next_step="请先把程序升级到那个版本。",
        )
    if manifest.keyring != keyring_mark():
        raise Refused(
            "cli.other_keys",
            "这份备份要用另一套密钥才能打开，没有恢复。",
            next_step="请把当时的 sealing.json 放到 {folder} 以后再恢复。".format(folder=settings.KEY_DIR),
        )


def _holds_data() -> bool:
    if connection.vendor == "sqlite" and not database_path().exists():
        return False
    if "audit_event" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM audit_event")
        return bool(cursor.fetchone()[0])


def _stage_sqlite(folder: Path, staged: Path, manifest: Manifest) -> None:
    """The copy is verified in a process of its own, which sees nothing but the staged data."""
    path = staged / database_path().name
    shutil.copyfile(folder / SQLITE_FILE, path)
    check_sqlite(path)
    words = ["zhibu.cli", "audit-verify", "--expect-head", manifest.audit_head]
    environment = {**os.environ, "ZHIBU_DATA": str(staged), "ZHIBU_KEYS": str(settings.KEY_DIR)}
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(
            "cli.broken_chain",
            "备份里的操作记录核对不上，没有恢复：{said}".format(
                said=(done.stdout + done.stderr).strip()[-500:]
            ),
            next_step="请换一份备份，并把这一情况告诉审计管理员。",
        )


def _swap(folder: Path, staged: Path, manifest: Manifest, now: datetime) -> Path | None:
    if manifest.engine != "sqlite":
        load_postgres(folder / manifest.parts[0].name)
        report = verify_chain(expect_head=manifest.audit_head)
        if not report.is_whole:
            raise Refused("cli.broken_chain", "恢复后的操作记录核对不上：{fault}".format(fault=report.fault))
    connection.close()
    aside = Path(settings.DATA_DIR) / "replaced-{stamp}".format(
        stamp=now.astimezone(CHINA).strftime("%Y%m%d-%H%M%S")
    )
    _set_aside(aside, with_database=manifest.engine == "sqlite")
    _put(staged / "files", files_folder())
    if manifest.engine == "sqlite":
        _put(staged / database_path().name, database_path())
    (Path(settings.DATA_DIR) / "profile.txt").write_text(manifest.profile + "\n")
    return aside if aside.exists() else None


def _set_aside(aside: Path, *, with_database: bool) -> None:
    database = database_path()
    journal = [database.with_name(database.name + suffix) for suffix in ("-wal", "-shm")]
    present = [files_folder(), *([database, *journal] if with_database else [])]
    for path in present:
        if path.exists():
            aside.mkdir(mode=0o700, exist_ok=True)
            shutil.move(path, aside / path.name)


def _put(source: Path, target: Path) -> None:
    if source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, target)
