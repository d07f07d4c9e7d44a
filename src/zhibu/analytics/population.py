"""Who each condition applies to and when: spells of organisations, groups and persons, all at once."""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import BooleanValue, Column, Table

from zhibu.analytics.plan import FLAGS, FOREVER

Tables = dict[str, Table]
BEGINNING = date(1, 1, 1)


def in_set(words: Column, word: Column) -> BooleanValue:
    """Whether ``word`` stands in a ``,a,b,`` set."""
    return words.contains(ibis.literal(",") + word + ibis.literal(","))


def allows(words: Column, word: Column) -> BooleanValue:
    """The same, an empty set meaning no condition."""
    return (words == "") | in_set(words, word)


def within(value: Column, low: Column, high: Column) -> BooleanValue:
    """Inclusive limits, None meaning none."""
    return (low.isnull() | (value >= low)) & (high.isnull() | (value <= high))


def merged(spells: Table, keys: list[str]) -> Table:
    """The same days as fewer, disjoint spells per key; touching spells become one (gaps and islands)."""
    spells = spells.filter(spells.start < spells.end)
    before = ibis.window(group_by=keys, order_by=["start", "end"], preceding=(None, 1))
    reach = spells.mutate(reach=spells.end.max().over(before))
    opened = reach.mutate(opens=(reach.reach.isnull() | (reach.start > reach.reach)).cast("int64"))
    running = ibis.window(group_by=keys, order_by=["start", "end"], preceding=None, following=0)
    islands = opened.mutate(island=opened.opens.sum().over(running))
    return (
        islands.group_by([*keys, "island"])
        .aggregate(start=islands.start.min(), end=islands.end.max())
        .drop("island")
    )


def intersected(left: Table, right: Table, keys: list[str]) -> Table:
    """The days common to both lists, pairwise; ``right`` carries only keys, start and end."""
    other = right.rename(other_start="start", other_end="end")
    both = left.join(other, keys)
    both = both.mutate(
        start=ibis.greatest(both.start, both.other_start), end=ibis.least(both.end, both.other_end)
    )
    return both.filter(both.start < both.end).drop("other_start", "other_end")


def org_spells(t: Tables) -> Table:
    """``org_condition, org_id, start, end``: when an organisation satisfies each condition."""
    states, conditions = (
        t["org_states"],
        t["org_conditions"].rename({f"wanted_{flag}": flag for flag in FLAGS}),
    )
    pairs = states.cross_join(conditions)
    fits = (
        allows(pairs.kinds, pairs.kind)
        & allows(pairs.domains, pairs.domain)
        & ~in_set(pairs.not_domains, pairs.domain)
    )
    for flag in FLAGS:
        wanted = pairs[f"wanted_{flag}"]
        fits &= wanted.isnull() | (wanted == pairs[flag])
    fitting = pairs.filter(fits)
    spells = fitting.select(
        "org_condition",
        "org_id",
        "org_measure",
        start=fitting.valid_from,
        end=fitting.valid_to.coalesce(ibis.literal(FOREVER)),
    )
    plain = merged(spells.filter(spells.org_measure == "").drop("org_measure"), ["org_condition", "org_id"])
    measured = spells.filter(spells.org_measure != "").drop("org_measure")
    limited = intersected(
        merged(measured, ["org_condition", "org_id"]), _org_measure_spells(t), ["org_condition", "org_id"]
    )
    return plain.union(limited.select(plain.columns))


def _org_measure_spells(t: Tables) -> Table:
    conditions = t["org_conditions"].filter(t["org_conditions"].org_measure != "")
    conditions = conditions.select("org_condition", "org_low", "org_high", key=conditions.org_measure)
    rows = (
        _measures(t)
        .filter(lambda m: m.subject_kind == "organization")
        .drop("org_id")
        .rename(org_id="subject_id")
    )
    found = rows.join(conditions, "key")
    found = found.filter(within(found.value, found.org_low, found.org_high))
    return merged(found.select("org_condition", "org_id", "start", "end"), ["org_condition", "org_id"])


def _measures(t: Tables) -> Table:
    """Measures known on the day of judging, as spells."""
    m = t["measures"].cross_join(t["today"].select("as_of"))
    m = m.filter(m.valid_from <= m.as_of)
    return m.select(
        "subject_kind",
        "subject_id",
        "org_id",
        "key",
        "value",
        start=m.valid_from,
        end=m.valid_to.coalesce(ibis.literal(FOREVER)),
    )


def subject_spells(t: Tables) -> Table:
    """``subject_condition, subject_id, org_id, start, end`` of organisations, groups and persons."""
    columns = ["subject_condition", "org_condition", "subject_id", "org_id", "start", "end"]
    conditions = t["subject_conditions"]
    orgs = t["org_spells"].join(conditions.filter(conditions.subject_kind == "organization"), "org_condition")
    found = orgs.mutate(subject_id=orgs.org_id).select(columns)
    for own in (_group_spells(t), _person_spells(t)):
        narrowed = intersected(own, t["org_spells"], ["org_condition", "org_id"])
        found = found.union(narrowed.select(columns))
    return _narrowed_by_own_measure(t, found).select(
        "subject_condition", "subject_id", "org_id", "start", "end"
    )


def _group_spells(t: Tables) -> Table:
    rows = _measures(t).filter(
        lambda m: (m.subject_kind == "group") & (m.key == "group_members") & (m.value >= 1)
    )
    alive = merged(rows.select("subject_id", "org_id", "start", "end"), ["subject_id", "org_id"])
    conditions = t["subject_conditions"].filter(t["subject_conditions"].subject_kind == "group")
    return alive.cross_join(conditions.select("subject_condition", "org_condition"))


def _person_spells(t: Tables) -> Table:
    conditions = t["subject_conditions"].filter(t["subject_conditions"].subject_kind == "person")
    offices = t["offices"].select("person_id", "org_id", "role", "valid_from", "valid_to")
    held = offices.cross_join(conditions.filter(conditions.roles != ""))
    held = held.filter(in_set(held.roles, held.role))
    members = t["memberships"].filter(t["memberships"].is_belonging)
    members = members.select("person_id", "org_id", "status", "valid_from", "valid_to")
    belonging = members.cross_join(conditions.filter(conditions.roles == ""))
    belonging = belonging.filter(allows(belonging.statuses, belonging.status))
    columns = ["subject_condition", "org_condition", "person_id", "org_id", "valid_from", "valid_to"]
    both = held.select(columns).union(belonging.select(columns))
    spells = both.select(
        "subject_condition",
        "org_condition",
        "org_id",
        subject_id=both.person_id,
        start=both.valid_from,
        end=both.valid_to.coalesce(ibis.literal(FOREVER)),
    )
    return merged(spells, ["subject_condition", "org_condition", "org_id", "subject_id"])


def _narrowed_by_own_measure(t: Tables, spells: Table) -> Table:
    conditions = t["subject_conditions"].select(
        "subject_condition", "subject_kind", "subject_low", "subject_high", key="subject_measure"
    )
    plain = spells.semi_join(conditions.filter(conditions.key == ""), "subject_condition")
    wanted = conditions.filter(conditions.key != "")
    rows = _measures(t).drop("org_id")
    own = rows.join(wanted, ["subject_kind", "key"])
    own = own.filter(within(own.value, own.subject_low, own.subject_high))
    keys = ["subject_condition", "subject_id"]
    own = merged(own.select("subject_condition", "subject_id", "start", "end"), keys)
    return plain.union(intersected(spells, own, keys).select(plain.columns))


def holds_on(t: Tables, rows: Table, day: str) -> Table:
    """Only those rows whose organisation satisfies its ``org_condition`` on the row's day."""
    spells = _reaching(t).rename(spell_condition="org_condition", spell_org="org_id")
    return rows.semi_join(
        spells,
        [
            rows.org_condition == spells.spell_condition,
            rows.org_id == spells.spell_org,
            rows[day] >= spells.start,
            rows[day] < spells.end,
        ],
    )


def _reaching(t: Tables) -> Table:
    """The spells of organisations, the first reaching back before its life and the last beyond its end.

    What is dated before an organisation existed is judged by what it was at first, what is dated after its
    end by what it was last.
    """
    states = t["org_states"].mutate(until=t["org_states"].valid_to.coalesce(ibis.literal(FOREVER)))
    lives = states.group_by("org_id").aggregate(born=states.valid_from.min(), ended=states.until.max())
    spells = t["org_spells"].join(lives, "org_id")
    return spells.select(
        "org_condition",
        "org_id",
        start=ibis.ifelse(spells.start == spells.born, ibis.literal(BEGINNING), spells.start),
        end=ibis.ifelse(spells.end == spells.ended, ibis.literal(FOREVER), spells.end),
    )


def own_measure_holds_on(t: Tables, rows: Table, kind: str, subject: str, day: str) -> Table:
    """Only those rows whose subject's own measure (where one is asked for) is within its limits that day."""
    asked = rows.filter(rows.own_measure != "")
    limits = asked.select("run", "own_low", "own_high", key="own_measure").distinct()
    m = _measures(t).join(limits, "key")
    m = m.filter(within(m.value, m.own_low, m.own_high))
    m = m.select(m_run="run", m_kind="subject_kind", m_subject="subject_id", m_start="start", m_end="end")
    fitting = asked.semi_join(
        m,
        [
            asked.run == m.m_run,
            asked[kind] == m.m_kind,
            asked[subject] == m.m_subject,
            asked[day] >= m.m_start,
            asked[day] < m.m_end,
        ],
    )
    return rows.filter(rows.own_measure == "").union(fitting)


def left_joined(left: Table, right: Table, keys: list[str]) -> Table:
    """A left join on equal names that leaves no second copy of the keys."""
    other = right.rename({f"other_{key}": key for key in keys})
    joined = left.left_join(other, [left[key] == other[f"other_{key}"] for key in keys])
    return joined.drop(*[f"other_{key}" for key in keys])


def begin_days(t: Tables, table: str) -> Table:
    """``run, org_id, begin``: from which day the facts a run looks at are on record (latest of its words)."""
    begins = t["begins"]
    words = t["run_words"].filter(t["run_words"].role == f"begin:{table}")
    own = begins.rename(word="fact", own="date")
    organizations = begins.select("org_id").distinct()
    asked = words.select("run", "word").cross_join(organizations)
    asked = left_joined(asked, own, ["org_id", "word"])
    for name, fact in (("of_table", table), ("of_all", "")):
        general = begins.filter(begins.fact == fact).select("org_id", **{name: "date"})
        asked = left_joined(asked, general, ["org_id"])
    asked = asked.mutate(begin=ibis.coalesce(asked.own, asked.of_table, asked.of_all))
    asked = asked.filter(asked.begin.notnull())
    return asked.group_by(["run", "org_id"]).aggregate(begin=asked.begin.max())
