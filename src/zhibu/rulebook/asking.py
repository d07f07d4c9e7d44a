"""How a command asks before it writes: the rows of the act, and the refusal in the rulebook's own words.

Whatever is about to be written has the number `NEW`: nothing else of its kind is loaded, so the rows of one
act find each other and the verdicts about it are told from all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from zhibu.common.errors import Refused
from zhibu.rulebook.explain import reason_text
from zhibu.rulebook.guard import Verdict, guard
from zhibu.rulebook.loader import national
from zhibu.rulebook.model import Check
from zhibu.rulebook.schema import Act, Event, Facts, Measure, Step, SubjectKind

NEW = 1


@dataclass(frozen=True, slots=True)
class Intent:
    """An act that an organisation is about to do on a day, from which its fact rows are made.

    ``person_id`` where the act is about somebody: its processes are then the person's, else the
    organisation's.
    """

    org_id: int
    org_kind: str
    day: date
    person_id: int | None = None

    def event(self, kind: str) -> Event:
        """The meeting itself; of its other columns no bound looks at any."""
        year, whom, basis, level = self.day.year, "members", "expected", "branch"
        return Event(
            NEW, self.org_id, None, kind, self.day, "day", year, 0, whom, basis, level, None, True,  # type: ignore[arg-type]
        )  # fmt: skip

    def act(self, kind: str, body: str) -> Act:
        """A decision or doing; an empty body is one that was not recorded."""
        subject_kind, subject = self._subject()
        return Act(NEW, kind, self.org_id, self.day, "day", body, self.org_kind, subject_kind, subject)

    def measure(self, subject_kind: SubjectKind, key: str, value: int) -> Measure:
        """A number that holds for the act, event or process, or from now on for the organisation."""
        subject = self.org_id if subject_kind == "organization" else NEW
        return Measure(subject_kind, subject, self.org_id, key, self.day, None, value)

    def steps(self, process: str, dates: Mapping[str, date | None]) -> Iterator[Step]:
        """The dated steps of one process; what has no date is not taken."""
        subject_kind, subject = self._subject()
        for name, day in dates.items():
            if day is not None:
                yield Step(NEW, process, subject_kind, subject, self.org_id, name, day, "day")

    def _subject(self) -> tuple[SubjectKind, int]:
        if self.person_id is None:
            return "organization", self.org_id
        return "person", self.person_id


def ask(facts: Facts, added: Facts, *, today: date) -> tuple[Verdict, ...]:
    """What the national norms say of ``added``, the broken musts first."""
    return guard(national(), facts, added, as_of=today)


def require(
    facts: Facts, added: Facts, *, today: date, codes: Mapping[str, str], is_strict: bool = False
) -> None:
    """Refuse what a must forbids, and what cannot be judged because something is not recorded.

    ``codes`` gives the refusal's code by duty, else by reason; what has none is left to the check-up.
    ``is_strict``: a general rule is kept, too, where the command has no place for the reasons of a departure.
    """
    for verdict in ask(facts, added, today=today):
        row = verdict.obligation
        code = codes.get(row.duty) or codes.get(row.reason)
        if code and (verdict.refuses or verdict.lacks or (is_strict and verdict.state == "unmet")):
            raise refusal(code, verdict)


def refusal(code: str, verdict: Verdict) -> Refused:
    """The verdict as a refusal: what the norm asks for and what is written, its clause, what to do."""
    check = check_of(verdict)
    reason = reason_text(verdict.obligation, national())
    message = "{title}。{reason}".format(title=check.title, reason=reason)
    return Refused(code, message, clause=check.norm_id, next_step=check.beforehand or check.remedy)


def check_of(verdict: Verdict) -> Check:
    """The check that judged: the strictest of those that state the duty."""
    return national().check(verdict.obligation.check_id)
