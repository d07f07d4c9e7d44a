"""One place where something is planted, and the days and periods on which it can be judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from zhibu.cli.demo.manifest import Finding
from zhibu.cli.demo.planner.duties import DUTIES, LOCAL, PACK
from zhibu.cli.demo.records import County, Meeting, Office, Org, Person
from zhibu.cli.demo.source import Source
from zhibu.common.dates import add_months


@dataclass(frozen=True, slots=True)
class Span:
    """One period that lies wholly on record and is over."""

    key: str
    start: date
    end: date  # the first day after it


@dataclass(slots=True)
class Site:
    """A branch (or, for cases above the branches, the county's root) where a case is planted."""

    source: Source
    county: County
    org: Org
    taken: set[int] = field(default_factory=set)

    def finding(
        self,
        duty: str,
        *,
        kind: str = "organization",
        subject: str = "",
        period: str = "",
        state: str = "unmet",
        org: Org | None = None,
    ) -> Finding:
        """A finding about this site under one duty."""
        code = (org or self.org).code
        return Finding(
            DUTIES[duty], kind, code, subject or (code if kind == "organization" else ""), period, state,
            PACK if duty in LOCAL else "",
        )  # fmt: skip

    def spans(self, months: int, *, lag: int = 0, begin: date | None = None) -> list[Span]:
        """The periods of so many months that began on record and are over by now, the lag included."""
        return list(spans(begin or self.org.begin or self.county.begin, self.county.today, months, lag))

    def pick_span(self, months: int, *, lag: int = 0) -> Span:
        """One such period."""
        return self.source.pick(self.spans(months, lag=lag))

    def held(self, kind: str, span: Span) -> list[Meeting]:
        """The meetings of a kind within a period."""
        return [
            m
            for m in self.org.meetings
            if span.start <= m.date < span.end and (m.kind == kind or kind in m.also)
        ]

    def cancel(self, kind: str, span: Span) -> None:
        """No meeting of this kind took place within the period; what else the same occasion was, stays."""
        for meeting in self.held(kind, span):
            self.strip(meeting, kind)

    def strip(self, meeting: Meeting, kind: str) -> None:
        """A meeting no longer counts as this kind; it goes where nothing is left of it."""
        if meeting.kind != kind:
            meeting.also.remove(kind)
        elif meeting.also:
            lead = "party_lecture" if "party_lecture" in meeting.also else meeting.also[0]
            meeting.also.remove(lead)
            meeting.kind = lead
        else:
            self.org.meetings.remove(meeting)

    def add(self, like: Meeting, day: date) -> Meeting:
        """A meeting like another one on another day."""
        made = Meeting(
            self.org, like.kind, day, like.minutes, like.audience, like.title, day.year, place=like.place
        )
        made.also, made.host, made.lecturer, made.level = (
            list(like.also),
            like.host,
            like.lecturer,
            like.level,
        )
        made.basis, made.group, made.marks = like.basis, like.group, dict(like.marks)
        self.org.meetings.append(made)
        return made

    def officers(self, role: str = "") -> list[Office]:
        """The offices held today, of one role or of all on the committee."""
        return [
            o for o in self.org.offices
            if o.valid_to is None and o.group is None and (not role or o.role == role)
        ]  # fmt: skip

    def ordinary(self) -> Iterator[Person]:
        """Steady full members without any office."""
        holders = {office.person for office in self.org.offices}
        for person in self.org.members:
            if len(person.spells) == 1 and person.is_full and person not in holders and not person.exemptions:
                yield person

    def vacate(self, office: Office, day: date) -> None:
        """An office was given up on a day; meetings from that day on have not been entered yet."""
        office.valid_to = day
        self.org.meetings[:] = [m for m in self.org.meetings if m.date < day]


def spans(begin: date, today: date, months: int, lag: int) -> Iterator[Span]:
    """Periods of 1, 3 or 12 months from ``begin`` on whose last day in time has passed."""
    start = date(begin.year, (begin.month - 1) // months * months + 1, 1)
    while add_months(start, months + lag) <= today:
        end = add_months(start, months)
        if start >= begin:
            yield Span(key_of(start, months), start, end)
        start = end


def key_of(start: date, months: int) -> str:
    """``2026-03``, ``2026-Q1`` or ``2026``."""
    if months == 1:
        return f"{start:%Y-%m}"
    return f"{start.year}-Q{start.month // 3 + 1}" if months == 3 else str(start.year)


def day_before(day: date) -> date:
    """The day before."""
    return day - timedelta(days=1)


Plant = Callable[[Site], list[Finding]]
"""Changes a site's records and returns the findings that follow, for a departure the intended one first."""
