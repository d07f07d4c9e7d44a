"""权限 in bulk: each act joined with the bodies that may decide it."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from zhibu.analytics.population import Tables, holds_on, left_joined, own_measure_holds_on
from zhibu.analytics.shapes.rows import COLUMNS, inputs, pair


def expression(t: Tables) -> Table:
    """One row for each act of a kind that a run names."""
    words = t["run_words"]
    kinds = words.filter(words.role == "acts").select("run", kind="word")
    acts = t["acts"].rename(act_subject_kind="subject_kind", act_subject="subject_id")
    rows = t["competence"].join(kinds, "run").join(acts, "kind").cross_join(t["today"])
    rows = rows.filter(
        (rows.window_start <= rows.date)
        & (rows.date <= rows.window_end)
        & (rows.date <= rows.as_of)
        & (rows.in_force <= rows.date)
        & (rows.date < rows.until)
    )
    rows = _on_record(t, rows)
    rows = holds_on(t, rows, "date").mutate(subject_kind=ibis.literal("act"), subject_id=rows.act_id)
    rows = own_measure_holds_on(t, rows, "subject_kind", "subject_id", "date")
    return _judged(t, rows)


def _on_record(t: Tables, rows: Table) -> Table:
    begins = t["begins"]
    own = begins.select("org_id", kind="fact", own="date")
    rows = left_joined(rows, own, ["org_id", "kind"])
    for name, fact in (("of_table", "acts"), ("of_all", "")):
        general = begins.filter(begins.fact == fact).select("org_id", **{name: "date"})
        rows = left_joined(rows, general, ["org_id"])
    begin = ibis.coalesce(rows.own, rows.of_table, rows.of_all)
    return rows.filter(begin.isnull() | (rows.date >= begin)).drop("own", "of_table", "of_all")


def _judged(t: Tables, rows: Table) -> Table:
    words = t["run_words"]
    bodies = words.filter(words.role == "bodies").select("run", body="word", body_fits=ibis.literal(True))
    orgs = words.filter(words.role == "body_org_kinds")
    orgs = orgs.select("run", body_org_kind="word", org_fits=ibis.literal(True))
    rows = left_joined(rows, bodies, ["run", "body"])
    rows = left_joined(rows, orgs, ["run", "body_org_kind"])
    reason = ibis.cases(
        (rows.is_forbidden, "not_allowed"),
        (rows.body == "", "body_missing"),
        (rows.body_fits.isnull(), "wrong_body"),
        (~rows.any_org_kind & (rows.body_org_kind == ""), "body_missing"),
        (~rows.any_org_kind & rows.org_fits.isnull(), "wrong_body_org"),
        else_="right_body",
    )
    rows = rows.mutate(reason=reason)
    verdict = ibis.cases(
        (rows.reason == "right_body", "met"), (rows.reason == "body_missing", "unknown"), else_="unmet"
    )
    rows = rows.mutate(verdict=verdict)
    return rows.mutate(
        period=rows.date.cast("string"),
        opens=rows.date,
        remind=ibis.null("date"),
        due=rows.date,
        satisfied=ibis.ifelse(rows.verdict == "met", rows.date, ibis.null("date")),
        inputs=inputs(
            pair("act", rows.kind),
            pair("body", rows.body, optional=True),
            pair("body_org_kind", rows.body_org_kind, optional=True),
        ),
        waiver=ibis.null("int64"),
    ).select(COLUMNS)
