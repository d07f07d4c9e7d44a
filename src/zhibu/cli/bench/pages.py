"""(d) The pages people open all day, over HTTP, with one client and with eight."""

from __future__ import annotations

import json
from pathlib import Path

from zhibu.cli.bench.children import generated
from zhibu.cli.bench.figures import Figure, Section, Setup, percentile
from zhibu.cli.bench.serving import Client, at_once, serving

_MANY = 8
_TARGETS = {1: 100.0, _MANY: 400.0}
# Looks of each client. Together they stay below the 200 searches that an account has in ten minutes.
_ROUNDS = {1: 40, _MANY: 18}
_QUICK_ROUNDS = 10
# Whose page it is (the role of a demo account), and its address.
PAGES = (
    ("工作台（书记）", "secretary", "/"),
    ("督导台（县组织员）", "organizer", "/supervision/"),
    ("名册（书记）", "secretary", "/members/"),
    ("名册（全县）", "organizer", "/members/"),
    ("检索（全县，准确计数）", "organizer", "/search/?q=%E7%8E%8B"),
    ("全县看板", "organizer", "/statistics/"),
)


def run(setup: Setup) -> Section:
    """The 95th percentile of each page, sign-in and first requests left out."""
    data = generated(setup.folder, setup.scale)
    figures: list[Figure] = []
    with serving(data) as port:
        accounts = _accounts(data)
        for clients, target in _TARGETS.items():
            rounds = _QUICK_ROUNDS if setup.is_quick else _ROUNDS[clients]
            for name, role, path in PAGES:
                times = _measure(port, accounts[role], path, clients, rounds)
                label = "{name}，{clients} 个客户端".format(name=name, clients=clients)
                figures.append(Figure(label, percentile(times, 0.95), "毫秒", target))
    return Section(
        "d",
        "页面第 95 百分位（{scale}）".format(scale=setup.scale),
        tuple(figures),
        ("granian 2 个进程 × 4 线程；客户端在同一台机器上，所测时间包括 HTTP 往返。",),
    )


def _accounts(data: Path) -> dict[str, tuple[str, str]]:
    """Name and password by role; of several organisers the one who sees the most comes last."""
    entries = json.loads((data / "demo" / "accounts.json").read_text(encoding="utf-8"))
    first: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if entry["role"] == "organizer" or entry["role"] not in first:
            first[entry["role"]] = (entry["username"], entry["password"])
    return first


def _measure(port: int, account: tuple[str, str], path: str, clients: int, rounds: int) -> list[float]:
    signed_in = Client(port)
    status, _ = signed_in.post("/account/sign-in/", {"username": account[0], "password": account[1]})
    if status != 302:
        raise RuntimeError("sign-in {status}".format(status=status))
    for _ in range(6):  # every process and thread once
        _refuse_failure(signed_in.get(path)[0], path)
    times: list[float] = []

    def look(_: int) -> None:
        own = Client(port, dict(signed_in.cookies))
        for _ in range(rounds):
            status, spent = own.get(path)
            _refuse_failure(status, path)
            times.append(spent)

    at_once(clients, look)
    if len(times) != clients * rounds:
        raise RuntimeError(path)
    return times


def _refuse_failure(status: int, path: str) -> None:
    """A quick error page would be a fine figure."""
    if status != 200:
        raise RuntimeError("{path}: {status}".format(path=path, status=status))
