"""The reference and the bulk engine: one meaning, two implementations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analytics.histories import AS_OF, random_history
from zhibu.analytics.compiling import compiled
from zhibu.analytics.engine import DuckBackend, judge_tables
from zhibu.analytics.tables import facts_as_tables
from zhibu.rulebook.index import Index
from zhibu.rulebook.judge import JUDGES
from zhibu.rulebook.loader import national
from zhibu.rulebook.model import Bound, Frequency, Run
from zhibu.rulebook.obligation import Obligation
from zhibu.rulebook.periods import default_window
from zhibu.rulebook.population import Population
from zhibu.rulebook.schema import Facts

WINDOW = default_window(AS_OF)
Key = tuple[int, str, int, int, str]


@cache
def runs() -> tuple[Run, ...]:
    """Every run of the national regulations and all packs."""
    book = national()
    return book.plan(book.packs)


@cache
def backend() -> DuckBackend:
    """One DuckDB for the module; its statements are compiled once."""
    return DuckBackend()


def by_reference(facts: Facts, judged: tuple[Run, ...]) -> dict[Key, list[str]]:
    """The reference's rows, before readings are settled, as comparable text."""
    index = Index(facts, AS_OF)
    population = Population(index)
    found: dict[Key, list[str]] = {}
    for number, run in enumerate(judged):
        for row in JUDGES[run.shape](run, index, population, WINDOW):
            key = (number, row.subject_kind, row.subject_id, row.org_id, row.period)
            found.setdefault(key, []).append(str(_told(row)))
    return found


def _told(row: Obligation) -> tuple[object, ...]:
    inputs = json.dumps([list(pair) for pair in row.inputs], ensure_ascii=False)
    dates = (row.opens_date, row.remind_date, row.due_date, row.satisfied_date)
    return (*dates, row.verdict, row.precision, row.reason, inputs, row.waiver)


def in_bulk(facts: Facts, judged: tuple[Run, ...]) -> dict[Key, list[str]]:
    """The bulk engine's rows in the same form."""
    table = judge_tables(backend(), facts_as_tables(facts), judged, as_of=AS_OF, window=WINDOW)
    columns = ("opens", "remind", "due", "satisfied", "verdict", "precision", "reason", "inputs", "waiver")
    found: dict[Key, list[str]] = {}
    for row in table.to_pylist():
        key = (row["run"], row["subject_kind"], row["subject_id"], row["org_id"], row["period"])
        found.setdefault(key, []).append(str(tuple(row[name] for name in columns)))
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(min_value=0, max_value=10**9))
def test_both_engines_give_the_same_rows(seed: int) -> None:
    """On any history every row agrees: dates, verdict, reason, inputs, excuse."""
    facts = random_history(Random(seed), runs(), aimed_at=10)
    expected, found = by_reference(facts, runs()), in_bulk(facts, runs())
    assert {key: sorted(rows) for key, rows in found.items()} == {
        key: sorted(rows) for key, rows in expected.items()
    }


def _outcomes(run_index: int, seeds: range) -> Iterator[str]:
    run = runs()[run_index]
    for seed in seeds:
        facts = random_history(Random(seed), (run,), aimed_at=1)
        index = Index(facts, AS_OF)
        for row in JUDGES[run.shape](run, index, Population(index), WINDOW):
            yield row.reason


def _in_force() -> list[int]:
    return [number for number, run in enumerate(runs()) if run.until is None or run.until > WINDOW.start]


@pytest.mark.parametrize("number", _in_force(), ids=lambda n: runs()[n].key)
def test_histories_reach_both_sides_of_every_run(number: int) -> None:
    """The random histories are no idle ones: each run is seen kept and broken."""
    seen = Counter(_outcomes(number, range(400)))
    kept = {"count_reached", "count_within", "within", "step_done", "length_right", "right_body", "complete"}
    broken = {
        "count_short",
        "count_over",
        "too_low",
        "too_high",
        "step_waiting",
        "too_early",
        "too_long",
        "wrong_body",
        "wrong_body_org",
        "not_allowed",
        "lacking",
        "wrong_order",
    }
    assert seen.keys() & broken, seen
    if "not_allowed" not in seen:
        assert seen.keys() & kept, seen


def _stricter(run: Run) -> Run:
    """The run with a fault planted: one limit off by one, or a closed bound opened."""
    params = run.params
    if isinstance(params, Frequency) and params.at_least is not None:
        return replace(run, params=replace(params, at_least=params.at_least + 1))
    if isinstance(params, Bound) and params.low_num is not None:
        return replace(run, params=replace(params, low_open=not params.low_open))
    return run


@pytest.mark.parametrize("side", ["reference", "bulk"])
def test_a_planted_fault_is_caught(side: str) -> None:
    """A limit that is off by one in either engine shows within a few histories."""
    honest = runs()
    faulty = tuple(_stricter(run) for run in honest)
    assert faulty != honest
    for seed in range(12):
        facts = random_history(Random(seed), honest, aimed_at=12)
        left = by_reference(facts, faulty if side == "reference" else honest)
        right = in_bulk(facts, faulty if side == "bulk" else honest)
        if left != right:
            return
    pytest.fail("a planted fault went unseen")


def test_statements_are_compiled_once() -> None:
    """A second judgement reuses the first one's SQL."""
    assert compiled("duckdb") is compiled("duckdb")
