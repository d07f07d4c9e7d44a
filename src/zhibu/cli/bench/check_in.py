"""(f) Five hundred check-ins, fifty at a time, then the same five hundred from a second door."""

from __future__ import annotations

import tempfile
from pathlib import Path

from zhibu.cli.bench.children import in_child, make_database
from zhibu.cli.bench.figures import Figure, Section, Setup, percentile
from zhibu.cli.bench.serving import Client, at_once, serving

PERSONS = 500
AT_ONCE = 50
_TARGETS = {"SQLite": (120.0, 500.0), "PostgreSQL": (100.0, 800.0)}


def run(setup: Setup) -> Section:
    """On SQLite, and on PostgreSQL where it can be started."""
    figures, notes = _on("SQLite", "")
    if setup.postgres is None:
        notes.append("这台电脑没有启动 PostgreSQL，没有测。")
    else:
        with setup.postgres() as address:
            more, said = _on("PostgreSQL", address)
        figures += more
        notes += said
    return Section("f", "扫码签到：500 人，每次 50 人", tuple(figures), tuple(notes))


def _on(engine: str, database: str) -> tuple[list[Figure], list[str]]:
    rate, slowest = _TARGETS[engine]
    with tempfile.TemporaryDirectory(prefix="zhibu-bench-") as folder:
        data = Path(folder)
        make_database(data, database)
        paths = in_child("check_in_child", data, database, persons=PERSONS)["paths"]
        with serving(data, database) as port:
            first, seconds = _everybody(port, paths[0])
            again, _ = _everybody(port, paths[1])
        present = in_child("check_in_count", data, database)["present"]
    figures = [
        Figure("{e}：每秒签到".format(e=engine), PERSONS / seconds, "次", rate, at_least=True),
        Figure("{e}：第 95 百分位".format(e=engine), percentile(first, 0.95), "毫秒", slowest),
        Figure("{e}：到会人数".format(e=engine), present, "人", PERSONS, at_least=True),
        Figure("{e}：第二个门，第 95 百分位".format(e=engine), percentile(again, 0.95), "毫秒"),
    ]
    note = "{e}：同样 500 人从第二个门再签一次，到会仍是 {n} 人。".format(e=engine, n=present)
    return figures, [note]


def _everybody(port: int, paths: list[str]) -> tuple[list[float], float]:
    """Milliseconds of each, and the seconds from the first to the last; every answer must be a success."""
    times: list[float] = []
    statuses: list[int] = []

    def guest(number: int) -> None:
        own = Client(port)
        for path in paths[number::AT_ONCE]:
            status, spent = own.post(path, {"act": "arrive"})
            statuses.append(status)
            times.append(spent)

    seconds = at_once(AT_ONCE, guest)
    wrong = [status for status in statuses if status != 302]
    if wrong or len(statuses) != len(paths):
        raise RuntimeError("check-in: {wrong}".format(wrong=wrong[:5]))
    return times, seconds
