"""Recording very many past meetings at once, for the demo and for take-overs: one audit row a batch.

Nothing is judged here: rows come from the generator or a checked file. Rows are written as plain tuples,
since a county has more than a hundred thousand meetings; the database's constraints hold all the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django.db import connection, models

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed
from zhibu.common.identifiers import new_public_id
from zhibu.foundation.audit.commands import command, record
from zhibu.orglife.meetings.models import (
    AgendaItem,
    Attendance,
    MakeUp,
    Meeting,
    MeetingClosure,
    MeetingStep,
    MinutesVersion,
    Resolution,
    Vote,
)
from zhibu.roster.organizations.models import Organization

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class PastVote:
    """The totals of one vote with the judgement that goes into the record."""

    method: str
    expected: int
    present: int
    yes: int
    no: int
    abstain: int
    is_valid: bool
    is_passed: bool
    judgement: str
    ineligible: int = 0


@dataclass(frozen=True, slots=True)
class PastItem:
    """One matter of an agenda; ``resolution`` empty where nothing was resolved."""

    topic: str
    matter: str = ""
    discussion: str = ""
    vote: PastVote | None = None
    resolution: str = ""
    owner_id: int | None = None
    due_date: date | None = None


@dataclass(frozen=True, slots=True)
class PastMark:
    """One person's mark."""

    person_id: int
    mark: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PastMakeUp:
    """What one person missed and made up for."""

    person_id: int
    way: str
    done_date: date


@dataclass(frozen=True, slots=True)
class PastMeeting:
    """One meeting with all that belongs to it. Counts are those of the day; ids are the database's."""

    organization: Organization
    kind: str
    title: str
    date: date
    start_time: time
    end_time: time
    minutes_length: int
    year_label: int
    also_counts_as: tuple[str, ...] = ()
    group_id: int | None = None
    place: str = ""
    level: str = "branch"
    host_id: int | None = None
    host_delegation: str = ""
    recorder_id: int | None = None
    lecturer_id: int | None = None
    state: str = Meeting.State.COMPLETED
    basis: str = Meeting.Basis.EXPECTED
    expected_count: int | None = None
    expected_voting_count: int | None = None
    present_count: int | None = None
    present_voting_count: int | None = None
    is_valid: bool = True
    invalid_reason: str = ""
    marks: tuple[PastMark, ...] = ()
    make_ups: tuple[PastMakeUp, ...] = ()
    steps: tuple[tuple[str, date], ...] = ()
    items: tuple[PastItem, ...] = ()
    minutes: dict[str, Any] | None = None  # the content of their first version


@command("meetings.bulk_record")
def bulk_record_meetings(*, actor: Actor, today: date, rows: Sequence[PastMeeting]) -> list[str]:
    """Record many meetings as they were; returns their public ids in the same order.

    Raises ``NotAllowed`` where the right is missing at one of the organisations, ``IntegrityError`` where a
    person is marked twice at one meeting.
    """
    for path in {row.organization.path for row in rows}:
        if not actor.may("meetings:edit", path):
            raise NotAllowed("meetings:edit")
    batch = _Batch(actor, today)
    public_ids = [batch.add(row) for row in rows]
    batch.write()
    record(
        actor=actor,
        action="meetings.bulk_record",
        object_ref="batch:meetings",
        org_ids={row.organization.pk for row in rows},
        diff={"count": len(public_ids)},
    )
    return public_ids


class _Table:
    """The rows of one table, with the numbers that the database would have given next."""

    def __init__(self, model: type[models.Model], columns: str) -> None:
        self.model = model
        self.columns = columns.split()
        self.rows: Rows = []
        self.last: int = model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0

    def add(self, *values: object) -> int:
        """One more row; returns its id."""
        self.last += 1
        self.rows.append((self.last, *values))
        return self.last

    def write(self) -> None:
        """Insert all rows, and let the database count on from the last."""
        if not self.rows:
            return
        table = connection.ops.quote_name(self.model._meta.db_table)
        names = ", ".join(connection.ops.quote_name(name) for name in ("id", *self.columns))
        marks = ", ".join(["%s"] * (len(self.columns) + 1))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", self.rows)  # noqa: S608
            for statement in connection.ops.sequence_reset_sql(_NO_STYLE, [self.model]):
                cursor.execute(statement)


class _NoStyle:
    """Statements without colours."""

    def __getattr__(self, name: str) -> Callable[[str], str]:
        return str


_NO_STYLE: Any = _NoStyle()


class _Batch:
    """All tables of a batch of meetings."""

    def __init__(self, actor: Actor, today: date) -> None:
        self.actor, self.today = actor.label, _day(today)
        self.now = _instant(utc_now())
        self.meetings = _Table(
            Meeting,
            "public_id organization_id group_id kind also_counts_as title date start_time end_time"
            " minutes_length year_label place level host_id host_delegation recorder_id lecturer_id observers"
            " preparation state basis expected_count expected_voting_count present_count present_voting_count"
            " is_valid invalid_reason created_at created_by version",
        )
        self.items = _Table(AgendaItem, "public_id meeting_id position topic matter discussion version")
        self.votes = _Table(
            Vote,
            "item_id method expected_voting present_voting yes no abstain written_yes written_no"
            " ineligible_voters is_valid is_passed judgement clauses recorded_late recorded_at recorded_by",
        )
        self.resolutions = _Table(
            Resolution, "public_id item_id text owner_id owner_text due_date created_at version"
        )
        self.marks = _Table(Attendance, "meeting_id person_id mark reason note source marked_at")
        self.make_ups = _Table(MakeUp, "meeting_id person_id way done_date recorded_by recorded_at")
        self.steps = _Table(MeetingStep, "meeting_id step done_date recorded_at recorded_by")
        self.minutes = _Table(
            MinutesVersion, "meeting_id number content reason created_date created_at created_by"
        )
        self.closures = _Table(MeetingClosure, "meeting_id kind reason closed_date closed_at closed_by")

    def add(self, row: PastMeeting) -> str:
        """Take one meeting apart into rows; returns its public id."""
        public_id = new_public_id()
        meeting = self.meetings.add(*self._head(row, public_id))
        for mark in row.marks:
            self.marks.add(meeting, mark.person_id, mark.mark, mark.reason, "", "secretary", self.now)
        for done in row.make_ups:
            self.make_ups.add(meeting, done.person_id, done.way, _day(done.done_date), self.actor, self.now)
        for step, day in row.steps:
            self.steps.add(meeting, step, _day(day), self.now, self.actor)
        for position, item in enumerate(row.items, 1):
            self._item(meeting, position, item)
        if row.minutes is not None:
            content = json.dumps(row.minutes, ensure_ascii=False)
            self.minutes.add(meeting, 1, content, "", _day(row.date), self.now, self.actor)
        if row.state == Meeting.State.COMPLETED:
            self.closures.add(meeting, "completed", "", _day(row.date), self.now, self.actor)
        return public_id

    def _head(self, row: PastMeeting, public_id: str) -> tuple[Any, ...]:
        return (
            public_id,
            row.organization.pk,
            row.group_id,
            row.kind,
            json.dumps(list(row.also_counts_as)),
            row.title,
            _day(row.date),
            _time(row.start_time),
            _time(row.end_time),
            row.minutes_length,
            row.year_label,
            row.place,
            row.level,
            row.host_id,
            row.host_delegation,
            row.recorder_id,
            row.lecturer_id,
            "",
            "",
            row.state,
            row.basis,
            row.expected_count,
            row.expected_voting_count,
            row.present_count,
            row.present_voting_count,
            row.is_valid,
            row.invalid_reason,
            self.now,
            self.actor,
            1,
        )

    def _item(self, meeting: int, position: int, item: PastItem) -> None:
        number = self.items.add(
            new_public_id(), meeting, position, item.topic, item.matter, item.discussion, 1
        )
        if item.vote is not None:
            self._vote(number, item.vote)
        if item.resolution:
            due = _day(item.due_date) if item.due_date else None
            self.resolutions.add(
                new_public_id(), number, item.resolution, item.owner_id, "", due, self.now, 1
            )

    def _vote(self, item: int, vote: PastVote) -> None:
        self.votes.add(
            item,
            vote.method,
            vote.expected,
            vote.present,
            vote.yes,
            vote.no,
            vote.abstain,
            0,
            0,
            vote.ineligible,
            vote.is_valid,
            vote.is_passed,
            vote.judgement,
            "[]",
            False,
            self.now,
            self.actor,
        )

    def write(self) -> None:
        """Insert everything, meetings first."""
        for table in (
            self.meetings,
            self.items,
            self.votes,
            self.resolutions,
            self.marks,
            self.make_ups,
            self.steps,
            self.minutes,
            self.closures,
        ):
            table.write()


@lru_cache(maxsize=4096)
def _day(day: date) -> object:
    """A civil day as this database takes it."""
    return connection.ops.adapt_datefield_value(day)


@lru_cache(maxsize=256)
def _time(moment: time) -> object:
    return connection.ops.adapt_timefield_value(moment)


def _instant(moment: datetime) -> object:
    return connection.ops.adapt_datetimefield_value(moment)
