"""``./zhibu audit-verify``: whether the chain of audit rows is whole, and the papers it names unchanged."""

from __future__ import annotations

import argparse
from pathlib import Path

from zhibu.foundation.audit.queries import list_changed_files, read_heads, verify_chain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Hashes that were noted elsewhere."""
    parser.add_argument(
        "--expect-head", default="", metavar="校验值", help="以前抄存的校验值；只有它能发现整段被重写"
    )
    parser.add_argument(
        "--heads", default=None, type=Path, metavar="文件", help="ZHIBU_HEADS 写下的文件，逐行核对"
    )


def run(options: argparse.Namespace) -> int:
    """Verify and print the head; exit code 1 if the chain is broken or a paper was changed."""
    noted = read_heads(options.heads.read_text(encoding="utf-8")) if options.heads else {}
    report = verify_chain(expect_head=options.expect_head, noted=noted)
    changed = list_changed_files() if report.is_whole else []
    fault = report.fault or "、".join(changed)
    if fault:
        about = "操作记录核对不上" if report.fault else "文书被改动过，或者不见了"
        print("{about}：{fault}".format(about=about, fault=fault))
        print("请不要继续改动数据，马上告诉审计管理员，并保留最近的备份。")
        return 1
    print("操作记录 {rows} 条，前后相连，没有改动；归档的文书与记录一致。".format(rows=report.rows))
    if noted:
        print("与留存的 {count} 个校验值一致。".format(count=len(noted)))
    print("校验值：{head}".format(head=report.head))
    if not options.expect_head and not noted:
        print("请把校验值抄在别处；下次用 --expect-head 核对，可以发现整段被重写。")
    return 0
