"""Making the demo: the county written, judged and added up, and its accounts written down."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from zhibu.cli.demo.generation import Scale, generate
from zhibu.cli.progress import Progress
from zhibu.common.dates import china_today
from zhibu.common.errors import Refused
from zhibu.oversight.checkup.bulk import prepare
from zhibu.oversight.checkup.commands import refresh_all
from zhibu.oversight.statistics.commands import refresh_summaries
from zhibu.roster.organizations.models import Organization


def make_demo(*, scale: Scale, seed: int, accounts_file: Path) -> None:
    """Generate on an empty database; the accounts are written last, so that the file says: all is there.

    Raises Refused where data are that no demo completed. The tables are laid, and the engine's statements
    compiled, by two more processes while the first county is made up in memory.
    """
    today = china_today()
    progress = Progress()
    with prepare() as compiling, _laying_tables() as tables:
        made = generate(
            scale=scale,
            seed=seed,
            today=today,
            progress=lambda text, share: progress(text, 0.85 * share),
            ready=lambda: _refuse_other_data(tables),
        )
        compiling.wait()
    _judge(today, progress)
    accounts_file.parent.mkdir(parents=True, exist_ok=True)
    accounts = [asdict(account) for account in made.accounts]
    accounts_file.write_text(json.dumps(accounts, ensure_ascii=False, indent=1), encoding="utf-8")
    progress("示范数据已经备好", 1.0)


def _laying_tables() -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "django", "migrate", "--no-input", "--verbosity", "0"]
    return subprocess.Popen(words, stdin=subprocess.DEVNULL)  # noqa: S603 - our own interpreter


def _refuse_other_data(tables: subprocess.Popen[bytes]) -> None:
    if tables.wait() != 0:
        raise Refused(
            "cli.no_tables",
            "数据库没有建好，原因见上面的说明。",
            next_step="请看看数据文件夹所在的磁盘是否已满、是否允许写入，再运行一次。",
        )
    if Organization.objects.exists():
        raise Refused(
            "cli.half_demo",
            "这里已经有数据，但不是一套完整的示范数据。",
            next_step="要丢弃它重新生成，请运行：./zhibu demo --again",
        )


def _judge(today: date, progress: Progress) -> None:
    """The first check-up and the first sums, so that the first page is already right.

    A child process judges for most of the time, and the sums need nothing of it: they are made meanwhile.
    """
    progress("第一次体检", 0.86)
    with ThreadPoolExecutor(1) as beside:
        sums = beside.submit(_add_up, today)
        refresh_all(as_of=today)
        progress("汇总统计", 0.97)
        sums.result()


def _add_up(today: date) -> None:
    """In a thread, which has a connection of its own."""
    try:
        refresh_summaries(today=today)
    finally:
        connection.close()


def discard_demo() -> None:
    """Only what a demo made goes; a PostgreSQL database is left to its owner."""
    if connection.vendor != "sqlite":
        raise Refused(
            "cli.not_discarded",
            "PostgreSQL 里的数据不会由这条命令删除。",
            next_step="请自己清空那个数据库，再运行 ./zhibu demo。",
        )
    connection.close()
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    for name in ("files", "demo", "samples"):
        shutil.rmtree(Path(settings.DATA_DIR) / name, ignore_errors=True)


def follow_program() -> None:
    """Bring a demo that an older version made to this one."""
    call_command("migrate", interactive=False, verbosity=0)
