"""``./zhibu bench``: how fast everything is, each beside a named floor or peer in the same run."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path

from zhibu.cli.bench import branch, check_in, checkup, migrations, pages, roster_import, tree
from zhibu.cli.bench.figures import Section, Setup
from zhibu.cli.bench.report import as_table, machine, page
from zhibu.cli.suite.postgres import PostgresUnavailable, postgres_programs, temporary_postgres
from zhibu.common.dates import china_today
from zhibu.common.errors import Refused

_ROOT = Path(__file__).resolve().parents[4]
_FLOORS = {
    "a": roster_import,
    "b": checkup,
    "c": branch,
    "d": pages,
    "e": tree,
    "f": check_in,
    "g": migrations,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to measure, and on how much."""
    parser.add_argument(
        "--only",
        metavar="字母",
        help="只测这些，逗号分开：a 导入，b 整体体检，c 一个支部，d 页面，e 组织树，f 签到，g 迁移",
    )
    parser.add_argument(
        "--scale",
        choices=["county", "x10"],
        default="county",
        help="数据多少：county 一个县（默认），x10 十个县",
    )
    parser.add_argument("--quick", action="store_true", help="少测几轮，数目较小；不写入文档")
    parser.add_argument("--write", type=Path, metavar="文件", help="写到哪里，默认 docs/performance.md")


def run(options: argparse.Namespace) -> int:
    """Measure, print, and write the page; exit code 0 whether the targets are met or not."""
    chosen = _chosen(options.only)
    folder = Path(os.environ.get("ZHIBU_DATA", _ROOT / "var")) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    facts = machine(folder)
    print("\n".join(facts), flush=True)
    postgres = temporary_postgres if postgres_programs() is not None else None
    setup = Setup(folder, options.scale, options.quick, postgres)
    sections = [_measured(letter, setup) for letter in chosen]
    written = options.write or (None if options.quick or options.only else _ROOT / "docs" / "performance.md")
    if written is not None:
        _write(written, sections, facts, options)
        print("已写入 {path}".format(path=written))
    return 0


def _chosen(only: str | None) -> list[str]:
    letters = list(_FLOORS) if only is None else [letter.strip() for letter in only.split(",")]
    unknown = [letter for letter in letters if letter not in _FLOORS]
    if unknown:
        raise Refused(
            "cli.unknown_floor",
            "没有“{letter}”这一项。".format(letter=unknown[0]),
            next_step="可选：{letters}。".format(letters="、".join(_FLOORS)),
        )
    return letters


def _measured(letter: str, setup: Setup) -> Section:
    try:
        section: Section = _FLOORS[letter].run(setup)
    except PostgresUnavailable as error:
        raise Refused(
            "cli.no_postgres",
            "PostgreSQL 没有启动：{error}".format(error=error),
            next_step="请排除原因后再测，或用 --only 跳过 f 和 g。",
        ) from error
    print("\n" + as_table(section), flush=True)
    return section


def _write(path: Path, sections: list[Section], facts: list[str], options: argparse.Namespace) -> None:
    words = ["./zhibu bench"]
    if options.only:
        words += ["--only", options.only]
    if options.scale != "county":
        words += ["--scale", options.scale]
    if options.quick:
        words.append("--quick")
    today: date = china_today()
    path.write_text(page(sections, facts, command=" ".join(words), day=today), encoding="utf-8")
