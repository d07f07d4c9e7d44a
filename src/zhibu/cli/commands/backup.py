"""``./zhibu backup``: database and files in one folder, without the keys."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from django.conf import settings

from zhibu.cli.archives.saving import forget_old_backups, make_backup
from zhibu.cli.parsing import at_least_one
from zhibu.cli.readiness import refuse_empty_database
from zhibu.common.dates import utc_now

NOTE = "last_backup.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and how many to keep."""
    default = Path(settings.DATA_DIR) / "backups"
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=default,
        metavar="文件夹",
        help="备份放在哪里，最好是另一块磁盘",
    )
    parser.add_argument(
        "--keep", type=at_least_one, metavar="份数", help="只保留最近的几份，更早的删去；不写就全部保留"
    )


def run(options: argparse.Namespace) -> int:
    """Back up; others go on working meanwhile."""
    refuse_empty_database()  # one of another version is backed up all the same, before it is migrated
    now = utc_now()
    folder, manifest = make_backup(options.folder, now=now)
    note = {"made_at": manifest.made_at, "folder": str(folder.resolve()), "audit_head": manifest.audit_head}
    (Path(settings.DATA_DIR) / NOTE).write_text(json.dumps(note), encoding="utf-8")
    size = sum(part.size for part in manifest.parts)
    print("备份已经做好：{folder}（{size:.1f} MB）".format(folder=folder, size=size / 1_000_000))
    print("操作记录 {rows} 条，校验值：{head}".format(rows=manifest.audit_rows, head=manifest.audit_head))
    print("请把校验值抄在别处，日后可以证明记录没有被改动。密钥不在备份里，请另行保管。")
    if options.keep:
        for old in forget_old_backups(options.folder, keep=options.keep):
            print("已删去旧备份：{folder}".format(folder=old))
    return 0
