"""``./zhibu demo``: a county made up from a seed, ready to be looked at."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from django.conf import settings

from zhibu.cli.claims import alone
from zhibu.cli.lazily import with_django
from zhibu.cli.parsing import columns
from zhibu.cli.service import refuse_busy_port, serve
from zhibu.cli.starting import was_ready
from zhibu.common.errors import Refused

SEED = 2026
_LINE = "{username:<12}{password:<28}{place}"


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
        code: int = with_django("zhibu.cli.demo.check.report").check_demo(
            scale=options.scale or "branch", seed=options.seed
        )
        return code
    _refuse_real_data()
    if not options.no_serve:
        refuse_busy_port(options.host, options.port)
    if options.again or not was_ready() or not _accounts_file().exists():
        _prepare(options)
    _print_accounts()
    if options.no_serve:
        return 0
    return serve(host=options.host, port=options.port, with_worker=True, certificate=None, key=None)


def _prepare(options: argparse.Namespace) -> None:
    with alone():
        making = with_django("zhibu.cli.making")
        if options.again:
            making.discard_demo()
        if _accounts_file().exists():
            making.follow_program()
        else:
            making.make_demo(
                scale=options.scale or "county", seed=options.seed, accounts_file=_accounts_file()
            )


def _refuse_real_data() -> None:
    if not settings.DEMO:
        raise Refused(
            "cli.real_data",
            "这里是正式使用的数据，不能生成示范数据。",
            next_step="想看示范，请指定另一个数据文件夹，例如：ZHIBU_DATA=/tmp/demo ./zhibu demo",
        )


def _accounts_file() -> Path:
    return Path(settings.DATA_DIR) / "demo" / "accounts.json"


def _print_accounts() -> None:
    accounts = json.loads(_accounts_file().read_text(encoding="utf-8"))
    print("示范账号（人名和事情都是虚构的）：\n")
    rows = [("  " + account["label"], _LINE.format_map(account)) for account in accounts]
    print(columns(rows, width=36))
    samples = sorted((Path(settings.DATA_DIR) / "samples").glob("*"))
    if samples:
        print("\n可以拿来试导入的名册：{folder}".format(folder=samples[0].parent))
    print(flush=True)
