"""The rows of a made-up county, in memory: plain objects that the planner may still change.

Ids are given here, from one upwards for each table, so that the rows can be written in bulk; codes of kinds,
roles and statuses are the words that the tables use. Those that name one another have no text of their own:
it would hold the whole county.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

Day: TypeAlias = date  # a field called date would hide the type


@dataclass(slots=True)
class Term:
    """One term of office; ``extensions`` are (until, applied, approved)."""

    term_id: int
    org: Org
    number: int
    elected_date: date
    years: int
    end_date: date
    formed_by: str
    ended_date: date | None = None
    seats: int | None = None
    approved_date: date | None = None
    filed_date: date | None = None
    reminded_date: date | None = None
    extensions: list[Extension] = field(default_factory=list)


@dataclass(slots=True)
class Extension:
    """An extension of a term, or an early election: the new end, asked for on a day, approved on another."""

    new_end_date: date
    applied_date: date | None
    approved_date: date | None
    reason: str


@dataclass(slots=True)
class OrgChange:
    """A change of the tree with its decision."""

    change_id: int
    org: Org
    kind: str
    effective_date: date
    applied_date: date | None
    approved_date: date | None
    is_filed: bool = True
    is_own: bool = False  # the organisation decided it by itself


@dataclass(slots=True, eq=False, repr=False)
class Group:
    """A party group of a branch."""

    group_id: int
    public_id: str
    org: Org
    name: str
    valid_from: date
    members: list[Person] = field(default_factory=list)
    leader: Person | None = None


@dataclass(slots=True, eq=False, repr=False)
class Org:
    """A party organisation with all that belongs to it. ``wish`` is what the planner asks of it."""

    org_id: int
    public_id: str
    code: str
    name: str
    short_name: str
    kind: str
    domain: str
    parent: Org | None
    path: str
    depth: int
    established_date: date
    unit_name: str = ""
    has_committee: bool = False
    is_temporary: bool = False
    is_joint: bool = False
    is_mobile: bool = False
    is_functional: bool = False
    may_approve_admissions: bool = False
    joint_unit_count: int | None = None
    dissolved_date: date | None = None
    children: list[Org] = field(default_factory=list)
    members: list[Person] = field(default_factory=list)
    roll: list[Person] = field(default_factory=list)  # everybody with a spell here, now or before
    groups: list[Group] = field(default_factory=list)
    offices: list[Office] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    changes: list[OrgChange] = field(default_factory=list)
    size: int = 0
    is_prompt: bool = False  # has done by today whatever is due soon
    begin: date | None = None  # where its life on record begins on another day than the county's
    wish: Wish | None = None

    @property
    def superior(self) -> Org:
        """The committee that answers for this organisation: the nearest above that is no general branch."""
        above = self.parent
        while above is not None and above.kind == "general_branch":
            above = above.parent
        return above or self


@dataclass(slots=True)
class Wish:
    """How the planner wants a branch to be made, before people are put into it; None: as it comes.

    A branch with a wish has no transfers, admissions, exemptions and losses: its counts stay what they are.
    """

    size: int | None = None
    formal: int | None = None  # full members
    seats: int | None = None  # members of the committee; 0: a secretary without a committee
    groups: int | None = None
    term_age_months: int = 28  # months since the last election; so long that it lies before the records


@dataclass(slots=True, eq=False, repr=False)
class Person:
    """A member; ``birth`` and ``joined`` are whole days, ``spells`` in the order of dates."""

    person_id: int
    public_id: str
    name: str
    alias: str
    sex: str
    ethnicity: str
    birth: date
    id_number: str
    phone: str
    education: str
    education_track: str
    degree: str
    post: str
    stratum: str
    joined_date: date | None
    full_date: date | None
    native_place: str
    address: str
    unit: str
    work_start: date | None
    applied_date: date | None = None
    technical_title: str = ""
    remark: str = ""
    is_loyal: bool = False  # misses nothing by chance: the planner counts this person's hours
    observed: tuple[date, date] | None = None  # on probation within the Party (留党察看)
    is_mobile: bool = False
    mobile_since: date | None = None
    mobile_destination: str = ""
    is_lost: bool = False
    lost_date: date | None = None
    lost_circumstance: str = ""
    spells: list[Spell] = field(default_factory=list)
    exemptions: list[Exemption] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether the last spell is one of a full member."""
        return self.spells[-1].status == "full"


@dataclass(slots=True)
class Change:
    """A change of a member's status or belonging with its decision."""

    change_id: int
    person: Person
    org: Org
    kind: str
    date: Day
    body: str = "none"
    decision_date: Day | None = None
    approved_date: Day | None = None
    filed_date: Day | None = None
    until_date: Day | None = None
    place: str = ""


@dataclass(slots=True)
class Spell:
    """A spell of membership; ``group`` None where there are none."""

    person: Person
    org: Org
    group: Group | None
    status: str
    valid_from: date
    valid_to: date | None
    opened_by: Change
    closed_by: Change | None = None
    is_belonging: bool = True


@dataclass(slots=True)
class Office:
    """A party office held for a spell."""

    person: Person
    org: Org
    term: Term | None
    group: Group | None
    role: str
    obtained_by: str
    valid_from: date
    valid_to: date | None
    approved_date: date | None
    sort_order: int


@dataclass(slots=True)
class Exemption:
    """Left out of the expected attendance, or not held to activities, with the approvals there are."""

    person: Person
    org: Org
    kind: str
    circumstance: str
    valid_from: date
    valid_to: date | None
    superior_approved_date: date | None
    meeting_passed_date: date | None


@dataclass(slots=True)
class Vote:
    """The totals of one vote."""

    method: str
    expected: int
    present: int
    yes: int
    no: int
    abstain: int
    is_valid: bool = True
    is_passed: bool = True
    ineligible: int = 0  # votes counted of people who have none


@dataclass(slots=True)
class Item:
    """One matter of an agenda."""

    topic: str
    matter: str = ""
    discussion: str = ""
    vote: Vote | None = None
    resolution: str = ""
    resolution_due: date | None = None
    resolution_done: date | None = None


@dataclass(slots=True, eq=False, repr=False)
class Meeting:
    """A meeting that took place (or is planned); ``marks`` are exceptions, or the whole list where listed."""

    org: Org
    kind: str
    date: Day
    minutes: int
    audience: str
    title: str
    year_label: int
    also: list[str] = field(default_factory=list)
    group: Group | None = None
    basis: str = "expected"
    level: str = "branch"
    place: str = ""
    host: Person | None = None
    lecturer: Person | None = None
    recorder: Person | None = None
    delegation: str = ""
    state: str = "completed"
    is_valid: bool = True
    invalid_reason: str = ""
    expected: int = 0
    expected_voting: int = 0
    present: int = 0
    present_voting: int = 0
    marks: dict[Person, str] = field(default_factory=dict)
    make_ups: dict[Person, str] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    start_hour: int = 9
    lacks: str = ""  # the step before or at the meeting that was left out

    @property
    def steps(self) -> list[tuple[str, Day]]:
        """What went before a life meeting and what an appraisal is made of, with its day."""
        found = []
        for kind in (self.kind, *self.also):
            for step, days in STEPS.get(kind, {}).items():
                if step != self.lacks:
                    found.append((step, self.date - timedelta(days=days)))
        return found


STEPS = {  # days before the meeting
    "organizational_life_meeting": {"studied": 10, "talked": 7, "opinions_sought": 5},
    "democratic_appraisal": {"self_review": 0, "mutual_review": 0, "assessed": 0},
}


@dataclass(slots=True)
class County:
    """Everything of one county; ``begin`` is the first day that is on record, ``today`` the last."""

    root: Org
    begin: date
    today: date
    orgs: list[Org] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    top: Org | None = None  # the city above, where there is one
    follow_ups: list[tuple[Org, Person, date]] = field(default_factory=list)  # absences looked into
    busy: Org | None = None  # the branch whose secretary has things to do this week
    calm: Org | None = None  # the branch where all is done
    gone: list[Org] = field(default_factory=list)  # dissolved since the records began

    @property
    def branches(self) -> list[Org]:
        """The branches in the order of the tree."""
        return [org for org in self.orgs if org.kind == "branch"]
