"""How long the bars of a chart are."""

from __future__ import annotations

from zhibu.ui.charts import FULL, Bar, BarChart, place_bars


def test_the_longest_bar_fills_the_room_and_the_smallest_is_seen() -> None:
    chart = BarChart("年龄", (Bar("甲", 46645, 40000), Bar("乙", 1, 0), Bar("丙", 0, None)))
    lengths = [(placed.length, placed.before_length) for placed in place_bars(chart)]
    assert lengths[0] == (FULL, 40000 * FULL // 46645)
    assert lengths[1] == (FULL // 100, 0)
    assert lengths[2] == (0, 0)


def test_a_chart_of_nothing_has_no_bars() -> None:
    assert [placed.length for placed in place_bars(BarChart("年龄", (Bar("甲", 0),)))] == [0]
