"""Asks the rulebook before something is written: the reference over the facts with the act added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from zhibu.rulebook.judge import judge_runs
from zhibu.rulebook.model import Bound, Competence, Completeness, Frequency, Interval, Run
from zhibu.rulebook.obligation import Obligation, State, state
from zhibu.rulebook.periods import Window
from zhibu.rulebook.rulebook import Rulebook
from zhibu.rulebook.schema import Facts, Measure

Row = TypeVar("Row")
UNRECORDED = frozenset({"step_missing", "body_missing", "measure_missing"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says to the act that is about to be written."""

    obligation: Obligation
    state: State

    @property
    def refuses(self) -> bool:
        """A must or a must-not is broken: the command refuses and cites the clause."""
        return self.state == "unmet" and self.obligation.strength in ("M", "X")

    @property
    def lacks(self) -> bool:
        """Something is not recorded that the verdict depends on: a date, a body, a number."""
        return self.obligation.reason in UNRECORDED

    @property
    def warns(self) -> bool:
        """A general rule is departed from, or the facts do not suffice: the command says so and goes on."""
        return not self.refuses and self.state in ("unmet", "unknown", "depends")


def guard(
    rulebook: Rulebook, facts: Facts, added: Facts, *, as_of: date, packs: frozenset[str] = frozenset()
) -> tuple[Verdict, ...]:
    """What the checks triggered by ``added`` say if it were written to ``facts``; broken musts first.

    ``facts`` are those of the organisations concerned, ``added`` the rows about to be written. Steps
    trigger the intervals they end and the completeness of the stage they reach; acts their competence;
    measures their bounds; events the upper limits on their kind. `asking` builds the rows and refuses.
    """
    runs = [run for run in rulebook.plan(packs) if _is_triggered(run, added)]
    window = Window(min(_dates(added), default=as_of), as_of)
    rows = judge_runs(runs, merge(facts, added), as_of=as_of, window=window)
    concerned = _Concern(added)
    verdicts = [Verdict(row, state(row, as_of)) for row in rows if concerned.by(row)]
    return tuple(sorted(verdicts, key=lambda verdict: (not verdict.refuses, not verdict.warns)))


def merge(facts: Facts, added: Facts) -> Facts:
    """The facts with the added rows; a row with the same id is replaced, a running measure gives way to
    a new one.
    """
    given = {item.subject_kind + "/" + str(item.subject_id) + "/" + item.key: item for item in added.measures}
    kept = (
        _cut(row, given.get(row.subject_kind + "/" + str(row.subject_id) + "/" + row.key))
        for row in facts.measures
    )
    return replace(
        facts,
        organizations=_joined(facts.organizations, added.organizations, "org_id"),
        org_states=_joined(facts.org_states, added.org_states, "org_id"),
        persons=_joined(facts.persons, added.persons, "person_id"),
        memberships=_joined(facts.memberships, added.memberships, "membership_id"),
        offices=_joined(facts.offices, added.offices, "office_id"),
        events=_joined(facts.events, added.events, "event_id"),
        participations=(*facts.participations, *added.participations),
        steps=(*facts.steps, *added.steps),
        measures=(*(row for row in kept if row), *added.measures),
        acts=_joined(facts.acts, added.acts, "act_id"),
        waivers=_joined(facts.waivers, added.waivers, "waiver_id"),
        papers=(*facts.papers, *added.papers),
    )


def _joined(old: tuple[Row, ...], new: tuple[Row, ...], key: str) -> tuple[Row, ...]:
    ids = {getattr(row, key) for row in new}
    return (*(row for row in old if getattr(row, key) not in ids), *new)


def _cut(row: Measure, new: Measure | None) -> Measure | None:
    if new is None or (row.valid_to is not None and row.valid_to <= new.valid_from):
        return row
    return replace(row, valid_to=new.valid_from) if row.valid_from < new.valid_from else None


def _is_triggered(run: Run, added: Facts) -> bool:
    match run.params:
        case Frequency() as params:
            return params.at_most is not None and any(event.kind in params.events for event in added.events)
        case Interval() as params:
            return any((s.process_kind, s.step) == (params.process, params.to_step) for s in added.steps)
        case Bound() as params:
            return any(row.key in (params.measure, params.of) for row in added.measures)
        case Competence() as params:
            return any(act.kind in params.acts for act in added.acts)
        case Completeness() as params:
            return any((s.process_kind, s.step) == (params.process, params.stage) for s in added.steps)


def _dates(added: Facts) -> Iterator[date]:
    yield from (row.date for rows in (added.events, added.steps, added.acts) for row in rows)
    yield from (row.valid_from for row in added.measures)


class _Concern:
    """Whether an obligation speaks of the rows that are added."""

    def __init__(self, added: Facts) -> None:
        self.events = {("events", event.event_id) for event in added.events}
        self.processes = {("steps:" + step.process_kind, step.process_id) for step in added.steps}
        self.acts = {("acts", act.act_id) for act in added.acts}
        self.subjects = {(row.subject_kind, row.subject_id) for row in added.measures}

    def by(self, row: Obligation) -> bool:
        known: Iterable[tuple[str, int]] = self.events | self.processes | self.acts | self.subjects
        return not set(known).isdisjoint(row.evidence)
