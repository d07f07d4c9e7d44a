"""时限: from one step of a process to another at least or at most so long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.common.dates import add_months
from zhibu.rulebook.calendar import CalendarEnds, add_months_rolled, work_calendar
from zhibu.rulebook.index import Index
from zhibu.rulebook.model import Interval, Run
from zhibu.rulebook.obligation import Fixed, Inputs, Obligation, state_by_dates
from zhibu.rulebook.periods import Window, precision_end, precision_start
from zhibu.rulebook.population import Population
from zhibu.rulebook.schema import Precision, Step, Waiver
from zhibu.rulebook.shapes.excuse import EXTENSION, find_waiver

COARSENESS: tuple[Precision, ...] = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class Corner:
    """The dates that follow when the two steps are taken at one end of what their dates may mean."""

    earliest: date | None
    due: date | None
    done: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """One process (or one link of a repeating one) to be judged."""

    process_id: int
    start: Step
    end: Step | None
    stop: Step | None
    is_repeated: bool


def judge(run: Run, index: Index, population: Population, window: Window) -> Iterator[Obligation]:
    """One obligation for each process that has taken the first step (each occurrence, where it repeats)."""
    params = run.params
    assert isinstance(params, Interval)
    for process_id, steps in index.processes.get(params.process, {}).items():
        for found in _links(params, process_id, steps, index.as_of):
            start = found.start
            if not run.holds_on(start.date):
                continue
            begin = index.begin(start.org_id, "steps", (params.process,)) if index.begins else None
            if begin is not None and start.date < begin:
                continue
            fits = population.holds_on(run.applies, start.org_id, start.date)
            if fits and population.subject_holds_on(
                run.applies, start.subject_kind, start.subject_id, start.date
            ):
                yield from _obligation(run, params, index, window, found)


def shift(day: date, amount: int, params: Interval) -> date:
    """``day`` moved by ``amount`` units; raises CalendarEnds outside the known working years."""
    if params.unit == "days":
        return day + timedelta(days=amount)
    if params.unit == "workdays":
        return work_calendar().add_workdays(day, amount)
    return add_months_rolled(day, amount) if params.month_end == "roll" else add_months(day, amount)


def _links(params: Interval, process_id: int, steps: list[Step], as_of: date) -> Iterator[Found]:
    stop = _first(steps, params.until_step, as_of) if params.until_step else None
    if params.repeat:
        chain = [step for step in steps if step.step == params.from_step and step.date <= as_of]
        for start, end in zip(chain, [*chain[1:], None], strict=True):
            yield Found(process_id, start, end, stop, is_repeated=True)
        return
    first = _first(steps, params.from_step, date.max)
    if first:
        end = _first(steps, params.to_step, date.max if params.planned else as_of)
        yield Found(process_id, first, end, stop, is_repeated=False)


def _first(steps: list[Step], name: str, latest: date) -> Step | None:
    return next((step for step in steps if step.step == name and step.date <= latest), None)


def corners(params: Interval, start: Step, end: Step | None, as_of: date) -> list[Corner]:
    """Both ends of an imprecise date are tried; precise dates give one corner. Raises CalendarEnds.

    What is only planned may lie ahead, what was done may not.
    """
    starts = {precision_start(start.date, start.precision), precision_end(start.date, start.precision)}
    ends: set[date | None] = {None}
    if end:
        last = precision_end(end.date, end.precision)
        ends = {precision_start(end.date, end.precision), last if params.planned else min(last, as_of)}
    return [
        Corner(
            shift(first, params.at_least, params) if params.at_least is not None else None,
            shift(first, params.at_most, params) if params.at_most is not None else None,
            done,
        )
        for first in sorted(starts)
        for done in sorted(ends, key=lambda day: day or date.max)
    ]


def _obligation(
    run: Run, params: Interval, index: Index, window: Window, found: Found
) -> Iterator[Obligation]:
    start, end = found.start, found.end
    if end is None and params.at_most is None:
        return  # nothing is owed: only too early a step can break it
    try:
        tried = corners(params, start, end, index.as_of)
    except CalendarEnds:
        yield _row(run, params, found, Corner(None, None, None), "unknown", "calendar_ends", None)
        return
    dues = [corner.due for corner in tried if corner.due]
    due = max(dues, default=None)
    waiver = _waiver(run, params, index, start, due)
    if waiver and waiver.kind == EXTENSION and waiver.valid_to and due:
        due = max(due, waiver.valid_to - timedelta(days=1))
        tried = [Corner(corner.earliest, due, corner.done) for corner in tried]
    if end and window.start > max(end.date, due or end.date):
        return
    verdicts = {_verdict(params, corner, index.as_of) for corner in tried}
    verdict, reason = _fixed(params, tried[0])
    if len(verdicts) > 1:
        verdict, reason = "unknown", "date_unsure"
    if end is None and found.stop and due and found.stop.date <= due:
        verdict, reason = "exempt", "ended"
    if waiver and waiver.kind != EXTENSION and verdicts - {"met"}:
        verdict, reason = "exempt", "waived"
    earliest = max((corner.earliest for corner in tried if corner.earliest), default=None)
    done = max((corner.done for corner in tried if corner.done), default=None)
    yield _row(run, params, found, Corner(earliest, due, done), verdict, reason, waiver)


def _waiver(run: Run, params: Interval, index: Index, start: Step, due: date | None) -> Waiver | None:
    if not params.waivers or due is None:
        return None
    first = min(start.date, due)
    return find_waiver(
        run,
        params.waivers,
        index,
        start.subject_kind,
        start.subject_id,
        start.org_id,
        first,
        due + timedelta(days=1),
    )


def _verdict(params: Interval, corner: Corner, as_of: date) -> str:
    verdict, reason = _fixed(params, corner)
    return reason if verdict == "unmet" else verdict or state_by_dates(corner.due, corner.done, as_of)


def _fixed(params: Interval, corner: Corner) -> tuple[Fixed, str]:
    """What no later day can change; an empty verdict leaves it to the dates."""
    if corner.done is None:
        return ("unknown", "step_missing") if params.planned else ("", "step_waiting")
    if corner.earliest and corner.done < corner.earliest:
        return "unmet", "too_early"
    if params.planned:
        late = corner.due is not None and corner.done > corner.due
        return ("unmet", "too_long") if late else ("met", "length_right")
    return "", "step_done"


def _row(
    run: Run,
    params: Interval,
    found: Found,
    dates: Corner,
    verdict: Fixed,
    reason: str,
    waiver: Waiver | None,
) -> Obligation:
    start, due = found.start, dates.due
    steps = [step for step in (start, found.end) if step]
    remind = add_months(due, -params.remind_months) if due else None
    period = "#{process}".format(process=found.process_id)
    if found.is_repeated:
        period += "@" + start.date.isoformat()
    return Obligation(
        check_id=run.check_id,
        duty=run.duty,
        strength=run.strength,
        subject_kind=start.subject_kind,
        subject_id=start.subject_id,
        org_id=start.org_id,
        period=period,
        reading=run.reading,
        opens_date=_opens(start.date, dates.earliest, remind),
        remind_date=remind,
        due_date=due,
        satisfied_date=dates.done if verdict in ("", "met") else None,
        verdict=verdict,
        precision=max((step.precision for step in steps), key=COARSENESS.index),
        reason=reason,
        inputs=_inputs(params, found, dates),
        evidence=tuple(("steps:" + params.process, found.process_id) for _ in steps[:1]),
        waiver=waiver.waiver_id if waiver else None,
        citations=run.citations,
    )


def _opens(start: date, earliest: date | None, remind: date | None) -> date:
    return earliest or (min(start, remind) if remind else start)


def _inputs(params: Interval, found: Found, dates: Corner) -> Inputs:
    inputs: Inputs = (
        ("from_step", "step:{p}.{s}".format(p=params.process, s=params.from_step)),
        ("from", found.start.date.isoformat()),
        ("to_step", "step:{p}.{s}".format(p=params.process, s=params.to_step)),
    )
    if dates.earliest:
        inputs = (*inputs, ("earliest", dates.earliest.isoformat()))
    if dates.due:
        inputs = (*inputs, ("due", dates.due.isoformat()))
    if found.end:
        inputs = (*inputs, ("to", found.end.date.isoformat()))
    return inputs
