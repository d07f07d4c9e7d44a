"""决议 and 会议纪要: what a meeting leaves behind."""

from __future__ import annotations

from zhibu.common.chinese_text import date_text, width_in_cells
from zhibu.foundation.documents.blocks import (
    TEXT_WIDTH_MM,
    Blank,
    Block,
    Closing,
    Face,
    Mark,
    Paragraph,
    Rubric,
    Run,
    Sheet,
    Signatures,
    clean,
)
from zhibu.foundation.documents.composition.names import known_names
from zhibu.foundation.documents.composition.wording import (
    absences_text,
    body_lines,
    count_text,
    decision_paragraphs,
    event_words,
    headed,
    names_text,
    plain_title,
    span_text,
    version_lines,
    vote_sentence,
)
from zhibu.foundation.documents.papers import Dress, Resolution, Summary

_MARK_LARGEST_PT = 48.0
_POINTS_PER_MM = 72 / 25.4


def compose_resolution(paper: Resolution) -> Sheet:
    """The resolution with its count in the fixed words, signed by the secretary, with room for the seal."""
    title = plain_title(paper.organization, "关于{matter}的决议".format(matter=paper.matter))
    opening = "{day}，{organization}召开{kind}，讨论{matter}。".format(
        day=date_text(paper.span.day), organization=paper.organization, kind=paper.kind, matter=paper.matter
    )
    body: list[Block] = [Paragraph((Run(opening),)), *body_lines(paper.background)]
    if paper.vote is not None:
        body.extend(body_lines(vote_sentence(paper.vote)))
    if paper.decisions:
        body.append(Paragraph((Run("会议决定："),), is_heading=True))
        body.extend(decision_paragraphs(paper.decisions, is_numbered=True))
    day = paper.issued_date or paper.span.day
    return Sheet(
        title="".join(title.lines),
        author=paper.organization,
        day=day,
        body=headed(title, *body),
        ending=(
            Blank(),
            Signatures(("党支部书记（签名）：",)),
            Blank(),
            Closing(paper.organization, date_text(day), has_seal=True),
            *version_lines(paper.version_note),
        ),
        names=known_names(paper),
    )


def mark_size(text: str) -> float:
    """The size of a mark in points: 48, or less where the text would not fit the line."""
    widest = TEXT_WIDTH_MM * _POINTS_PER_MM
    return round(min(_MARK_LARGEST_PT, widest / max(1.0, width_in_cells(text) + 0.5)), 1)


def compose_summary(paper: Summary) -> Sheet:
    """The summary: what was settled, with owner and due date; then who was there. No seal (10.3.3)."""
    if paper.dress is Dress.RED_HEAD:
        text = "{organization}会议纪要".format(organization=clean(paper.organization))
        opening: tuple[Block, ...] = (Mark(text, mark_size(text)), Rubric(paper.number), Blank())
        name = text
    else:
        title = plain_title(paper.organization, "{kind}纪要".format(kind=paper.kind))
        dated = "（{day}）".format(day=date_text(paper.issued_date))
        below = "　".join(filter(None, (paper.number, dated)))
        opening = (title, Paragraph((Run(below, Face.KAI),), indent=0, align="center"), Blank())
        name = "".join(title.lines)
    people = _people(paper)
    body: list[Block] = [*opening, *_summary_body(paper)]
    if people:
        body += [Blank(), *people]
    body += version_lines(paper.version_note)
    day = Paragraph((Run(date_text(paper.issued_date) + "　　"),), indent=0, align="right")
    return Sheet(
        title=name,
        author=paper.organization,
        day=paper.issued_date,
        body=tuple(body),
        ending=(Blank(), day) if paper.dress is Dress.RED_HEAD else (),
        names=known_names(paper),
    )


def _summary_body(paper: Summary) -> tuple[Block, ...]:
    verb, noun = event_words(paper.kind)
    where = "在{place}".format(place=paper.place) if paper.place else ""
    sentence = "{when}，{organization}{where}{verb}{noun}{host}。".format(
        when=span_text(paper.span),
        organization=paper.organization,
        where=where,
        verb=verb,
        noun=noun,
        host="，{host}主持".format(host=paper.host) if paper.host else "",
    )
    first, *others = body_lines(paper.opening) or (Paragraph((Run(""),)),)
    blocks: list[Block] = [Paragraph((Run(sentence), *first.runs)), *others]
    if paper.decisions:
        blocks.append(Paragraph((Run("会议议定以下事项："),), is_heading=True))
        blocks.extend(decision_paragraphs(paper.decisions, is_numbered=True))
    return tuple(blocks)


def _people(paper: Summary) -> tuple[Paragraph, ...]:
    """出席, 请假, 列席 in 黑体, names hanging; a line without names is left out (请假 says 无)."""
    lines = [
        ("出席", names_text(paper.attended) or ("" if paper.present is None else count_text(paper.present))),
        ("请假", absences_text(paper.excused) or ("无" if paper.attended else "")),
        ("列席", names_text(paper.observers)),
    ]
    return tuple(
        Paragraph((Run(label + "：", Face.HEI), Run(names)), indent=2, hanging=5, align="left")
        for label, names in lines
        if names
    )
