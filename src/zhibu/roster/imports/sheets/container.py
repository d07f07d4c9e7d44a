"""What a file really is, and the checks of a zip container that come before any parsing."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path
from typing import IO

from zhibu.roster.imports.sheets.limits import MB, Limits, SheetRefused

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF_BARE = (
    b"\x09\x08\x10\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x00\x04\x00",
)
_OTHER_FILES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"MZ",
    b"\x7fELF",
    b"\x1f\x8b",
)
_STRANGE_RATIO = 200
_RATIO_FROM_BYTES = 20 * MB


def kind_of(path: Path, file_name: str, limits: Limits) -> str:
    """``xlsx``, ``xls``, ``html``, ``xml`` or ``csv`` by content; raises :class:`SheetRefused` for all
    else.
    """
    size = path.stat().st_size
    if size == 0:
        raise SheetRefused("empty")
    if size > limits.packed_bytes:
        raise SheetRefused("too_large")
    suffix = Path(file_name).suffix.lower()
    if suffix in (".xlsm", ".xltm", ".xlam"):
        raise SheetRefused("macros")
    if suffix == ".xlsb":
        raise SheetRefused("xlsb")
    content = path.read_bytes()
    if content.startswith(b"PK"):
        return "xlsx"
    if content.startswith(_OLE2):
        return _ole_kind(content)
    if content.startswith(_BIFF_BARE):
        return "xls"
    if content.startswith(_OTHER_FILES):
        raise SheetRefused("not_a_table")
    return _text_kind(content[:4096])


def _ole_kind(content: bytes) -> str:
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise SheetRefused("encrypted")
    if holds("WordDocument") or holds("PowerPoint Document"):
        raise SheetRefused("not_a_table")
    return "xls"


def _text_kind(head: bytes) -> str:
    for encoding in ("utf-16", "utf-8"):
        if encoding == "utf-16" and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        text = head.decode(encoding, "ignore").lstrip("\ufeff \r\n\t").lower()
        if "urn:schemas-microsoft-com:office:spreadsheet" in text and text.startswith("<?xml"):
            return "xml"
        if text.startswith("<") and any(
            tag in text for tag in ("<html", "<table", "<!doctype html", "<meta")
        ):
            return "html"
        if text.startswith(("<?xml", "{\\rtf", "<svg")):
            raise SheetRefused("not_a_table")
    return "csv"


class CountingZip:
    """A zip whose directory was checked and whose bytes are counted while they are read, as sizes can lie."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.unpacked_bytes
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise SheetRefused("broken") from error
        self.names = {info.filename: info for info in self.zip.infolist()}
        self._check_directory()
        self._check_content_kind()

    def _check_directory(self) -> None:
        entries = self.zip.infolist()
        if len(entries) > self.limits.entries or len(self.names) != len(entries):
            raise SheetRefused("hostile")
        if len({name.lower() for name in self.names}) != len(entries):
            raise SheetRefused("hostile")
        for info in entries:
            self._check_entry(info)
        unpacked = sum(info.file_size for info in entries)
        packed = sum(info.compress_size for info in entries)
        if unpacked > self.limits.unpacked_bytes:
            raise SheetRefused("too_much")
        if unpacked > _RATIO_FROM_BYTES and unpacked > _STRANGE_RATIO * max(packed, 1):
            raise SheetRefused("hostile")

    @staticmethod
    def _check_entry(info: zipfile.ZipInfo) -> None:
        name = info.filename.replace("\\", "/")
        if info.flag_bits & 0x1:
            raise SheetRefused("encrypted")
        is_outside = name.startswith("/") or ":" in name or ".." in name.split("/") or "\0" in name
        if is_outside or stat.S_ISLNK(info.external_attr >> 16):
            raise SheetRefused("hostile")

    def _check_content_kind(self) -> None:
        lowered = {name.lower() for name in self.names}
        if "encryptedpackage" in lowered:
            raise SheetRefused("encrypted")
        if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lowered):
            raise SheetRefused("macros")
        if "xl/workbook.bin" in lowered:
            raise SheetRefused("xlsb")
        if "mimetype" in lowered and "content.xml" in lowered:
            raise SheetRefused("ods")
        if "[content_types].xml" not in lowered:
            raise SheetRefused("not_a_table")

    def open(self, name: str) -> IO[bytes]:
        """The entry as a stream; its bytes must go through :meth:`counted`."""
        try:
            return self.zip.open(name)
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise SheetRefused("broken") from error

    def counted(self, chunk: bytes) -> bytes:
        """The chunk, taken off what may still be unpacked from this file."""
        self.left -= len(chunk)
        if self.left < 0:
            raise SheetRefused("too_much")
        return chunk

    def read(self, name: str, most: int) -> bytes:
        """A whole small part; raises when it is larger than ``most`` bytes."""
        with self.open(name) as stream:
            content = self.counted(stream.read(most + 1))
        if len(content) > most:
            raise SheetRefused("hostile")
        return content
