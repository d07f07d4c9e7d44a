"""What the five shapes share: the columns of a result, precise ends of dates, excuses, inputs as text."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis.expr.types import StringValue, Table, Value

from zhibu.analytics.population import Tables

COLUMNS = [
    "run",
    "subject_kind",
    "subject_id",
    "org_id",
    "period",
    "opens",
    "remind",
    "due",
    "satisfied",
    "verdict",
    "precision",
    "reason",
    "inputs",
    "waiver",
]


def with_ends(t: Tables, rows: Table) -> Table:
    """``rows`` (with ``date`` and ``precision``) plus ``first`` and ``last``: the days the date may mean."""
    rough = t["imprecise"].rename(
        rough_date="date", rough_precision="precision", rough_first="first", rough_last="last"
    )
    joined = rows.left_join(rough, [rows.date == rough.rough_date, rows.precision == rough.rough_precision])
    joined = joined.mutate(
        first=joined.rough_first.coalesce(joined.date), last=joined.rough_last.coalesce(joined.date)
    )
    return joined.drop("rough_date", "rough_precision", "rough_first", "rough_last")


@dataclass(frozen=True, slots=True)
class Pair:
    """``["name", value]`` in a list of inputs; ``optional`` leaves it out where the value is NULL."""

    name: str
    value: Value
    quoted: bool = True
    optional: bool = False

    @property
    def before(self) -> str:
        """What stands in front of the value."""
        return '["{name}", {mark}'.format(name=self.name, mark='"' if self.quoted else "")

    @property
    def after(self) -> str:
        """What stands behind it."""
        return '"]' if self.quoted else "]"


def pair(name: str, value: Value, *, quoted: bool = True, optional: bool = False) -> Pair:
    """A pair of a list of inputs; what is quoted holds no character that JSON escapes."""
    return Pair(name, value, quoted, optional)


def inputs(*pairs: Pair) -> StringValue:
    """A JSON list of pairs. As few pieces as can be are put together: there is one text a row."""
    text, waiting = None, "["
    for number, one in enumerate(pairs):
        comma = ", " if number else ""
        spoken = one.value.cast("string")
        if one.optional:
            whole = ibis.literal(waiting) + (
                ibis.literal(comma + one.before) + spoken + ibis.literal(one.after)
            ).coalesce(ibis.literal(""))
            waiting = ""
        else:
            whole = ibis.literal(waiting + comma + one.before) + spoken
            waiting = one.after
        text = whole if text is None else text + whole
    assert text is not None
    return text + ibis.literal(waiting + "]")


def excuses(
    t: Tables, rows: Table, *, keys: list[str], first: str, last: str, starts: str = "valid_from"
) -> Table:
    """``keys, waiver, excuse_kind, excuse_last``: the first waiver for each row that asks for one.

    ``rows`` carry the keys, run, duty, subject and organisation and the two days; an extension counts only
    with the superior's approval. ``starts="day_before"`` lets a waiver begin on the day after ``last``.
    """
    kinds = t["run_words"].filter(t["run_words"].role == "waivers").select("run", kind="word")
    w = t["excuses"].rename(waiver_duty="duty", waiver_org="org_id")
    asked = rows.join(kinds, "run")
    found = asked.join(w, [asked.org_id == w.waiver_org, asked.kind == w.kind])
    counts = (
        ((found.waiver_duty == "") | (found.waiver_duty == found.duty))
        & (
            found.person_id.isnull()
            | ((found.subject_kind == "person") & (found.person_id == found.subject_id))
        )
        & (found[starts] <= found[last])
        & (found.valid_to.isnull() | (found.valid_to > found[first]))
        & ((found.kind != "extension") | found.superior_approved_date.notnull())
    )
    found = found.filter(counts)
    order = ibis.window(group_by=keys, order_by=["waiver_id"])
    numbered = found.mutate(place=ibis.row_number().over(order))
    one = numbered.filter(numbered.place == 0)
    return one.select(*keys, waiver="waiver_id", excuse_kind="kind", excuse_last="last_day")
