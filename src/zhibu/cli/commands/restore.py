"""``./zhibu restore``: a backup in the place of the present data, checked before anything is touched."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from zhibu.cli.archives.loading import restore_backup
from zhibu.cli.claims import alone
from zhibu.cli.readiness import pending_migrations
from zhibu.common.dates import CHINA, utc_now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which backup, and whether present data give way."""
    parser.add_argument("folder", type=Path, metavar="备份文件夹", help="里面有 manifest.json 的那个文件夹")
    parser.add_argument(
        "--replace", action="store_true", help="替换现有数据；现有数据移到 replaced-… 文件夹，不删除"
    )


def run(options: argparse.Namespace) -> int:
    """Restore while nobody else uses the data."""
    with alone():
        manifest, aside = restore_backup(options.folder, replace=options.replace, now=utc_now())
    made_at = datetime.fromisoformat(manifest.made_at).astimezone(CHINA)
    print(
        "已经恢复到 {at} 的备份，操作记录 {rows} 条，核对无误。".format(
            at=made_at.strftime("%Y-%m-%d %H:%M"), rows=manifest.audit_rows
        )
    )
    if aside:
        print("原来的数据移到了 {folder}，确认不再需要后请自行删除。".format(folder=aside))
    if pending_migrations():
        print("这份备份来自较早的版本，请运行 ./zhibu migrate。")
    return 0
