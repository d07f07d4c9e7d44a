"""Making a backup while the service runs."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tarfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection

from zhibu.cli.archives.engines import Copied, copy_database
from zhibu.cli.archives.manifest import FILE_NAME, FORMAT, Manifest, keyring_mark, part_of
from zhibu.cli.release import RELEASE
from zhibu.common.dates import CHINA
from zhibu.common.errors import Refused

FILES_ARCHIVE = "files.tar"


def files_folder() -> Path:
    """Where uploaded and made papers lie. Raises Refused where they lie in a storage elsewhere."""
    storage = storages["default"]
    if not isinstance(storage, FileSystemStorage):
        raise Refused(
            "cli.files_elsewhere",
            "文件不在本机的文件夹里，不能一起备份或恢复。",
            next_step="请用对象存储自己的备份功能；办法见 docs/operations.md。",
        )
    return Path(storage.location)


def make_backup(target: Path, *, now: datetime) -> tuple[Path, Manifest]:
    """Write a new backup folder below ``target``; it appears under its name only when it is whole.

    The database is copied first: every file that a row names was written before that row, so the copy of
    the files, made afterwards, holds them all. Raises Refused if the disk is too small or a copy fails.
    """
    folder = target / "zhibu-{stamp}".format(stamp=now.astimezone(CHINA).strftime("%Y%m%d-%H%M%S"))
    growing = folder.with_name(folder.name + ".partial")
    if folder.exists():
        raise Refused(
            "cli.backup_exists", "{folder} 已经存在。".format(folder=folder), next_step="请过一秒再试。"
        )
    if not target.resolve().parent.is_dir():
        raise Refused(
            "cli.no_such_folder",
            "没有 {folder} 这个文件夹。".format(folder=target.resolve().parent),
            next_step="请核对路径；备份放在另一块磁盘的，请看那块磁盘是不是没有挂上。",
        )
    try:
        growing.mkdir(parents=True, mode=0o700)
        copied = copy_database(growing)
        _copy_files(growing / FILES_ARCHIVE)
        manifest = _manifest(growing, copied, now)
        manifest.write_to(growing)
        _flush(growing)
        growing.rename(folder)
    except (OSError, sqlite3.OperationalError) as error:
        raise Refused(
            "cli.backup_failed",
            "备份没有做成：{reason}。原有的数据和以前的备份都没有动。".format(reason=_in_words(error)),
            next_step="请检查磁盘空间和文件夹的权限后再试。",
        ) from error
    finally:
        shutil.rmtree(growing, ignore_errors=True)
    return folder, manifest


def _in_words(error: OSError | sqlite3.OperationalError) -> str:
    """What the machine said, in words where they are known."""
    if getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error):
        return "放备份的磁盘已经写满"
    if isinstance(error, PermissionError):
        return "没有权限写进这个文件夹"
    return str(getattr(error, "strerror", None) or error)


def _copy_files(archive: Path) -> None:
    with tarfile.open(archive, "w") as tar:
        if files_folder().is_dir():
            tar.add(files_folder(), arcname="files")


def _manifest(folder: Path, copied: Copied, now: datetime) -> Manifest:
    return Manifest(
        format=FORMAT,
        release=RELEASE,
        made_at=now.isoformat(timespec="seconds"),
        profile=str(settings.PROFILE),
        engine=connection.vendor,
        migrations=copied.migrations,
        audit_rows=copied.audit_rows,
        audit_head=copied.audit_head,
        keyring=keyring_mark(),
        parts=(part_of(copied.path), part_of(folder / FILES_ARCHIVE)),
    )


def _flush(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def forget_old_backups(target: Path, *, keep: int) -> list[Path]:
    """Remove all whole backups below ``target`` but the newest ``keep``, and name those removed."""
    whole = sorted(path for path in target.glob("zhibu-*") if (path / FILE_NAME).is_file())
    old = whole[:-keep]
    for folder in old:
        shutil.rmtree(folder)
    return old
