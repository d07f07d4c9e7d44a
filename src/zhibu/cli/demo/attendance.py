"""Who was expected and who came: leave within what the regulations bear, and the totals of each vote."""

from __future__ import annotations

from datetime import date

from zhibu.cli.demo.records import County, Meeting, Org, Person
from zhibu.cli.demo.source import Source

MISSED_A_YEAR = (0, 1, 2, 3)  # party days missed by one member in a year; three still leave 38 hours
MISSED_SHARES = (58, 27, 11, 4)
LEAVE_PERCENT = 3.5  # at other meetings


def attend(source: Source, county: County) -> None:
    """Marks and counts for every meeting of every branch."""
    for org in county.orgs:
        if org.kind == "branch":
            _Hall(source, county, org).fill()


class _Hall:
    """The members of one branch as they sit in its meetings."""

    def __init__(self, source: Source, county: County, org: Org) -> None:
        self.source, self.county, self.org = source, county, org
        self.rows = [(spell, person) for person in org.roll for spell in person.spells if spell.org is org]
        self.exempt = {
            p for _, p in self.rows if any(e.kind == "exempt_from_activities" for e in p.exemptions)
        }
        self.excluded = {
            p
            for _, p in self.rows
            if any(is_excluded(e.superior_approved_date, e.meeting_passed_date, e.kind) for e in p.exemptions)
        }

    def fill(self) -> None:
        self._party_days()
        for meeting in self.org.meetings:
            if meeting.state == "planned":
                continue
            if meeting.basis == "expected":
                self._marks(meeting)
            count(meeting, self.expected(meeting), self.excluded)

    def expected(self, meeting: Meeting) -> list[tuple[Person, bool]]:
        """The persons expected at a meeting, and whether they vote."""
        if meeting.basis == "listed":
            return [(person, True) for person in meeting.marks]
        day = meeting.date
        if meeting.audience == "committee":
            return [(person, True) for person in officers_on(self.org, day)]
        return [
            (person, spell.status == "full" and not is_observed(person, day))
            for spell, person in self.rows
            if spell.status != "suspended"
            and spell.valid_from <= day
            and (spell.valid_to is None or day < spell.valid_to)
            and (meeting.group is None or spell.group is meeting.group)
        ]

    def _party_days(self) -> None:
        """Give each member up to three party days a year to miss; most of what is missed is made up."""
        years: dict[int, list[Meeting]] = {}
        for meeting in self.org.meetings:
            if meeting.kind == "themed_party_day":
                years.setdefault(meeting.date.year, []).append(meeting)
        for meetings in years.values():
            for spell, person in self.rows:
                missed = self.source.random.choices(MISSED_A_YEAR, weights=MISSED_SHARES)[0]
                for meeting in self.source.random.sample(meetings, min(missed, len(meetings))):
                    if spell.valid_from <= meeting.date and (
                        spell.valid_to is None or meeting.date < spell.valid_to
                    ):
                        self._miss(meeting, person)

    def _miss(self, meeting: Meeting, person: Person) -> None:
        if person in (meeting.host, meeting.lecturer) or person.is_loyal:
            return
        is_absent = self.source.chance(4)
        meeting.marks[person] = "absent" if is_absent else "leave"
        if is_absent or self.source.chance(35):  # who stayed away without leave makes up for it
            meeting.make_ups[person] = (
                "served_at_home" if (self.county.today - person.birth).days > 27_000 else "made_up"
            )

    def _marks(self, meeting: Meeting) -> None:
        everybody = self.expected(meeting)
        if meeting.kind in ("themed_party_day", "general_membership_meeting"):
            for person, _ in everybody:
                if person in self.exempt or person in self.excluded:
                    meeting.marks[person] = "exempt"
                    meeting.make_ups.pop(person, None)
        if meeting.kind == "themed_party_day":
            return
        if meeting.kind in ("collective_study", "training"):
            return
        left = len(everybody) // 5 - len(meeting.marks)  # so that four fifths come, whatever is voted on
        for person, _ in everybody:
            stays = person is meeting.host or person.is_loyal or person in meeting.marks
            if left > 0 and not stays and self.source.chance(LEAVE_PERCENT):
                meeting.marks[person] = "leave"
                left -= 1


def count(meeting: Meeting, expected: list[tuple[Person, bool]], excluded: set[Person]) -> None:
    """Set the totals of a meeting and of its votes from who was expected and who is marked away."""
    voting = [person for person, votes in expected if votes and person not in excluded]
    away = {person for person, mark in meeting.marks.items() if mark in ("leave", "absent", "exempt")}
    meeting.expected, meeting.expected_voting = len(expected), len(voting)
    meeting.present = sum(1 for person, _ in expected if person not in away)
    meeting.present_voting = sum(1 for person in voting if person not in away)
    for item in meeting.items:
        if item.vote is not None:
            vote = item.vote
            vote.expected, vote.present = meeting.expected_voting, meeting.present_voting
            vote.abstain = 1 if vote.present * 10 > vote.expected * 9 and vote.present > 8 else 0
            vote.yes = vote.present - vote.abstain
            vote.is_passed = 2 * vote.yes > vote.expected


def is_excluded(superior: date | None, meeting: date | None, kind: str) -> bool:
    """Left out of the expected attendance only with both approvals (XJ-YD-1)."""
    return kind == "excluded_from_expected" and superior is not None and meeting is not None


def is_observed(person: Person, day: date) -> bool:
    """Whether somebody was on probation within the Party (留党察看) that day, and so without a vote."""
    return person.observed is not None and person.observed[0] <= day < person.observed[1]


def officers_on(org: Org, day: date) -> list[Person]:
    """The committee on a day, each member once."""
    held = [
        o.person
        for o in org.offices
        if o.group is None and o.valid_from <= day and (o.valid_to is None or day < o.valid_to)
    ]
    return list(dict.fromkeys(held))
