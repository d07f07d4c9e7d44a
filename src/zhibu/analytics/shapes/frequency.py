"""频次 in bulk: subjects × periods, joined with what happened, added up once."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from zhibu.analytics.plan import FOREVER
from zhibu.analytics.population import Tables, begin_days, left_joined, merged
from zhibu.analytics.shapes.rows import COLUMNS, excuses, inputs, pair, with_ends

KEY = [
    "slot",
    "subject_id",
    "org_id",
]  # slot: a run's period, place: a tally's; numbers sort and hash quickly
TALLIED = ["place", "subject_id"]
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
    owed = _owed(t)
    judged = _judged(_with_sums(t, owed))
    return _excused(t, judged)


def _owed(t: Tables) -> Table:
    """Subjects × periods with how the spells cover the period and from when records are kept."""
    runs, subjects, periods = t["frequency"], t["subject_spells"], t["periods"]
    both = runs.select("run", "subject_condition").join(subjects, "subject_condition")
    both = both.rename(spell_start="start", spell_end="end")
    both = both.join(periods.select("slot", "run", "start", "end"), "run")
    both = both.filter((both.spell_start < both.end) & (both.start < both.spell_end))
    both = both.mutate(full=((both.spell_start <= both.start) & (both.end <= both.spell_end)).cast("int64"))
    owed = both.group_by(KEY).aggregate(is_full=both.full.max())
    of_run = runs.select("run", "duty", "subject", "at_least", "at_most")
    owed = owed.join(periods, "slot").join(of_run, "run")
    owed = left_joined(owed, begin_days(t, "events"), ["run", "org_id"])
    return owed.filter(owed.begin.isnull() | (owed.end > owed.begin))


def placed_events(t: Tables) -> Table:
    """Each valid event in each period of each tally that counts it, and whether it surely lies inside."""
    e = t["events"].cross_join(t["today"].select("as_of"))
    e = with_ends(t, e.filter((e.date <= e.as_of) & e.is_valid))
    e = e.mutate(turn=ibis.row_number().over(ibis.window(order_by=["date", "event_id"])))
    words = t["tally_words"]
    wanted = words.filter(words.role == "events").select("tally", kind="word").join(t["tallies"], "tally")
    e = e.join(wanted, "kind")
    e = _of_wanted_levels(e, words.filter(words.role == "levels").select("tally", level="word"))
    p = t["tally_periods"].rename(p_tally="tally")
    placed = e.join(p, [e.tally == p.p_tally])
    touches = (placed.first < placed.end) & (placed.start <= placed.last)
    placed = placed.filter(ibis.ifelse(placed.labelled, placed.year_label == placed.label, touches))
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


def _of_wanted_levels(events: Table, levels: Table) -> Table:
    """Tallies that name levels count only events of those; those that name none count all."""
    named = levels.select("tally").distinct()
    return events.anti_join(named, "tally").union(events.semi_join(levels, ["tally", "level"]))


def _amounts(t: Tables, owed: Table) -> Table:
    """What happened, per tally, subject and period: one row an event."""
    placed = t["placed_events"]
    kept = ["tally", "place", "is_stepwise", "unit", "turn", "date", "last", "precision", "inside"]
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
    found = found.semi_join(owed, TALLIED)
    amount = ibis.ifelse(found.unit == "minutes", found.minutes, 1)
    return found.mutate(amount=amount, counted=ibis.ifelse(found.inside, amount, 0))


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
    marks = t["participations"].select(m_event="event_id", m_person="person_id")
    found = found.anti_join(marks, [found.event_id == marks.m_event, found.a_person == marks.m_person])
    return found.mutate(subject_id=found.a_person)


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


def _with_sums(t: Tables, owed: Table) -> Table:
    """What is owed with the totals and the day on which the lower limit was reached."""
    found = _amounts(t, owed)
    sums = found.group_by(TALLIED).aggregate(
        total=found.counted.sum(),
        doubtful=(found.amount - found.counted).sum(),
        first=found.date.min(where=found.inside & ~found.is_stepwise),
    )
    owed = left_joined(owed, sums, TALLIED)
    owed = left_joined(owed, _reached(t, found), [*TALLIED, "at_least"])
    return owed.mutate(reached=owed.reached.coalesce(owed.first))


def _reached(t: Tables, found: Table) -> Table:
    """The day of the event with which each limit was reached.

    Where one event is enough and all dates are exact that is the earliest one (``first``): sorting millions
    of rows is left to limits above one and to rough dates.
    """
    rough = found.filter(found.precision != "day").select(*TALLIED).distinct()
    steps = found.filter(found.is_stepwise).union(found.filter(~found.is_stepwise).semi_join(rough, TALLIED))
    order = ibis.window(group_by=TALLIED, order_by=["turn"], preceding=None, following=0)
    so_far = steps.counted.sum().over(order)
    steps = steps.select("tally", *TALLIED, "last", "precision", "inside", "counted", so_far=so_far)
    steps = steps.filter(steps.inside).join(t["limits"], "tally")
    steps = steps.filter((steps.so_far >= steps.at_least) & (steps.so_far - steps.counted < steps.at_least))
    return steps.group_by([*TALLIED, "at_least"]).aggregate(
        reached=steps.last.min(), reached_precision=steps.precision.min()
    )


def _judged(rows: Table) -> Table:
    total, doubtful = rows.total.coalesce(0), rows.doubtful.coalesce(0)
    rows = rows.mutate(total=total, doubtful=doubtful)
    over = rows.at_most.notnull() & (rows.total > rows.at_most)
    maybe_over = rows.at_most.notnull() & (rows.total + rows.doubtful > rows.at_most)
    short = rows.total + rows.doubtful < rows.at_least
    reason = ibis.cases(
        (over, "count_over"),
        (maybe_over, "date_unsure"),
        (rows.at_least.isnull(), "count_within"),
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
        (rows.begin.notnull() & (rows.start < rows.begin), "records_begin"),
        (rows.is_full == 0, "partial_period"),
        else_="",
    )
    return rows.mutate(plain_verdict=verdict, excuse=excuse)


def _excused(t: Tables, rows: Table) -> Table:
    asking = rows.filter((rows.excuse == "") & ~rows.plain_reason.isin(["count_reached", "count_within"]))
    asking = asking.select(*KEY, "run", "duty", "start", "due", subject_kind=asking.subject)
    rows = left_joined(rows, excuses(t, asking, keys=KEY, first="start", last="due"), KEY)
    is_exempt = (rows.excuse != "") | rows.waiver.notnull()
    reason = ibis.cases(
        (rows.excuse != "", rows.excuse), (rows.waiver.notnull(), "waived"), else_=rows.plain_reason
    )
    rows = rows.mutate(verdict=ibis.ifelse(is_exempt, "exempt", rows.plain_verdict), reason=reason)
    needed = rows.at_least.coalesce(rows.at_most)
    return rows.mutate(
        subject_kind=rows.subject,
        opens=rows.start,
        satisfied=ibis.ifelse(rows.verdict == "", rows.reached, ibis.null("date")),
        precision=rows.reached_precision.coalesce(ibis.literal("day")),
        inputs=inputs(
            pair("done", rows.total, quoted=False),
            pair("doubtful", rows.doubtful, quoted=False),
            pair("needed", needed, quoted=False),
        ),
    ).select(COLUMNS)
