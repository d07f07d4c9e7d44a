"""Who a check applies to, and during which spells: the conditions of `Applies`, read from the index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from zhibu.rulebook.index import Index
from zhibu.rulebook.model import Applies, Run
from zhibu.rulebook.periods import ONE_DAY
from zhibu.rulebook.schema import OrgState
from zhibu.rulebook.spells import FOREVER, Spell, intersected, merged

GROUP_SIZE = "group_members"
FLAGS = (
    "has_committee",
    "has_groups",
    "is_temporary",
    "is_joint",
    "is_mobile",
    "is_functional",
    "may_approve_admissions",
)


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject in one organisation, with the disjoint spells during which the check applies to it."""

    kind: str
    id: int
    org_id: int
    spells: list[Spell]


def fits_state(applies: Applies, state: OrgState) -> bool:
    """Whether the attributes of an organisation's state satisfy the conditions on organisations."""
    if applies.kinds and state.kind not in applies.kinds:
        return False
    if applies.domains and state.domain not in applies.domains:
        return False
    if state.domain in applies.not_domains:
        return False
    for flag in FLAGS:
        wanted = getattr(applies, flag)
        if wanted is not None and wanted != getattr(state, flag):
            return False
    return True


class Population:
    """The subjects of each check, worked out once per set of conditions."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._org_spells: dict[tuple[Applies, int], list[Spell]] = {}
        self._subjects: dict[tuple[str, Applies], tuple[Subject, ...]] = {}

    def of(self, run: Run) -> tuple[Subject, ...]:
        """The organisations, groups or persons that a run applies to at some time."""
        key = (run.subject, run.applies)
        if key not in self._subjects:
            found = {"organization": self._organizations, "group": self._groups, "person": self._persons}
            self._subjects[key] = tuple(found[run.subject](run.applies))
        return self._subjects[key]

    def org_spells(self, applies: Applies, org_id: int) -> list[Spell]:
        """The spells during which an organisation satisfies its part of the conditions."""
        key = (applies, org_id)
        if key not in self._org_spells:
            self._org_spells[key] = self._find_org_spells(applies, org_id)
        return self._org_spells[key]

    def holds_on(self, applies: Applies, org_id: int, day: date) -> bool:
        """Whether an organisation satisfies its part of the conditions on one day.

        What is dated before it existed is judged by what it was at first, what is dated after its end by
        what it was last: an application comes before the founding, a dissolution takes effect on the first
        day without it.
        """
        life = self.index.life(org_id)
        if life is None:
            return False
        lived = min(max(day, life[0]), life[1] - ONE_DAY)
        return any(start <= lived < end for start, end in self.org_spells(applies, org_id))

    def subject_holds_on(self, applies: Applies, kind: str, subject: int, day: date) -> bool | None:
        """Whether the subject's own measure satisfies the threshold on one day; None where it is not
        known.
        """
        if not applies.subject_measure:
            return True
        row = self.index.measure_on(kind, subject, applies.subject_measure, day)
        if row is None:
            return None
        low, high = applies.subject_at_least, applies.subject_at_most
        return (low is None or row.value >= low) and (high is None or row.value <= high)

    def _find_org_spells(self, applies: Applies, org_id: int) -> list[Spell]:
        states = self.index.states.get(org_id, ())
        spells = merged((s.valid_from, s.valid_to or FOREVER) for s in states if fits_state(applies, s))
        if applies.org_measure and spells:
            low, high = applies.org_at_least, applies.org_at_most
            fitting = self.index.measure_spells("organization", org_id, applies.org_measure, low, high)
            spells = intersected(spells, fitting)
        return spells

    def _organizations(self, applies: Applies) -> Iterator[Subject]:
        for org_id in self.index.states:
            yield from self._narrowed(
                applies, "organization", org_id, org_id, self.org_spells(applies, org_id)
            )

    def _groups(self, applies: Applies) -> Iterator[Subject]:
        groups = {
            (row.subject_id, row.org_id)
            for (kind, _, key), rows in self.index.measures.items()
            if kind == "group" and key == GROUP_SIZE
            for row in rows
        }
        for group_id, org_id in sorted(groups):
            alive = self.index.measure_spells("group", group_id, GROUP_SIZE, 1, None)
            spells = intersected(alive, self.org_spells(applies, org_id))
            yield from self._narrowed(applies, "group", group_id, org_id, spells)

    def _persons(self, applies: Applies) -> Iterator[Subject]:
        held: dict[tuple[int, int], list[Spell]] = {}
        for person, org_id, start, end in self._person_spells(applies):
            held.setdefault((person, org_id), []).append((start, end or FOREVER))
        for (person, org_id), own in held.items():
            spells = own if len(own) == 1 else merged(own)
            org = self.org_spells(applies, org_id)
            yield from self._narrowed(applies, "person", person, org_id, intersected(spells, org))

    def _person_spells(self, applies: Applies) -> Iterator[tuple[int, int, date, date | None]]:
        if applies.roles:
            for office in self.index.facts.offices:
                if office.role in applies.roles:
                    yield office.person_id, office.org_id, office.valid_from, office.valid_to
            return
        for row in self.index.facts.memberships:
            if row.is_belonging and (not applies.statuses or row.status in applies.statuses):
                yield row.person_id, row.org_id, row.valid_from, row.valid_to

    def _narrowed(
        self, applies: Applies, kind: str, subject: int, org_id: int, spells: list[Spell]
    ) -> Iterator[Subject]:
        if applies.subject_measure and spells:
            low, high = applies.subject_at_least, applies.subject_at_most
            own = self.index.measure_spells(kind, subject, applies.subject_measure, low, high)
            spells = intersected(spells, own)
        if spells:
            yield Subject(kind, subject, org_id, spells)
