"""The faces papers are set in: what the office uploaded first, then what was fetched, then what is installed.

仿宋, 楷体 and 小标宋 are not free in their usual form (仿宋_GB2312, 方正小标宋): they are named in DOCX
files and never shipped. The PDF takes the office's own files, else the free Fandol faces where they were
fetched, else Noto Serif SC, which comes with the packages; ``font_report`` names the substitute. Fandol lacks
many characters of names, so every face is followed by the wide ones (Noto), character by character.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from zhibu.foundation.documents.blocks import Face
from zhibu.foundation.documents.glyphs import covered

_SUFFIXES = (".otf", ".ttf", ".ttc", ".otc")
FACE_NAMES = {
    Face.FANG: "仿宋",
    Face.KAI: "楷体",
    Face.TITLE: "小标宋",
    Face.HEI: "黑体",
    Face.SONG: "宋体",
}
# Parts of family names (lower case, without spaces and signs), best first.
_WANTED = {
    Face.FANG: ("仿宋gb2312", "fangsonggb2312", "仿宋", "fangsong", "fandolfang"),
    Face.KAI: ("楷体gb2312", "kaitigb2312", "楷", "kaiti", "simkai", "fzkai", "fandolkai", "wenkai"),
    Face.TITLE: ("小标宋", "xiaobiaosong", "fzxbs", "fandolsong", "notoserifcjksc", "sourcehanserif"),
    Face.HEI: ("simhei", "黑体", "heiti", "fzhei", "notosanssc", "notosanscjksc", "sourcehansans"),
    Face.SONG: ("simsun", "宋体", "notoserifsc", "notoserifcjksc"),
}
_CHINESE_NAMES = {
    "Noto Serif SC": "思源宋体",
    "Noto Sans SC": "思源黑体",
    "FandolFang R": "方德仿宋",
    "FandolKai": "方德楷体",
    "FandolSong": "方德宋体（粗）",
    "LXGW WenKai": "霞鹜文楷",
}
_LAST_RESORT = ("Noto Serif SC", "Noto Sans SC")
_THIN_TITLES = ("Noto Serif SC",)


@dataclass(frozen=True, slots=True)
class FontFile:
    """One face of a font file as typst knows it; ``rank``: 0 the office's folder, 1 fetched, 2 installed."""

    family: str
    weight: int
    path: Path
    index: int
    modified_ns: int
    rank: int


@dataclass(frozen=True, slots=True)
class FaceReport:
    """Which family serves a face; ``sentence`` is for the page, and names the substitute where it is one."""

    face_name: str
    family: str
    is_substitute: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class FontSet:
    """The faces found in some folders. Make it with ``discover_fonts``; it can be shared by threads."""

    folders: tuple[Path, ...]
    files: tuple[FontFile, ...]
    chosen: tuple[tuple[Face, Path], ...] = ()

    def loaded(self) -> typst.Fonts:
        """The faces as typst takes them, read once per process."""
        return _loaded(self)

    def serving(self, face: Face) -> FontFile | None:
        """The file that serves a face, None where only the last resort is left."""
        for item in self.files:
            if (face, item.path.resolve()) in self.chosen:
                return item
        for rank in sorted({item.rank for item in self.files}):
            for wanted in _WANTED[face]:
                ranked = (item for item in self.files if item.rank == rank)
                matches = [item for item in ranked if _is_called(item, wanted, face)]
                if matches:
                    return max(matches, key=lambda item: item.weight if face is Face.TITLE else -item.weight)
        return None

    def families(self, face: Face) -> list[str]:
        """Family names in the order in which typst tries them for each character."""
        chosen = self.serving(face)
        own = [chosen.family] if chosen else []
        last = _LAST_RESORT if face is not Face.HEI else tuple(reversed(_LAST_RESORT))
        others = [item.family for item in self.files]
        return list(dict.fromkeys([*own, *last, *others]))

    def missing(self, text: str) -> str:
        """The characters of a text that no face has, once each, in order."""
        have = _union(self)
        lost = (sign for sign in text if ord(sign) not in have and not _is_space(sign))
        return "".join(dict.fromkeys(lost))

    def foreign(self, face: Face, text: str) -> str:
        """The ideographs of a text that the serving face itself lacks, so that another face draws them."""
        chosen = self.serving(face)
        if chosen is None:
            return ""
        own = covered(chosen.path, chosen.index, chosen.modified_ns)
        return "".join(dict.fromkeys(sign for sign in text if ord(sign) >= 0x3400 and ord(sign) not in own))

    def is_title_thin(self) -> bool:
        """Whether titles are served by a regular weight."""
        chosen = self.serving(Face.TITLE)
        return chosen is None or chosen.family in _THIN_TITLES


def discover_fonts(
    *,
    office_folder: Path | None = None,
    fetched_folder: Path | None = None,
    chosen: Mapping[Face, Path] | None = None,
) -> FontSet:
    """The faces at hand. Folders that do not exist or hold broken files are passed over, never refused.

    ``chosen`` says which file of the office serves a face, whatever its family is called; without it the
    names decide. Files in it that lie outside the folders, or are broken, do not count.
    """
    installed = pylopdf_fonts_zh_cn.serif_path().parent
    ranked = (office_folder, fetched_folder, installed)
    folders = tuple(folder for folder in ranked if folder and folder.is_dir())
    files: list[FontFile] = []
    for folder in folders:
        files.extend(_files_of(folder, ranked.index(folder)))
    picked = tuple((face, path.resolve()) for face, path in sorted((chosen or {}).items()))
    return FontSet(folders, tuple(files), picked)


def font_report(fonts: FontSet) -> tuple[FaceReport, ...]:
    """For each face which family serves it, as sentences for the page where papers are made."""
    return tuple(_report(face, fonts) for face in FACE_NAMES)


def _report(face: Face, fonts: FontSet) -> FaceReport:
    chosen = fonts.serving(face)
    name = FACE_NAMES[face]
    family = chosen.family if chosen else _LAST_RESORT[0]
    shown = _CHINESE_NAMES.get(family, family)
    if chosen is None:
        sentence = "{name}：本机没有这种字体，暂用{shown}代替；上传单位自有的{name}字体后即按规定字体排印。"
    elif chosen.rank == 0:
        sentence = "{name}：使用单位上传的字体“{shown}”，其中没有的生僻字用思源宋体补足。"
    elif chosen.family in _LAST_RESORT:
        sentence = "{name}：使用开源字体{shown}。"
    else:
        sentence = "{name}：使用开源字体{shown}，其中没有的生僻字用思源宋体补足。"
    return FaceReport(name, family, chosen is None, sentence.format(name=name, shown=shown))


def _is_called(item: FontFile, wanted: str, face: Face) -> bool:
    name = "".join(sign for sign in unicodedata.normalize("NFKC", item.family).lower() if sign.isalnum())
    if wanted not in name:
        return False
    # 仿宋 and 小标宋 contain 宋 but are not 宋体; a thin FandolSong is no title face.
    return not (face is Face.TITLE and item.weight < 600 and wanted in ("fandolsong", "notoserifcjksc"))


def _files_of(folder: Path, rank: int) -> Iterable[FontFile]:
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    order = sorted(found.fonts(), key=lambda info: (info.family, info.weight, info.path or "", info.index))
    for info in order:
        if info.path and info.path.lower().endswith(_SUFFIXES):
            path = Path(info.path)
            yield FontFile(info.family, info.weight, path, info.index, path.stat().st_mtime_ns, rank)


@lru_cache(maxsize=4)
def _loaded(fonts: FontSet) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in fonts.folders],
    )


@lru_cache(maxsize=4)
def _union(fonts: FontSet) -> frozenset[int]:
    return frozenset().union(*(covered(item.path, item.index, item.modified_ns) for item in fonts.files))


def _is_space(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in ("Cf", "Cc")
