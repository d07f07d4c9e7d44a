"""(a) A county's roster comes in: against calamine alone and django-import-export in bulk mode."""

from __future__ import annotations

from zhibu.cli.bench.figures import Figure, Section, Setup
from zhibu.cli.bench.imports import ROWS, bench_import


def run(setup: Setup) -> Section:
    """With preview, matching and history; then undone."""
    found = bench_import(ROWS // 10 if setup.is_quick else ROWS)
    return Section(
        "a",
        "导入名册：{rows:,} 行 × 30 列".format(rows=found.rows),
        (
            Figure("calamine 只读文件", found.calamine_seconds, "秒"),
            Figure("全过程（读、判、预览、写入）", found.ours, "秒"),
            Figure("全过程 ÷ calamine", found.ratio, "倍", 15.0),
            Figure("再导一次同一个文件", found.again_seconds, "秒"),
            Figure("撤销", found.undo_seconds, "秒", found.ours),
            Figure("内存峰值", max(found.peak_megabytes, found.child_megabytes), "MiB", 500.0),
            Figure("django-import-export（批量，无历史）", found.peer_seconds, "秒"),
        ),
    )
