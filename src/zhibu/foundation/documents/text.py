"""A paper as plain text to copy into a message: the same words, without the setting."""

from __future__ import annotations

from zhibu.foundation.documents.blocks import (
    Block,
    Closing,
    Mark,
    Paragraph,
    Rubric,
    Signatures,
    Table,
    Title,
)
from zhibu.foundation.documents.composition import compose
from zhibu.foundation.documents.papers import MeetingNotice, Paper


def render_text(paper: Paper) -> str:
    """The words of a paper line by line; table cells are parted by spaces, a notice ends with its link."""
    sheet = compose(paper)
    lines: list[str] = []
    for block in (*sheet.body, *sheet.ending, *sheet.attachments):
        lines.extend(_lines(block))
    if isinstance(paper, MeetingNotice) and paper.link:
        lines.append("请假、报到请点：{link}".format(link=paper.link))
    return "\n".join(lines) + "\n"


def _lines(block: Block) -> list[str]:
    match block:
        case Paragraph(runs=runs):
            return ["".join(run.text for run in runs)]
        case Title(lines=lines):
            return ["".join(lines)]
        case Mark(text=text):
            return [text]
        case Rubric(number=number):
            return [number] if number else []
        case Table(rows=rows):
            return ["　".join(cell for cell in row.cells if cell) for row in rows]
        case Signatures(labels=labels):
            return list(labels)
        case Closing(organization=organization, date_text=day):
            return [organization, day]
        case _:
            return []
