"""``./zhibu test``: every test, on both database engines, browser journeys included."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from zhibu.cli.suite.chromium import bring_chromium
from zhibu.cli.suite.outcome import Outcome, print_summary, read_outcome
from zhibu.cli.suite.postgres import PostgresUnavailable, temporary_postgres

PASSES_ON = True
_ROOT = Path(__file__).resolve().parents[4]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to leave out; everything else goes to pytest."""
    parser.add_argument("--fast", action="store_true", help="只运行不需要浏览器的测试，数据库只用 SQLite")
    parser.add_argument("--without-browser", action="store_true", help="不运行浏览器测试")
    parser.add_argument("--without-postgres", action="store_true", help="不在 PostgreSQL 上运行")
    parser.add_argument("--workers", type=int, default=2, metavar="个数", help="同时运行的进程数，默认 2")
    parser.epilog = "其余的选项和文件名原样交给 pytest，例如：./zhibu test --fast tests/roster -k import"


def run(options: argparse.Namespace) -> int:
    """Run the suite and return 0 only if all of what was asked for ran and passed."""
    missing: list[str] = []
    outcomes = [_run("纯逻辑与 SQLite", "pure,database", options, {"DATABASE_URL": ""})]
    if not (options.fast or options.without_postgres):
        outcomes += _on_postgres(options, missing)
    if not (options.fast or options.without_browser):
        outcomes += _in_browser(options, missing)
    return print_summary(outcomes, missing)


def _on_postgres(options: argparse.Namespace, missing: list[str]) -> list[Outcome]:
    try:
        with temporary_postgres() as address:
            return [_run("PostgreSQL", "database", options, {"DATABASE_URL": address})]
    except PostgresUnavailable as error:
        missing.append(
            "PostgreSQL 没有启动，数据库测试只在 SQLite 上运行过。原因：{error}".format(error=error)
        )
        return []


def _in_browser(options: argparse.Namespace, missing: list[str]) -> list[Outcome]:
    absent = bring_chromium()
    if absent:
        missing.append(absent)
        return []
    return [_run("浏览器", "browser", options, {"DATABASE_URL": ""})]


def _run(title: str, kinds: str, options: argparse.Namespace, environment: dict[str, str]) -> Outcome:
    report = _ROOT / "var" / "test" / "{kinds}.xml".format(kinds=(title + kinds).replace(",", "-"))
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    words = [sys.executable, "-m", "pytest", "--kind", kinds, "--junitxml", str(report), "-q", "--tb=short"]
    if options.workers > 1:
        words += ["-n", str(options.workers), "--dist", "loadgroup"]
    print("\n=== {title}".format(title=title), flush=True)
    begun = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*words, *options.rest],
        cwd=_ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return read_outcome(title, report, exit_code=done.returncode, seconds=time.monotonic() - begun)
