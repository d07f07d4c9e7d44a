"""The manifest of a backup: what it holds, from which version, up to which audit row, for which keys."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from zhibu.common.errors import Refused
from zhibu.foundation.sealing.keys import keyring

FORMAT = 1
FILE_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """``made_at`` is an instant in UTC; ``audit_head`` the hash of the last of ``audit_rows`` rows."""

    format: int
    release: str
    made_at: str
    profile: str
    engine: str
    migrations: tuple[str, ...]
    audit_rows: int
    audit_head: str
    keyring: str
    parts: tuple[Part, ...]

    def write_to(self, folder: Path) -> None:
        """Write it, last of all: a folder without it is no backup."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / FILE_NAME).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup. Raises Refused for a folder that is none, or of an unknown format."""
    try:
        content = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        parts = tuple(Part(**part) for part in content.pop("parts"))
        migrations = tuple(content.pop("migrations"))
        manifest = Manifest(parts=parts, migrations=migrations, **content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(
            "cli.no_backup",
            "{folder} 不是一份完整的备份。".format(folder=folder),
            next_step=_advice(folder),
        ) from error
    if manifest.format != FORMAT:
        raise Refused("cli.unknown_backup_format", "这份备份的格式是新版本的，这个版本读不了。")
    return manifest


def _advice(folder: Path) -> str:
    """Which backup to take: the newest one below the folder, if there are any."""
    within = sorted(path.parent for path in folder.glob("zhibu-*/" + FILE_NAME) if path.is_file())
    if within:
        return "这个文件夹里有{count}份备份，最近的一份是 {newest}，请写全它的名字。".format(
            count=len(within), newest=within[-1]
        )
    return "请选择里面有 manifest.json 的备份文件夹；没有这个文件的，是没做完的备份。"


def check_parts(folder: Path, manifest: Manifest) -> None:
    """Raise Refused if a file of the backup is missing or changed."""
    for part in manifest.parts:
        path = folder / part.name
        if not path.is_file() or path.stat().st_size != part.size or digest_of(path) != part.sha256:
            raise Refused(
                "cli.damaged_backup",
                "备份里的 {name} 缺失或者已经损坏，没有恢复。".format(name=part.name),
                next_step="请换一份备份。",
            )


def part_of(path: Path) -> Part:
    """The entry of a file that was just written."""
    return Part(path.name, path.stat().st_size, digest_of(path))


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keyring_mark() -> str:
    """A mark by which a backup knows its keys again without telling anything about them."""
    return hashlib.sha256(b"zhibu keyring mark" + keyring().index).hexdigest()[:16]
