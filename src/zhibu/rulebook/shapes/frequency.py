"""频次: so many events, or minutes, of some kinds in each period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from zhibu.rulebook.index import Attended, Index
from zhibu.rulebook.model import Frequency, Run
from zhibu.rulebook.obligation import Evidence, Fixed, Inputs, Obligation
from zhibu.rulebook.periods import Span, Window, happened_by, last_day, period_key, precision_start, spans
from zhibu.rulebook.population import Population, Subject
from zhibu.rulebook.schema import Precision
from zhibu.rulebook.shapes.excuse import find_waiver
from zhibu.rulebook.spells import cover


@dataclass(frozen=True, slots=True)
class Tally:
    """What happened in one period: amount of the certain events and of the doubtful ones (dates that may
    lie outside).

    ``reached`` is the last possible day on which ``at_least`` was reached, with that date's precision, and
    ``reached_first`` the first possible one.
    """

    total: int
    doubtful: int
    reached: date | None
    reached_first: date | None
    precision: Precision
    evidence: Evidence


def judge(run: Run, index: Index, population: Population, window: Window) -> Iterator[Obligation]:
    """One obligation for each subject and period that the run applies to."""
    params = run.params
    assert isinstance(params, Frequency)
    periods = [span for span in spans(params.period, params.lag_months, window) if run.holds_on(span.start)]
    if not periods:
        return
    for subject in population.of(run):
        events = _by_period(params, _events(params, index, subject), periods, index.as_of)
        begin = index.begin(subject.org_id, "events", params.events) if index.begins else None
        for span in periods:
            covered = cover(subject.spells, span.start, span.end)
            if covered == "none" or (begin is not None and span.end <= begin):
                continue
            excuse = "partial_period" if covered == "partial" else ""
            if begin is not None and span.start < begin:
                excuse = "records_begin"
            yield _obligation(run, params, index, subject, span, events.get(span.key, []), excuse)


def _events(params: Frequency, index: Index, subject: Subject) -> list[Attended]:
    """The subject's valid events of the wanted kinds and levels, by date, with the minutes each counts
    for. The readings and versions of a check look at the same ones, so they are found once.
    """
    key = (params.events, params.counts, params.levels, subject.kind, subject.id)
    if key not in index.counted:
        index.counted[key] = _find_events(params, index, subject)
    return index.counted[key]


def _find_events(params: Frequency, index: Index, subject: Subject) -> list[Attended]:
    lists = [found for kind in params.events if (found := _of_kind(params, index, subject, kind))]
    if not lists:
        return []
    found = lists[0] if len(lists) == 1 else sorted(chain(*lists), key=_by_date)
    return [
        item for item in found if item[0].is_valid and (not params.levels or item[0].level in params.levels)
    ]


def _of_kind(params: Frequency, index: Index, subject: Subject, kind: str) -> list[Attended]:
    key = (subject.id, kind)
    if params.counts == "attended":
        return index.attended.get(key, [])
    if params.counts == "missed":
        return index.missed.get(key, [])
    held = index.events_hosted if params.counts == "hosted" else index.events_held
    if subject.kind == "group":
        held = index.events_of_group
    return held.get(key, [])


def _by_date(item: Attended) -> tuple[date, int]:
    return item[0].date, item[0].event_id


def _by_period(
    params: Frequency, events: list[Attended], periods: list[Span], as_of: date
) -> dict[str, list[Attended]]:
    """The events that lie, or may lie, in each period; in the order of their dates."""
    found: dict[str, list[Attended]] = {}
    for item in events:
        event = item[0]
        if params.period == "label_year":
            found.setdefault(str(event.year_label), []).append(item)
        elif event.precision == "day":
            found.setdefault(period_key(params.period, event.date), []).append(item)
        else:
            first = precision_start(event.date, event.precision)
            last = happened_by(event.date, event.precision, as_of)
            for span in periods:
                if first < span.end and span.start <= last:
                    found.setdefault(span.key, []).append(item)
    return found


def tally(params: Frequency, span: Span, events: list[Attended], as_of: date) -> Tally:
    """Adds up the events that touch one period; a date that may lie outside makes its event doubtful."""
    if not events:
        return _NOTHING
    total = doubtful = 0
    reached: date | None = None
    reached_first: date | None = None
    precision: Precision = "day"
    evidence: list[tuple[str, int]] = []
    counts_minutes, wanted = params.unit == "minutes", params.at_least
    for event, minutes in events:
        amount = minutes if counts_minutes else 1
        until = event.date
        if event.precision != "day":
            until = happened_by(event.date, event.precision, as_of)
            first = precision_start(event.date, event.precision)
            if params.period != "label_year" and not (span.start <= first and until < span.end):
                doubtful += amount
                continue
        total += amount
        evidence.append(("events", event.event_id))
        if reached is None and wanted is not None and total >= wanted:
            reached, reached_first, precision = until, event.date, event.precision
    return Tally(total, doubtful, reached, reached_first, precision, tuple(evidence))


_NOTHING = Tally(0, 0, None, None, "day", ())


def _obligation(
    run: Run,
    params: Frequency,
    index: Index,
    subject: Subject,
    span: Span,
    events: list[Attended],
    excuse: str,
) -> Obligation:
    result = tally(params, span, events, index.as_of)
    due = last_day(span.end, params.lag_months)
    verdict, reason = _verdict(params, result, due)
    waiver = None
    if excuse:
        verdict, reason = "exempt", excuse
    elif params.waivers and reason not in ("count_reached", "count_within"):
        waiver = find_waiver(
            run, params.waivers, index, subject.kind, subject.id, subject.org_id, span.start, due
        )
        if waiver:
            verdict, reason = "exempt", "waived"
    return Obligation(
        check_id=run.check_id,
        duty=run.duty,
        strength=run.strength,
        subject_kind=subject.kind,
        subject_id=subject.id,
        org_id=subject.org_id,
        period=span.key,
        reading=run.reading,
        opens_date=span.start,
        remind_date=due - timedelta(days=params.remind_days),
        due_date=due,
        satisfied_date=None if verdict else result.reached,
        verdict=verdict,
        precision=result.precision,
        reason=reason,
        inputs=_inputs(params, result),
        evidence=result.evidence,
        waiver=waiver.waiver_id if waiver else None,
        citations=run.citations,
    )


def _verdict(params: Frequency, result: Tally, due: date) -> tuple[Fixed, str]:
    """Broken at once above the upper limit; without lower limit kept as long as it is not; else by the
    dates.
    """
    high = params.at_most
    if high is not None and result.total > high:
        return "unmet", "count_over"
    if high is not None and result.total + result.doubtful > high:
        return "unknown", "date_unsure"
    if params.at_least is None:
        return "met", "count_within"
    if result.reached is not None and result.reached_first is not None:
        is_sure = result.reached <= due or due < result.reached_first
        return ("", "count_reached") if is_sure else ("unknown", "date_unsure")
    if result.total + result.doubtful >= params.at_least:
        return "unknown", "date_unsure"
    return "", "count_short"


def _inputs(params: Frequency, result: Tally) -> Inputs:
    limit = params.at_least if params.at_least is not None else params.at_most
    assert limit is not None
    return (("done", result.total), ("doubtful", result.doubtful), ("needed", limit))
