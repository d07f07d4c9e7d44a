"""Dates, times and numerals as papers write them."""

from __future__ import annotations

from datetime import date, time

import pytest

from zhibu.common.chinese_text import date_text, numeral, time_text, width_in_cells


def test_dates_and_times_are_not_padded_like_machines_do():
    assert date_text(date(2025, 6, 3)) == "2025年6月3日"
    assert time_text(time(9, 5)) == "9:05"


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "〇"), (9, "九"), (10, "十"), (12, "十二"), (20, "二十"), (31, "三十一"), (99, "九十九")],
)
def test_numerals(number, text):
    assert numeral(number) == text


def test_it_refuses_numbers_no_heading_reaches():
    with pytest.raises(ValueError, match="100"):
        numeral(100)


def test_latin_letters_and_figures_count_half():
    assert width_in_cells("2025年6月3日") == 6
    assert width_in_cells("〔〕—") == 3
