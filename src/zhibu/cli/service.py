"""The running service: web server and worker over one data folder."""

from __future__ import annotations

import errno
import socket
import time
from pathlib import Path

from zhibu.cli.claims import serving, working
from zhibu.cli.lazily import with_django
from zhibu.cli.processes import Family
from zhibu.cli.starting import note_ready, was_ready
from zhibu.common.errors import Refused

WORKERS = 2
BLOCKING_THREADS = 4
_START_SECONDS = 60
_OPEN = "已经启动，请用浏览器打开：{address}    停止：按 Ctrl+C"
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - only what the user asked for is compared with it


def serve(*, host: str, port: int, with_worker: bool, certificate: Path | None, key: Path | None) -> int:
    """Run until a signal comes and return the exit code.

    Raises Refused for a busy port, another service on the same data, or a database that needs migrating.
    """
    address = "{scheme}://{host}:{port}/".format(
        scheme="https" if certificate else "http",
        host=socket.gethostname() if host == _EVERYWHERE else host,
        port=port,
    )
    with serving(address), working():
        refuse_busy_port(host, port)
        if not was_ready():
            with_django("zhibu.cli.readiness").make_ready()
            note_ready()
        family = Family()
        family.stop_on_signals()
        try:
            family.start(_web_server(host, port, certificate, key))
            if _wait_until_open(host, port, family):
                print(_OPEN.format(address=address), flush=True)
                if with_worker:  # after the pages: nobody waits for it
                    family.start(["zhibu.cli", "worker"])
            return family.wait()
        finally:
            family.stop()


def _web_server(host: str, port: int, certificate: Path | None, key: Path | None) -> list[str]:
    words = ["granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    words += ["--workers", str(WORKERS), "--blocking-threads", str(BLOCKING_THREADS), "--no-ws"]
    words += ["--respawn-failed-workers", "--workers-kill-timeout", "10", "--log-level", "warning"]
    if certificate and key:
        words += ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key)]
    return [*words, "zhibu.config.wsgi:application"]


def refuse_busy_port(host: str, port: int) -> None:
    """Raise Refused if somebody listens there: the web server itself would silently share the port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Refused(
                "cli.port_forbidden",
                "系统不允许使用端口 {port}。".format(port=port),
                next_step="请换一个 1024 以上的端口，例如：--port 8001",
            ) from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Refused(
                    "cli.no_such_address",
                    "这台机器上没有地址 {host}，没有启动。".format(host=host),
                    next_step="只给本机用写 127.0.0.1，让局域网也能打开写 0.0.0.0。",
                ) from error
            raise Refused(
                "cli.port_busy",
                "端口 {port} 已经被别的程序占用，没有启动。".format(port=port),
                next_step="请换一个端口，例如：--port {other}；或者先停止占用它的程序。".format(
                    other=port + 1
                ),
            ) from error


def _wait_until_open(host: str, port: int, family: Family) -> bool:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and not family.is_stopping:
        if any(child.poll() is not None for child in family.children):
            return False
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.settimeout(1)
            if probe.connect_ex((host, port)) == 0:
                return True
        time.sleep(0.1)
    return False
