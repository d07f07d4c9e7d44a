"""Who is expected at a meeting on a day, and who of them may vote (K-03…K-05, XJ-YD-1, JY-23-1, JY-25-3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from zhibu.roster.members.models import (
    Exemption,
    Group,
    MembershipSpell,
    Office,
    Person,
    Status,
    StatusChange,
)
from zhibu.roster.organizations.models import Organization

COMMITTEE_ROLES = (
    Office.Role.SECRETARY,
    Office.Role.DEPUTY_SECRETARY,
    Office.Role.ORGANIZATION_MEMBER,
    Office.Role.PUBLICITY_MEMBER,
    Office.Role.DISCIPLINE_MEMBER,
    Office.Role.COMMITTEE_MEMBER,
)
DECIDING_KINDS = frozenset(
    {
        "general_membership_meeting",
        "branch_committee_meeting",
        "party_group_meeting",
        "organizational_life_meeting",
        "democratic_appraisal",
    }
)

_REASONS = {
    "": ("", ""),
    "probationary": ("预备党员没有表决权，应当到会。", "ZC-7-2"),
    "observed": ("在留党察看期内，没有表决权，应当到会。", "ZC-41-1"),
    "rights_suspended": ("党员权利已中止，不计入应到会。", "XJ-5-2"),
    "suspended": ("已停止党籍，不计入应到会。", "JY-24-3"),
    "excluded": ("已报上级同意并经党员大会通过，不计入应到会。", "XJ-YD-1"),
    "exempt": ("年老体弱或者重病失能，活动与学习不作硬性要求。", "JY-23-1"),
    "takes_part": ("组织关系不在本支部，编入参加组织生活，不计入应到会。", "ZB-16-4"),
}


@dataclass(frozen=True, slots=True)
class ExpectedPerson:
    """One person and a meeting: expected to come or not, voting or not, and why not in words.

    ``reason`` is empty for a full member who is expected and votes; else one of ``probationary``,
    ``observed``, ``rights_suspended``, ``suspended``, ``excluded``, ``exempt``, ``takes_part``, with
    ``reason_text`` (a sentence) and ``clause`` (the norm). ``is_in_transit``: the transfer letter is out and
    not yet answered, the branch still answers for the person (JY-25-3).
    """

    person_id: int
    public_id: str
    name: str
    alias: str
    status: str
    group_id: int | None
    is_expected: bool
    is_voting: bool
    reason: str
    is_in_transit: bool

    @property
    def reason_text(self) -> str:
        """Why the person is not expected or does not vote, one sentence; empty if neither."""
        return _REASONS[self.reason][0]

    @property
    def clause(self) -> str:
        """The norm behind the reason; empty if there is none."""
        return _REASONS[self.reason][1]


@dataclass(frozen=True, slots=True)
class ExpectedAttendance:
    """Everybody whom a meeting concerns, by name; leave and illness take nobody out (K-04)."""

    persons: tuple[ExpectedPerson, ...]

    @property
    def expected(self) -> tuple[ExpectedPerson, ...]:
        """Those who should come (应到)."""
        return tuple(person for person in self.persons if person.is_expected)

    @property
    def voting(self) -> tuple[ExpectedPerson, ...]:
        """Those who should come and vote (应到会有表决权)."""
        return tuple(person for person in self.persons if person.is_expected and person.is_voting)

    @property
    def expected_count(self) -> int:
        """How many should come."""
        return len(self.expected)

    @property
    def voting_count(self) -> int:
        """How many of them vote: what quorum and majority are counted against."""
        return len(self.voting)


@dataclass(frozen=True, slots=True)
class _Circumstances:
    """Person ids by what is particular about them on the day."""

    observed: frozenset[int]
    rights_suspended: frozenset[int]
    in_transit: frozenset[int]
    excluded: frozenset[int]
    exempt: frozenset[int]


def expected_attendance(
    organization: Organization, kind: str, day: date, group: Group | None = None
) -> ExpectedAttendance:
    """Who is expected at a meeting of ``kind`` on ``day``; four queries, whatever the number of members.

    A branch committee meeting concerns its committee, a group meeting the ``group``, any other kind all
    members. Exclusions count only where both approvals were given by that day.
    """
    spells = _spells(organization, kind, day, group)
    particular = _circumstances([spell.person_id for spell in spells], organization, day)
    ordered = sorted(spells, key=lambda spell: (spell.person.sort_name, spell.person_id))
    persons = [_judge(spell, kind, particular) for spell in ordered]
    return ExpectedAttendance(tuple(persons))


def list_committee_ids(organization: Organization, day: date) -> frozenset[int]:
    """The persons in the committee's offices on a day, or the secretary and deputy where there is none."""
    return frozenset(
        Office.objects.filter(organization=organization, role__in=COMMITTEE_ROLES, valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
        .values_list("person_id", flat=True)
    )


def _spells(organization: Organization, kind: str, day: date, group: Group | None) -> list[MembershipSpell]:
    held = MembershipSpell.objects.filter(valid_from__lte=day).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    )
    if kind == "branch_committee_meeting":
        held = held.filter(person__in=list_committee_ids(organization, day), is_belonging=True)
    else:
        held = held.filter(organization=organization)
        if group is not None:
            held = held.filter(group=group)
    found: dict[int, MembershipSpell] = {}
    for spell in held.select_related("person").order_by("-is_belonging", "valid_from", "id"):
        found.setdefault(spell.person_id, spell)
    return list(found.values())


def has_limited_rights(person: Person) -> bool:
    """Whether an observation or a suspension of rights was recorded that no entry has ended."""
    kinds = StatusChange.Kind
    last = (
        StatusChange.objects.filter(
            person=person,
            annulled_at__isnull=True,
            kind__in=[kinds.OBSERVE, kinds.RIGHTS_SUSPENDED, kinds.RIGHTS_RESTORED],
        )
        .order_by("date", "id")
        .last()
    )
    return last is not None and last.kind != kinds.RIGHTS_RESTORED


def _circumstances(person_ids: list[int], organization: Organization, day: date) -> _Circumstances:
    kinds = StatusChange.Kind
    observed, suspended, transit = set[int](), set[int](), set[int]()
    changes = StatusChange.objects.filter(
        person__in=person_ids,
        annulled_at__isnull=True,
        date__lte=day,
        kind__in=[
            kinds.OBSERVE,
            kinds.RIGHTS_SUSPENDED,
            kinds.RIGHTS_RESTORED,
            kinds.TRANSFER_START,
            kinds.TRANSFER_CANCEL,
            kinds.TRANSFER_OUT,
        ],
    ).order_by("date", "id")
    for change in changes:
        running = change.until_date is None or change.until_date > day
        if change.kind == kinds.OBSERVE and running:
            observed.add(change.person_id)
        elif change.kind == kinds.RIGHTS_SUSPENDED and running:
            suspended.add(change.person_id)
        elif change.kind == kinds.RIGHTS_RESTORED:
            observed.discard(change.person_id)
            suspended.discard(change.person_id)
        elif change.kind == kinds.TRANSFER_START:
            transit.add(change.person_id)
        else:
            transit.discard(change.person_id)
    excluded, exempt = _exemptions(person_ids, organization, day)
    return _Circumstances(frozenset(observed), frozenset(suspended), frozenset(transit), excluded, exempt)


def _exemptions(
    person_ids: Iterable[int], organization: Organization, day: date
) -> tuple[frozenset[int], frozenset[int]]:
    excluded, exempt = set[int](), set[int]()
    rows = Exemption.objects.filter(
        person__in=list(person_ids), organization=organization, valid_from__lte=day
    ).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    for row in rows:
        if row.kind == Exemption.Kind.ACTIVITIES:
            exempt.add(row.person_id)
        elif is_approved_on(row, day):
            excluded.add(row.person_id)
    return frozenset(excluded), frozenset(exempt)


def is_approved_on(exemption: Exemption, day: date) -> bool:
    """Whether both approvals of an exclusion were given by a day: the superior's and the meeting's."""
    approvals = (exemption.superior_approved_date, exemption.meeting_passed_date)
    return all(approval is not None and approval <= day for approval in approvals)


def _judge(spell: MembershipSpell, kind: str, particular: _Circumstances) -> ExpectedPerson:
    reason = _reason(spell, kind, particular)
    is_expected = reason in ("", "probationary", "observed")
    return ExpectedPerson(
        person_id=spell.person_id,
        public_id=spell.person.public_id,
        name=spell.person.name,
        alias=spell.person.alias,
        status=spell.status,
        group_id=spell.group_id,
        is_expected=is_expected,
        is_voting=is_expected and reason == "",
        reason=reason,
        is_in_transit=spell.person_id in particular.in_transit,
    )


def _reason(spell: MembershipSpell, kind: str, particular: _Circumstances) -> str:
    """The first reason that applies, from what ends a right to what only excuses."""
    person = spell.person_id
    if not spell.is_belonging:
        return "takes_part"
    if spell.status == Status.SUSPENDED:
        return "suspended"
    if person in particular.rights_suspended:
        return "rights_suspended"
    if person in particular.excluded:
        return "excluded"
    if kind not in DECIDING_KINDS and person in particular.exempt:
        return "exempt"
    if person in particular.observed:
        return "observed"
    if spell.status == Status.PROBATIONARY:
        return "probationary"
    return ""
