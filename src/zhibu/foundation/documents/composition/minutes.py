"""会议记录: the field list of ``ux.md`` 2.1, then item by item what was said, voted and decided."""

from __future__ import annotations

from zhibu.common.chinese_text import date_text
from zhibu.foundation.documents.blocks import Blank, Block, Face, Paragraph, Run, Sheet, Signatures
from zhibu.foundation.documents.composition.names import known_names
from zhibu.foundation.documents.composition.wording import (
    absences_text,
    body_lines,
    count_text,
    decision_paragraphs,
    field_line,
    headed,
    heading,
    names_text,
    plain_title,
    span_text,
    subheading,
    vote_sentence,
)
from zhibu.foundation.documents.papers import AgendaItem, Attendance, Minutes, Speech


def compose_minutes(paper: Minutes) -> Sheet:
    """The minutes; what is missing is left out, or left blank where a hand may fill it in."""
    body: list[Block] = [*_fields(paper)]
    sections = _sections(paper)
    if sections:
        body.append(Blank())
        body.extend(sections)
    title = plain_title(paper.organization, _name(paper.kind))
    body = list(headed(title, *body))
    return Sheet(
        title="".join(title.lines),
        author=paper.organization,
        day=paper.span.day,
        body=tuple(body),
        ending=(Blank(), *_ending(paper)),
        names=known_names(paper),
    )


def _name(kind: str) -> str:
    """支部党员大会会议记录, 党课记录, 主题党日活动记录."""
    stem = kind.removesuffix("会议")
    if stem != kind or kind.endswith("会"):
        return "{stem}会议记录".format(stem=stem)
    return "{kind}活动记录".format(kind=kind) if kind.endswith("日") else "{kind}记录".format(kind=kind)


def _fields(paper: Minutes) -> list[Paragraph]:
    attendance = paper.attendance
    lines = [field_line("会议名称", paper.name)] if paper.name else []
    lines += [
        field_line("会议类型", _kind_text(paper)),
        field_line("时间", span_text(paper.span)),
        field_line("地点", paper.place),
        field_line("主持人", paper.host),
        field_line("记录人", paper.recorder),
    ]
    if paper.lecturer:
        lines.append(field_line("主讲人", paper.lecturer))
    lines.append(field_line("到会情况", _attendance_text(attendance)))
    if paper.invalid_reason:
        lines.append(field_line("会议效力", "无效。" + paper.invalid_reason))
    if attendance.present_names:
        lines.append(field_line("出席", names_text(attendance.present_names)))
    lines.append(field_line("缺席", _absent_text(attendance)))
    if attendance.observers:
        lines.append(field_line("列席", names_text(attendance.observers)))
    lines.append(field_line("议题", _topics_text(paper.items)))
    if paper.steps:
        lines.append(field_line("会前准备", "；".join(paper.steps) + "。"))
    return lines


def _kind_text(paper: Minutes) -> str:
    text = paper.kind
    if paper.sequence is not None:
        text += "（{year}年第{sequence}次）".format(year=paper.span.day.year, sequence=paper.sequence)
    if paper.also:
        text += "，同时计作{also}".format(also=paper.also)
    return text


def _attendance_text(attendance: Attendance) -> str:
    text = "应到{expected}，实到{present}".format(
        expected=count_text(attendance.expected), present=count_text(attendance.present)
    )
    if attendance.voting_expected is not None:
        text += "；其中有表决权的应到{expected}，实到{present}".format(
            expected=count_text(attendance.voting_expected), present=count_text(attendance.voting_present)
        )
    return text + "。" + attendance.basis


def _absent_text(attendance: Attendance) -> str:
    if attendance.absences:
        return absences_text(attendance.absences)
    everybody_came = attendance.expected is not None and attendance.expected == attendance.present
    return "无" if everybody_came else ""


def _topics_text(items: tuple[AgendaItem, ...]) -> str:
    if len(items) == 1:
        return items[0].title
    return "；".join(
        "{place}.{title}".format(place=place, title=item.title) for place, item in enumerate(items, start=1)
    )


def _sections(paper: Minutes) -> list[Block]:
    blocks: list[Block] = []
    for number, item in enumerate(paper.items, start=1):
        if _has_content(item):
            blocks.extend(_item(number, item))
    if paper.summary.strip():
        if blocks:
            blocks.append(heading(len(paper.items) + 1, "会议小结"))
        blocks.extend(body_lines(paper.summary))
    return blocks


def _has_content(item: AgendaItem) -> bool:
    return bool(item.notes.strip() or item.speeches or item.vote or item.decisions)


def _item(number: int, item: AgendaItem) -> list[Block]:
    """One item; its parts get their own headings only where there is more than one of them."""
    parts = _parts(item)
    blocks: list[Block] = [heading(number, item.title)]
    for place, (name, content) in enumerate(parts, start=1):
        if len(parts) > 1:
            blocks.append(subheading(place, name))
        blocks.extend(content)
    return blocks


def _parts(item: AgendaItem) -> list[tuple[str, tuple[Block, ...]]]:
    parts: list[tuple[str, tuple[Block, ...]]] = []
    if item.notes.strip():
        parts.append(("会议内容", body_lines(item.notes)))
    if item.speeches:
        parts.append(("发言要点", tuple(line for speech in item.speeches for line in _speech(speech))))
    if item.vote is not None:
        parts.append(("表决情况", body_lines(vote_sentence(item.vote))))
    if item.decisions:
        parts.append(("会议决议", decision_paragraphs(item.decisions, is_numbered=True)))
    return parts


def _speech(speech: Speech) -> list[Paragraph]:
    """``张三：…``, ``李四（不同意见）：…``; further paragraphs follow without the name."""
    label = "{speaker}（不同意见）：" if speech.is_dissent else "{speaker}："
    lines = body_lines(speech.text)
    first = lines[0].runs if lines else (Run(""),)
    opening = Paragraph((Run(label.format(speaker=speech.speaker), Face.KAI), *first))
    return [opening, *lines[1:]]


def _ending(paper: Minutes) -> list[Block]:
    blocks: list[Block] = [Signatures(("主持人（签字）：", "记录人（签字）："))]
    notes = []
    if paper.entered_date is not None:
        notes.append("本记录于{day}补录，会议时间以记录所载为准。".format(day=date_text(paper.entered_date)))
    if paper.version_note:
        notes.append(paper.version_note)
    if notes:
        blocks.append(Paragraph((Run("（{notes}）".format(notes="".join(notes)), Face.KAI),), align="left"))
    return blocks
