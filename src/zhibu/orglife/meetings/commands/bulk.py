"""Writing many meetings at once, for takeover and demo: one audit row a batch, naming all organisations.

Nothing is refused or judged here: rows are what the papers say, and the check-up finds what was not as it
should have been. The database's constraints hold all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed
from zhibu.foundation.audit.bulk_insert import insert_rows, insert_values, maker
from zhibu.foundation.audit.commands import command, record
from zhibu.foundation.search.commands import Entry, index_entries
from zhibu.orglife.meetings.models import (
    AbsenceFollowUp,
    AgendaItem,
    Attendance,
    MakeUp,
    Meeting,
    MeetingClosure,
    MeetingStep,
    Resolution,
    ResolutionClosure,
    Vote,
)

_DOUBTFUL = "按提供的记录登记。"
_new_meeting, _new_item = maker(Meeting), maker(AgendaItem)
Day = date  # a field of the same name would hide the type


@dataclass(frozen=True, slots=True)
class NewVote:
    """The totals of a vote as the paper has them, with the result it declared."""

    expected: int
    present: int
    yes: int
    no: int = 0
    abstain: int = 0
    method: str = "hands"
    is_passed: bool = True
    is_valid: bool = True
    ineligible: int = 0
    written_yes: int = 0
    written_no: int = 0
    judgement: str = _DOUBTFUL


@dataclass(frozen=True, slots=True)
class NewResolution:
    """A resolution; ``done_date`` where it was reported done."""

    text: str
    owner_id: int | None = None
    due_date: date | None = None
    done_date: date | None = None


@dataclass(frozen=True, slots=True)
class NewItem:
    """One matter with what was said, voted and resolved."""

    topic: str
    matter: str = ""
    discussion: str = ""
    vote: NewVote | None = None
    resolutions: tuple[NewResolution, ...] = ()


@dataclass(frozen=True, slots=True)
class NewMark:
    """One person's mark: an exception, or a line of the list; with the make-up where there was one."""

    person_id: int
    mark: str
    reason: str = ""
    make_up: str = ""
    make_up_date: date | None = None


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """One meeting of a batch, completed unless ``state`` says otherwise. Ids are those of the tables.

    ``steps`` are pairs of step and day. ``public_id`` is made up where it is empty.
    """

    organization_id: int
    kind: str
    date: Day
    title: str
    year_label: int
    also_counts_as: tuple[str, ...] = ()
    group_id: int | None = None
    number: int | None = None
    minutes_length: int = 0
    start_time: time | None = None
    place: str = ""
    level: str = "branch"
    host_id: int | None = None
    host_delegation: str = ""
    recorder_id: int | None = None
    lecturer_id: int | None = None
    basis: str = "expected"
    state: str = "completed"
    expected_count: int | None = None
    expected_voting_count: int | None = None
    present_count: int | None = None
    present_voting_count: int | None = None
    is_valid: bool = True
    invalid_reason: str = ""
    recorded_date: Day | None = None
    closed_date: Day | None = None
    marks: tuple[NewMark, ...] = ()
    items: tuple[NewItem, ...] = ()
    steps: tuple[tuple[str, Day], ...] = ()
    public_id: str = ""


@command("meetings.bulk_record")
def bulk_record_meetings(
    *, actor: Actor, today: date, rows: Sequence[NewMeeting], with_search: bool = True
) -> list[Meeting]:
    """Write these meetings with all that belongs to them; returns them in the same order with their ids.

    ``with_search`` False leaves the search index to the caller. The actor must hold ``meetings:complete``
    everywhere named; the system's own actors do.
    """
    if not actor.may("meetings:complete"):
        raise NotAllowed("meetings:complete")
    now = utc_now()
    meetings = [_meeting(row, actor, now) for row in rows]
    insert_rows(meetings)
    pairs = list(zip(meetings, rows, strict=True))
    _write_closures(pairs, actor, today, now)
    _write_marks(pairs, actor, now)
    _write_items(pairs, actor, now)
    insert_values(
        MeetingStep,
        ("meeting_id", "step", "done_date", "recorded_at", "recorded_by"),
        ((meeting.pk, step, day, now, actor.label) for meeting, row in pairs for step, day in row.steps),
    )
    if with_search:
        index_entries(entries=(_entry(meeting, row) for meeting, row in pairs))
    record(
        actor=actor,
        action="meetings.bulk_record",
        object_ref="",
        org_ids={row.organization_id for row in rows},
        diff={"meetings": len(rows)},
    )
    return meetings


def _meeting(row: NewMeeting, actor: Actor, now: datetime) -> Meeting:
    named = {"public_id": row.public_id} if row.public_id else {}
    return _new_meeting(
        {
            "organization_id": row.organization_id,
            "kind": row.kind,
            "date": row.date,
            "title": row.title,
            "year_label": row.year_label,
            "also_counts_as": sorted(row.also_counts_as),
            "group_id": row.group_id,
            "number": row.number,
            "minutes_length": row.minutes_length,
            "start_time": row.start_time,
            "place": row.place,
            "level": row.level,
            "host_id": row.host_id,
            "host_delegation": row.host_delegation,
            "recorder_id": row.recorder_id,
            "lecturer_id": row.lecturer_id,
            "basis": row.basis,
            "state": row.state,
            "expected_count": row.expected_count,
            "expected_voting_count": row.expected_voting_count,
            "present_count": row.present_count,
            "present_voting_count": row.present_voting_count,
            "is_valid": row.is_valid,
            "invalid_reason": row.invalid_reason,
            "recorded_date": row.recorded_date,
            "created_at": now,
            "created_by": actor.label,
            **named,
        }
    )


def _write_closures(
    pairs: Iterable[tuple[Meeting, NewMeeting]], actor: Actor, today: date, now: datetime
) -> None:
    insert_values(
        MeetingClosure,
        ("meeting_id", "kind", "closed_date", "closed_at", "closed_by"),
        (
            (
                meeting.pk,
                "completed",
                row.closed_date or max(row.date, row.recorded_date or row.date),
                now,
                actor.label,
            )
            for meeting, row in pairs
            if row.state == Meeting.State.COMPLETED
        ),
    )


def _write_marks(pairs: Sequence[tuple[Meeting, NewMeeting]], actor: Actor, now: datetime) -> None:
    source = Attendance.Source.SECRETARY.value
    insert_values(
        Attendance,
        ("meeting_id", "person_id", "mark", "reason", "source", "marked_at"),
        (
            (meeting.pk, mark.person_id, mark.mark, mark.reason, source, now)
            for meeting, row in pairs
            for mark in row.marks
        ),
    )
    insert_values(
        MakeUp,
        ("meeting_id", "person_id", "way", "done_date", "recorded_by", "recorded_at"),
        (
            (meeting.pk, mark.person_id, mark.make_up, mark.make_up_date or row.date, actor.label, now)
            for meeting, row in pairs
            for mark in row.marks
            if mark.make_up
        ),
    )


def _write_items(pairs: Sequence[tuple[Meeting, NewMeeting]], actor: Actor, now: datetime) -> None:
    drafts = [
        (meeting, place, draft) for meeting, row in pairs for place, draft in enumerate(row.items, start=1)
    ]
    items = [
        _new_item(
            {
                "meeting_id": meeting.pk,
                "position": place,
                "topic": draft.topic,
                "matter": draft.matter,
                "discussion": draft.discussion,
            }
        )
        for meeting, place, draft in drafts
    ]
    insert_rows(items)
    written = [(item, draft) for item, (_, _, draft) in zip(items, drafts, strict=True)]
    insert_rows([_vote(item, draft.vote, actor, now) for item, draft in written if draft.vote is not None])
    resolved = [(item, one) for item, draft in written for one in draft.resolutions]
    resolutions = [
        Resolution(item=item, text=one.text, owner_id=one.owner_id, due_date=one.due_date, created_at=now)
        for item, one in resolved
    ]
    insert_rows(resolutions)
    insert_rows(
        [
            ResolutionClosure(resolution=row, done_date=one.done_date, closed_by=actor.label, closed_at=now)
            for row, (_, one) in zip(resolutions, resolved, strict=True)
            if one.done_date is not None
        ]
    )


def _vote(item: AgendaItem, draft: NewVote, actor: Actor, now: datetime) -> Vote:
    return Vote(
        item=item,
        method=draft.method,
        expected_voting=draft.expected,
        present_voting=draft.present,
        yes=draft.yes,
        no=draft.no,
        abstain=draft.abstain,
        written_yes=draft.written_yes,
        written_no=draft.written_no,
        ineligible_voters=draft.ineligible,
        is_valid=draft.is_valid,
        is_passed=draft.is_passed,
        judgement=draft.judgement,
        clauses=[],
        recorded_late=True,
        recorded_at=now,
        recorded_by=actor.label,
    )


def _entry(meeting: Meeting, row: NewMeeting) -> Entry:
    return Entry(
        kind="meeting",
        ref_id=meeting.pk,
        public_id=meeting.public_id,
        org_id=row.organization_id,
        label=row.title,
        note=row.date.isoformat(),
        texts=tuple(item.topic for item in row.items),
    )


@dataclass(frozen=True, slots=True)
class NewFollowUp:
    """The day on which a branch looked into somebody's long absence."""

    organization_id: int
    person_id: int
    handled_date: date


@command("meetings.bulk_follow_up")
def bulk_follow_up(*, actor: Actor, today: date, rows: Sequence[NewFollowUp]) -> None:
    """Write these follow-ups of long absences."""
    if not actor.may("meetings:complete"):
        raise NotAllowed("meetings:complete")
    now = utc_now()
    insert_rows(
        [
            AbsenceFollowUp(
                organization_id=row.organization_id,
                person_id=row.person_id,
                handled_date=row.handled_date,
                recorded_by=actor.label,
                recorded_at=now,
            )
            for row in rows
        ]
    )
    record(
        actor=actor,
        action="meetings.bulk_follow_up",
        object_ref="",
        org_ids={row.organization_id for row in rows},
        diff={"persons": len(rows)},
    )
