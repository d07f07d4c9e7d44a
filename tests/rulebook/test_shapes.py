"""The five shapes on tricky facts, and properties that hold for all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.rulebook.casefacts import read_facts
from zhibu.rulebook.judge import judge_runs
from zhibu.rulebook.model import Applies, Bound, Frequency, Interval, Params, Run
from zhibu.rulebook.obligation import Obligation, is_reminding, mark, state
from zhibu.rulebook.periods import Window, default_window, spans
from zhibu.rulebook.schema import Facts
from zhibu.rulebook.shapes.bound import side
from zhibu.rulebook.spells import FOREVER, cover, intersected, merged

DAY = st.dates(date(2018, 1, 1), date(2026, 12, 31))
AS_OF = date(2026, 6, 1)
HALF = Bound("act", "a", "b", low_num=1, low_den=2)


def run_of(params: Params, subject: str) -> Run:
    return Run("X@", "X", "x", "M", subject, ("X",), "", date(2000, 1, 1), None, Applies(), params)


def judged(params: Params, subject: str, facts: Facts, as_of: date = AS_OF) -> tuple[Obligation, ...]:
    return judge_runs([run_of(params, subject)], facts, as_of=as_of, window=default_window(as_of))


def done_in(row: Obligation) -> int:
    return int(dict(row.inputs)["done"])


def process(kind: str, **steps: object) -> Facts:
    return read_facts({"processes": [{"kind": kind, "steps": steps}]})[0]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_half_or_more_is_not_more_than_half(value: int, base: int) -> None:
    closed = side(HALF, value, base) == "within"
    opened = side(replace(HALF, low_open=True), value, base) == "within"
    assert closed == (value * 2 >= base)
    assert opened == (value * 2 > base)
    assert (closed and not opened) == (value * 2 == base)


@pytest.mark.parametrize(
    ("value", "base", "found"), [(4, 5, "within"), (3, 4, "low"), (8, 10, "within"), (0, 0, "within")]
)
def test_four_fifths(value: int, base: int, found: str) -> None:
    assert side(Bound("act", "a", "b", low_num=4, low_den=5), value, base) == found


@pytest.mark.parametrize(("value", "found"), [(2, "low"), (3, "within"), (7, "within"), (8, "high")])
def test_both_limits(value: int, found: str) -> None:
    assert side(Bound("state", "a", low_num=3, high_num=7), value, 1) == found


def test_at_most_one_third_has_no_rounding() -> None:
    third = Bound("act", "a", "b", high_num=1, high_den=3)
    assert [side(third, 10, 30), side(third, 10, 29), side(third, 9, 29)] == ["within", "high", "within"]
    assert side(replace(third, high_open=True), 10, 30) == "high"


WORKDAYS = Interval("p", "a", "b", "workdays", at_most=5)


def test_working_days_skip_the_holiday_and_count_the_makeup_day() -> None:
    (row,) = judged(WORKDAYS, "process", process("p", a=date(2025, 9, 30)), date(2025, 10, 9))
    assert row.due_date == date(2025, 10, 14)  # 9, 10, 11 (a Saturday worked), 13, 14
    assert state(row, date(2025, 10, 14)) == "open"
    assert state(row, date(2025, 10, 15)) == "unmet"


def test_beyond_the_calendar_is_unknown() -> None:
    (row,) = judged(WORKDAYS, "process", process("p", a=date(2026, 12, 30)), date(2027, 1, 20))
    assert (row.verdict, row.reason) == ("unknown", "calendar_ends")


def test_a_repeated_contact_is_due_again_each_half_year() -> None:
    params = Interval("abroad", "contact", "contact", "months", at_most=6, repeat=True, until_step="returned")
    facts = process("abroad", contact=[date(2025, 1, 31), date(2025, 7, 31), date(2026, 2, 1)])
    rows = judged(params, "process", facts)
    assert [(state(row, AS_OF), row.due_date) for row in rows] == [
        ("met", date(2025, 7, 31)),
        ("met_late", date(2026, 1, 31)),
        ("open", date(2026, 8, 1)),
    ]
    assert len({row.period for row in rows}) == 3
    ended = process("abroad", contact=[date(2025, 7, 31)], returned=date(2025, 12, 31))
    assert [state(row, AS_OF) for row in judged(params, "process", ended)] == ["exempt"]


@given(DAY, st.integers(0, 60), st.integers(0, 60), st.integers(-40, 2500))
def test_an_interval_is_met_exactly_within_its_dates(start: date, low: int, extra: int, gap: int) -> None:
    params = Interval("p", "a", "b", "months", at_least=low, at_most=low + extra)
    done = start + timedelta(days=gap)
    as_of = max(done, start) + timedelta(days=4000)
    rows = judge_runs([run_of(params, "process")], process("p", a=start, b=done), as_of=as_of,
                      window=Window(date(2000, 1, 1), as_of))  # fmt: skip
    (row,) = rows
    assert row.due_date is not None
    earliest = row.opens_date if low else start
    found = state(row, as_of)
    assert (found == "unmet") == (earliest is not None and done < earliest)
    assert (found == "met") == (earliest is not None and earliest <= done <= row.due_date)


@given(st.lists(DAY, max_size=12), DAY)
def test_a_frequency_counts_each_event_once(days: list[date], as_of: date) -> None:
    facts = read_facts({"events": [{"kind": "k", "date": day} for day in days]})[0]
    window = Window(date(2018, 1, 1), as_of)
    for period in ("month", "quarter", "half", "year", "label_year"):
        params = Frequency(("k",), period, at_least=1)
        rows = judge_runs([run_of(params, "organization")], facts, as_of=as_of, window=window)
        assert sum(done_in(row) for row in rows) == sum(day <= as_of for day in days)
        assert len(rows) == len(spans(period, 0, window))
        for row in rows:
            assert (state(row, as_of) == "met") == (done_in(row) >= 1)


@given(st.lists(DAY, max_size=8), DAY)
def test_one_more_event_never_makes_it_worse(days: list[date], extra: date) -> None:
    order = {"unmet": 0, "open": 0, "met": 1}
    states = []
    for chosen in (days, [*days, extra]):
        facts = read_facts({"events": [{"kind": "k", "date": day} for day in chosen]})[0]
        rows = judged(Frequency(("k",), "quarter", at_least=2), "organization", facts)
        states.append([order[state(row, AS_OF)] for row in rows])
    assert all(before <= after for before, after in zip(*states, strict=True))


@given(st.lists(st.tuples(DAY, DAY), max_size=6), DAY, st.integers(1, 400))
def test_spells_cover_what_their_days_cover(pairs: list[tuple[date, date]], start: date, length: int) -> None:
    end = start + timedelta(days=length)
    spells = merged(pairs)
    inside = [any(a <= start + timedelta(days=n) < b for a, b in pairs) for n in range(length)]
    assert cover(spells, start, end) == ("full" if all(inside) else "partial" if any(inside) else "none")
    assert intersected(spells, [(date.min, FOREVER)]) == spells


def test_minutes_add_up_to_hours() -> None:
    facts = read_facts(
        {
            "members": [{"person": "张三"}],
            "events": [
                {"kind": "k", "date": date(2025, 3, 1), "minutes": 100},
                {"kind": "k", "date": date(2025, 4, 1), "minutes": 50, "marks": {"张三": "leave"}},
                {"kind": "k", "date": date(2025, 5, 1), "minutes": 20},
            ],
        }
    )[0]
    params = Frequency(("k",), "year", unit="minutes", counts="attended", at_least=120)
    row = next(row for row in judged(params, "person", facts) if row.period == "2025")
    assert (row.satisfied_date, done_in(row)) == (date(2025, 5, 1), 120)


def test_who_takes_part_only_is_expected_but_owes_nothing() -> None:
    facts = read_facts(
        {
            "members": [{"person": "张三", "belongs": False}],
            "events": [{"kind": "k", "date": date(2025, 3, 1)}],
        }
    )[0]
    assert judged(Frequency(("k",), "year", counts="attended", at_least=1), "person", facts) == ()


def test_a_maximum_is_broken_at_once_and_kept_until_then() -> None:
    params = Frequency(("k",), "year", at_most=1)
    one = read_facts({"events": [{"kind": "k", "date": date(2026, 1, 5)}]})[0]
    two = read_facts(
        {"events": [{"kind": "k", "date": date(2026, 1, 5)}, {"kind": "k", "date": date(2026, 2, 5)}]}
    )[0]
    assert state(judged(params, "organization", one)[-1], AS_OF) == "met"
    assert state(judged(params, "organization", two)[-1], AS_OF) == "unmet"
    unsure = read_facts({"events": [{"kind": "k", "date": date(2025, 1, 5)}, {"kind": "k", "date": "2025"}]})[
        0
    ]
    months = judged(Frequency(("k",), "month", at_most=1), "organization", unsure)
    assert {row.period: state(row, AS_OF) for row in months}["2025-01"] == "unknown"
    assert {row.period: state(row, AS_OF) for row in months}["2025-02"] == "met"


def test_plans_are_not_facts() -> None:
    facts = read_facts({"events": [{"kind": "k", "date": date(2026, 6, 2)}]})[0]
    rows = judged(Frequency(("k",), "quarter", at_least=1), "organization", facts)
    assert state(rows[-1], AS_OF) == "open"


def test_marks_follow_state_and_strength() -> None:
    words = [getattr(mark("unmet", strength), "word", None) for strength in "MXNPL"]
    assert words == ["违规", "违规", "提醒", "可办未办", "本地提醒"]
    assert mark("unmet", "L", local_on=False) is None
    assert getattr(mark("met", "M"), "word", None) == "已办"


def test_the_notice_period_begins_before_the_due_date() -> None:
    rows = judged(Frequency(("k",), "quarter", at_least=1, remind_days=30), "organization", Facts())
    assert rows == ()
    rows = judged(Frequency(("k",), "quarter", at_least=1, remind_days=30), "organization", read_facts({})[0])
    last = rows[-1]
    assert last.remind_date == date(2026, 5, 31)
    assert is_reminding(last, AS_OF)
    assert not is_reminding(last, date(2026, 5, 30))


ATTENDING = Frequency(("k",), "year", counts="attended", at_least=1)


def attended(event: dict[str, object]) -> dict[int, str]:
    """Person number → state for 2025, of a member, a member of a group, a committee member and a newcomer."""
    facts = read_facts(
        {
            "members": [
                {"person": "甲"},
                {"person": "乙", "group": "一组"},
                {"person": "丙"},
                {"person": "丁", "org": "别处"},
            ],
            "organizations": [{"id": "别处"}],
            "offices": [{"person": "丙", "role": "publicity_member"}],
            "events": [{"kind": "k", "date": date(2025, 3, 1), **event}],
        }
    )[0]
    rows = judged(ATTENDING, "person", facts)
    return {row.subject_id: state(row, AS_OF) for row in rows if row.period == "2025"}


@pytest.mark.parametrize(
    ("event", "present"),
    [
        ({}, {1, 2, 3}),
        ({"group": "一组"}, {2}),
        ({"audience": "committee"}, {3}),
        ({"audience": "listed"}, set()),
        ({"basis": "listed", "marks": {"甲": "present", "丁": "present"}}, {1, 4}),
        ({"marks": {"甲": "leave", "乙": "absent", "丙": "exempt"}}, set()),
        ({"marks": {"甲": "made_up", "乙": "served_at_home", "丙": "lecturer"}}, {1, 2, 3}),
        ({"marks": {"丁": "partner"}}, {1, 2, 3, 4}),
        ({"is_valid": False}, set()),
    ],
)
def test_who_attended(event: dict[str, object], present: set[int]) -> None:
    assert {person for person, found in attended(event).items() if found == "met"} == present


@pytest.mark.parametrize(
    ("begins", "reason"),
    [
        ([{"date": date(2025, 1, 1)}], "count_short"),
        ([{"date": date(2025, 1, 2)}], "records_begin"),
        ([{"date": date(2025, 12, 31)}], "records_begin"),
        ([{"date": date(2026, 1, 1)}], ""),
        ([{"date": date(2026, 1, 1)}, {"fact": "events", "date": date(2025, 1, 1)}], "count_short"),
        (
            [{"fact": "events", "date": date(2026, 1, 1)}, {"fact": "k", "date": date(2025, 1, 1)}],
            "count_short",
        ),
        ([{"fact": "steps", "date": date(2026, 1, 1)}], "count_short"),
    ],
)
def test_the_nearest_records_begin_counts(begins: list[dict[str, object]], reason: str) -> None:
    rows = judged(Frequency(("k",), "year", at_least=1), "organization", read_facts({"begins": begins})[0])
    assert [row.reason for row in rows if row.period == "2025"] == ([reason] if reason else [])


def test_what_began_before_the_records_is_not_judged() -> None:
    params = Interval("p", "a", "b", "months", at_most=6)
    for begin, count in ((date(2025, 1, 31), 1), (date(2025, 2, 1), 0)):
        facts = read_facts(
            {
                "processes": [{"kind": "p", "steps": {"a": date(2025, 1, 31)}}],
                "begins": [{"fact": "p", "date": begin}],
            }
        )[0]
        assert len(judged(params, "process", facts)) == count
