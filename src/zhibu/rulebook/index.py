"""Look-ups over one set of facts, built once per judgement.

Everything dated after the day of judging is left out: a plan is not a fact. Spells that end later are kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from zhibu.rulebook.schema import (
    Act,
    Event,
    Facts,
    Measure,
    Membership,
    Office,
    OrgState,
    Paper,
    Step,
    Waiver,
)
from zhibu.rulebook.spells import FOREVER, Spell, merged

COMMITTEE_ROLES = frozenset(
    [
        "secretary",
        "deputy_secretary",
        "organization_member",
        "publicity_member",
        "discipline_member",
        "committee_member",
    ]
)
PRESENT_MARKS = frozenset({"present", "made_up", "served_at_home", "lecturer", "partner"})
MeasureKey = tuple[str, int, str]
Attended = tuple[Event, int]  # the event and the minutes that count for the person


class Index:
    """The facts of one organisation, or many, arranged for the shapes. Lists keep the order of dates."""

    def __init__(self, facts: Facts, as_of: date) -> None:
        self.facts = facts
        self.as_of = as_of
        self.states: dict[int, list[OrgState]] = defaultdict(list)
        for state in facts.org_states:
            self.states[state.org_id].append(state)
        self.measures: dict[MeasureKey, list[Measure]] = defaultdict(list)
        for measure in facts.measures:
            if measure.valid_from <= as_of:
                self.measures[measure.subject_kind, measure.subject_id, measure.key].append(measure)
        self.measures_taken: dict[tuple[str, str], list[Measure]] = defaultdict(list)
        for measure in facts.measures:
            if measure.valid_from <= as_of:
                self.measures_taken[measure.subject_kind, measure.key].append(measure)
        self.counted: dict[tuple[object, ...], list[Attended]] = {}  # kept by the frequency shape
        self.begins = {(begin.org_id, begin.fact): begin.date for begin in facts.begins}
        self._begun: dict[tuple[int, str, tuple[str, ...]], date | None] = {}
        self.waivers: dict[int, list[Waiver]] = defaultdict(list)
        for waiver in facts.waivers:
            self.waivers[waiver.org_id].append(waiver)

    @cached_property
    def events(self) -> dict[int, Event]:
        """Events that took place, by id."""
        kept = sorted((e for e in self.facts.events if e.date <= self.as_of), key=_event_order)
        return {event.event_id: event for event in kept}

    @cached_property
    def events_held(self) -> dict[tuple[int, str], list[Attended]]:
        """By organisation and kind, with their minutes."""
        found: dict[tuple[int, str], list[Attended]] = defaultdict(list)
        for event in self.events.values():
            found[event.org_id, event.kind].append((event, event.minutes))
        return found

    @cached_property
    def events_of_group(self) -> dict[tuple[int, str], list[Attended]]:
        """By group and kind, with their minutes."""
        found: dict[tuple[int, str], list[Attended]] = defaultdict(list)
        for event in self.events.values():
            if event.group_id is not None:
                found[event.group_id, event.kind].append((event, event.minutes))
        return found

    @cached_property
    def events_hosted(self) -> dict[tuple[int, str], list[Attended]]:
        """By host and kind, with their minutes."""
        found: dict[tuple[int, str], list[Attended]] = defaultdict(list)
        for event in self.events.values():
            if event.host_person_id is not None:
                found[event.host_person_id, event.kind].append((event, event.minutes))
        return found

    @cached_property
    def marks(self) -> dict[int, dict[int, tuple[str, int | None]]]:
        """Event id → person id → (mark, minutes)."""
        found: dict[int, dict[int, tuple[str, int | None]]] = defaultdict(dict)
        for row in self.facts.participations:
            found[row.event_id][row.person_id] = (row.mark, row.minutes)
        return found

    @cached_property
    def attended(self) -> dict[tuple[int, str], list[Attended]]:
        """By person and kind: the events that count for the person, with minutes."""
        found: dict[tuple[int, str], list[Attended]] = defaultdict(list)
        for event in self.events.values():
            marks, kind, whole = self.marks.get(event.event_id, {}), event.kind, (event, event.minutes)
            for person, (mark, minutes) in marks.items():
                if mark in PRESENT_MARKS:
                    found[person, kind].append(whole if minutes is None else (event, minutes))
            if event.basis == "expected":
                for person in self.audience(event) - marks.keys():
                    found[person, kind].append(whole)
        return found

    @cached_property
    def missed(self) -> dict[tuple[int, str], list[Attended]]:
        """By person and kind: the events missed without leave and not made up."""
        found: dict[tuple[int, str], list[Attended]] = defaultdict(list)
        for event in self.events.values():
            for person, (mark, _) in self.marks.get(event.event_id, {}).items():
                if mark == "absent":
                    found[person, event.kind].append((event, 0))
        return found

    def audience(self, event: Event) -> frozenset[int]:
        """Who was expected at an event: the persons of its audience on its day."""
        rows: Iterable[Membership | Office]
        if event.audience == "members":
            rows = self.memberships_of.get(event.org_id, ())
        elif event.audience == "group":
            rows = self.memberships_of_group.get(event.group_id or 0, ())
        elif event.audience == "committee":
            rows = self.committee_of.get(event.org_id, ())
        else:
            return frozenset()
        day = event.date
        return frozenset(
            [r.person_id for r in rows if r.valid_from <= day and (r.valid_to is None or day < r.valid_to)]
        )

    @cached_property
    def memberships_of(self) -> dict[int, list[Membership]]:
        """By organisation, belonging or taking part, without suspended members."""
        found: dict[int, list[Membership]] = defaultdict(list)
        for row in self.facts.memberships:
            if row.status != "suspended":
                found[row.org_id].append(row)
        return found

    @cached_property
    def memberships_of_group(self) -> dict[int, list[Membership]]:
        """By group, without suspended members."""
        found: dict[int, list[Membership]] = defaultdict(list)
        for row in self.facts.memberships:
            if row.group_id is not None and row.status != "suspended":
                found[row.group_id].append(row)
        return found

    @cached_property
    def committee_of(self) -> dict[int, list[Office]]:
        """Offices of committee members, by organisation."""
        found: dict[int, list[Office]] = defaultdict(list)
        for row in self.facts.offices:
            if row.role in COMMITTEE_ROLES:
                found[row.org_id].append(row)
        return found

    @cached_property
    def processes(self) -> dict[str, dict[int, list[Step]]]:
        """Process kind → process id → steps that were taken, in the order of their dates."""
        found: dict[str, dict[int, list[Step]]] = defaultdict(lambda: defaultdict(list))
        for step in sorted(self.facts.steps, key=_step_order):
            found[step.process_kind][step.process_id].append(step)
        return found

    @cached_property
    def acts(self) -> dict[str, list[Act]]:
        """By kind."""
        found: dict[str, list[Act]] = defaultdict(list)
        for act in self.facts.acts:
            if act.date <= self.as_of:
                found[act.kind].append(act)
        return found

    @cached_property
    def acts_by_id(self) -> dict[int, Act]:
        """Every act that was done, by id."""
        return {act.act_id: act for acts in self.acts.values() for act in acts}

    @cached_property
    def papers(self) -> dict[tuple[str, int], list[Paper]]:
        """By process kind and id."""
        found: dict[tuple[str, int], list[Paper]] = defaultdict(list)
        for paper in self.facts.papers:
            if paper.date <= self.as_of:
                found[paper.process_kind, paper.process_id].append(paper)
        return found

    def begin(self, org_id: int, table: str, kinds: tuple[str, ...]) -> date | None:
        """From which day the facts of these kinds are on record for an organisation (None: always)."""
        key = (org_id, table, kinds)
        if key not in self._begun:
            found = [self._begin(org_id, table, kind) for kind in kinds]
            self._begun[key] = max((day for day in found if day is not None), default=None)
        return self._begun[key]

    def _begin(self, org_id: int, table: str, kind: str) -> date | None:
        for fact in (kind, table, ""):
            if (org_id, fact) in self.begins:
                return self.begins[org_id, fact]
        return None

    def life(self, org_id: int) -> Spell | None:
        """From the first day of an organisation's first state to the end of its last; None without any."""
        states = self.states.get(org_id, ())
        if not states:
            return None
        return min(s.valid_from for s in states), max(s.valid_to or FOREVER for s in states)

    def state_on(self, org_id: int, day: date) -> OrgState | None:
        """What the organisation was on ``day``; None where it did not exist."""
        for state in self.states.get(org_id, ()):
            if state.valid_from <= day and (state.valid_to is None or day < state.valid_to):
                return state
        return None

    def measure_on(self, kind: str, subject: int, key: str, day: date) -> Measure | None:
        """The measure's row that holds on ``day``."""
        for row in self.measures.get((kind, subject, key), ()):
            if row.valid_from <= day and (row.valid_to is None or day < row.valid_to):
                return row
        return None

    def measure_spells(
        self, kind: str, subject: int, key: str, low: int | None, high: int | None
    ) -> list[Spell]:
        """The spells during which a measure lay between ``low`` and ``high``, both included."""
        return merged(
            (row.valid_from, row.valid_to or FOREVER)
            for row in self.measures.get((kind, subject, key), ())
            if (low is None or row.value >= low) and (high is None or row.value <= high)
        )


def _event_order(event: Event) -> tuple[date, int]:
    return event.date, event.event_id


def _step_order(step: Step) -> tuple[date, str]:
    return step.date, step.step
