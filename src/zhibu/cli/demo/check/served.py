"""A demo of the walk's own: a folder that goes away again, a free port, the accounts that it printed."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from zhibu.cli.demo.check.visitor import Unexpected
from zhibu.cli.processes import Family

_ACCOUNT = re.compile(r"^  (?P<label>\S+)\s+(?P<username>\S+)\s+(?P<password>\S+)\s+(?P<place>\S+)$")
_ADDRESS = re.compile(r"http://\S+")
SAMPLE = "花名册样例.xlsx"


@dataclass(frozen=True, slots=True)
class PrintedAccount:
    """One line of what the demo prints: what it is for, and how to sign in."""

    label: str
    username: str
    password: str
    place: str


@dataclass(frozen=True, slots=True)
class ServedDemo:
    """A running demo: its address, its accounts, and a roster to import."""

    address: str
    accounts: tuple[PrintedAccount, ...]
    sample: Path

    def account(self, label: str) -> PrintedAccount:
        """The first account printed with a label that begins so; raises Unexpected."""
        for account in self.accounts:
            if account.label.startswith(label):
                return account
        raise Unexpected("启动时没有打印“{label}”的账号。".format(label=label))


@contextmanager
def served_demo(*, scale: str, seed: int) -> Iterator[ServedDemo]:
    """Make and serve a demo of this size for as long as the block runs; nothing stays.

    Raises Unexpected if it does not start; why, the demo itself has said on the error stream.
    """
    family = Family()
    with tempfile.TemporaryDirectory(prefix="check-", dir=settings.DATA_DIR) as folder:
        words = ["zhibu.cli", "demo", "--scale", scale, "--seed", str(seed), "--port", str(_free_port())]
        child = family.start(words, environment=_environment(folder), output=subprocess.PIPE)
        try:
            yield _started(child, Path(folder))
        finally:
            family.stop()


def _environment(folder: str) -> dict[str, str]:
    """This process's environment without anything that leads to other data."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ZHIBU_") and name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    return {**kept, "ZHIBU_DATA": folder, "ZHIBU_LOG": "ERROR", "ZHIBU_FETCH_FONTS": "off"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _started(child: subprocess.Popen[bytes], folder: Path) -> ServedDemo:
    """Read what the demo prints until it says that it is open."""
    accounts: list[PrintedAccount] = []
    assert child.stdout is not None
    for raw in child.stdout:
        line = raw.decode("utf-8", "replace").rstrip()
        account, address = _ACCOUNT.match(line), _ADDRESS.search(line)
        if account:
            accounts.append(PrintedAccount(**account.groupdict()))
        elif address:
            return ServedDemo(address[0], tuple(accounts), folder / "samples" / SAMPLE)
    raise Unexpected("示范没有启动起来，原因见上面的提示。")
