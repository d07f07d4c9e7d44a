"""The rulebook in memory: regulations, norms, checks, and the flat runs that both engines evaluate.

A *check* is what a regulation file says. A *run* is what an engine evaluates: one duty, one reading, one
version of the parameters, for the days on which it is in force. Every field of a run is a number, a flag, a
text or a set of texts, so that all runs of a shape are rows of one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Strength = Literal["M", "X", "N", "P", "L"]
Shape = Literal["frequency", "interval", "bound", "competence", "completeness", "none"]
Status = Literal["live", "deferred", "none"]
Period = Literal["month", "quarter", "half", "year", "label_year"]
Counts = Literal["held", "attended", "missed", "hosted"]
Unit = Literal["events", "minutes"]
SpanUnit = Literal["days", "months", "workdays"]
MonthEnd = Literal["truncate", "roll"]
Mode = Literal["state", "act"]
Order = Literal["before", "by", "after", "any"]

STRENGTHS: tuple[Strength, ...] = ("M", "X", "N", "P", "L")  # strictest first
NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Applies:
    """To which subjects a check applies; an empty set or None means: no matter.

    The first nine are attributes of the organisation's state (`OrgState`); ``statuses`` and ``roles`` choose
    persons by membership or by office; ``org_measure`` is a threshold on a measure of the organisation and
    ``subject_measure`` one on the subject itself (both inclusive).
    """

    kinds: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    not_domains: tuple[str, ...] = ()
    has_committee: bool | None = None
    has_groups: bool | None = None
    is_temporary: bool | None = None
    is_joint: bool | None = None
    is_mobile: bool | None = None
    is_functional: bool | None = None
    may_approve_admissions: bool | None = None
    statuses: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    org_measure: str = ""
    org_at_least: int | None = None
    org_at_most: int | None = None
    subject_measure: str = ""
    subject_at_least: int | None = None
    subject_at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Frequency:
    """频次: between ``at_least`` and ``at_most`` events, or minutes, of some kinds in each period.

    ``counts`` says whose events: held by the organisation or group, attended or missed without leave by the
    person, hosted by the person. ``levels`` empty: whoever organised it. ``lag_months`` after the
    period's end
    still count (K-12), ``remind_days`` is the notice before the end. ``waivers`` are the kinds that excuse.
    """

    events: tuple[str, ...]
    period: Period
    unit: Unit = "events"
    counts: Counts = "held"
    levels: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    lag_months: int = 0
    remind_days: int = 0
    waivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """时限: ``to_step`` lies at least and at most so long after ``from_step`` of the same process.

    Amounts may be negative (a reminder before the term's end). ``repeat``: each occurrence of the step is
    followed by the next in time. After ``until_step`` nothing is owed any more. The earliest date of a
    step counts.
    """

    process: str
    from_step: str
    to_step: str
    unit: SpanUnit
    at_least: int | None = None
    at_most: int | None = None
    until_step: str = ""
    repeat: bool = False
    planned: bool = False
    month_end: MonthEnd = "truncate"
    remind_months: int = 0
    waivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """限值: ``measure`` (or its ratio to ``of``) lies between low and high, exact integers.

    With ``of`` the test is ``measure × low_den ≥ of × low_num``, without it ``measure × low_den ≥ low_num``;
    ``low_open`` makes it strict (超过), likewise high. ``state``: the spell that holds on the day of judging;
    ``act``: each day on which the subject has the measure. ``events``, ``acts`` and ``bodies`` narrow
    event and
    act subjects by kind and by deciding body. ``zero``: a missing ``measure`` counts as 0, else it is
    unknown.
    """

    mode: Mode
    measure: str
    of: str = ""
    low_num: int | None = None
    low_den: int = 1
    low_open: bool = False
    high_num: int | None = None
    high_den: int = 1
    high_open: bool = False
    zero: bool = False
    events: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Competence:
    """权限: acts of these kinds are decided by one of ``bodies`` (none: by nobody) of these kinds of
    organisation.
    """

    acts: tuple[str, ...]
    bodies: tuple[str, ...] = ()
    body_org_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """要件: when ``stage`` is reached, these steps and papers exist, in this order relative to it.

    ``before`` strictly earlier, ``by`` not later, ``after`` not earlier, ``any`` no matter. ``in_order``: the
    steps also follow one another in the order written. What is lacking may be supplied for ``grace_months``.
    """

    process: str
    stage: str
    steps: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    order: Order = "any"
    in_order: bool = False
    grace_months: int = 0
    waivers: tuple[str, ...] = ()


Params = Frequency | Interval | Bound | Competence | Completeness


@dataclass(frozen=True, slots=True)
class Reading:
    """One of several readings that the text allows: key, name in Chinese, where the doubt is described."""

    key: str
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Version:
    """The parameters from one day on, under each reading (one unnamed reading where the text is clear).

    ``spoken`` are the numbers as the file writes them, with their unit: (``at_least``, ``32 学时``).
    """

    in_force: date
    params: tuple[tuple[str, Params], ...]
    spoken: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a norm asks for, with all that is needed to judge it and to speak of it."""

    id: str
    norm_id: str
    pack: str
    title: str
    strength: Strength
    shape: Shape
    status: Status
    duty: str
    subject: str
    owner: str  # self, superior: who has to do it
    applies: Applies
    versions: tuple[Version, ...]
    readings: tuple[Reading, ...]
    in_force: date
    until: date | None  # first day on which it no longer holds
    needs: tuple[str, ...]  # vocabulary keys
    missing: str  # deferred: the fact that nobody shows yet
    reason: str  # shape none: why nothing can be checked
    remedy: str
    beforehand: str  # what to do where a command refuses; empty: the remedy says it
    action: str


@dataclass(frozen=True, slots=True)
class Norm:
    """One numbered demand of a regulation, restated in our own words."""

    id: str
    article: str
    text: str
    source: str
    compared_on: date
    confidence: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Regulation:
    """One regulation or local pack: its identity and its norms."""

    id: str
    title: str
    short: str
    number: str
    issuer: str
    in_force: date
    until: date | None
    pack: str
    file: str
    norms: tuple[Norm, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """What an engine evaluates; ``in_force`` ≤ reference day < ``until``.

    The reference day is the first day of a period, the day of an act, event or stage, the day of judging
    for a
    state, the day of ``from_step`` for an interval. ``citations`` are check ids, the strictest first;
    the first is
    ``check_id``. ``reading`` is empty where the text is clear.
    """

    key: str
    check_id: str
    duty: str
    strength: Strength
    subject: str
    citations: tuple[str, ...]
    reading: str
    in_force: date
    until: date | None
    applies: Applies
    params: Params

    @property
    def shape(self) -> Shape:
        """The shape's name, as the regulation files write it."""
        return SHAPE_OF[type(self.params)]

    def holds_on(self, day: date) -> bool:
        """Whether the run is the one in force on ``day``."""
        return self.in_force <= day and (self.until is None or day < self.until)


SHAPE_OF: dict[type[Params], Shape] = {
    Frequency: "frequency",
    Interval: "interval",
    Bound: "bound",
    Competence: "competence",
    Completeness: "completeness",
}
