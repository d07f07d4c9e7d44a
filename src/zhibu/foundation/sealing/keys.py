"""The keys: a file outside database and backup, readable by the service alone."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Keyring:
    """Sealing keys by number (the newest seals, all open) and one key for indexes and digests."""

    current: int
    sealing: dict[int, bytes]
    index: bytes


def create_keyring(path: Path) -> None:
    """Write a fresh keyring; refuses to replace one, since the sealed values would be lost."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {"current": 1, "sealing": {"1": secrets.token_hex(32)}, "index": secrets.token_hex(32)}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file)


def read_keyring(path: Path) -> Keyring:
    """Read a keyring file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    sealing = {int(number): bytes.fromhex(key) for number, key in content["sealing"].items()}
    return Keyring(int(content["current"]), sealing, bytes.fromhex(content["index"]))


@lru_cache(maxsize=1)
def keyring() -> Keyring:
    """The installation's keyring, made on first use."""
    path = Path(settings.KEY_DIR) / "sealing.json"
    if not path.exists():
        with suppress(FileExistsError):  # another process may be first
            create_keyring(path)
    return read_keyring(path)
