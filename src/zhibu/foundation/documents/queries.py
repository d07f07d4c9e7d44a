"""What papers are set in now: the office's fonts, the fetched ones, what came with the packages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zhibu.foundation.documents.blocks import Face
from zhibu.foundation.documents.fonts import FACE_NAMES, FontSet, discover_fonts, font_report
from zhibu.foundation.documents.models import UploadedFont

STYLE_FACES = {
    UploadedFont.Style.FANGSONG: Face.FANG,
    UploadedFont.Style.KAI: Face.KAI,
    UploadedFont.Style.SONG: Face.TITLE,
    UploadedFont.Style.HEI: Face.HEI,
}


@dataclass(frozen=True, slots=True)
class StyleRow:
    """One style on the page of fonts: what serves it now, and the office's own file if there is one."""

    style: str
    words: str
    sentence: str
    is_substitute: bool
    own: UploadedFont | None


def office_folder() -> Path:
    """Where the office's fonts lie; a file is named after the style it serves (``kai-3f9c….ttf``)."""
    return Path(settings.DATA_DIR) / "files" / "fonts"


def fetched_folder() -> Path:
    """Where the fetched fonts lie."""
    return Path(settings.DATA_DIR) / "fonts"


def current_fonts() -> FontSet:
    """The faces at hand. Looked for again when a file came or went, in every process, without a restart."""
    return _found(office_folder(), fetched_folder(), _stamp(office_folder()), _stamp(fetched_folder()))


def _stamp(folder: Path) -> int:
    return folder.stat().st_mtime_ns if folder.is_dir() else 0


@lru_cache(maxsize=2)
def _found(office: Path, fetched: Path, office_stamp: int, fetched_stamp: int) -> FontSet:
    chosen = {}
    for file in sorted(office.glob("*-*")):
        face = STYLE_FACES.get(file.name.partition("-")[0])  # type: ignore[call-overload]
        if face is not None:
            chosen[face] = file
    return discover_fonts(office_folder=office, fetched_folder=fetched, chosen=chosen)


def list_styles() -> list[StyleRow]:
    """The four styles an office may bring a font for, in the order of the standard."""
    own = {font.style: font for font in UploadedFont.objects.all()}
    reports = {report.face_name: report for report in font_report(current_fonts())}
    rows = []
    for style, face in STYLE_FACES.items():
        report = reports[FACE_NAMES[face]]
        rows.append(
            StyleRow(style.value, style.label, report.sentence, report.is_substitute, own.get(style.value))
        )
    return rows


def get_font(style: str) -> UploadedFont | None:
    """The office's own font of a style, None where there is none."""
    return UploadedFont.objects.filter(style=style).first()


def get_last_try() -> str:
    """What the last attempt to fetch fonts came to, one sentence; empty where there was none."""
    note = fetched_folder() / "last-try.txt"
    return note.read_text(encoding="utf-8").strip() if note.is_file() else ""
