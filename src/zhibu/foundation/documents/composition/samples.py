"""字体样张: one page that shows every face, so that an office sees what its papers will look like."""

from __future__ import annotations

from datetime import date

from zhibu.foundation.documents.blocks import Blank, Block, Face, Paragraph, Run, Sheet, Title
from zhibu.foundation.documents.fonts import FACE_NAMES, FontSet, font_report

_WORDS = "中国共产党支部工作条例，〔2026〕3号，6月3日"
_NAMES = "人名用字：䶮、㛃、𬭎、𠅤、喆、堃、镕、玥"


def compose_sample(fonts: FontSet, *, day: date) -> Sheet:
    """A line of usual and a line of rare characters in each face, with the sentence that names the font."""
    reports = {report.face_name: report.sentence for report in font_report(fonts)}
    blocks: list[Block] = [Title(("公文字体样张",)), Blank()]
    for face, name in FACE_NAMES.items():
        blocks.append(Paragraph((Run(reports[name]),), indent=0, size_pt=12.0, pitch_pt=20.0))
        if face is Face.TITLE:
            blocks += [Title((_WORDS[:11] + "〔2026〕3号",)), Title((_NAMES,))]
        else:
            blocks += [Paragraph((Run(_WORDS, face),), indent=0), Paragraph((Run(_NAMES, face),), indent=0)]
        blocks.append(Blank(1, 14.0))
    return Sheet("公文字体样张", "", day, tuple(blocks))
