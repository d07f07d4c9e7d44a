"""Random histories aimed at the rulebook's own limits: facts on, just below and just above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from random import Random
from typing import Any

from zhibu.rulebook.calendar import CalendarEnds
from zhibu.rulebook.model import Applies, Bound, Competence, Completeness, Frequency, Interval, Run
from zhibu.rulebook.schema import (
    Act,
    Begin,
    Event,
    Facts,
    Measure,
    Membership,
    Office,
    Organization,
    OrgState,
    Paper,
    Participation,
    Person,
    Step,
    Waiver,
)
from zhibu.rulebook.shapes.interval import shift

AS_OF = date(2026, 3, 31)
START = date(2023, 12, 1)
KINDS = ["branch", "branch", "branch", "general_branch", "committee"]
DOMAINS = ["village", "community", "office", "faculty", "private", "university"]
PRECISIONS = ["day", "day", "day", "month", "year"]
MARKS = ["present", "leave", "absent", "exempt", "made_up", "served_at_home", "lecturer", "partner"]
ROLES = [
    "secretary",
    "deputy_secretary",
    "organization_member",
    "publicity_member",
    "discipline_member",
    "committee_member",
    "group_leader",
    "organizer",
]


@dataclass
class History:
    """Facts under construction."""

    rng: Random
    rows: dict[str, list[Any]] = field(default_factory=lambda: {f.name: [] for f in fields(Facts)})
    next_id: int = 2**31  # as in a province: no product of two such numbers fits into 64 bits

    def new_id(self) -> int:
        """A number not used before."""
        self.next_id += 1
        return self.next_id

    def day(self, start: date = START, end: date = AS_OF) -> date:
        """Any day, with a liking for month ends and the day of judging."""
        chosen = start + timedelta(days=self.rng.randint(0, (end - start).days))
        return self.rng.choice([chosen, chosen, chosen.replace(day=1) - timedelta(days=1), end])

    def flag(self, one_in: int = 2) -> bool:
        """True once in so many times."""
        return self.rng.randint(1, one_in) == 1

    def facts(self) -> Facts:
        """The finished facts, in the order of ids, as a database gives them."""
        return Facts(**{name: tuple(rows) for name, rows in self.rows.items()})


def random_history(rng: Random, runs: Sequence[Run], *, aimed_at: int = 8) -> Facts:
    """A small tree with members and offices, and facts for some of the runs near their limits."""
    h = History(rng)
    aimed = rng.sample(list(runs), min(aimed_at, len(runs)))
    kinds = [*KINDS, *(kind for run in aimed for kind in run.applies.kinds)]
    domains = [*DOMAINS, *(domain for run in aimed for domain in run.applies.domains * 3)]
    orgs = [_organization(h, number, kinds, domains) for number in range(1, rng.randint(3, 5))]
    persons = [_person(h, org_id) for org_id in orgs for _ in range(rng.randint(2, 5))]
    for run in aimed:
        _aim(h, run, orgs, persons)
    for _ in range(rng.randint(0, 3)):
        _begin(h, orgs)
    return h.facts()


def _organization(h: History, number: int, kinds: Sequence[str], domains: Sequence[str]) -> int:
    rng = h.rng
    h.rows["organizations"].append(
        Organization(
            number, None if number == 1 else 1, f"/{number}/", f"{number:03}", f"第{number}党支部", None, None
        )
    )
    cut = h.day()
    spells: list[tuple[date, date | None]] = [(date(2015, 1, 1), None)]
    if h.flag(3):
        spells = [(date(2015, 1, 1), cut), (cut, None)]
    elif h.flag(3):  # founded or dissolved in the time that is looked at: acts then lie outside its life
        spells = h.rng.choice([[(cut, None)], [(date(2015, 1, 1), cut)]])
    for start, end in spells:
        flags = [h.flag(4) for _ in range(5)]
        h.rows["org_states"].append(
            OrgState(
                number,
                start,
                end,
                rng.choice(kinds),  # type: ignore[arg-type]
                rng.choice(domains),  # type: ignore[arg-type]
                h.flag(),
                h.flag(),
                *flags[:5],
            )
        )
    return number


def _person(h: History, org_id: int) -> int:
    person = h.new_id()
    h.rows["persons"].append(Person(person, org_id))
    start = h.rng.choice([date(2010, 5, 1), h.day()])
    middle = start + timedelta(days=h.rng.choice([100, 365, 366]))
    group = org_id * 10 + h.rng.randint(1, 2) if h.flag() else None
    spells: list[tuple[date, date | None, str]] = [(start, None, "full")]
    if h.flag(3):
        spells = [(start, middle, "probationary"), (middle, None, "full")]
    elif h.flag(4):
        spells = [(start, middle, "full"), (middle, None, "suspended")]
    elif h.flag(4):
        spells = [(start, middle, "full")]
    for begin, end, status in spells:
        h.rows["memberships"].append(
            Membership(h.new_id(), person, org_id, group, status, not h.flag(8), begin, end)  # type: ignore[arg-type]
        )
    if h.flag(3):
        role = h.rng.choice(ROLES)
        end = h.day() if h.flag(3) else None
        begin = h.rng.choice([date(2020, 1, 1), h.day()])
        if end is None or begin < end:
            h.rows["offices"].append(
                Office(
                    h.new_id(),
                    org_id,
                    person,
                    None,
                    None,
                    role,
                    h.rng.choice(["elected", "appointed"]),
                    begin,
                    end,
                )
            )
    return person


def _aim(h: History, run: Run, orgs: list[int], persons: list[int]) -> None:
    match run.params:
        case Frequency():
            _events(h, run.params, orgs, persons)
        case Interval():
            _process(h, run, run.params, orgs, persons)
        case Bound():
            _measures(h, run, run.params, orgs, persons)
        case Competence():
            for _ in range(4):
                _act(h, run.params.acts, run.params.bodies, run.params.body_org_kinds, h.rng.choice(orgs))
        case Completeness():
            for _ in range(3):
                _stages(h, run, run.params, orgs, persons)
    waivers = getattr(run.params, "waivers", ())
    if waivers and h.flag():
        _waiver(h, run, h.rng.choice(waivers), h.rng.choice(orgs), h.rng.choice(persons))
    _thresholds(h, run.applies, run.subject, orgs, persons)


def _events(h: History, params: Frequency, orgs: list[int], persons: list[int]) -> None:
    org_id = h.rng.choice(orgs)
    wanted = params.at_least if params.at_least is not None else (params.at_most or 0)
    minutes = wanted // 3 + h.rng.randint(0, 1) if params.unit == "minutes" else 60
    for _ in range(h.rng.randint(2, 14)):
        precision = h.rng.choice(PRECISIONS)
        day = _rounded(h.day(), precision)
        host = h.rng.choice(persons) if params.counts == "hosted" or h.flag(4) else None
        group = org_id * 10 + h.rng.randint(1, 2) if h.flag() else None
        event = Event(
            h.new_id(),
            org_id,
            group,
            h.rng.choice(params.events),
            day,
            precision,  # type: ignore[arg-type]
            day.year - (1 if h.flag(5) else 0),
            minutes,
            h.rng.choice(["members", "committee", "group", "listed"]),
            h.rng.choice(["expected", "listed"]),
            h.rng.choice([*params.levels, "branch", "county"]),
            host,
            not h.flag(8),
        )
        h.rows["events"].append(event)
        for person in h.rng.sample(persons, h.rng.randint(0, min(3, len(persons)))):
            own = h.rng.choice([None, None, minutes // 2])
            h.rows["participations"].append(
                Participation(event.event_id, person, h.rng.choice(MARKS), own)  # type: ignore[arg-type]
            )


def _rounded(day: date, precision: str) -> date:
    if precision == "month":
        return day.replace(day=1)
    return date(day.year, 1, 1) if precision == "year" else day


def _process(h: History, run: Run, params: Interval, orgs: list[int], persons: list[int]) -> None:
    for _ in range(h.rng.randint(1, 4)):
        process, org_id = h.new_id(), h.rng.choice(orgs)
        subject = _subject(h, run.subject, org_id, persons, process)
        start, precision = h.day(date(2019, 1, 1)), h.rng.choice(PRECISIONS)
        _step(
            h,
            params.process,
            process,
            run.subject,
            subject,
            org_id,
            params.from_step,
            _rounded(start, precision),
            precision,
        )
        limits = [limit for limit in (params.at_least, params.at_most) if limit is not None]
        day = start
        for _ in range(h.rng.randint(0, 3) if params.repeat else h.rng.randint(0, 1)):
            try:
                day = shift(day, h.rng.choice(limits), params) + timedelta(
                    days=h.rng.choice([-40, -1, 0, 1, 40])
                )
            except CalendarEnds:
                day = day + timedelta(days=30)
            own = h.rng.choice(PRECISIONS)
            own_day = _rounded(day, own)
            if params.repeat and any(s.process_id == process and s.date == own_day for s in h.rows["steps"]):
                continue
            _step(h, params.process, process, run.subject, subject, org_id, params.to_step, own_day, own)
        if params.until_step and h.flag(3):
            _step(h, params.process, process, run.subject, subject, org_id, params.until_step, h.day(), "day")


def _subject(h: History, kind: str, org_id: int, persons: list[int], process: int) -> int:
    if kind == "organization":
        return org_id
    return h.rng.choice(persons) if kind == "person" else process


def _step(
    h: History,
    kind: str,
    process: int,
    subject_kind: str,
    subject: int,
    org_id: int,
    step: str,
    day: date,
    precision: str,
) -> None:
    h.rows["steps"].append(
        Step(process, kind, subject_kind, subject, org_id, step, day, precision)  # type: ignore[arg-type]
    )


def _near(h: History, num: int | None, den: int, base: int) -> int:
    """A value at, just below or just above ``num/den`` of ``base``."""
    exact = (num or 0) * base // den
    return max(0, exact + h.rng.choice([-1, 0, 0, 1, 2]))


def _measures(h: History, run: Run, params: Bound, orgs: list[int], persons: list[int]) -> None:
    for _ in range(4):
        org_id = h.rng.choice(orgs)
        day = h.day()
        if params.mode == "act":
            subject = _measured_act(h, run, params, org_id, day)
        elif run.subject == "group":
            subject = org_id * 10 + h.rng.randint(1, 2)
        else:
            subject = _subject(h, run.subject, org_id, persons, org_id)
        base = h.rng.randint(1, 12)
        num, den = (
            (params.low_num, params.low_den)
            if params.low_num is not None
            else (params.high_num, params.high_den)
        )
        value = _near(h, num, den, base if params.of else 1)
        until = day + timedelta(days=1) if params.mode == "act" else None
        if not h.flag(8):
            _measure(h, run.subject, subject, org_id, params.measure, day, until, value)
        if params.of and not h.flag(8):
            _measure(h, run.subject, subject, org_id, params.of, day, until, base)


def _measured_act(h: History, run: Run, params: Bound, org_id: int, day: date) -> int:
    if params.events:
        event = Event(
            h.new_id(), org_id, None, h.rng.choice([*params.events, "other"]), day, "day", day.year, 60,
            "members", "expected", "branch", None, not h.flag(6),
        )  # fmt: skip
        h.rows["events"].append(event)
        return event.event_id
    if params.acts or params.bodies:
        return _act(h, params.acts or ("vote",), params.bodies, (), org_id, day)
    return h.new_id()


def _measure(
    h: History, kind: str, subject: int, org_id: int, key: str, start: date, end: date | None, value: int
) -> None:
    taken = any((m.subject_kind, m.subject_id, m.key) == (kind, subject, key) for m in h.rows["measures"])
    if not taken:
        h.rows["measures"].append(Measure(kind, subject, org_id, key, start, end, value))  # type: ignore[arg-type]


def _act(
    h: History,
    kinds: Sequence[str],
    bodies: Sequence[str],
    org_kinds: Sequence[str],
    org_id: int,
    day: date | None = None,
) -> int:
    act = Act(
        h.new_id(),
        h.rng.choice([*kinds]),
        org_id,
        day or h.day(),
        "day",
        h.rng.choice([*bodies, *bodies, "bystander", ""]),
        h.rng.choice([*org_kinds, *org_kinds, "branch", ""]),
        "organization",
        org_id,
    )
    h.rows["acts"].append(act)
    return act.act_id


def _stages(h: History, run: Run, params: Completeness, orgs: list[int], persons: list[int]) -> None:
    process, org_id = h.new_id(), h.rng.choice(orgs)
    subject = _subject(h, run.subject, org_id, persons, process)
    stage = h.day()
    _step(h, params.process, process, run.subject, subject, org_id, params.stage, stage, "day")
    for name in params.steps:
        if name == params.stage or h.flag(5):
            continue
        precision = h.rng.choice(PRECISIONS)
        day = _rounded(stage + timedelta(days=h.rng.choice([-20, -1, 0, 1, 20])), precision)
        _step(h, params.process, process, run.subject, subject, org_id, name, day, precision)
    for name in params.papers:
        if not h.flag(5):
            day = stage + timedelta(days=h.rng.choice([-5, 0, 5, 200]))
            h.rows["papers"].append(Paper(params.process, process, org_id, name, day))


def _waiver(h: History, run: Run, kind: str, org_id: int, person: int) -> None:
    start = h.day(date(2022, 1, 1))
    end = start + timedelta(days=h.rng.choice([1, 90, 400])) if h.flag() else None
    h.rows["waivers"].append(
        Waiver(
            h.new_id(),
            org_id,
            person if h.flag() else None,
            kind,
            h.rng.choice(["", run.duty]),
            "",
            start,
            end,
            h.rng.choice([None, start]),
            h.rng.choice([None, start]),
        )
    )


def _thresholds(h: History, applies: Applies, subject: str, orgs: list[int], persons: list[int]) -> None:
    if applies.org_measure:
        for org_id in orgs:
            limit = applies.org_at_least if applies.org_at_least is not None else applies.org_at_most
            value = max(0, (limit or 0) + h.rng.choice([-1, 0, 0, 1]))
            _measure(h, "organization", org_id, org_id, applies.org_measure, date(2020, 1, 1), None, value)
    if applies.subject_measure:
        limit = applies.subject_at_least if applies.subject_at_least is not None else applies.subject_at_most
        known = {"person": persons, "organization": orgs, "group": [o * 10 + n for o in orgs for n in (1, 2)]}
        subjects = known.get(
            subject, [row.subject_id for row in h.rows["measures"] if row.subject_kind == subject]
        )
        for one in subjects:
            value = max(0, (limit or 0) + h.rng.choice([-1, 0, 0, 1]))
            _measure(h, subject, one, orgs[0], applies.subject_measure, date(2020, 1, 1), None, value)
    for org_id in orgs:
        for number in (1, 2):
            if subject == "group":
                _measure(h, "group", org_id * 10 + number, org_id, "group_members", date(2021, 5, 5), None, 3)


def _begin(h: History, orgs: list[int]) -> None:
    org_id, fact = h.rng.choice(orgs), h.rng.choice(["", "events", "steps", "measures", "acts"])
    known = {(row.org_id, row.fact) for row in h.rows["begins"]}
    if (org_id, fact) not in known:
        h.rows["begins"].append(Begin(org_id, fact, h.day()))
