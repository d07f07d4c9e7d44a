"""Month ends, leap days, make-up workdays, the calendar's end, and the generated tables."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.common.dates import add_months
from zhibu.rulebook.calendar import (
    CalendarEnds,
    add_months_rolled,
    calendar_rows,
    due_rows,
    work_calendar,
)

CALENDAR = work_calendar()
KNOWN = st.dates(CALENDAR.first, CALENDAR.last)


@pytest.mark.parametrize(
    ("day", "months", "due", "rolled"),
    [
        (date(2025, 8, 31), -6, date(2025, 2, 28), date(2025, 3, 1)),
        (date(2024, 8, 31), -6, date(2024, 2, 29), date(2024, 3, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28), date(2025, 3, 1)),
        (date(2024, 2, 29), 48, date(2028, 2, 29), date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28), date(2026, 3, 1)),
        (date(2026, 12, 31), 2, date(2027, 2, 28), date(2027, 3, 1)),
        (date(2026, 5, 15), 0, date(2026, 5, 15), date(2026, 5, 15)),
    ],
)
def test_months_end_where_the_month_ends(day: date, months: int, due: date, rolled: date) -> None:
    assert add_months(day, months) == due
    assert add_months_rolled(day, months) == rolled


@pytest.mark.parametrize(
    ("day", "is_workday"),
    [
        (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 16), False),
        (date(2026, 10, 10), True),
        (date(2025, 4, 27), True),  # not the 28th, as some reprints have it
        (date(2025, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 11, 21), False),
        (date(2027, 1, 4), None),  # no notice yet: unknown, never Monday to Friday
        (date(2017, 12, 29), None),
    ],
)
def test_workdays(day: date, is_workday: bool | None) -> None:
    assert CALENDAR.is_workday(day) is is_workday


def test_the_data_agrees_with_the_published_holidays() -> None:
    day = CALENDAR.first
    while day <= CALENDAR.last:
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_counting_workdays_over_a_long_holiday() -> None:
    assert CALENDAR.add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert CALENDAR.add_workdays(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert CALENDAR.add_workdays(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert CALENDAR.add_workdays(date(2026, 10, 3), 1) == date(2026, 10, 8)
    assert CALENDAR.add_workdays(date(2026, 10, 3), -1) == date(2026, 9, 30)


def test_it_refuses_to_guess_beyond_the_calendar() -> None:
    with pytest.raises(CalendarEnds):
        CALENDAR.add_workdays(date(2026, 12, 31), 1)
    with pytest.raises(CalendarEnds):
        CALENDAR.add_workdays(date(2027, 1, 4), 1)
    with pytest.raises(CalendarEnds):
        CALENDAR.add_workdays(CALENDAR.first, -1)


@given(KNOWN, st.integers(1, 60))
def test_so_many_workdays_lie_between(day: date, count: int) -> None:
    try:
        end = CALENDAR.add_workdays(day, count)
    except CalendarEnds:
        return
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(CALENDAR.is_workday(each) is True for each in between) == count
    assert CALENDAR.is_workday(end)


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(-400, 400))
def test_rolled_is_the_same_day_or_the_next(day: date, months: int) -> None:
    due, rolled = add_months(day, months), add_months_rolled(day, months)
    assert rolled == due if due.day == day.day else rolled == due + timedelta(days=1)
    assert (due.year * 12 + due.month) - (day.year * 12 + day.month) == months


def test_the_tables_hold_what_the_functions_say() -> None:
    rows = {row.day: row for row in calendar_rows(date(2026, 9, 28), date(2027, 1, 2))}
    assert (rows[date(2026, 9, 30)].quarter, rows[date(2026, 10, 1)].half) == (3, 2)
    assert rows[date(2026, 12, 31)].month_no + 1 == rows[date(2027, 1, 1)].month_no
    assert rows[date(2027, 1, 1)].workday_no is None
    numbers = [rows[day].workday_no for day in (date(2026, 9, 30), date(2026, 10, 7), date(2026, 10, 8))]
    assert numbers[0] == numbers[1]
    assert numbers[2] == (numbers[0] or 0) + 1
    due = list(due_rows(date(2024, 2, 28), date(2024, 2, 29), [12, -6, 12]))
    assert [(row.start.day, row.months, row.due, row.rolled) for row in due] == [
        (28, -6, date(2023, 8, 28), date(2023, 8, 28)),
        (28, 12, date(2025, 2, 28), date(2025, 2, 28)),
        (29, -6, date(2023, 8, 29), date(2023, 8, 29)),
        (29, 12, date(2025, 2, 28), date(2025, 3, 1)),
    ]
