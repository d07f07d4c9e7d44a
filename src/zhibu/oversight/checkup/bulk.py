"""Asking the bulk engine: a child process reads the live database and answers with Arrow files."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
from django.conf import settings
from django.db import connection
from pyarrow import feather

from zhibu.foundation.obligations.commands import STORED_COLUMNS
from zhibu.foundation.obligations.models import Obligation
from zhibu.rulebook.registry import Vendor, registry

TIMEOUT_SECONDS = 1800


class BulkFailed(Exception):
    """The child process did not answer; the text is what it said last."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bulk engine found against what is stored; ``organizations`` are those of the facts judged."""

    fresh: pa.Table
    gone: pa.Table
    counts: pa.Table
    organizations: pa.Table
    seconds: dict[str, float]
    rows: int
    peak_mib: int


def database_url() -> str:
    """The live database as the child opens it."""
    if connection.vendor == "sqlite":
        return f"sqlite:{connection.settings_dict['NAME']}"
    values = connection.settings_dict
    login = f"{values['USER']}:{values['PASSWORD']}@" if values.get("USER") else ""
    host, port = values.get("HOST") or "", values.get("PORT") or ""
    if host.startswith("/"):
        return f"postgresql://{login}/{values['NAME']}?host={host}" + (f"&port={port}" if port else "")
    return f"postgresql://{login}{host}" + (f":{port}" if port else "") + f"/{values['NAME']}"


def ask(
    *,
    as_of: date,
    packs: frozenset[str],
    audit_seq: int,
    snapshot: Path | None = None,
    is_snapshot_read: bool = False,
    compare: bool = True,
    engine: str = "bulk",
) -> Answer:
    """Judge every organisation of the live database in a child process; raises ``BulkFailed``.

    ``snapshot`` is a folder to which the facts are written on the way, or, with ``is_snapshot_read``, from
    which they come instead of the database. Without ``compare`` every row counts as new.
    """
    with _folder() as folder:
        selects = registry.bulk_sql(cast(Vendor, connection.vendor))
        request = {
            "as_of": as_of.isoformat(),
            "packs": sorted(packs),
            "answer": str(folder),
            "database": "" if is_snapshot_read else database_url(),
            "selects": {table: [sql] for table, sql in selects.items()},
            "stored_sql": _stored_sql() if compare else "",
            "snapshot": str(snapshot) if snapshot else "",
            "audit_seq": audit_seq,
            "engine": engine,
        }
        told = _run(request)
        return Answer(
            fresh=feather.read_table(folder / "fresh.arrow"),
            gone=feather.read_table(folder / "gone.arrow"),
            counts=feather.read_table(folder / "counts.arrow"),
            organizations=feather.read_table(folder / "organizations.arrow"),
            seconds=told["seconds"],
            rows=told["rows"],
            peak_mib=told["peak_mib"],
        )


def prepare() -> subprocess.Popen[bytes]:
    """Start compiling the engine's statements beside other work; a check-up meanwhile compiles its own."""
    folder = _work_folder()
    words = [sys.executable, "-m", "zhibu.analytics.prepare", str(folder)]
    return subprocess.Popen(words, stdin=subprocess.DEVNULL)  # noqa: S603 - our own interpreter


def _stored_sql() -> str:
    columns = [
        f"{name}::text" if name == "inputs" and connection.vendor == "postgresql" else name
        for name in STORED_COLUMNS
    ]
    named = ", ".join(f"{column} AS {name}" for column, name in zip(columns, STORED_COLUMNS, strict=True))
    return f"SELECT id, {named} FROM {Obligation._meta.db_table}"  # noqa: S608


def _run(request: dict[str, Any]) -> dict[str, Any]:
    finished = subprocess.run(
        [sys.executable, "-m", "zhibu.analytics.child"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if finished.returncode != 0:
        raise BulkFailed(finished.stderr[-2000:])
    told: dict[str, Any] = json.loads(finished.stdout.strip().splitlines()[-1])
    return told


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=_work_folder()) as name:
        yield Path(name)


def _work_folder() -> Path:
    parent = Path(settings.DATA_DIR) / "work"
    parent.mkdir(parents=True, exist_ok=True)
    return parent
