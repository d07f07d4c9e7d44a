"""The fact schema: what the modules show and the rulebook judges.

Thirteen flat tables, the same columns everywhere: as these frozen dataclasses in memory, as one
SELECT per table from a live database, as Parquet columns in a snapshot. Field order is column
order. Ids are the database's integers; labels in a worked case are numbered by its loader.
No sealed value (identity number, phone, exact birth day) ever stands here: the command that sets
such a date stores the derived integer measure beside it.

Spells are half open: ``valid_from`` is the first day that counts, ``valid_to`` the first that
no longer does (None: still running). A date whose precision is ``month`` or ``year`` is stored as
the first day of that month or year, and judged at both ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

SCHEMA_VERSION = 1

Precision = Literal["day", "month", "year"]
SubjectKind = Literal["organization", "group", "person", "office", "term", "event", "process", "act"]

OrgKind = Literal[
    "local_committee",  # 地方委员会（县委）
    "work_committee",  # 党工委
    "party_group",  # 党组
    "committee",  # 基层党委
    "general_branch",  # 党总支
    "branch",  # 党支部
]
Domain = Literal[
    "village",  # 村
    "community",  # 社区
    "township",  # 乡镇
    "street",  # 街道
    "office",  # 机关
    "state_firm",  # 国企
    "university",  # 高校（校级）
    "faculty",  # 高校院（系）
    "public_institution",  # 事业单位
    "private",  # 非公企业
    "social",  # 社会组织
    "other",  # 其他
]
MemberStatus = Literal[
    "probationary",  # 预备党员
    "full",  # 正式党员
    "suspended",  # 停止党籍
]
Audience = Literal["members", "committee", "group", "listed"]
Mark = Literal[
    "present",  # 到会
    "leave",  # 请假
    "absent",  # 缺席
    "exempt",  # 不作硬性要求
    "made_up",  # 已补课
    "served_at_home",  # 送学上门
    "lecturer",  # 主讲
    "partner",  # 谈心对象
]


@dataclass(frozen=True, slots=True)
class Organization:
    """One party organisation; ``path`` has separators at both ends (``/1/11/``)."""

    org_id: int
    parent_id: int | None
    path: str
    code: str
    name: str
    established_date: date | None
    dissolved_date: date | None


@dataclass(frozen=True, slots=True)
class OrgState:
    """What an organisation was during a spell; the spells of one organisation do not overlap."""

    org_id: int
    valid_from: date
    valid_to: date | None
    kind: OrgKind
    domain: Domain
    has_committee: bool
    has_groups: bool
    is_temporary: bool
    is_joint: bool
    is_mobile: bool
    is_functional: bool
    may_approve_admissions: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A person known to the roster; ``org_id`` is the organisation that answers for the person today."""

    person_id: int
    org_id: int


@dataclass(frozen=True, slots=True)
class Membership:
    """A spell of one person in one organisation and group with one status.

    ``is_belonging`` tells 隶属 (formal membership) from taking part only (ZB-16-4). A person whose
    formal relation is held by a committee and not by a branch has a spell there: ``org_id`` is then
    no branch.
    """

    membership_id: int
    person_id: int
    org_id: int
    group_id: int | None
    status: MemberStatus
    is_belonging: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Office:
    """A person holding a party office for a spell (书记, 委员, 组长 …); ``term_id`` where it belongs to
    one.
    """

    office_id: int
    org_id: int
    person_id: int
    term_id: int | None
    group_id: int | None
    role: str  # secretary, deputy_secretary, organization_member, publicity_member,
    # discipline_member, committee_member, group_leader, organizer
    obtained_by: str  # elected, appointed
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Event:
    """A meeting, lecture, party day, talk or study that took place.

    ``basis`` says how attendance was kept: ``expected`` means that everybody of the audience on that
    day was present unless a participation says otherwise; ``listed`` that only the listed ones were.
    ``year_label`` is the year the event counts for (K-12). ``is_valid`` is False where the act itself
    recorded that it does not count (a meeting short of quorum).
    """

    event_id: int
    org_id: int
    group_id: int | None
    kind: str  # general_membership_meeting, branch_committee_meeting, party_group_meeting,
    # party_lecture, themed_party_day, organizational_life_meeting, democratic_appraisal,
    # heart_to_heart_talk, collective_study, training, secretary_report, committee_study
    date: date
    precision: Precision
    year_label: int
    minutes: int  # length counted as study or meeting time, in minutes
    audience: Audience
    basis: Literal["expected", "listed"]
    level: str  # who organised it: branch, township, county, city, province, nation
    host_person_id: int | None
    is_valid: bool


@dataclass(frozen=True, slots=True)
class Participation:
    """One person's mark at one event: the exceptions where ``basis`` is expected, else the list."""

    event_id: int
    person_id: int
    mark: Mark
    minutes: int | None  # None: as long as the event


@dataclass(frozen=True, slots=True)
class Step:
    """One dated step of one process (a term of office, an admission, an extension, a transfer)."""

    process_id: int
    process_kind: str  # term, membership, extension, organization_change, sanction, absence, lost_contact …
    subject_kind: SubjectKind
    subject_id: int
    org_id: int
    step: str
    date: date
    precision: Precision


@dataclass(frozen=True, slots=True)
class Measure:
    """An integer that held for a subject during a spell (for an act or event: on its one day)."""

    subject_kind: SubjectKind
    subject_id: int
    org_id: int
    key: str
    valid_from: date
    valid_to: date | None
    value: int


@dataclass(frozen=True, slots=True)
class Act:
    """One decision or doing that only certain bodies may do (权限)."""

    act_id: int
    kind: str
    org_id: int  # whose act it is
    date: date
    precision: Precision
    body: str  # general_membership_meeting, branch_committee_meeting, committee_meeting,
    # superior_committee, secretary, deputy_secretary, committee_member, appointed, none …
    body_org_kind: str  # kind of the organisation whose body decided (OrgKind), "" where not known
    subject_kind: SubjectKind
    subject_id: int


@dataclass(frozen=True, slots=True)
class Waiver:
    """A recorded exemption, extension or exclusion, with the dates of its approvals (None: lacking)."""

    waiver_id: int
    org_id: int
    person_id: int | None
    kind: str  # excluded_from_expected, exempt_from_activities, extension, not_due
    duty: str  # the duty key it excuses, "" where the kind says it
    circumstance: str  # code of the circumstance (XJ-YD-1 ①…⑥), "" where none
    valid_from: date
    valid_to: date | None
    superior_approved_date: date | None
    meeting_passed_date: date | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that exists for a process, act or event: its kind and date, never its content."""

    process_kind: str
    process_id: int
    org_id: int
    kind: str
    date: date


@dataclass(frozen=True, slots=True)
class Begin:
    """From which day an organisation's facts of one kind are on record; before it nothing is judged
    (启用前).
    """

    org_id: int
    fact: str  # a table or an event/process kind; "" for all kinds not named otherwise
    date: date


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of one organisation, or of a whole county, at once."""

    organizations: tuple[Organization, ...] = ()
    org_states: tuple[OrgState, ...] = ()
    persons: tuple[Person, ...] = ()
    memberships: tuple[Membership, ...] = ()
    offices: tuple[Office, ...] = ()
    events: tuple[Event, ...] = ()
    participations: tuple[Participation, ...] = ()
    steps: tuple[Step, ...] = ()
    measures: tuple[Measure, ...] = ()
    acts: tuple[Act, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    papers: tuple[Paper, ...] = ()
    begins: tuple[Begin, ...] = ()
