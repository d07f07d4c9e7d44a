"""(g) All migrations on an empty database."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from zhibu.cli.bench.children import make_database
from zhibu.cli.bench.figures import Figure, Section, Setup


def run(setup: Setup) -> Section:
    """On SQLite, and on PostgreSQL where it can be started."""
    figures = [Figure("SQLite", _migrate(""), "秒", 20.0)]
    if setup.postgres is not None:
        with setup.postgres() as address:
            figures.append(Figure("PostgreSQL", _migrate(address), "秒", 20.0))
    return Section("g", "空数据库上的全部迁移", tuple(figures), ("包括启动进程。",))


def _migrate(database: str) -> float:
    with tempfile.TemporaryDirectory(prefix="zhibu-bench-") as folder:
        begun = time.perf_counter()
        make_database(Path(folder), database)
        return time.perf_counter() - begun
