"""The roll of a meeting: everybody it concerns, with what is marked and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhibu.orglife.meetings.models import Attendance, MakeUp, Meeting
from zhibu.orglife.meetings.norms import VOTING_KINDS, Count, Quorum, quorum, votes_at, voting_kind
from zhibu.roster.members.models import Person
from zhibu.roster.members.queries.attendance import ExpectedPerson, expected_attendance

PRESENT = Attendance.MarkChoice.PRESENT
PRESENT_MARKS = frozenset({PRESENT, Attendance.MarkChoice.LECTURER, Attendance.MarkChoice.PARTNER})
AWAY_MARKS = frozenset({Attendance.MarkChoice.LEAVE, Attendance.MarkChoice.ABSENT})
_REASONS = {str(value): str(label) for value, label in Attendance.Reason.choices}


@dataclass(frozen=True, slots=True)
class RollRow:
    """One person on the roll. ``mark`` is empty where nothing was marked; ``choice`` is what the
    page ticks."""

    person_id: int
    public_id: str
    name: str
    alias: str
    group_id: int | None
    is_expected: bool
    is_voting: bool
    why_not: str
    clause: str
    mark: str
    reason: str
    note: str
    source: str
    marked_at: datetime | None
    made_up: str
    is_present: bool

    @property
    def shown_name(self) -> str:
        """The name, with what tells it from the same name."""
        return "{name}（{alias}）".format(name=self.name, alias=self.alias) if self.alias else self.name

    @property
    def choice(self) -> str:
        """The value of the ticked button: present, leave:ill …, absent, exempt, or nothing."""
        if self.mark == Attendance.MarkChoice.LEAVE:
            return "leave:{reason}".format(reason=self.reason or "other")
        return self.mark or ("present" if self.is_present else "")

    @property
    def is_away(self) -> bool:
        """Whether the person was expected and did not come."""
        return self.mark in AWAY_MARKS

    @property
    def reason_words(self) -> str:
        """Why the person was away: 病假, 事假：家中有事, 未请假; empty where no reason was given."""
        if self.mark == Attendance.MarkChoice.ABSENT:
            return self.note or "未请假"
        if self.reason in ("", Attendance.Reason.OTHER):
            return self.note
        words = _REASONS[self.reason]
        return "{words}：{note}".format(words=words, note=self.note) if self.note else words


@dataclass(frozen=True, slots=True)
class Roll:
    """Everybody whom a meeting concerns, by name."""

    rows: tuple[RollRow, ...]
    basis: str

    @property
    def expected(self) -> tuple[RollRow, ...]:
        """Those who should come."""
        return tuple(row for row in self.rows if row.is_expected)

    @property
    def not_expected(self) -> tuple[RollRow, ...]:
        """Those who are left out of the count, with the reason."""
        return tuple(row for row in self.rows if not row.is_expected)

    @property
    def away(self) -> tuple[RollRow, ...]:
        """Those who did not come."""
        return tuple(row for row in self.rows if row.is_away)

    @property
    def without_reason(self) -> tuple[RollRow, ...]:
        """Those on leave without a word why."""
        return tuple(row for row in self.away if not row.reason_words)

    @property
    def unmarked(self) -> tuple[RollRow, ...]:
        """Those expected of whom nothing is known yet."""
        return tuple(row for row in self.expected if not row.mark and not row.is_present)

    @property
    def expected_count(self) -> int:
        """应到."""
        return len(self.expected)

    @property
    def voting_count(self) -> int:
        """应到有表决权."""
        return sum(1 for row in self.rows if row.is_expected and row.is_voting)

    @property
    def present_count(self) -> int:
        """实到, of those expected."""
        return sum(1 for row in self.rows if row.is_expected and row.is_present)

    @property
    def present_voting_count(self) -> int:
        """实到有表决权."""
        return sum(1 for row in self.rows if row.is_expected and row.is_voting and row.is_present)

    @property
    def count(self) -> Count:
        """The counts that quorum and majority are judged by."""
        return Count(expected=self.voting_count, present=self.present_voting_count)


def get_roll(meeting: Meeting) -> Roll:
    """The roll as the roster and the marks stand; six queries, whatever the number of members.

    A gathering that also counts as a meeting that decides is attended as that meeting: who is not held to
    activities is still expected where something is decided (JY-23-1).
    """
    kind = next((kind for kind in meeting.all_kinds if kind in VOTING_KINDS), meeting.kind)
    attendance = expected_attendance(meeting.organization, kind, meeting.date, meeting.group)
    marks = {mark.person_id: mark for mark in meeting.attendances.all()}
    made_up = dict(MakeUp.objects.filter(meeting=meeting).values_list("person_id", "way"))
    known = {person.person_id for person in attendance.persons}
    guests = Person.objects.in_bulk([person for person in marks if person not in known])
    is_listed = meeting.basis == Meeting.Basis.LISTED
    rows = [
        _row(person, marks.get(person.person_id), made_up.get(person.person_id, ""), meeting.basis)
        for person in attendance.persons
        if not is_listed or person.person_id in marks or meeting.is_open
    ]
    rows += [_guest(guests[key], marks[key], made_up.get(key, "")) for key in sorted(guests)]
    return Roll(tuple(rows), meeting.basis)


def get_quorum(meeting: Meeting, roll: Roll, matter: str = "") -> Quorum:
    """The quorum sentence of a meeting; before the roll is taken it only says how many should come.

    Where nothing is voted on, everybody expected is counted and votes are not spoken of.
    """
    is_taken, votes_here = bool(meeting.basis or roll.present_count), votes_at(meeting.all_kinds)
    if not is_taken or not votes_here:
        pattern = "应到{expected}人，实到{present}人。" if is_taken else "应到{expected}人。"
        if votes_here:
            pattern = "应到{expected}人，其中有表决权{voting}人。"
        sentence = pattern.format(
            expected=roll.expected_count, present=roll.present_count, voting=roll.voting_count
        )
        return Quorum(False, is_taken, sentence, "")
    kind = voting_kind(meeting.all_kinds)
    return quorum(meeting.organization, kind, matter, meeting.date, roll.count)


def _row(person: ExpectedPerson, mark: Attendance | None, made_up: str, basis: str) -> RollRow:
    is_present = (
        mark.mark in PRESENT_MARKS if mark else basis == Meeting.Basis.EXPECTED and person.is_expected
    )
    is_listed = basis == Meeting.Basis.LISTED
    return RollRow(
        person_id=person.person_id,
        public_id=person.public_id,
        name=person.name,
        alias=person.alias,
        group_id=person.group_id,
        is_expected=(mark is not None) if is_listed else person.is_expected,
        is_voting=person.is_voting,
        why_not=person.reason_text,
        clause=person.clause,
        mark=mark.mark if mark else "",
        reason=mark.reason if mark else "",
        note=mark.note if mark else "",
        source=mark.source if mark else "",
        marked_at=mark.marked_at if mark else None,
        made_up=made_up,
        is_present=is_present,
    )


def _guest(person: Person, mark: Attendance, made_up: str) -> RollRow:
    """Somebody marked who is not on this roll: a listed person of elsewhere, or one who moved since."""
    return RollRow(
        person_id=person.pk,
        public_id=person.public_id,
        name=person.name,
        alias=person.alias,
        group_id=None,
        is_expected=False,
        is_voting=False,
        why_not="不在本次会议的应到名单内。",
        clause="",
        mark=mark.mark,
        reason=mark.reason,
        note=mark.note,
        source=mark.source,
        marked_at=mark.marked_at,
        made_up=made_up,
        is_present=mark.mark in PRESENT_MARKS,
    )
