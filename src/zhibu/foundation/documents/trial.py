"""A font somebody sent, tried in a process of its own: what it is, what it lacks, whether it prints.

A font is a program of many tables from a stranger. Whatever it does to its reader (hang, grow, fall over) it
does here, with little memory and time, before any paper depends on it.
"""

from __future__ import annotations

import json
import resource
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import typst

from zhibu.foundation.documents.glyphs import covered

_SECONDS = 30
_MEMORY = 1_500_000_000
_SFNT = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf")
_RESTRICTED = 0x0002  # OS/2 fsType: may not be embedded at all
_SOURCE = "#set text(font: sys.inputs.family)\n#sys.inputs.words"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a font file is: its family, how many of 3,755 usual characters it lacks, may it be embedded."""

    family: str = ""
    lacking: int = 0
    may_embed: bool = True
    prints: bool = False


def try_font(path: Path) -> Trial | None:
    """The trial of a file alone in its folder; None where it is no font that can be read in time."""
    words = [sys.executable, "-m", "zhibu.foundation.documents.trial", str(path)]
    try:
        done = subprocess.run(  # noqa: S603 our own interpreter and module
            words, capture_output=True, timeout=_SECONDS, check=True, stdin=subprocess.DEVNULL
        )
        return Trial(**json.loads(done.stdout))
    except (subprocess.SubprocessError, OSError, ValueError, TypeError):
        return None


def usual_characters() -> str:
    """The 3,755 characters of the first level of GB 2312, those that people write every day."""
    cells = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return "".join(cell.decode("gb2312", errors="ignore") for cell in cells)


def _try(path: Path) -> Trial:
    data = path.read_bytes()
    if data[:4] not in _SFNT or not _is_whole(data):
        raise ValueError(path.suffix)
    folder = [str(path.parent)]
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folder)
    first = min((info for info in found.fonts() if info.path == str(path)), key=lambda info: info.index)
    usual = usual_characters()
    have = covered(path, first.index, 0)
    lacking = sum(ord(sign) not in have for sign in usual)
    if lacking == len(usual):
        return Trial(first.family, lacking, _may_embed(data), prints=False)
    words = "".join(sign for sign in usual[::40] if ord(sign) in have)
    compiler = typst.Compiler(
        input=_SOURCE.encode(), font_paths=found, sys_inputs={"family": first.family, "words": words}
    )
    return Trial(first.family, lacking, _may_embed(data), _prints(compiler))


def _prints(compiler: typst.Compiler) -> bool:
    try:
        return isinstance(compiler.compile(format="pdf", pdf_standards="a-2b"), bytes)
    except typst.TypstError:  # a font that may not be embedded makes no archive file
        return False


def _tables(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Tag, offset and length of the tables of the first face."""
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    for place in range(struct.unpack_from(">H", data, start + 4)[0]):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, start + 12 + 16 * place)
        yield tag, offset, length


def _is_whole(data: bytes) -> bool:
    """Whether every table lies inside the file: a copy that broke off still opens, and prints blanks."""
    return all(offset + length <= len(data) for _, offset, length in _tables(data))


def _may_embed(data: bytes) -> bool:
    """Whether the maker allows the font in documents (OS/2 table, fsType); yes where it does not say."""
    for tag, offset, _ in _tables(data):
        if tag == b"OS/2":
            return bool(struct.unpack_from(">H", data, offset + 8)[0] & 0x000F != _RESTRICTED)
    return True


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    sys.stdout.write(json.dumps(asdict(_try(Path(sys.argv[1])))))
