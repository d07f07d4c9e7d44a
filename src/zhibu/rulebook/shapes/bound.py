"""限值: a measure, or a ratio of two measures, lies within exact limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from zhibu.rulebook.index import Index
from zhibu.rulebook.model import Bound, Run
from zhibu.rulebook.obligation import Fixed, Inputs, Obligation
from zhibu.rulebook.periods import Window
from zhibu.rulebook.population import Population, Subject
from zhibu.rulebook.schema import Measure
from zhibu.rulebook.spells import cover

Side = Literal["low", "high", "within"]


def side(params: Bound, value: int, base: int) -> Side:
    """On which side of the limits ``value`` lies, of ``base`` (1 where there is no ratio), in whole numbers.

    「半数以上」 is ≥ 1/2, 「超过半数」 is > 1/2 (K-02): the two differ at exactly one half.
    """
    if params.low_num is not None:
        left, right = value * params.low_den, base * params.low_num
        if left < right or (params.low_open and left == right):
            return "low"
    if params.high_num is not None:
        left, right = value * params.high_den, base * params.high_num
        if left > right or (params.high_open and left == right):
            return "high"
    return "within"


def judge(run: Run, index: Index, population: Population, window: Window) -> Iterator[Obligation]:
    """A state bound gives one obligation per subject, an act bound one per day on which the measure was
    taken.
    """
    params = run.params
    assert isinstance(params, Bound)
    if params.mode == "act":
        yield from _judge_acts(run, params, index, population, window)
    elif run.holds_on(index.as_of):
        yield from _judge_states(run, params, index, population)


def _judge_states(run: Run, params: Bound, index: Index, population: Population) -> Iterator[Obligation]:
    day = index.as_of
    keys = tuple(key for key in (params.measure, params.of) if key)
    for subject in population.of(run):
        if cover(subject.spells, day, day + timedelta(days=1)) != "full":
            continue
        begin = index.begin(subject.org_id, "measures", keys) if index.begins else None
        if begin is not None and day < begin:
            continue
        since = max(start for start, _ in subject.spells if start <= day)
        rows = [index.measure_on(subject.kind, subject.id, key, day) for key in keys]
        yield _row(run, params, subject, "", since, rows, is_void=False)


def _judge_acts(
    run: Run, params: Bound, index: Index, population: Population, window: Window
) -> Iterator[Obligation]:
    for row in index.measures_taken.get((run.subject, params.measure), ()):
        day = row.valid_from
        if not (window.start <= day <= window.end and run.holds_on(day)):
            continue
        if not _concerns(run, params, index, population, row):
            continue
        found: list[Measure | None] = [row]
        if params.of:
            found.append(index.measure_on(row.subject_kind, row.subject_id, params.of, day))
        event = index.events.get(row.subject_id) if row.subject_kind == "event" else None
        subject = Subject(row.subject_kind, row.subject_id, row.org_id, [])
        is_void = event is not None and not event.is_valid
        yield _row(run, params, subject, day.isoformat(), day, found, is_void=is_void)


def _concerns(run: Run, params: Bound, index: Index, population: Population, row: Measure) -> bool:
    """Whether the measured event or act is of the wanted kind and its organisation fits on that day."""
    day = row.valid_from
    begin = index.begin(row.org_id, "measures", (params.measure,)) if index.begins else None
    if begin is not None and day < begin:
        return False
    if params.events:
        event = index.events.get(row.subject_id)
        if event is None or event.kind not in params.events:
            return False
    if params.acts or params.bodies:
        act = index.acts_by_id.get(row.subject_id)
        if act is None or (params.acts and act.kind not in params.acts):
            return False
        if params.bodies and act.body not in params.bodies:
            return False
    if not population.subject_holds_on(run.applies, row.subject_kind, row.subject_id, day):
        return False
    return population.holds_on(run.applies, row.org_id, day)


def _row(
    run: Run,
    params: Bound,
    subject: Subject,
    period: str,
    since: date,
    rows: list[Measure | None],
    *,
    is_void: bool,
) -> Obligation:
    verdict, reason, inputs = _verdict(params, rows)
    if is_void:
        verdict, reason = "exempt", "recorded_invalid"
    opens = max([since, *(row.valid_from for row in rows if row)])
    return Obligation(
        check_id=run.check_id,
        duty=run.duty,
        strength=run.strength,
        subject_kind=subject.kind,
        subject_id=subject.id,
        org_id=subject.org_id,
        period=period,
        reading=run.reading,
        opens_date=opens,
        remind_date=None,
        due_date=opens,
        satisfied_date=opens if verdict == "met" else None,
        verdict=verdict,
        precision="day",
        reason=reason,
        inputs=inputs,
        evidence=((subject.kind, subject.id),),
        waiver=None,
        citations=run.citations,
    )


def _verdict(params: Bound, rows: list[Measure | None]) -> tuple[Fixed, str, Inputs]:
    first = rows[0]
    if first is None and not params.zero:
        return "unknown", "measure_missing", (("measure", params.measure),)
    if params.of and rows[1] is None:
        return "unknown", "measure_missing", (("measure", params.of),)
    value = first.value if first else 0
    base = rows[1].value if params.of and rows[1] else 1
    inputs: Inputs = (("measure", params.measure), ("value", value))
    if params.of:
        inputs = (*inputs, ("of", params.of), ("base", base))
    found = side(params, value, base)
    if found == "within":
        return "met", "within", inputs
    return "unmet", "too_low" if found == "low" else "too_high", inputs
