"""(e) A tree of a million organisations: insert, count, move; django-treebeard does the same beside it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from zhibu.cli.bench.children import in_child, make_database
from zhibu.cli.bench.figures import Figure, Section, Setup

NODES = 1_000_000
_QUICK = 100_000


def run(setup: Setup) -> Section:
    """Ours by the commands that users' forms call, with history and audit row; the peer's bare nodes."""
    nodes = _QUICK if setup.is_quick else NODES
    with tempfile.TemporaryDirectory(prefix="zhibu-bench-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        make_database(data)
        ours = in_child("tree_child", data, nodes=nodes)
        peer = in_child("tree_peer", data, nodes=nodes)
    return Section(
        "e",
        "{nodes:,} 个节点的组织树".format(nodes=nodes),
        (
            Figure("写入一行：插入一个下级", ours["insert_row"], "毫秒", 5.0),
            Figure("完整命令：成立一个党组织（历史、检索、审计）", ours["create"], "毫秒"),
            Figure("数一棵约 10,000 个节点的子树", ours["count"], "毫秒", 20.0),
            Figure("移动约 1,000 个节点", ours["move"], "毫秒", 1000.0),
            Figure("treebeard 插入", peer["insert"], "毫秒"),
            Figure("treebeard 数约 10,000 个", peer["count"], "毫秒"),
            Figure("treebeard 移动约 1,000 个", peer["move"], "毫秒"),
        ),
        (
            "子树实际 {counted:,} 个，移动 {moved:,} 个；SQLite，WAL，synchronous=FULL。"
            "treebeard {version}，MP_Node，同一数据库设置，不写历史。".format(
                **ours, version=peer["version"]
            ),
        ),
    )
