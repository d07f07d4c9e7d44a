"""Dates, numbers and money as they are written; lists; the dates people type."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest
from django import forms
from django.test import RequestFactory

from zhibu.ui.forms import CivilDateField
from zhibu.ui.listing import Column, list_page
from zhibu.ui.templatetags.formats import civil_date, number, paper_date, percent, weekday, yuan

DAY = date(2025, 6, 3)


def test_dates_are_written_as_tables_and_papers_do() -> None:
    assert (civil_date(DAY), civil_date(DAY, "month"), civil_date(DAY, "year")) == (
        "2025-06-03",
        "2025-06",
        "2025",
    )
    assert (paper_date(DAY), paper_date(DAY, "month"), paper_date(DAY, "year")) == (
        "2025年6月3日",
        "2025年6月",
        "2025年",
    )
    assert civil_date(None) == paper_date(None) == "–"
    assert weekday(DAY) == "星期二"


def test_an_instant_is_shown_as_the_chinese_day() -> None:
    late = datetime(2025, 6, 2, 17, 0, tzinfo=timezone.utc)
    assert civil_date(late) == "2025-06-03"


def test_numbers_and_money() -> None:
    assert number(46645) == "46,645"
    assert (yuan(123450), yuan(-5), yuan(None)) == ("1,234.50", "-0.05", "–")
    assert (percent(1, 8), percent(2, 3), percent(0, 0), percent(5, 5)) == ("12.5%", "66.7%", "–", "100.0%")


@pytest.mark.parametrize("written", ["2025-06-03", "2025.6.3", "2025年6月3日", "20250603", "2025/6/3"])
def test_dates_are_read_as_people_write_them(written: str) -> None:
    assert CivilDateField().clean(written) == DAY


@pytest.mark.parametrize("written", ["2025-02-30", "六月三日", "2025-6", "1"])
def test_it_refuses_what_is_no_day(written: str) -> None:
    with pytest.raises(forms.ValidationError, match="没有看懂这个日期"):
        CivilDateField().clean(written)


@pytest.mark.parametrize(
    ("query", "rows", "number_", "pages"),
    [
        ("", list(range(20)), 1, 3),
        ("?page=3", list(range(40, 45)), 3, 3),
        ("?page=99", list(range(40, 45)), 3, 3),
        ("?size=50", list(range(45)), 1, 1),
        ("?size=all", list(range(45)), 1, 1),
        ("?page=-1&size=7", list(range(20)), 1, 3),
        ("?page=²", list(range(20)), 1, 3),
    ],
)
def test_a_list_is_cut_into_pages(query: str, rows: list[int], number_: int, pages: int) -> None:
    request = RequestFactory().get("/x/" + query)
    listing = list_page(request, list(range(45)), columns=[Column("号")])
    assert (list(listing.rows), listing.number, listing.pages, listing.total) == (rows, number_, pages, 45)


def test_addresses_keep_the_filters() -> None:
    listing = list_page(
        RequestFactory().get("/x/?kind=village&page=2&sort="), list(range(45)), columns=[Column("号")]
    )
    assert listing.address({"page": "3"}) == "?kind=village&page=3"
    assert (listing.first, listing.last) == (21, 40)
    assert listing.shown_pages() == [1, 2, 3]
