"""Whether this very program has already served this very database: then nothing is looked at again."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings

from zhibu.cli.release import RELEASE

_PACKAGE = Path(__file__).resolve().parents[1]
_LOCK = _PACKAGE.parents[1] / "requirements.lock"


def was_ready() -> bool:
    """Whether the note of the last start fits program, database and static files as they are now."""
    note = _note()
    return (
        note.exists()
        and (Path(settings.STATIC_ROOT) / "collected.txt").exists()
        and note.read_text() == _state()
    )


def note_ready() -> None:
    """Keep that everything was in order."""
    _note().write_text(_state())


def _note() -> Path:
    return Path(settings.DATA_DIR) / "ready.txt"


def _state() -> str:
    """A digest of version, packages, migrations, static files and of which database it is."""
    known = hashlib.sha256(RELEASE.encode())
    known.update(_LOCK.read_bytes() if _LOCK.exists() else b"")
    known.update(os.environ.get("DATABASE_URL", "").encode())
    database = Path(settings.DATA_DIR) / "zhibu.sqlite3"
    known.update(str(database.stat().st_ino if database.exists() else 0).encode())
    for pattern in ("*/migrations/*.py", "*/static/**/*"):
        for path in sorted(_PACKAGE.glob(pattern)):
            found = path.stat()
            known.update(repr((path.name, found.st_size, found.st_mtime_ns)).encode())
    return known.hexdigest()
