"""``./zhibu serve``: one service a port and a data folder, and nothing left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash import environment_of, run_command


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def service(installation: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A running service."""
    words = [sys.executable, "-m", "zhibu.cli", "serve", "--port", str(port)]
    environment = {**environment_of(installation), "ZHIBU_TLS": "off"}
    process = subprocess.Popen(words, env=environment)
    try:
        _wait_until_open(port)
        yield process
    finally:
        process.kill()
        process.wait()


def test_it_serves_and_stops_with_all_its_children(
    service: subprocess.Popen[bytes], installation: Path, port: int
) -> None:
    assert _get(port, "/account/sign-in/").startswith(b"HTTP/1.1 200")
    children = _wait_for_children(service.pid, 4)  # the web server, its two workers, the background worker
    service.send_signal(signal.SIGTERM)
    assert service.wait(timeout=40) == 0
    _wait_until_gone(children)


def test_killed_itself_it_leaves_no_child(
    service: subprocess.Popen[bytes], installation: Path, port: int
) -> None:
    children = _wait_for_children(service.pid, 4)
    service.kill()
    service.wait()
    _wait_until_gone(children)


def test_it_refuses_a_second_service_on_the_same_data(
    service: subprocess.Popen[bytes], installation: Path, port: int
) -> None:
    done = run_command(["serve", "--port", str(port + 1)], data=installation)
    assert done.returncode == 1
    assert f"已经在运行：http://127.0.0.1:{port}/" in done.stderr


def test_it_refuses_a_busy_port(installation: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = run_command(["serve", "--port", str(port)], data=installation)
    assert done.returncode == 1
    assert f"端口 {port} 已经被别的程序占用" in done.stderr


def test_it_says_how_to_begin_where_nothing_is_yet(tmp_path: Path, port: int) -> None:
    done = run_command(["serve", "--port", str(port)], data=tmp_path)
    assert done.returncode == 1
    assert "./zhibu init" in done.stderr
    assert str(tmp_path) in done.stderr


def _wait_for_children(pid: int, count: int) -> list[int]:
    """The first worker may answer while the others are still being started."""
    until = time.monotonic() + 30
    while len(children := _descendants(pid)) < count and time.monotonic() < until:
        time.sleep(0.1)
    assert len(children) >= count
    return children


def _wait_until_open(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the service did not open its port")


def _get(port: int, path: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        return connection.makefile("rb").read()


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [int(child), *_descendants(int(child))]
    return found


def _wait_until_gone(pids: list[int]) -> None:
    until = time.monotonic() + 40
    left = pids
    while left and time.monotonic() < until:
        left = [pid for pid in left if _lives(pid)]
        time.sleep(0.1)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
