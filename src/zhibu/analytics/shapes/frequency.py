"""频次 in bulk: subjects × periods, joined with what happened, added up once."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table, Value

from zhibu.analytics.plan import FOREVER
from zhibu.analytics.population import Tables, allows, begin_days, left_joined, merged
from zhibu.analytics.shapes.rows import COLUMNS, excuses, inputs, pair, with_ends

KEY = [
    "slot",
    "subject_id",
    "org_id",
]  # slot: a run's period, place: a tally's; numbers sort and hash quickly
# A tally's period and a subject as one number: what millions of rows are sorted and joined by.
SPOT = "spot"
_SUBJECTS = 2**40  # far above any subject's number, and leaves room for eight million places
PRESENT_MARKS = ("present", "made_up", "served_at_home", "lecturer", "partner")
COMMITTEE_ROLES = (
    "secretary",
    "deputy_secretary",
    "organization_member",
    "publicity_member",
    "discipline_member",
    "committee_member",
)


def expression(t: Tables) -> Table:
    """One row for each subject and period that a run applies to."""
    return _excused(t, _judged(_with_sums(t)))


def owed(t: Tables) -> Table:
    """Subjects × periods: whether the spells fill the period, and whether it begins before the records do.

    Narrow, since there are most of a million: what the slot tells is joined when it is needed.
    """
    runs, subjects, periods = t["frequency"], t["subject_spells"], t["periods"]
    both = runs.select("run", "subject_condition")
    both = both.join(subjects.rename(spell_start="start", spell_end="end"), "subject_condition")
    both = both.join(periods.select("slot", "run", "start", "end"), "run")
    both = both.filter((both.spell_start < both.end) & (both.start < both.spell_end))
    is_full = (both.spell_start <= both.start) & (both.end <= both.spell_end)
    both = both.select("run", "slot", "subject_id", "org_id", "start", "end", is_full=is_full)
    # Spells of one subject are disjoint and do not touch: one that fills a period is alone in it.
    found = both.filter(both.is_full).union(both.filter(~both.is_full).distinct())
    found = left_joined(found, begin_days(t, "events"), ["run", "org_id"])
    found = found.filter(found.begin.isnull() | (found.end > found.begin))
    is_early = found.begin.notnull() & (found.start < found.begin)
    return found.select(*KEY, "is_full", is_early=is_early)


def _spot(rows: Table) -> Value:
    return rows.place * _SUBJECTS + rows.subject_id


def placed_events(t: Tables) -> Table:
    """Each valid event in each period of each tally that counts it, and whether it surely lies inside."""
    e = t["events"].cross_join(t["today"].select("as_of"))
    e = with_ends(t, e.filter((e.date <= e.as_of) & e.is_valid))
    e = e.mutate(last=ibis.least(e.last, e.as_of))  # what was held cannot lie ahead
    turn = ibis.row_number().over(ibis.window(order_by=["date", "event_id"]))
    e = e.mutate(turn=turn.cast("int32"))
    wanted = t["tally_words"].rename(kind="word").join(t["tallies"], "tally")
    e = e.join(wanted, "kind")
    e = e.filter(allows(e.levels, e.level))
    # No period and no imprecise date reaches over the end of a year.
    e = e.mutate(year=ibis.ifelse(e.labelled, e.year_label, e.date.year().cast("int64")))
    p = t["tally_periods"].rename(p_tally="tally")
    placed = e.join(p, [e.tally == p.p_tally, e.year == p.label])
    touches = (placed.first < placed.end) & (placed.start <= placed.last)
    placed = placed.filter(placed.labelled | touches)
    inside = placed.labelled | ((placed.start <= placed.first) & (placed.last < placed.end))
    return placed.mutate(inside=inside).select(
        "tally",
        "place",
        "relation",
        "unit",
        "subject",
        "is_stepwise",
        "event_id",
        "turn",
        "org_id",
        "group_id",
        "host_person_id",
        "date",
        "last",
        "precision",
        "inside",
        "minutes",
        "audience",
        "basis",
    )


def amounts(t: Tables) -> Table:
    """What happened, per tally's period and subject: one row an event, narrow, since there are millions."""
    placed = t["placed_events"]
    kept = ["place", "is_stepwise", "unit", "turn", "date", "precision", "inside"]
    held = placed.filter((placed.relation == "held") & (placed.subject != "group"))
    hosted = placed.filter((placed.relation == "hosted") & placed.host_person_id.notnull())
    grouped = placed.filter(
        (placed.relation == "held") & (placed.subject == "group") & placed.group_id.notnull()
    )
    parts = [
        held.select(*kept, "minutes", subject_id="org_id"),
        grouped.select(*kept, "minutes", subject_id="group_id"),
        hosted.select(*kept, "minutes", subject_id="host_person_id"),
        _missed(t, placed).select(*kept, "minutes", "subject_id"),
        _listed(t, placed).select(*kept, "minutes", "subject_id"),
        _expected(t, placed).select(*kept, "minutes", "subject_id"),
    ]
    found = ibis.union(*parts)
    amount = ibis.ifelse(found.unit == "minutes", found.minutes, 1).cast("int32")
    return found.select(
        "turn",
        "is_stepwise",
        spot=_spot(found),
        is_rough=found.precision != "day",
        amount=amount,
        counted=ibis.ifelse(found.inside, amount, ibis.literal(0, "int32")),
        first=ibis.ifelse(found.inside & ~found.is_stepwise, found.date, ibis.null("date")),
    )


def _missed(t: Tables, placed: Table) -> Table:
    marks = t["participations"].filter(t["participations"].mark == "absent")
    found = placed.filter(placed.relation == "missed").join(marks.select("event_id", "person_id"), "event_id")
    return found.drop("minutes").mutate(minutes=ibis.literal(0, "int64"), subject_id=found.person_id)


def _listed(t: Tables, placed: Table) -> Table:
    marks = t["participations"].filter(t["participations"].mark.isin(PRESENT_MARKS))
    marks = marks.select("event_id", "person_id", own_minutes="minutes")
    found = placed.filter(placed.relation == "attended").join(marks, "event_id")
    return found.mutate(minutes=found.own_minutes.coalesce(found.minutes), subject_id=found.person_id)


def _expected(t: Tables, placed: Table) -> Table:
    """Everybody of the audience on the day, but those who have a mark of their own."""
    wanted = placed.filter((placed.relation == "attended") & (placed.basis == "expected"))
    audience = _audiences(t)
    wanted = wanted.mutate(
        seat=ibis.cases(
            (wanted.audience == "members", wanted.org_id * 3),
            (wanted.audience == "group", wanted.group_id * 3 + 1),
            (wanted.audience == "committee", wanted.org_id * 3 + 2),
        )
    )
    found = wanted.join(
        audience,
        [wanted.seat == audience.a_seat, wanted.date >= audience.a_start, wanted.date < audience.a_end],
    )
    marks = t["participations"].semi_join(wanted, "event_id")
    own = found.rename(person_id="a_person").anti_join(
        marks.select("event_id", "person_id"), ["event_id", "person_id"]
    )
    return own.mutate(subject_id=own.person_id)


def _audiences(t: Tables) -> Table:
    """``seat, person, start, end``: who belongs to each audience when, once a day.

    A seat is one number for organisation or group and kind of audience: members × 3, group × 3 + 1,
    committee × 3 + 2.
    """
    m = t["memberships"].filter(t["memberships"].status != "suspended")
    o = t["offices"].filter(t["offices"].role.isin(COMMITTEE_ROLES))

    def spells(rows: Table, place: str, kind: int) -> Table:
        rows = rows.filter(rows[place].notnull())
        return rows.select(
            a_seat=rows[place] * 3 + kind,
            a_person=rows.person_id,
            start=rows.valid_from,
            end=rows.valid_to.coalesce(ibis.literal(FOREVER)),
        )

    every = ibis.union(spells(m, "org_id", 0), spells(m, "group_id", 1), spells(o, "org_id", 2))
    return merged(every, ["a_seat", "a_person"]).rename(a_start="start", a_end="end")


def sums(t: Tables) -> Table:
    """Per spot: the total, what may or may not count, the earliest day of what surely counts."""
    found = t["amounts"]
    return found.group_by(SPOT).aggregate(
        total=found.counted.sum().cast("int64"),
        doubtful=(found.amount - found.counted).sum().cast("int64"),
        first=found.first.min(),
    )


def reached(t: Tables) -> Table:
    """The day of the event with which each limit was reached.

    Where one event is enough and all dates are exact that is the earliest one (``first`` of the sums):
    sorting millions of rows is left to limits above one and to rough dates, and carries nothing but numbers.
    """
    found = t["amounts"]
    rough = found.filter(found.is_rough).select(SPOT).distinct()
    steps = found.filter(found.is_stepwise).union(found.filter(~found.is_stepwise).semi_join(rough, SPOT))
    steps = steps.filter(steps.counted > 0).select(SPOT, "turn", "counted")
    order = ibis.window(group_by=SPOT, order_by=["turn"], preceding=None, following=0)
    steps = steps.mutate(so_far=steps.counted.sum().over(order).cast("int64"), place=steps.spot // _SUBJECTS)
    limits = t["tally_periods"].select("place", "tally").join(t["limits"], "tally")
    steps = steps.join(limits.select("place", "at_least"), "place")
    steps = steps.filter((steps.so_far >= steps.at_least) & (steps.so_far - steps.counted < steps.at_least))
    placed = t["placed_events"]
    days = placed.select(
        "turn",
        reached="last",
        reached_first="date",
        reached_precision="precision",
    ).distinct()
    return steps.select(SPOT, "at_least", "turn").join(days, "turn").drop("turn")


def _slots(t: Tables) -> Table:
    """What a run's period tells: its run, its place among the sums, its days."""
    runs = t["frequency"].select("run", "duty", "at_least", "at_most", subject_kind="subject")
    periods = t["periods"].select("slot", "run", "place", "period", "start", "due", "remind")
    return periods.join(runs, "run")


def _with_sums(t: Tables) -> Table:
    """What is owed with the totals and the day on which the lower limit was reached."""
    rows = t["owed"].join(_slots(t), "slot")
    rows = rows.mutate(spot=_spot(rows))
    rows = left_joined(rows, t["sums"], [SPOT])
    rows = left_joined(rows, t["reached"], [SPOT, "at_least"])
    return rows.mutate(
        reached=rows.reached.coalesce(rows.first), reached_first=rows.reached_first.coalesce(rows.first)
    )


def _judged(rows: Table) -> Table:
    total, doubtful = rows.total.coalesce(0), rows.doubtful.coalesce(0)
    rows = rows.mutate(total=total, doubtful=doubtful)
    over = rows.at_most.notnull() & (rows.total > rows.at_most)
    maybe_over = rows.at_most.notnull() & (rows.total + rows.doubtful > rows.at_most)
    straddles = (rows.reached_first <= rows.due) & (rows.due < rows.reached)
    short = rows.total + rows.doubtful < rows.at_least
    reason = ibis.cases(
        (over, "count_over"),
        (maybe_over, "date_unsure"),
        (rows.at_least.isnull(), "count_within"),
        (rows.reached.notnull() & straddles, "date_unsure"),
        (rows.reached.notnull(), "count_reached"),
        (short, "count_short"),
        else_="date_unsure",
    )
    rows = rows.mutate(plain_reason=reason)
    verdict = ibis.cases(
        (rows.plain_reason == "count_over", "unmet"),
        (rows.plain_reason == "date_unsure", "unknown"),
        (rows.plain_reason == "count_within", "met"),
        else_="",
    )
    excuse = ibis.cases(
        (rows.is_early, "records_begin"),
        (~rows.is_full, "partial_period"),
        else_="",
    )
    return rows.mutate(plain_verdict=verdict, excuse=excuse)


def _excused(t: Tables, rows: Table) -> Table:
    asking = t["owed"].select(*KEY).join(_slots(t), "slot")
    rows = left_joined(rows, excuses(t, asking, keys=KEY, first="start", last="due"), KEY)
    is_asking = (rows.excuse == "") & ~rows.plain_reason.isin(["count_reached", "count_within"])
    is_waived = is_asking & rows.waiver.notnull()
    is_exempt = (rows.excuse != "") | is_waived
    reason = ibis.cases((rows.excuse != "", rows.excuse), (is_waived, "waived"), else_=rows.plain_reason)
    rows = rows.mutate(
        verdict=ibis.ifelse(is_exempt, "exempt", rows.plain_verdict),
        reason=reason,
        waiver=ibis.ifelse(is_waived, rows.waiver, ibis.null("int64")),
    )
    needed = rows.at_least.coalesce(rows.at_most)
    return rows.mutate(
        opens=rows.start,
        satisfied=ibis.ifelse(rows.verdict == "", rows.reached, ibis.null("date")),
        precision=rows.reached_precision.coalesce(ibis.literal("day")),
        inputs=inputs(
            pair("done", rows.total, quoted=False),
            pair("doubtful", rows.doubtful, quoted=False),
            pair("needed", needed, quoted=False),
        ),
    ).select(COLUMNS)
