"""要件 in bulk: each stage reached, joined with the steps and papers that belong to it."""

from __future__ import annotations

import ibis
from ibis.expr.types import ArrayValue, StringValue, Table, Value

from zhibu.analytics.population import Tables, begin_days, holds_on, left_joined, own_measure_holds_on
from zhibu.analytics.shapes.rows import COLUMNS, excuses, inputs, pair, with_ends

KEY = ["run", "process_id"]


def expression(t: Tables) -> Table:
    """One row for each process whose stage was reached inside the window."""
    stages = _stages(t)
    wanted = _wanted(t, stages)
    return _judged(t, stages, wanted)


def _taken(t: Tables) -> Table:
    """Of each process the earliest occurrence of each step, as known on the day of judging."""
    s = t["steps"].rename(process="process_kind").semi_join(t["completeness"], "process")
    s = with_ends(t, s).cross_join(t["today"])
    s = s.filter(s.date <= s.as_of)
    s = s.mutate(last=ibis.least(s.last, s.as_of))  # what was done cannot lie ahead
    order = ibis.window(group_by=["process", "process_id", "step"], order_by=["date", "precision"])
    s = s.mutate(place=ibis.row_number().over(order))
    return s.filter(s.place == 0).drop("place")


def _stages(t: Tables) -> Table:
    rows = t["completeness"].drop("subject").join(_taken(t).rename(stage="step"), ["process", "stage"])
    rows = rows.filter(
        (rows.window_start <= rows.date)
        & (rows.date <= rows.window_end)
        & (rows.in_force <= rows.date)
        & (rows.date < rows.until)
    )
    rows = left_joined(rows, begin_days(t, "steps"), ["run", "org_id"])
    rows = rows.filter(rows.begin.isnull() | (rows.date >= rows.begin))
    rows = holds_on(t, rows, "date")
    rows = own_measure_holds_on(t, rows, "subject_kind", "subject_id", "date")
    months = t["shifts"].filter((t["shifts"].unit == "months") & (t["shifts"].month_end == "truncate"))
    months = months.select(date="start", grace_months="amount", due="moved")
    return left_joined(rows, months, ["date", "grace_months"])


def _wanted(t: Tables, stages: Table) -> Table:
    """Stages × what belongs to them: whether it exists, its last possible day, whether its order is right."""
    words = t["run_words"]
    kept = stages.select(
        *KEY, "process", "order", "in_order", stage_first="first", stage_last="last", stage_date="date"
    )
    steps = _taken(t).select("process", "process_id", word="step", w_first="first", w_last="last")
    of_steps = kept.join(words.filter(words.role == "steps").drop("role"), "run")
    of_steps = left_joined(of_steps, steps, ["process", "process_id", "word"])
    of_steps = of_steps.mutate(
        spoken=ibis.literal("step:") + of_steps.process + "." + of_steps.word, is_step=True
    )
    p = t["papers"].cross_join(t["today"])
    p = (
        p.filter(p.date <= p.as_of)
        .group_by(["process_kind", "process_id", "kind"])
        .aggregate(w_last=p.date.max())
    )
    papers = p.select("process_id", "w_last", process="process_kind", word="kind")
    of_papers = kept.join(words.filter(words.role == "papers").drop("role"), "run")
    of_papers = left_joined(of_papers, papers, ["process", "process_id", "word"])
    of_papers = of_papers.mutate(
        w_first=ibis.null("date"), spoken=ibis.literal("paper:") + of_papers.word, is_step=False
    )
    both = of_steps.union(of_papers.select(of_steps.columns))
    return both.mutate(is_there=both.w_last.notnull()).mutate(right=_stage_order(both))


def _not_after(left_first: Value, left_last: Value, right_first: Value, right_last: Value) -> Value:
    """1 where the left is surely not later, 0 where it surely is, -1 where imprecise dates leave it open."""
    return ibis.cases((left_last <= right_first, 1), (left_first > right_last, 0), else_=-1)


def _stage_order(w: Table) -> Value:
    after = _not_after(w.stage_first, w.stage_last, w.w_first, w.w_last)
    by = _not_after(w.w_first, w.w_last, w.stage_first, w.stage_last)
    before = ibis.cases((after == 1, 0), (after == 0, 1), else_=-1)
    ordered = ibis.cases(
        (w.order == "any", 1), (w.order == "after", after), (w.order == "by", by), else_=before
    )
    return ibis.ifelse(w.is_step & w.w_last.notnull(), ordered, 1)


def _sequences(wanted: Table) -> Table:
    """For runs whose steps follow one another: whether each step that exists is not after the next."""
    s = wanted.filter(wanted.in_order & wanted.is_step & wanted.is_there)
    order = ibis.window(group_by=KEY, order_by=["position"])
    s = s.mutate(next_first=s.w_first.lead().over(order), next_last=s.w_last.lead().over(order))
    s = s.filter(s.next_last.notnull())
    s = s.mutate(right=_not_after(s.w_first, s.w_last, s.next_first, s.next_last))
    return s.select(*KEY, "right")


def _with_place(wanted: Table) -> StringValue:
    """The word with its place in front, five characters long: Spark cannot collect in an order, but sort."""
    kind = ibis.ifelse(wanted.is_step, "0", "1")
    return kind + wanted.position.cast("string").lpad(4, "0") + wanted.spoken


def _in_order(words: ArrayValue) -> StringValue:
    """Steps first, then papers, in the order in which the rule names them."""
    return words.sort().map(lambda word: word.substr(5)).join(" ")


def _judged(t: Tables, stages: Table, wanted: Table) -> Table:
    orders = wanted.select(*KEY, "right").union(_sequences(wanted))
    orders = orders.group_by(KEY).aggregate(
        is_wrong=(orders.right == 0).any(), is_unsure=(orders.right == -1).any()
    )
    there = wanted.group_by(KEY).aggregate(
        lacking_count=(~wanted.is_there).sum(),
        newest=wanted.w_last.max(),
        newest_first=wanted.w_first.coalesce(wanted.w_last).max(),
        lacking=_with_place(wanted).collect(where=~wanted.is_there),
    )
    there = there.mutate(lacking=_in_order(there.lacking))
    rows = left_joined(left_joined(stages, orders, KEY), there, KEY)
    plain = ibis.cases(
        (rows.is_wrong, "wrong_order"),
        (rows.lacking_count > 0, "lacking"),
        (rows.is_unsure | _straddles(rows), "date_unsure"),
        else_="complete",
    )
    rows = rows.mutate(plain=plain)
    asking = rows.filter(rows.plain != "complete")
    asking = asking.select(*KEY, "duty", "subject_kind", "subject_id", "org_id", "date", "due")
    rows = left_joined(rows, excuses(t, asking, keys=KEY, first="date", last="due"), KEY)
    return _written(rows)


def _straddles(rows: Table) -> Value:
    """Whether imprecise dates leave open if all was there by the deadline."""
    first = ibis.greatest(rows.date, rows.newest_first.coalesce(rows.date))
    last = ibis.greatest(rows.date, rows.newest.coalesce(rows.date))
    return (first <= rows.due) & (rows.due < last)


def _written(rows: Table) -> Table:
    reason = ibis.ifelse(rows.waiver.notnull(), "waived", rows.plain)
    verdict = ibis.cases(
        (rows.waiver.notnull(), "exempt"),
        (rows.plain == "wrong_order", "unmet"),
        ((rows.plain == "lacking") & (rows.grace_months == 0), "unmet"),
        (rows.plain == "date_unsure", "unknown"),
        else_="",
    )
    name = ibis.literal("step:") + rows.process + "." + rows.stage
    return rows.mutate(
        period=ibis.literal("#") + rows.process_id.cast("string"),
        opens=rows.date,
        remind=rows.date,
        reason=reason,
        verdict=verdict,
        satisfied=ibis.ifelse(
            rows.plain == "complete",
            ibis.greatest(rows.date, rows.newest.coalesce(rows.date)),
            ibis.null("date"),
        ),
        inputs=inputs(
            pair("stage", name),
            pair("stage_date", rows.date),
            pair("lacking", rows.lacking.coalesce(ibis.literal(""))),
        ),
    ).select(COLUMNS)
