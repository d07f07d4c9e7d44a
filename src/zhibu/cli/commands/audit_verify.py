"""``./zhibu audit-verify``: whether the chain of audit rows is whole."""

from __future__ import annotations

import argparse

from zhibu.foundation.audit.queries import verify_chain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A hash that was noted elsewhere."""
    parser.add_argument(
        "--expect-head", default="", metavar="校验值", help="以前抄存的校验值；只有它能发现整段被重写"
    )


def run(options: argparse.Namespace) -> int:
    """Verify and print the head; exit code 1 if the chain is broken."""
    report = verify_chain(expect_head=options.expect_head)
    if not report.is_whole:
        print("操作记录核对不上：{fault}".format(fault=report.fault))
        print("请不要继续改动数据，马上告诉审计管理员，并保留最近的备份。")
        return 1
    print("操作记录 {rows} 条，前后相连，没有改动。".format(rows=report.rows))
    print("校验值：{head}".format(head=report.head))
    if not options.expect_head:
        print("请把校验值抄在别处；下次用 --expect-head 核对，可以发现整段被重写。")
    return 0
