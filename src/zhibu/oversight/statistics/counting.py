"""Adding up: one pass over the members, the meetings and the terms, each organisation into all above it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from zhibu.oversight.statistics.buckets import (
    age_boundaries,
    age_bucket,
    education_bucket,
    joined_bucket,
    post_bucket,
)
from zhibu.roster.members.models import Status

HAN = "01"


@dataclass(frozen=True, slots=True)
class OrgRow:
    """An organisation as it is added up."""

    pk: int
    path: str
    kind: str
    domain: str


class MemberRow(NamedTuple):
    """One member of one organisation, in everything that is counted."""

    org_id: int
    status: str
    sex: str
    ethnicity: str
    birth_month: date | None
    education: str
    post_code: str
    joined_date: date | None
    is_mobile: bool
    is_lost: bool


@dataclass(slots=True)
class Sums:
    """What is kept for one organisation, as counters."""

    figures: Counter[str] = field(default_factory=Counter)
    structure: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    meetings: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    term_ends: Counter[str] = field(default_factory=Counter)

    def add(self, other: Sums) -> None:
        """Add another organisation's sums to these."""
        self.figures.update(other.figures)
        self.term_ends.update(other.term_ends)
        for key, counts in other.structure.items():
            self.structure[key].update(counts)
        for month, counts in other.meetings.items():
            self.meetings[month].update(counts)


def add_members(sums: dict[int, Sums], members: Iterable[MemberRow], day: date) -> None:
    """Count members into the figures and buckets of their own organisation.

    Whoever is suspended (停止党籍) is counted apart: the yearly report leaves them out of the members.
    """
    boundaries = age_boundaries(day)
    ages: dict[date | None, str] = {}
    joined: dict[date | None, str] = {}
    for member in members:
        if member.birth_month not in ages:
            ages[member.birth_month] = age_bucket(member.birth_month, boundaries)
        if member.joined_date not in joined:
            joined[member.joined_date] = joined_bucket(member.joined_date)
        own = sums[member.org_id]
        figures, structure = own.figures, own.structure
        if member.status == Status.SUSPENDED:  # on the roll, but not counted as a member
            figures["suspended"] += 1
            continue
        figures["members"] += 1
        figures["probationary"] += member.status == "probationary"
        figures["women"] += member.sex == "2"
        figures["minority"] += member.ethnicity not in ("", HAN)
        figures["mobile"] += member.is_mobile
        figures["lost"] += member.is_lost
        structure["age"][ages[member.birth_month]] += 1
        structure["education"][education_bucket(member.education)] += 1
        structure["post"][post_bucket(member.post_code)] += 1
        structure["joined"][joined[member.joined_date]] += 1


def roll_up(orgs: Iterable[OrgRow], own: dict[int, Sums]) -> Iterator[tuple[int, str, Sums]]:
    """Every organisation with the sums of all below it: (id, domain or empty, sums).

    Branches come only whole; everything above a branch also by domain.
    """
    totals: dict[tuple[int, str], Sums] = defaultdict(Sums)
    for org in orgs:
        sums = own.get(org.pk, Sums())
        sums.figures["organizations"] += 1
        sums.figures[org.kind] += 1
        for ancestor in _ids(org.path):
            totals[ancestor, ""].add(sums)
            if ancestor != org.pk or org.kind != "branch":
                totals[ancestor, org.domain].add(sums)
    for (org_id, domain), sums in totals.items():
        yield org_id, domain, sums


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.split("/") if part]
