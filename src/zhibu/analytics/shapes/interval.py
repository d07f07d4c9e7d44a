"""时限 in bulk: first steps joined with what followed, every corner of imprecise dates tried."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from zhibu.analytics.population import Tables, begin_days, holds_on, left_joined, own_measure_holds_on
from zhibu.analytics.shapes.rows import COLUMNS, excuses, inputs, pair, with_ends

LINK = ["run", "process_id", "s_date"]


def expression(t: Tables) -> Table:
    """One row for each process that has taken a run's first step (each link of a repeating one)."""
    links = _fitting(t, _links(t))
    tried = _corners(t, links)
    extended = _extended(t, links, tried)
    return _judged(t, links, extended)


def _steps(t: Tables) -> Table:
    return with_ends(t, t["steps"]).cross_join(t["today"].select("as_of"))


def _links(t: Tables) -> Table:
    """Runs × processes: the step that starts, the one that ends (NULL: not yet), the one that stops."""
    runs = t["interval"].drop("subject")
    steps = _steps(t).rename(process="process_kind")
    first = ibis.window(group_by=["run", "process_id"], order_by=["date", "precision"])
    starts = runs.select("run", "process", "from_step", "repeat")
    starts = starts.join(steps, [starts.process == steps.process, starts.from_step == steps.step])
    starts = starts.drop("process", "from_step", "step")
    single = _first(starts.filter(~starts.repeat))
    single = single.mutate(next_date=ibis.null("date"), next_precision=ibis.null("string"))
    single = single.mutate(next_first=ibis.null("date"), next_last=ibis.null("date"))
    chain = starts.filter(starts.repeat & (starts.date <= starts.as_of))
    chain = chain.mutate(done_by=ibis.least(chain.last, chain.as_of))  # what was done cannot lie ahead
    chain = chain.mutate(
        next_date=chain.date.lead().over(first),
        next_precision=chain.precision.lead().over(first),
        next_first=chain.first.lead().over(first),
        next_last=chain.done_by.lead().over(first),
    )
    links = single.union(chain.select(single.columns)).drop("repeat").join(runs, "run")
    links = links.rename(s_date="date", s_precision="precision", s_first="first", s_last="last")
    links = left_joined(links, _earliest(runs, steps, "to_step", "e"), ["run", "process_id"])
    links = left_joined(links, _earliest(runs, steps, "until_step", "u"), ["run", "process_id"])
    return links.mutate(
        e_date=ibis.ifelse(links.repeat, links.next_date, links.e_date),
        e_precision=ibis.ifelse(links.repeat, links.next_precision, links.e_precision),
        e_first=ibis.ifelse(links.repeat, links.next_first, links.e_first),
        e_last=ibis.ifelse(links.repeat, links.next_last, links.e_last),
    ).drop("next_date", "next_precision", "next_first", "next_last")


def _earliest(runs: Table, steps: Table, role: str, prefix: str) -> Table:
    """The earliest step in a role that was taken (or, where lengths are planned, is laid down)."""
    found = runs.select("run", "process", "planned", role)
    found = found.join(steps, [found.process == steps.process, found[role] == steps.step])
    known = (found.date <= found.as_of) | (found.planned if role == "to_step" else ibis.literal(False))
    found = found.filter(known)
    found = _first(found)
    is_ahead = found.planned if role == "to_step" else ibis.literal(False)
    found = found.mutate(last=ibis.ifelse(is_ahead, found.last, ibis.least(found.last, found.as_of)))
    names = {f"{prefix}_{name}": name for name in ("date", "precision", "first", "last")}
    return found.select("run", "process_id", **{new: found[old] for new, old in names.items()})


def _first(rows: Table) -> Table:
    """The row with the earliest date of each run and process.

    Nearly every process takes a step once: only the others are sorted.
    """
    keys = ["run", "process_id"]
    several = rows.group_by(keys).aggregate(rows=rows.count()).filter(lambda one: one.rows > 1)
    order = ibis.window(group_by=keys, order_by=["date", "precision"])
    sorted_rows = rows.semi_join(several, keys).mutate(place=ibis.row_number().over(order))
    earliest = sorted_rows.filter(sorted_rows.place == 0).select(rows.columns)
    return rows.anti_join(several, keys).union(earliest)


def _fitting(t: Tables, links: Table) -> Table:
    """Links in force, on record, and of organisations and subjects that the run applies to."""
    links = links.filter((links.in_force <= links.s_date) & (links.s_date < links.until))
    links = left_joined(links, begin_days(t, "steps"), ["run", "org_id"])
    links = links.filter(links.begin.isnull() | (links.s_date >= links.begin))
    links = holds_on(t, links, "s_date")
    links = own_measure_holds_on(t, links, "subject_kind", "subject_id", "s_date")
    return links.filter(links.e_date.notnull() | links.at_most.notnull())


def _corners(t: Tables, links: Table) -> Table:
    """Up to four corners a link: both ends of what its two dates may mean, with the dates that follow."""
    kept = [*LINK, "unit", "month_end", "at_least", "at_most"]
    starts = links.select(*kept, "e_first", "e_last", c_start="s_first").union(
        links.select(*kept, "e_first", "e_last", c_start="s_last")
    )
    both = starts.select(*kept, "c_start", c_done="e_first").union(
        starts.select(*kept, "c_start", c_done="e_last")
    )
    both = both.distinct()
    shifts = t["shifts"]
    for limit, name in (("at_least", "c_earliest"), ("at_most", "c_due")):
        moved = shifts.select(
            unit="unit", month_end="month_end", c_start="start", **{limit: "amount", name: "moved"}
        )
        keys = ["unit", "month_end", "c_start", limit]
        both = left_joined(both, moved, keys)
        both = both.mutate(**{f"{name}_ends": both[limit].notnull() & both[name].isnull()})
    return both.mutate(calendar_ends=both.c_earliest_ends | both.c_due_ends)


def _extended(t: Tables, links: Table, tried: Table) -> Table:
    """Corners with the deadline moved by an approved extension, and the excuse of each link."""
    dues = tried.group_by(LINK).aggregate(due=tried.c_due.max(), calendar_ends=tried.calendar_ends.any())
    with_due = links.join(dues, LINK)
    asking = with_due.filter(with_due.is_excusable & with_due.due.notnull() & ~with_due.calendar_ends)
    asking = asking.mutate(e_from=ibis.least(asking.s_date, asking.due))
    asking = asking.select(*LINK, "duty", "subject_kind", "subject_id", "org_id", "e_from", "due")
    found = excuses(t, asking, keys=LINK, first="e_from", last="due", starts="day_before")
    tried = left_joined(tried, dues, LINK)
    tried = left_joined(tried, found, LINK)
    moves = (tried.excuse_kind == "extension").coalesce(False) & tried.excuse_last.notnull()
    due = ibis.ifelse(moves, ibis.greatest(tried.due, tried.excuse_last), tried.due)
    tried = tried.mutate(due=due, c_due=ibis.ifelse(moves, due, tried.c_due))
    return tried


def _judged(t: Tables, links: Table, tried: Table) -> Table:
    found = _verdicts(t, links, tried)
    rows = links.join(found, LINK)
    is_seen = rows.e_date.isnull() | (
        rows.window_start <= ibis.greatest(rows.e_date, rows.due.coalesce(rows.e_date))
    )
    rows = rows.filter(rows.calendar_ends | is_seen)
    ended = rows.e_date.isnull() & rows.u_date.notnull() & rows.due.notnull() & (rows.u_date <= rows.due)
    waived = rows.excuse_kind.notnull() & (rows.excuse_kind != "extension") & rows.is_wanting
    reason = ibis.cases(
        (rows.calendar_ends, "calendar_ends"),
        (waived, "waived"),
        (ended, "ended"),
        (rows.outcomes > 1, "date_unsure"),
        else_=rows.one_reason,
    )
    rows = rows.mutate(reason=reason)
    verdict = ibis.cases(
        (rows.reason.isin(["calendar_ends", "date_unsure", "step_missing"]), "unknown"),
        (rows.reason.isin(["waived", "ended"]), "exempt"),
        (rows.reason.isin(["too_early", "too_long"]), "unmet"),
        (rows.reason == "length_right", "met"),
        else_="",
    )
    return _written(t, rows.mutate(verdict=verdict))


def _verdicts(t: Tables, links: Table, tried: Table) -> Table:
    """How many different outcomes the corners of a link have, and the reason of its first corner."""
    planned = links.select(*LINK, "planned")
    c = left_joined(tried, planned, LINK).cross_join(t["today"])
    late = c.c_due.notnull() & (c.c_done > c.c_due)
    reason = ibis.cases(
        (c.c_done.isnull() & c.planned, "step_missing"),
        (c.c_done.isnull(), "step_waiting"),
        (c.c_earliest.notnull() & (c.c_done < c.c_earliest), "too_early"),
        (c.planned & late, "too_long"),
        (c.planned, "length_right"),
        else_="step_done",
    )
    c = c.mutate(one_reason=reason)
    done_now = c.c_done.notnull() & (c.c_done <= c.as_of)
    by_dates = ibis.cases(
        (done_now & (c.c_due.isnull() | (c.c_done <= c.c_due)), "met"),
        (done_now, "met_late"),
        (c.c_due.isnull() | (c.as_of <= c.c_due), "open"),
        else_="unmet",
    )
    outcome = ibis.cases(
        (c.one_reason.isin(["too_early", "too_long"]), c.one_reason),
        (c.one_reason == "step_missing", "unknown"),
        (c.one_reason == "length_right", "met"),
        else_=by_dates,
    )
    c = c.mutate(outcome=outcome)
    order = ibis.window(group_by=LINK, order_by=["c_start", "c_done"])
    c = c.mutate(place=ibis.row_number().over(order))
    return c.group_by(LINK).aggregate(
        outcomes=c.outcome.nunique(),
        is_wanting=(c.outcome != "met").any(),
        one_reason=c.one_reason.max(where=c.place == 0),
        earliest=c.c_earliest.max(),
        done=c.c_done.max(),
        due=c.due.max(),
        calendar_ends=c.calendar_ends.any(),
        waiver=c.waiver.max(),
        excuse_kind=c.excuse_kind.max(),
        window_start=c.window_start.max(),
    )


def _written(t: Tables, rows: Table) -> Table:
    """The columns of a result; where the calendar ends no date is given."""
    known = ~rows.calendar_ends
    rows = rows.mutate(
        earliest=ibis.ifelse(known, rows.earliest, ibis.null("date")),
        due=ibis.ifelse(known, rows.due, ibis.null("date")),
        done=ibis.ifelse(known, rows.done, ibis.null("date")),
        waiver=ibis.ifelse(known, rows.waiver, ibis.null("int64")),
    )
    reminders = t["reminders"].select("due", "remind", remind_months="months")
    rows = left_joined(rows, reminders, ["due", "remind_months"])
    rows = rows.mutate(remind=ibis.ifelse(rows.remind_months == 0, rows.due, rows.remind))
    opens = ibis.coalesce(rows.earliest, ibis.least(rows.s_date, rows.remind.coalesce(rows.s_date)))
    suffix = ibis.ifelse(rows.repeat, ibis.literal("@") + rows.s_date.cast("string"), ibis.literal(""))
    coarse = ibis.cases(
        ((rows.s_precision == "year") | (rows.e_precision == "year").coalesce(False), "year"),
        ((rows.s_precision == "month") | (rows.e_precision == "month").coalesce(False), "month"),
        else_="day",
    )
    name = ibis.literal("step:") + rows.process + ibis.literal(".")
    return rows.mutate(
        period=ibis.literal("#") + rows.process_id.cast("string") + suffix,
        opens=opens,
        satisfied=ibis.ifelse(rows.verdict.isin(["", "met"]), rows.done, ibis.null("date")),
        precision=coarse,
        inputs=inputs(
            pair("from_step", name + rows.from_step),
            pair("from", rows.s_date),
            pair("to_step", name + rows.to_step),
            pair("earliest", rows.earliest, optional=True),
            pair("due", rows.due, optional=True),
            pair("to", rows.e_date, optional=True),
        ),
    ).select(COLUMNS)
