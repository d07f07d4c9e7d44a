"""(c) One branch judged anew after a change, the sums of all above it included."""

from __future__ import annotations

from zhibu.cli.bench.children import generated, in_child
from zhibu.cli.bench.figures import Figure, Section, Setup


def run(setup: Setup) -> Section:
    """Many branches one after another; every one is written back."""
    data = generated(setup.folder, setup.scale)
    found = in_child("branch_child", data, branches=20 if setup.is_quick else 100)
    return Section(
        "c",
        "改动以后重新判定一个支部",
        (
            Figure("第一个（冷）", found["first"], "毫秒"),
            Figure("中位数", found["median"], "毫秒", 50.0),
            Figure("第 95 百分位", found["p95"], "毫秒"),
            Figure("所用处理器时间（平均）", found["processor"], "毫秒"),
            Figure("上级汇总（三级，中位数）", found["sums"], "毫秒"),
        ),
        ("中位数已包含上级汇总。每个支部平均 {rows} 项，{members} 名党员。".format_map(found),),
    )
