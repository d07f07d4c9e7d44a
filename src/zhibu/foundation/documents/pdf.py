"""A paper as PDF/A-2b: typst, only the faces given, equal bytes for equal content."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import typst

from zhibu.foundation.documents.blocks import Face, Sheet
from zhibu.foundation.documents.composition import compose
from zhibu.foundation.documents.fonts import FontSet
from zhibu.foundation.documents.papers import Paper

TEMPLATES = Path(__file__).parent / "typst"
_GETA = "〓"  # the printer's mark for a character that no face has
_LONG_WORD = re.compile("[!-~]{24,}")
_WORD_PIECE = re.compile("(.{12})")
_BREAK_HERE = "\u200b"


def render_pdf(paper: Paper, *, fonts: FontSet) -> bytes:
    """The paper as PDF/A-2b with embedded subsets of ``fonts``.

    A character that no face has prints as 〓 (``missing_characters`` names them). The file's date is the
    paper's own day, so the same paper and faces give the same bytes.
    """
    return render_sheet(compose(paper), fonts=fonts)


def render_pages(paper: Paper, *, fonts: FontSet, dots_per_inch: int) -> tuple[bytes, ...]:
    """The paper page by page as PNG, to be read where no PDF can be opened; the last few are remembered."""
    return _pages(paper, fonts, dots_per_inch)


@lru_cache(maxsize=8)
def _pages(paper: Paper, fonts: FontSet, dots_per_inch: int) -> tuple[bytes, ...]:
    made = _compiler(compose(paper), fonts).compile(format="png", ppi=dots_per_inch)
    return (made,) if isinstance(made, bytes) else tuple(page for page in made or () if page)


def missing_characters(paper: Paper, *, fonts: FontSet) -> str:
    """The characters of a paper that none of the faces has, once each and in order; normally empty."""
    return fonts.missing(_words(compose(paper)))


def render_sheet(sheet: Sheet, *, fonts: FontSet) -> bytes:
    """A composed sheet as PDF; see ``render_pdf``."""
    moment = datetime(sheet.day.year, sheet.day.month, sheet.day.day, tzinfo=UTC)
    result = _compiler(sheet, fonts).compile(format="pdf", pdf_standards="a-2b", timestamp=moment)
    if not isinstance(result, bytes):
        raise TypeError(type(result))
    return result


def _compiler(sheet: Sheet, fonts: FontSet) -> typst.Compiler:
    inputs = {
        "sheet": _sheet_json(sheet, fonts),
        "faces": json.dumps({face.value: fonts.families(face) for face in Face}, ensure_ascii=False),
        "thin_title": json.dumps(_thin_title(sheet, fonts), ensure_ascii=False),
    }
    return typst.Compiler(
        input=TEMPLATES / "paper.typ",
        root=TEMPLATES,
        font_paths=fonts.loaded(),
        sys_inputs=inputs,
    )


def _words(sheet: Sheet) -> str:
    return _dump(sheet)


def _dump(sheet: Sheet) -> str:
    return json.dumps(dataclasses.asdict(sheet), ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def _sheet_json(sheet: Sheet, fonts: FontSet) -> str:
    """The sheet as JSON, unprintable characters replaced, words longer than a line made divisible."""
    text = _dump(sheet)
    lost = fonts.missing(text)
    text = text.translate({ord(character): _GETA for character in lost})
    data = json.loads(text)
    return json.dumps(_divisible(data), ensure_ascii=False)


def _divisible(value: object) -> object:
    if isinstance(value, str):
        return _LONG_WORD.sub(lambda word: _WORD_PIECE.sub(r"\1" + _BREAK_HERE, word.group()), value)
    if isinstance(value, list):
        return [_divisible(item) for item in value]
    if isinstance(value, dict):
        return {key: item if key == "modules" else _divisible(item) for key, item in value.items()}
    return value


def _thin_title(sheet: Sheet, fonts: FontSet) -> dict[str, object]:
    """Which title characters are served by a regular weight and have to be thickened."""
    if fonts.is_title_thin():
        return {"all": True, "characters": ""}
    return {"all": False, "characters": fonts.foreign(Face.TITLE, _words(sheet))}
