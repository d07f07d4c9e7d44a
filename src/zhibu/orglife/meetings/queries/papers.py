"""The papers of a meeting, filled from its record: 会议通知, 签到表, 会议记录, 决议, 纪要."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from enum import StrEnum

from zhibu.common.chinese_text import date_text
from zhibu.foundation.documents.models import Document
from zhibu.foundation.documents.papers import (
    Absence,
    AgendaItem,
    Attendance,
    CodeSheet,
    Decision,
    MeetingNotice,
    Minutes,
    Paper,
    PlanLine,
    Resolution,
    SignInSheet,
    Span,
    Speech,
    Summary,
    Vote,
    YearPlan,
)
from zhibu.orglife.meetings.models import Meeting, MeetingKind, PlannedMeeting
from zhibu.orglife.meetings.queries.attendance import Roll
from zhibu.orglife.meetings.queries.plan import list_lines
from zhibu.orglife.meetings.queries.record import (
    NamedReason,
    Record,
    RecordedItem,
    RecordedResolution,
    RecordedVote,
    iso_clock,
    iso_day,
)
from zhibu.roster.organizations.models import Organization

OWNER_KIND = "meeting"
PDF, DOCX = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)


class PaperKind(StrEnum):
    """The papers a meeting has; the value stands in addresses and in the stored document."""

    NOTICE = "notice"
    SIGN_IN = "sign_in"
    MINUTES = "minutes"
    RESOLUTION = "resolution"
    SUMMARY = "summary"
    CODE_SHEET = "code_sheet"

    @property
    def words(self) -> str:
        """What the paper is called."""
        return _WORDS[self]


_WORDS = {
    PaperKind.NOTICE: "会议通知",
    PaperKind.SIGN_IN: "签到表",
    PaperKind.MINUTES: "会议记录",
    PaperKind.RESOLUTION: "决议",
    PaperKind.SUMMARY: "会议纪要",
    PaperKind.CODE_SHEET: "扫码报到",
}
_ASKING = re.compile("^(?:(?:听取|讨论|审议|审查|研究|表决|确定|通过)(?:和|并|与|、)?)+")
_SPEAKER = re.compile(
    "(?P<name>[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}|[\u3400-\u9fff]{1,6}·[\u3400-\u9fff]{1,6})"
    "(?P<note>（[^）]{1,12}）)?[：:](?P<text>.*)"
)
# Words before a colon that are no names; one overlooked is set in another face, nothing worse.
_NO_NAME = re.compile(
    "会议|大会|支委|议题|内容|主题|结论|决定|决议|意见|建议|要求|情况|问题|时间|地点|主持|记录|[列缺出]席|主讲|发言|"
    "讨论|表决|结果|赞成|反对|弃权|其他|备注|说明|附件|小结|领学|学习|整改|措施|下一步|安排|批评|党员|大家|群众|"
    "方案|目标|任务|[一二三四五六七八九十第]"
)
_DISSENT = ("不同意", "反对", "保留")
RECORD_PAPERS = (PaperKind.MINUTES, PaperKind.RESOLUTION, PaperKind.SUMMARY)
_AUDIENCE = {MeetingKind.COMMITTEE: "全体支部委员", MeetingKind.GROUP: "全体小组党员"}


def audience_words(kind: str) -> str:
    """Who comes to a kind of meeting, as a notice addresses them."""
    return _AUDIENCE.get(MeetingKind(kind), "全体党员")


def notice_of(meeting: Meeting, topics: list[str], *, issued: date, link: str = "") -> MeetingNotice:
    """会议通知; ``link`` becomes the QR code for leave and check-in."""
    return MeetingNotice(
        organization=meeting.organization.name,
        kind=meeting.kind_words,
        span=span_of(meeting),
        issued_date=issued,
        place=meeting.place,
        audience=audience_words(meeting.kind),
        observers=meeting.observers,
        topics=tuple(topics),
        preparations=tuple(line for line in meeting.preparation.splitlines() if line.strip()),
        link=link,
    )


def sign_in_sheet_of(meeting: Meeting, roll: Roll, *, link: str = "") -> SignInSheet:
    """签到表 with everybody expected, by name."""
    rows = roll.expected or roll.rows
    return SignInSheet(
        organization=meeting.organization.name,
        kind=meeting.kind_words,
        span=span_of(meeting),
        names=tuple(row.shown_name for row in rows),
        place=meeting.place,
        name=meeting.title,
        link=link,
    )


def span_of(meeting: Meeting) -> Span:
    """When the meeting is."""
    return Span(meeting.date, meeting.start_time, meeting.end_time)


def papers_of(record: Record, version_note: str = "") -> dict[PaperKind, tuple[Paper, ...]]:
    """The papers that a record gives: always the minutes, a resolution for each matter voted, a summary where
    something was resolved. Several resolutions are several papers of the same kind. A corrected version
    names itself on each."""
    found: dict[PaperKind, tuple[Paper, ...]] = {PaperKind.MINUTES: (minutes_of(record, version_note),)}
    voted = [
        item for item in record.items if item.vote is not None and item.vote.is_valid and item.vote.is_passed
    ]
    if voted and record.is_general:
        found[PaperKind.RESOLUTION] = tuple(resolution_of(record, item, version_note) for item in voted)
    if any(item.resolutions for item in record.items):
        found[PaperKind.SUMMARY] = (summary_of(record, version_note),)
    return found


def minutes_of(record: Record, version_note: str = "") -> Minutes:
    """会议记录."""
    return Minutes(
        organization=record.organization,
        kind=record.kind_words,
        span=_span(record),
        name=record.title,
        sequence=record.number,
        place=record.place,
        host=record.host,
        recorder=record.recorder,
        lecturer=record.lecturer,
        also=record.also_words,
        steps=tuple(_step(row) for row in record.steps),
        invalid_reason="" if record.is_valid else record.invalid_reason or "原因没有写明。",
        attendance=_attendance(record),
        items=tuple(_item(item, record.kind) for item in record.items),
        entered_date=iso_day(record.recorded_date),
        version_note=version_note,
    )


def resolution_of(record: Record, item: RecordedItem, version_note: str = "") -> Resolution:
    """党员大会决议 on one matter."""
    return Resolution(
        organization=record.organization,
        kind=record.kind_words if record.kind == MeetingKind.GENERAL else str(MeetingKind.GENERAL.label),
        span=_span(record),
        matter=matter_of(item.topic),
        vote=_vote(item.vote, record.kind) if item.vote else None,
        decisions=tuple(_decision(row) for row in item.resolutions),
        secretary=record.secretary,
        issued_date=iso_day(record.date),
        version_note=version_note,
    )


def summary_of(record: Record, version_note: str = "") -> Summary:
    """会议纪要: what was resolved, who does it by when."""
    return Summary(
        organization=record.organization,
        kind=record.kind_words,
        span=_span(record),
        issued_date=iso_day(record.date) or date.min,
        place=record.place,
        host=record.host,
        decisions=tuple(_decision(row) for item in record.items for row in item.resolutions),
        attended=record.present_names,
        present=record.present,
        excused=tuple(Absence(row.name, row.reason) for row in record.absences),
        observers=_names(record.observers),
        version_note=version_note,
    )


def code_sheet_of(meeting: Meeting, link: str) -> CodeSheet:
    """扫码报到, for the door of the hall."""
    return CodeSheet(
        organization=meeting.organization.name,
        kind=meeting.kind_words,
        span=span_of(meeting),
        link=link,
        name=meeting.title,
        place=meeting.place,
    )


def matter_of(topic: str) -> str:
    """What a resolution is about: the topic without 讨论, 听取和审议 …, which the sentence says itself."""
    return _ASKING.sub("", topic.strip(), count=1) or topic


def _step(row: NamedReason) -> str:
    day = iso_day(row.reason)
    return row.name + (date_text(day) if day else row.reason)


def _attendance(record: Record) -> Attendance:
    not_counted = "；".join(
        "{name}：{why}".format(name=row.name, why=row.reason.rstrip("。")) for row in record.not_counted
    )
    return Attendance(
        expected=record.expected,
        present=record.present,
        voting_expected=record.voting_expected if record.quorum else None,
        voting_present=record.voting_present if record.quorum else None,
        basis="不计入应到会的：{names}。".format(names=not_counted) if not_counted else "",
        present_names=record.present_names,
        absences=tuple(Absence(row.name, row.reason) for row in record.absences),
        observers=_names(record.observers),
    )


def _item(item: RecordedItem, kind: str) -> AgendaItem:
    notes, speeches = _said(item.discussion)
    return AgendaItem(
        title=item.topic,
        notes=notes,
        speeches=speeches,
        vote=_vote(item.vote, kind) if item.vote else None,
        decisions=tuple(_decision(row) for row in item.resolutions),
    )


def _said(text: str) -> tuple[str, tuple[Speech, ...]]:
    """A discussion as it was typed, parted into what was reported and who said what.

    A line ``张三：…`` begins a speech, ``李四（不同意）：…`` a dissent; lines without a name belong to what
    stands before them. Nothing is left out or reworded.
    """
    notes: list[str] = []
    speeches: list[Speech] = []
    for line in text.splitlines():
        found = _SPEAKER.match(line.strip())
        if found and not _NO_NAME.search(found["name"]):
            is_dissent = bool(found["note"]) and any(word in found["note"] for word in _DISSENT)
            speaker = found["name"] if is_dissent or not found["note"] else found["name"] + found["note"]
            speeches.append(Speech(speaker, found["text"], is_dissent))
        elif speeches:
            last = speeches[-1]
            speeches[-1] = replace(last, text="\n".join((last.text, line)))
        else:
            notes.append(line)
    return "\n".join(notes), tuple(speeches)


def _vote(vote: RecordedVote, kind: str) -> Vote:
    conclusion = vote.judgement
    if vote.written_yes or vote.written_no:
        conclusion = "会前书面意见：赞成{yes}人、反对{no}人，计入票数。{rest}".format(
            yes=vote.written_yes, no=vote.written_no, rest=conclusion
        )
    return Vote(
        approve=vote.yes,
        oppose=vote.no,
        abstain=vote.abstain,
        eligible=vote.expected,
        present=vote.present,
        method=vote.method,
        voters="委员" if kind == MeetingKind.COMMITTEE else "正式党员",
        conclusion=conclusion,
    )


def _decision(row: RecordedResolution) -> Decision:
    return Decision(row.text, row.owner, iso_day(row.due_date))


def _span(record: Record) -> Span:
    return Span(iso_day(record.date) or date.min, iso_clock(record.start_time), iso_clock(record.end_time))


def _names(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip())


def plan_of(organization: Organization, year: int) -> YearPlan:
    """“三会一课”计划表 from the lines of the year plan."""
    return YearPlan(
        organization=organization.name,
        year=year,
        lines=tuple(_plan_line(line) for line in list_lines(organization, year)),
    )


def _plan_line(line: PlannedMeeting) -> PlanLine:
    kinds = [line.get_kind_display(), *(MeetingKind(kind).label for kind in line.also_counts_as)]
    words = "、".join(str(kind) for kind in kinds)
    if line.group is not None:
        words = "{kinds}（{group}）".format(kinds=words, group=line.group)
    return PlanLine(
        day=line.planned_date,
        kind=words,
        topic=line.topic,
        audience=audience_words(line.kind),
        note=line.reason,
    )


def get_document(meeting: Meeting, kind: str, version: int, content_type: str) -> Document | None:
    """The stored file of a paper in one version and format, None if it was not stored yet."""
    return Document.objects.filter(
        owner_kind=OWNER_KIND, owner_id=meeting.pk, kind=kind, version=version, content_type=content_type
    ).first()


def list_documents(meeting: Meeting) -> list[Document]:
    """Every stored paper of a meeting, newest version first."""
    rows = Document.objects.filter(owner_kind=OWNER_KIND, owner_id=meeting.pk)
    return list(rows.order_by("-version", "kind", "content_type"))
