"""(b) The whole county judged by every norm over two years, against loading the same facts."""

from __future__ import annotations

from zhibu.cli.bench.children import generated, in_child
from zhibu.cli.bench.figures import Figure, Section, Setup


def run(setup: Setup) -> Section:
    """Once cold (statements compiled anew), then warm; writing back apart."""
    data = generated(setup.folder, setup.scale)
    for kept in (data / "work").glob("statements-*.json"):
        kept.unlink()
    cold = in_child("checkup_child", data, rounds=1)
    warm = in_child("checkup_child", data, rounds=1 if setup.is_quick else 3)
    ten = 10 if setup.scale == "x10" else 1
    return Section(
        "b",
        "整体体检：全部规范，两年",
        (
            Figure("冷：整个子进程", cold["process"], "秒"),
            Figure("温：读取事实", warm["load"], "秒"),
            Figure("温：判定", warm["judge"], "秒", 3.0 * ten),
            Figure("温：判定 ÷ 读取", warm["judge"] / warm["load"], "倍", 3.0),
            Figure("温：与已存结果比较", warm["compare"], "秒"),
            Figure("温：整个子进程", warm["process"], "秒"),
            Figure("子进程所用处理器时间", warm["processor"], "秒"),
            Figure("写回（全部清空后）", warm["write"], "秒"),
            Figure("手写 SQL：其中两条规范", warm["plain_sql"], "秒"),
            Figure("子进程内存峰值", warm["peak_mib"], "MiB"),
        ),
        (
            "共 {rows:,} 项。".format(rows=warm["rows"]),
            "手写 SQL 只数两条规范（每月支委会、每季党员大会）缺了几次，不给理由，不存结果。",
        ),
    )
