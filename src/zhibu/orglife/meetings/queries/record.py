"""The record of a meeting as it is written down: composed from the tables, kept as JSON, read back.

A ``Record`` is complete in itself: names and counts are words and numbers of the day it was kept, so that
an old version opens again exactly as it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, time
from typing import Any

from zhibu.orglife.meetings.models import (
    AgendaItem,
    Meeting,
    MeetingKind,
    MeetingStep,
    MinutesVersion,
    Resolution,
    Vote,
)
from zhibu.orglife.meetings.norms import votes_at
from zhibu.orglife.meetings.queries.attendance import Roll, get_quorum, get_roll
from zhibu.orglife.meetings.queries.meetings import list_items, secretary_id, vote_of
from zhibu.roster.members.models import Person

_VAGUE = re.compile("一致认为")
_SMALL = frozenset({MeetingKind.COMMITTEE, MeetingKind.GROUP})


@dataclass(frozen=True, slots=True)
class NamedReason:
    """A person by name with a reason: away, or not counted."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordedVote:
    """The totals of a vote with what the norm said of them."""

    method: str
    expected: int
    present: int
    yes: int
    no: int
    abstain: int
    written_yes: int
    written_no: int
    is_valid: bool
    is_passed: bool
    judgement: str


@dataclass(frozen=True, slots=True)
class RecordedResolution:
    """A resolution in full; ``due_date`` is ISO or empty."""

    text: str
    owner: str
    due_date: str


@dataclass(frozen=True, slots=True)
class RecordedItem:
    """One matter: what was said, voted, resolved."""

    topic: str
    matter: str
    discussion: str
    vote: RecordedVote | None
    resolutions: tuple[RecordedResolution, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """The whole record of one meeting. Dates are ISO, times HH:MM, empty where not known."""

    organization: str
    kind: str
    kind_words: str
    also_words: str
    title: str
    number: int | None
    date: str
    start_time: str
    end_time: str
    place: str
    host: str
    recorder: str
    lecturer: str
    secretary: str
    observers: str
    expected: int
    present: int
    voting_expected: int
    voting_present: int
    quorum: str
    present_names: tuple[str, ...]
    absences: tuple[NamedReason, ...]
    not_counted: tuple[NamedReason, ...]
    items: tuple[RecordedItem, ...]
    steps: tuple[NamedReason, ...]
    recorded_date: str
    is_valid: bool
    invalid_reason: str

    @property
    def is_general(self) -> bool:
        """Whether the members' meeting met: as such, or held together with something else."""
        general = MeetingKind.GENERAL
        return self.kind == general or str(general.label) in self.also_words.split("、")

    @property
    def ruling(self) -> str:
        """Whether enough came to vote, where a norm asks; elsewhere the counts have said it all."""
        return self.quorum if self.quorum.endswith("表决。") else ""

    @property
    def when(self) -> str:
        """Day and times as a page shows them."""
        times = "–".join(filter(None, (self.start_time, self.end_time)))
        return " ".join(filter(None, (self.date, times)))


@dataclass(frozen=True, slots=True)
class Flag:
    """Something an inspection would ask about: where (the item's id, or none), and a sentence. It
    stops nothing."""

    item_id: int | None
    text: str


def compose_record(meeting: Meeting, roll: Roll, items: Sequence[AgendaItem]) -> Record:
    """The record as the tables stand now."""
    secretary = secretary_id(meeting.organization, meeting.date)
    small = meeting.kind in _SMALL or meeting.basis == Meeting.Basis.LISTED
    return Record(
        organization=meeting.organization.name,
        kind=meeting.kind,
        kind_words=meeting.kind_words,
        also_words=meeting.also_words,
        title=meeting.title,
        number=meeting.number,
        date=meeting.date.isoformat(),
        start_time=_clock(meeting.start_time),
        end_time=_clock(meeting.end_time),
        place=meeting.place,
        host=_name(meeting.host),
        recorder=_name(meeting.recorder),
        lecturer=_name(meeting.lecturer),
        secretary=_name(Person.objects.filter(pk=secretary).first() if secretary else None),
        observers=meeting.observers,
        expected=roll.expected_count,
        present=roll.present_count,
        voting_expected=roll.voting_count,
        voting_present=roll.present_voting_count,
        quorum=get_quorum(meeting, roll).sentence if votes_at(meeting.all_kinds) else "",
        present_names=tuple(row.shown_name for row in roll.rows if row.is_present) if small else (),
        absences=tuple(NamedReason(row.shown_name, row.reason_words) for row in roll.away),
        not_counted=_not_counted(roll),
        items=tuple(_item(item) for item in items),
        steps=_steps(meeting),
        recorded_date=meeting.recorded_date.isoformat() if meeting.recorded_date else "",
        is_valid=meeting.is_valid,
        invalid_reason=meeting.invalid_reason,
    )


def _not_counted(roll: Roll) -> tuple[NamedReason, ...]:
    if roll.basis == Meeting.Basis.LISTED:
        return ()
    return tuple(NamedReason(row.shown_name, row.why_not) for row in roll.not_expected if row.why_not)


def _steps(meeting: Meeting) -> tuple[NamedReason, ...]:
    rows = MeetingStep.objects.filter(meeting=meeting).order_by("done_date", "id")
    return tuple(NamedReason(row.get_step_display(), row.done_date.isoformat()) for row in rows)


def _item(item: AgendaItem) -> RecordedItem:
    vote = vote_of(item)
    return RecordedItem(
        topic=item.topic,
        matter=item.matter,
        discussion=item.discussion,
        vote=_vote(vote) if vote else None,
        resolutions=tuple(_resolution(row) for row in item.resolutions.all()),
    )


def _vote(vote: Vote) -> RecordedVote:
    return RecordedVote(
        method=vote.get_method_display(),
        expected=vote.expected_voting,
        present=vote.present_voting,
        yes=vote.yes,
        no=vote.no,
        abstain=vote.abstain,
        written_yes=vote.written_yes,
        written_no=vote.written_no,
        is_valid=vote.is_valid,
        is_passed=vote.is_passed,
        judgement=vote.judgement,
    )


def _resolution(row: Resolution) -> RecordedResolution:
    owner = row.owner_text or _name(row.owner)
    return RecordedResolution(row.text, owner, row.due_date.isoformat() if row.due_date else "")


def _name(person: Person | None) -> str:
    return person.name if person else ""


def _clock(value: time | None) -> str:
    return value.strftime("%H:%M") if value else ""


def record_as_json(record: Record) -> dict[str, Any]:
    """What is stored as a version's content."""
    return asdict(record)


def record_of_json(content: dict[str, Any]) -> Record:
    """A stored version, read back."""
    items = tuple(
        RecordedItem(
            topic=item["topic"],
            matter=item["matter"],
            discussion=item["discussion"],
            vote=RecordedVote(**item["vote"]) if item["vote"] else None,
            resolutions=tuple(RecordedResolution(**row) for row in item["resolutions"]),
        )
        for item in content["items"]
    )
    named = {
        key: tuple(NamedReason(**row) for row in content[key]) for key in ("absences", "not_counted", "steps")
    }
    return Record(**{**content, **named, "items": items, "present_names": tuple(content["present_names"])})


def get_record(meeting: Meeting) -> Record:
    """The record that counts: the newest version kept, else what the tables say (a draft, or taken
    over in bulk)."""
    newest = MinutesVersion.objects.filter(meeting=meeting).order_by("-number").first()
    if newest is not None:
        return record_of_json(newest.content)
    return compose_record(meeting, get_roll(meeting), list_items(meeting))


def list_versions(meeting: Meeting) -> list[MinutesVersion]:
    """All versions of the minutes, newest first."""
    return list(MinutesVersion.objects.filter(meeting=meeting).order_by("-number"))


def get_version(meeting: Meeting, number: int) -> MinutesVersion | None:
    """One version, None where there is no such number."""
    return MinutesVersion.objects.filter(meeting=meeting, number=number).first()


def list_flags(meeting: Meeting, roll: Roll, items: Sequence[AgendaItem]) -> list[Flag]:
    """The three things that inspections ask about, and nothing else; they remind and stop nothing."""
    flags: list[Flag] = []
    if roll.without_reason:
        names = "、".join(row.shown_name for row in roll.without_reason)
        flags.append(Flag(None, "请写明请假原因：{names}。".format(names=names)))
    for item in items:
        if _VAGUE.search(item.discussion):
            flags.append(Flag(item.pk, "“一致认为”太笼统，请写明各人的意见；有不同意见的，写明姓名。"))
        if _lacks_vote(meeting, item):
            flags.append(Flag(item.pk, "这一项还没有表决结果，请填写赞成、反对、弃权的人数。"))
    return flags


def _lacks_vote(meeting: Meeting, item: AgendaItem) -> bool:
    return (
        votes_at(meeting.all_kinds) and vote_of(item) is None and bool(item.matter or item.resolutions.all())
    )


def iso_day(text: str) -> date | None:
    """A stored day, None where it is empty."""
    return date.fromisoformat(text) if text else None


def iso_clock(text: str) -> time | None:
    """A stored time of day, None where it is empty."""
    return time.fromisoformat(text) if text else None
