"""要件: at a stage of a process these steps and papers exist, in this order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from zhibu.common.dates import add_months
from zhibu.rulebook.index import Index
from zhibu.rulebook.model import Completeness, Run
from zhibu.rulebook.obligation import Fixed, Obligation
from zhibu.rulebook.periods import Window, happened_by, precision_start
from zhibu.rulebook.population import Population
from zhibu.rulebook.schema import Step
from zhibu.rulebook.shapes.excuse import find_waiver


def judge(run: Run, index: Index, population: Population, window: Window) -> Iterator[Obligation]:
    """One obligation for each process whose stage was reached inside the window."""
    params = run.params
    assert isinstance(params, Completeness)
    for process_id, steps in index.processes.get(params.process, {}).items():
        done = {step.step: step for step in reversed(steps) if step.date <= index.as_of}
        stage = done.get(params.stage)
        if stage is None or not (window.start <= stage.date <= window.end and run.holds_on(stage.date)):
            continue
        begin = index.begin(stage.org_id, "steps", (params.process,)) if index.begins else None
        if begin is not None and stage.date < begin:
            continue
        fits = population.holds_on(run.applies, stage.org_id, stage.date)
        if fits and population.subject_holds_on(
            run.applies, stage.subject_kind, stage.subject_id, stage.date
        ):
            yield _obligation(run, params, index, process_id, stage, done)


def _obligation(
    run: Run, params: Completeness, index: Index, process_id: int, stage: Step, done: dict[str, Step]
) -> Obligation:
    papers = {paper.kind: paper.date for paper in index.papers.get((params.process, process_id), ())}
    lacking = [name for name in params.steps if name not in done]
    lacking += [name for name in params.papers if name not in papers]
    due = add_months(stage.date, params.grace_months)
    first, newest = _completion(params, stage, done, papers, index.as_of)
    verdict, reason = _verdict(params, stage, done, lacking, index.as_of)
    if reason == "complete" and first <= due < newest:
        verdict, reason = "unknown", "date_unsure"
    waiver = None
    if reason != "complete" and params.waivers:
        waiver = find_waiver(
            run, params.waivers, index, stage.subject_kind, stage.subject_id, stage.org_id, stage.date, due
        )
        if waiver:
            verdict, reason = "exempt", "waived"
    return Obligation(
        check_id=run.check_id,
        duty=run.duty,
        strength=run.strength,
        subject_kind=stage.subject_kind,
        subject_id=stage.subject_id,
        org_id=stage.org_id,
        period="#{process}".format(process=process_id),
        reading=run.reading,
        opens_date=stage.date,
        remind_date=stage.date,
        due_date=due,
        satisfied_date=newest if reason == "complete" else None,
        verdict=verdict,
        precision=stage.precision,
        reason=reason,
        inputs=(
            ("stage", "step:{p}.{s}".format(p=params.process, s=params.stage)),
            ("stage_date", stage.date.isoformat()),
            ("lacking", " ".join(_word(params, name) for name in lacking)),
        ),
        evidence=(("steps:" + params.process, process_id),),
        waiver=waiver.waiver_id if waiver else None,
        citations=run.citations,
    )


def _completion(
    params: Completeness, stage: Step, done: dict[str, Step], papers: dict[str, date], as_of: date
) -> tuple[date, date]:
    """The first and the last day on which all that exists may have been there."""
    steps = [done[name] for name in params.steps if name in done]
    dates = [stage.date, *(papers[name] for name in params.papers if name in papers)]
    return max([*dates, *map(_first, steps)]), max([*dates, *(_last(step, as_of) for step in steps)])


def _word(params: Completeness, name: str) -> str:
    return "paper:" + name if name in params.papers else "step:{p}.{s}".format(p=params.process, s=name)


def _verdict(
    params: Completeness, stage: Step, done: dict[str, Step], lacking: list[str], as_of: date
) -> tuple[Fixed, str]:
    """A step that came in the wrong order cannot be mended; what is lacking can, so the dates decide.

    Without grace what is lacking on the stage's day is a finding at once.
    """
    found = [done[name] for name in params.steps if name in done]
    orders = [_in_order(params, stage, step, as_of) for step in found]
    if params.in_order:
        orders += [_not_after(left, right, as_of) for left, right in pairwise(found)]
    if False in orders:
        return "unmet", "wrong_order"
    if lacking:
        return ("" if params.grace_months else "unmet"), "lacking"
    if None in orders:
        return "unknown", "date_unsure"
    return "", "complete"


def _in_order(params: Completeness, stage: Step, step: Step, as_of: date) -> bool | None:
    """Whether a step lies on the right side of the stage; None where imprecise dates leave it open."""
    if params.order == "any":
        return True
    if params.order == "after":
        return _not_after(stage, step, as_of)
    if params.order == "by":
        return _not_after(step, stage, as_of)
    late = _not_after(stage, step, as_of)
    return None if late is None else not late


def _not_after(left: Step, right: Step, as_of: date) -> bool | None:
    """``left`` is not later than ``right``: True, False, or None where their precision leaves it open."""
    if _last(left, as_of) <= _first(right):
        return True
    return False if _first(left) > _last(right, as_of) else None


def _first(step: Step) -> date:
    return precision_start(step.date, step.precision)


def _last(step: Step, as_of: date) -> date:
    return happened_by(step.date, step.precision, as_of)
