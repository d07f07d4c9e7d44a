"""The papers of a meeting, filled from its record: 会议通知, 签到表, 会议记录, 决议, 纪要."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from zhibu.foundation.documents.models import Document
from zhibu.foundation.documents.papers import (
    Absence,
    AgendaItem,
    Attendance,
    Decision,
    MeetingNotice,
    Minutes,
    Paper,
    Resolution,
    SignInSheet,
    Span,
    Summary,
    Vote,
)
from zhibu.orglife.meetings.models import Meeting, MeetingKind
from zhibu.orglife.meetings.queries.attendance import Roll
from zhibu.orglife.meetings.queries.record import (
    Record,
    RecordedItem,
    RecordedResolution,
    RecordedVote,
    iso_clock,
    iso_day,
)

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
}
RECORD_PAPERS = (PaperKind.MINUTES, PaperKind.RESOLUTION, PaperKind.SUMMARY)
_AUDIENCE = {MeetingKind.COMMITTEE: "全体支部委员", MeetingKind.GROUP: "全体小组党员"}


def notice_of(meeting: Meeting, topics: list[str], *, issued: date, link: str = "") -> MeetingNotice:
    """会议通知; ``link`` becomes the QR code for leave and check-in."""
    return MeetingNotice(
        organization=meeting.organization.name,
        kind=meeting.kind_words,
        span=span_of(meeting),
        issued_date=issued,
        place=meeting.place,
        audience=_AUDIENCE.get(MeetingKind(meeting.kind), "全体党员"),
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


def papers_of(record: Record) -> dict[PaperKind, tuple[Paper, ...]]:
    """The papers that a record gives: always the minutes, a resolution for each matter voted, a summary where
    something was resolved. Several resolutions are several papers of the same kind."""
    found: dict[PaperKind, tuple[Paper, ...]] = {PaperKind.MINUTES: (minutes_of(record),)}
    voted = [
        item for item in record.items if item.vote is not None and item.vote.is_valid and item.vote.is_passed
    ]
    if voted and record.kind == MeetingKind.GENERAL:
        found[PaperKind.RESOLUTION] = tuple(resolution_of(record, item) for item in voted)
    if any(item.resolutions for item in record.items):
        found[PaperKind.SUMMARY] = (summary_of(record),)
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
        attendance=_attendance(record),
        items=tuple(_item(item) for item in record.items),
        summary=_closing_words(record),
        entered_date=iso_day(record.recorded_date),
        version_note=version_note,
    )


def resolution_of(record: Record, item: RecordedItem) -> Resolution:
    """党员大会决议 on one matter."""
    return Resolution(
        organization=record.organization,
        kind=record.kind_words,
        span=_span(record),
        matter=item.topic,
        vote=_vote(item.vote) if item.vote else None,
        decisions=tuple(_decision(row) for row in item.resolutions),
        secretary=record.secretary,
        issued_date=iso_day(record.date),
    )


def summary_of(record: Record) -> Summary:
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
        excused=tuple(Absence(row.name, row.reason) for row in record.absences),
        observers=_names(record.observers),
    )


def _closing_words(record: Record) -> str:
    lines = ["{name}：{day}。".format(name=row.name, day=row.reason) for row in record.steps]
    if record.lecturer:
        lines.insert(0, "主讲人：{name}。".format(name=record.lecturer))
    if record.also_words:
        lines.append("本次会议同时计作{kinds}。".format(kinds=record.also_words))
    if not record.is_valid:
        lines.append("本次会议无效：{why}".format(why=record.invalid_reason))
    return "\n".join(lines)


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


def _item(item: RecordedItem) -> AgendaItem:
    return AgendaItem(
        title=item.topic,
        notes=item.discussion,
        vote=_vote(item.vote) if item.vote else None,
        decisions=tuple(_decision(row) for row in item.resolutions),
    )


def _vote(vote: RecordedVote) -> Vote:
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
        conclusion=conclusion,
    )


def _decision(row: RecordedResolution) -> Decision:
    return Decision(row.text, row.owner, iso_day(row.due_date))


def _span(record: Record) -> Span:
    return Span(iso_day(record.date) or date.min, iso_clock(record.start_time), iso_clock(record.end_time))


def _names(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip())


def get_document(meeting: Meeting, kind: str, version: int, content_type: str) -> Document | None:
    """The stored file of a paper in one version and format, None if it was not stored yet."""
    return Document.objects.filter(
        owner_kind=OWNER_KIND, owner_id=meeting.pk, kind=kind, version=version, content_type=content_type
    ).first()


def list_documents(meeting: Meeting) -> list[Document]:
    """Every stored paper of a meeting, newest version first."""
    rows = Document.objects.filter(owner_kind=OWNER_KIND, owner_id=meeting.pk)
    return list(rows.order_by("-version", "kind", "content_type"))
