"""``./zhibu rules``: the rulebook on paper, without a database."""

from __future__ import annotations

import argparse
from pathlib import Path

from zhibu.rulebook.report import Report, diff_rules, list_rules, show_rule, try_cases


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Four things to ask of the rules."""
    parser.add_argument("--json", action="store_true", help="按 JSON 输出，供其他程序使用")
    asked = parser.add_subparsers(dest="asked", required=True, metavar="list|show|try|diff")
    asked.add_parser("list", help="列出全部规范和校验")
    show = asked.add_parser("show", help="查看一条规范或校验")
    show.add_argument("rule", metavar="编号", help="例如 ZB-11-1 或 ZB-11-1.a")
    trial = asked.add_parser("try", help="试算用例文件，格式见 docs/rulebook.md")
    trial.add_argument("files", nargs="+", type=Path, metavar="文件")
    diff = asked.add_parser("diff", help="修改规则以后，哪些判定会变")
    diff.add_argument("old", type=Path, metavar="原规则", help="一个文件夹，或一个规则文件")
    diff.add_argument("new", type=Path, metavar="新规则")
    diff.add_argument("cases", nargs="*", type=Path, metavar="用例", help="默认用自带的全部用例")


def run(options: argparse.Namespace) -> int:
    """Print the report; exit code 1 if a case does not agree or a rule does not exist."""
    report = _report(options)
    print(report.json if options.json else report.text)
    return 0 if report.is_right else 1


def _report(options: argparse.Namespace) -> Report:
    if options.asked == "show":
        return show_rule(options.rule)
    if options.asked == "try":
        return try_cases(options.files)
    if options.asked == "diff":
        return diff_rules(options.old, options.new, options.cases or None)
    return list_rules()
