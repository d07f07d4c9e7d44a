"""Adding up: one pass over the members, the meetings and the terms, each organisation into all above it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from zhibu.oversight.statistics.buckets import (
    age_boundaries,
    age_bucket,
    education_bucket,
    joined_bucket,
    post_bucket,
)

HAN = "01"


@dataclass(frozen=True, slots=True)
class OrgRow:
    """An organisation as it is added up."""

    pk: int
    path: str
    kind: str
    domain: str


@dataclass(frozen=True, slots=True)
class MemberGroup:
    """So many members of one organisation that are alike in everything counted."""

    org_id: int
    status: str
    sex: str
    ethnicity: str
    birth_month: date | None
    education: str
    post_code: str
    joined_month: date | None
    is_mobile: bool
    is_lost: bool
    count: int


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


def add_members(sums: dict[int, Sums], groups: Iterable[MemberGroup], day: date) -> None:
    """Count members into the figures and buckets of their own organisation."""
    boundaries = age_boundaries(day)
    for group in groups:
        own = sums[group.org_id]
        count = group.count
        own.figures["members"] += count
        for key, holds in (
            ("probationary", group.status == "probationary"),
            ("women", group.sex == "2"),
            ("minority", group.ethnicity not in ("", HAN)),
            ("mobile", group.is_mobile),
            ("lost", group.is_lost),
        ):
            if holds:
                own.figures[key] += count
        own.structure["age"][age_bucket(group.birth_month, boundaries)] += count
        own.structure["education"][education_bucket(group.education)] += count
        own.structure["post"][post_bucket(group.post_code)] += count
        own.structure["joined"][joined_bucket(group.joined_month)] += count


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
