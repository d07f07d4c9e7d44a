"""The web server of the product on data of the bench's own, and clients over real HTTP."""

from __future__ import annotations

import http.client
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from zhibu.cli.bench.children import environment

WORKERS, BLOCKING_THREADS = 2, 4
_START_SECONDS = 90


@contextmanager
def serving(data: Path, database: str = "") -> Iterator[int]:
    """Granian, two processes of four threads, on a free port, until the block ends."""
    _collect_static_files(data)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    words += ["--workers", str(WORKERS), "--blocking-threads", str(BLOCKING_THREADS), "--log-level", "error"]
    words.append("zhibu.config.wsgi:application")
    server = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", *words], env=environment(data, database), stdin=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _collect_static_files(data: Path) -> None:
    words = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(words, env=environment(data), stdin=subprocess.DEVNULL, check=True)  # noqa: S603


def _wait(port: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > until:
            raise TimeoutError(port)
        time.sleep(0.1)


@dataclass
class Client:
    """A browser without pictures: keeps its connection and its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=lambda: {"csrftoken": secrets.token_hex(16)})
    connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> tuple[int, float]:
        """The status, and the milliseconds until the last byte is here."""
        return self._send("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str]) -> tuple[int, float]:
        """The same for a form."""
        return self._send("POST", path, {**fields, "csrfmiddlewaretoken": self.cookies["csrftoken"]})

    def _send(self, method: str, path: str, fields: Mapping[str, str] | None) -> tuple[int, float]:
        headers = {"Cookie": "; ".join("=".join(pair) for pair in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        begun = time.perf_counter()
        self.connection.request(method, path, body=urlencode(fields) if fields else None, headers=headers)
        response = self.connection.getresponse()
        response.read()
        spent = (time.perf_counter() - begun) * 1000
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, spent


def at_once(count: int, act: Callable[[int], None]) -> float:
    """Run ``act(0 … count-1)`` in threads that start together; the seconds until all have ended."""
    gate = threading.Barrier(count + 1)

    def wait_and_act(number: int) -> None:
        gate.wait()
        act(number)

    threads = [threading.Thread(target=wait_and_act, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    gate.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun
