"""``./zhibu demo``: a county made up from a seed, ready to be looked at."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from zhibu.cli.claims import alone
from zhibu.cli.demo.accounts import DemoAccount
from zhibu.cli.demo.check.report import check_demo
from zhibu.cli.demo.generation import generate
from zhibu.cli.parsing import columns
from zhibu.cli.progress import Progress
from zhibu.cli.service import pending_migrations, refuse_busy_port, serve
from zhibu.common.dates import china_today
from zhibu.common.errors import Refused
from zhibu.oversight.checkup.commands import refresh_all
from zhibu.oversight.statistics.commands import refresh_summaries
from zhibu.roster.organizations.models import Organization

SEED = 2026


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How much, from which seed, and where to."""
    parser.add_argument(
        "--scale",
        choices=["branch", "county", "x10"],
        help="branch 一个支部，county 一个县（默认），x10 十个县",
    )
    parser.add_argument(
        "--seed", type=int, default=SEED, metavar="数", help="同一个数、同一天，总是生成同样的人和事"
    )
    parser.add_argument("--again", action="store_true", help="丢弃原来的示范数据，重新生成")
    parser.add_argument("--host", default="127.0.0.1", metavar="地址", help="默认 127.0.0.1，只有本机能打开")
    parser.add_argument("--port", type=int, default=8000, metavar="端口", help="默认 8000")
    parser.add_argument(
        "--check",
        action="store_true",
        help="另备一套小的示范数据，把导入、会议、体检、看板走一遍，说明每一步看到什么，然后退出",
    )
    parser.add_argument("--no-serve", action="store_true", help="只生成，不启动")


def run(options: argparse.Namespace) -> int:
    """Generate once, then serve; the second start only serves."""
    if options.check:
        return check_demo(scale=options.scale or "branch", seed=options.seed)
    _refuse_real_data()
    if not options.no_serve:
        refuse_busy_port(options.host, options.port)
    with alone():
        if options.again:
            _discard()
        if options.again or not _accounts_file().exists():
            call_command("migrate", interactive=False, verbosity=0)
        if not _is_complete():
            _make(options)
        _migrate_if_needed()
    _print_accounts(_read_accounts())
    if options.no_serve:
        return 0
    return serve(host=options.host, port=options.port, with_worker=True, certificate=None, key=None)


def _refuse_real_data() -> None:
    if not settings.DEMO:
        raise Refused(
            "cli.real_data",
            "这里是正式使用的数据，不能生成示范数据。",
            next_step="想看示范，请指定另一个数据文件夹，例如：ZHIBU_DATA=/tmp/demo ./zhibu demo",
        )


def _migrate_if_needed() -> None:
    """A demo made by an older version follows the program; a look costs less than a migration of nothing."""
    if pending_migrations():
        call_command("migrate", interactive=False, verbosity=0)


def _accounts_file() -> Path:
    return Path(settings.DATA_DIR) / "demo" / "accounts.json"


def _is_complete() -> bool:
    """Everything is there only when the accounts are written down, which happens last."""
    if _accounts_file().exists():
        return True
    if Organization.objects.exists():
        raise Refused(
            "cli.half_demo",
            "这里已经有数据，但不是一套完整的示范数据。",
            next_step="要丢弃它重新生成，请运行：./zhibu demo --again",
        )
    return False


def _discard() -> None:
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


def _make(options: argparse.Namespace) -> None:
    today = china_today()
    progress = Progress()
    made = generate(
        scale=options.scale or "county",
        seed=options.seed,
        today=today,
        progress=lambda text, share: progress(text, 0.85 * share),
    )
    _judge(today, progress)
    _accounts_file().parent.mkdir(parents=True, exist_ok=True)
    accounts = [asdict(account) for account in made.accounts]
    _accounts_file().write_text(json.dumps(accounts, ensure_ascii=False, indent=1), encoding="utf-8")
    progress("示范数据已经备好", 1.0)


def _judge(today: date, progress: Progress) -> None:
    """The first check-up and the first sums, so that the first page is already right."""
    progress("第一次体检", 0.86)
    refresh_all(as_of=today)
    progress("汇总统计", 0.97)
    refresh_summaries(today=today)


def _read_accounts() -> list[DemoAccount]:
    entries = json.loads(_accounts_file().read_text(encoding="utf-8"))
    return [DemoAccount(**entry) for entry in entries]


def _print_accounts(accounts: Sequence[DemoAccount]) -> None:
    print("示范账号（人名和事情都是虚构的）：\n")
    rows = [
        (
            "  " + account.label,
            columns([(account.username, account.password)], width=12).ljust(40) + account.place,
        )
        for account in accounts
    ]
    print(columns(rows, width=36))
    samples = sorted((Path(settings.DATA_DIR) / "samples").glob("*"))
    if samples:
        print("\n可以拿来试导入的名册：{folder}".format(folder=samples[0].parent))
    print(flush=True)
