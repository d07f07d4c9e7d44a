"""Which characters a font file can draw: its ``cmap`` table, formats 4 and 12 (OpenType 1.9)."""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

_COLLECTION = b"ttcf"


@lru_cache(maxsize=64)
def covered(path: Path, index: int, modified_ns: int) -> frozenset[int]:
    """The code points that face ``index`` of a file maps to a glyph; empty where the file cannot be read.

    ``modified_ns`` only keeps the cache honest when an office replaces a file.
    """
    try:
        data = path.read_bytes()
        start = _table(data, index)
        return frozenset(_best_subtable(data, start))
    except (OSError, struct.error, IndexError):
        return frozenset()


def _table(data: bytes, index: int) -> int:
    """Offset of the cmap table of one face."""
    face = struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == _COLLECTION else 0
    count = struct.unpack_from(">H", data, face + 4)[0]
    for place in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, face + 12 + 16 * place)
        if tag == b"cmap":
            return int(offset)
    raise IndexError("cmap")


def _best_subtable(data: bytes, start: int) -> set[int]:
    """The widest Unicode subtable: format 12 if there is one, else format 4."""
    found: dict[int, int] = {}
    for place in range(struct.unpack_from(">H", data, start + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * place)
        if platform in (0, 3):
            found[struct.unpack_from(">H", data, start + offset)[0]] = start + offset
    if 12 in found:
        return _groups(data, found[12])
    return _segments(data, found[4]) if 4 in found else set()


def _groups(data: bytes, start: int) -> set[int]:
    count = struct.unpack_from(">I", data, start + 12)[0]
    points: set[int] = set()
    for first, last, glyph in struct.iter_unpack(">III", data[start + 16 : start + 16 + 12 * count]):
        if first <= last <= 0x10FFFF:
            points.update(range(first if glyph else first + 1, last + 1))
    return points


def _segments(data: bytes, start: int) -> set[int]:
    count = struct.unpack_from(">H", data, start + 6)[0] // 2
    shape = ">{count}H".format(count=count)
    ends = struct.unpack_from(shape, data, start + 14)
    begins = struct.unpack_from(shape, data, start + 16 + 2 * count)
    deltas = struct.unpack_from(shape, data, start + 16 + 4 * count)
    at = start + 16 + 6 * count
    offsets = struct.unpack_from(shape, data, at)
    points: set[int] = set()
    for place, (first, last, delta, offset) in enumerate(zip(begins, ends, deltas, offsets, strict=True)):
        for point in range(first, min(last, 0xFFFE) + 1):
            if offset == 0:
                glyph = (point + delta) & 0xFFFF
            else:
                glyph = struct.unpack_from(">H", data, at + 2 * place + offset + 2 * (point - first))[0]
            if glyph:
                points.add(point)
    return points
