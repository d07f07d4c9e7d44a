"""Judges facts by the rulebook: the reference implementation that guards, refreshes and explanations use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from zhibu.rulebook.index import Index
from zhibu.rulebook.model import Run
from zhibu.rulebook.obligation import Obligation
from zhibu.rulebook.periods import Window, default_window
from zhibu.rulebook.population import Population
from zhibu.rulebook.readings import settle
from zhibu.rulebook.rulebook import Rulebook
from zhibu.rulebook.schema import Facts
from zhibu.rulebook.shapes import bound, competence, completeness, frequency, interval

Judge = Callable[[Run, Index, Population, Window], Iterator[Obligation]]
JUDGES: dict[str, Judge] = {
    "frequency": frequency.judge,
    "interval": interval.judge,
    "bound": bound.judge,
    "competence": competence.judge,
    "completeness": completeness.judge,
}


def judge(
    rulebook: Rulebook,
    facts: Facts,
    *,
    as_of: date,
    window: Window | None = None,
    packs: frozenset[str] = frozenset(),
    provided: frozenset[str] | None = None,
) -> tuple[Obligation, ...]:
    """Every obligation that the facts show, as on ``as_of``; by default two whole years and the running one.

    ``provided`` are the vocabulary keys that some module shows (`Registry.provided`); checks that need
    more are left
    out here and named by `Rulebook.not_checked`.
    """
    looked_at = window or default_window(as_of)
    return judge_runs(rulebook.provided_plan(packs, provided), facts, as_of=as_of, window=looked_at)


def judge_runs(runs: Iterable[Run], facts: Facts, *, as_of: date, window: Window) -> tuple[Obligation, ...]:
    """The same for chosen runs, in the order of the runs."""
    index = Index(facts, as_of)
    population = Population(index)
    rows = (row for run in runs for row in JUDGES[run.shape](run, index, population, window))
    return tuple(settle(rows, as_of))
