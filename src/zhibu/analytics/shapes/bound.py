"""限值 in bulk: measures, or ratios of two, compared with whole-number limits."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from zhibu.analytics.plan import FOREVER
from zhibu.analytics.population import (
    Tables,
    begin_days,
    holds_on,
    in_set,
    left_joined,
    own_measure_holds_on,
)
from zhibu.analytics.shapes.rows import COLUMNS, inputs, pair

KEPT = [
    "run",
    "measure",
    "of",
    "low_num",
    "low_den",
    "low_open",
    "high_num",
    "high_den",
    "high_open",
    "zero",
    "subject_kind",
    "subject_id",
    "org_id",
    "period",
    "since",
    "is_void",
    "value",
    "value_from",
    "base",
    "base_from",
]


def expression(t: Tables) -> Table:
    """One row a subject for states, one a day of measuring for acts."""
    return _judged(_states(t).union(_acts(t)))


def _states(t: Tables) -> Table:
    runs = t["bound"].filter(t["bound"].mode == "state").cross_join(t["today"])
    runs = runs.filter((runs.in_force <= runs.as_of) & (runs.as_of < runs.until))
    rows = runs.join(t["subject_spells"], "subject_condition")
    rows = rows.filter((rows.start <= rows.as_of) & (rows.as_of < rows.end))
    rows = left_joined(rows, begin_days(t, "measures"), ["run", "org_id"])
    rows = rows.filter(rows.begin.isnull() | (rows.as_of >= rows.begin))
    rows = rows.mutate(
        subject_kind=rows.subject, since=rows.start, period=ibis.literal(""), is_void=ibis.literal(False)
    )
    rows = _with_measure(t, rows, "measure", "value", "as_of")
    return _with_measure(t, rows, "of", "base", "as_of").select(KEPT)


def _with_measure(t: Tables, rows: Table, key: str, name: str, day: str) -> Table:
    """``name`` and ``name_from``: the subject's measure that holds on ``day``, NULL where there is none."""
    m = t["measures"].select(
        "value",
        m_kind="subject_kind",
        m_subject="subject_id",
        m_key="key",
        m_from="valid_from",
        m_to=t["measures"].valid_to.coalesce(ibis.literal(FOREVER)),
    )
    m = m.semi_join(t["bound"].select(m_key=key).distinct(), "m_key")
    m = m.rename({name: "value"}) if name != "value" else m
    asking = rows.filter(rows[key] != "")
    joined = asking.left_join(
        m,
        [
            asking.subject_kind == m.m_kind,
            asking.subject_id == m.m_subject,
            asking[key] == m.m_key,
            asking[day] >= m.m_from,
            asking[day] < m.m_to,
        ],
    )
    joined = joined.mutate(**{f"{name}_from": joined.m_from}).drop(
        "m_kind", "m_subject", "m_key", "m_from", "m_to"
    )
    others = rows.filter(rows[key] == "")
    others = others.mutate(**{name: ibis.null("int64"), f"{name}_from": ibis.null("date")})
    return joined.union(others.select(joined.columns))


def _acts(t: Tables) -> Table:
    runs = t["bound"].filter(t["bound"].mode == "act").cross_join(t["today"])
    m = t["measures"].select(
        "subject_id", "org_id", "value", day="valid_from", subject="subject_kind", measure="key"
    )
    rows = runs.join(m, ["subject", "measure"])
    rows = rows.filter(
        (rows.window_start <= rows.day)
        & (rows.day <= rows.window_end)
        & (rows.day <= rows.as_of)
        & (rows.in_force <= rows.day)
        & (rows.day < rows.until)
    )
    rows = left_joined(rows, begin_days(t, "measures"), ["run", "org_id"])
    rows = rows.filter(rows.begin.isnull() | (rows.day >= rows.begin)).mutate(subject_kind=rows.subject)
    rows = _of_wanted_kinds(t, rows)
    rows = holds_on(t, rows, "day")
    rows = own_measure_holds_on(t, rows, "subject_kind", "subject_id", "day")
    rows = rows.mutate(since=rows.day, period=rows.day.cast("string"), value_from=rows.day)
    return _with_measure(t, rows, "of", "base", "day").select(KEPT)


def _of_wanted_kinds(t: Tables, rows: Table) -> Table:
    """Rows whose event, or act and deciding body, is of a kind the run names (or that names none).

    With ``is_void``: whether the event was recorded as invalid.
    """
    e = t["events"].select("is_valid", e_kind="kind", e_date="date", subject_id="event_id")
    e = e.mutate(subject_kind=ibis.literal("event"))
    a = t["acts"].select("body", a_kind="kind", a_date="date", subject_id="act_id")
    a = a.mutate(subject_kind=ibis.literal("act"))
    rows = left_joined(rows, e, ["subject_kind", "subject_id"])
    rows = left_joined(rows, a, ["subject_kind", "subject_id"])
    e_known, a_known = rows.e_date <= rows.as_of, rows.a_date <= rows.as_of
    rows = rows.filter(
        ((rows.events == "") | (e_known & in_set(rows.events, rows.e_kind)))
        & ((rows.acts == "") | (a_known & in_set(rows.acts, rows.a_kind)))
        & ((rows.bodies == "") | (a_known & in_set(rows.bodies, rows.body)))
    )
    return rows.mutate(is_void=(~rows.is_valid).coalesce(False))


def _judged(rows: Table) -> Table:
    value, base = rows.value.coalesce(0), ibis.ifelse(rows.of == "", 1, rows.base)
    rows = rows.mutate(counted=value, against=base)
    low_left, low_right = rows.counted * rows.low_den, rows.against * rows.low_num
    high_left, high_right = rows.counted * rows.high_den, rows.against * rows.high_num
    too_low = rows.low_num.notnull() & ((low_left < low_right) | (rows.low_open & (low_left == low_right)))
    too_high = rows.high_num.notnull() & (
        (high_left > high_right) | (rows.high_open & (high_left == high_right))
    )
    no_value = rows.value.isnull() & ~rows.zero
    no_base = (rows.of != "") & rows.base.isnull()
    plain = ibis.cases(
        (no_value | no_base, "measure_missing"), (too_low, "too_low"), (too_high, "too_high"), else_="within"
    )
    rows = rows.mutate(plain=plain, no_value=no_value)
    reason = ibis.ifelse(rows.is_void, "recorded_invalid", rows.plain)
    verdict = ibis.cases(
        (rows.is_void, "exempt"),
        (rows.plain == "measure_missing", "unknown"),
        (rows.plain == "within", "met"),
        else_="unmet",
    )
    opens = ibis.greatest(
        rows.since, rows.value_from.coalesce(rows.since), rows.base_from.coalesce(rows.since)
    )
    rows = rows.mutate(reason=reason, verdict=verdict, opens=opens)
    lacking = ibis.ifelse(rows.no_value, rows.measure, rows.of)
    ratio = inputs(
        pair("measure", rows.measure),
        pair("value", rows.counted, quoted=False),
        pair("of", ibis.ifelse(rows.of == "", ibis.null("string"), rows.of), optional=True),
        pair("base", ibis.ifelse(rows.of == "", ibis.null("int64"), rows.base), quoted=False, optional=True),
    )
    missing = inputs(pair("measure", lacking))
    return rows.mutate(
        remind=ibis.null("date"),
        due=rows.opens,
        satisfied=ibis.ifelse(rows.verdict == "met", rows.opens, ibis.null("date")),
        precision=ibis.literal("day"),
        inputs=ibis.ifelse(rows.plain == "measure_missing", missing, ratio),
        waiver=ibis.null("int64"),
    ).select(COLUMNS)
