"""Bar charts and heat tables, laid out in whole units on the server; the templates only draw them."""

from __future__ import annotations

from dataclasses import dataclass

ROW = 30  # height of a bar's row
LABEL = 176  # width kept for the words at the left
WIDTH = 600
VALUE = 80  # width kept for the number at the right


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``before`` is the figure compared with (last year), None where there is none."""

    label: str
    value: int
    before: int | None = None
    url: str = ""
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class BarChart:
    """A horizontal bar chart; every bar carries its number, and a table stands below it."""

    title: str
    bars: tuple[Bar, ...]
    unit: str = "人"
    legend: str = ""
    legend_before: str = ""

    @property
    def total(self) -> int:
        """The sum of all bars."""
        return sum(bar.value for bar in self.bars)


@dataclass(frozen=True, slots=True)
class PlacedBar:
    """A bar with its place in the drawing, in units of the view box."""

    bar: Bar
    top: int
    middle: int
    length: int
    before_top: int
    before_length: int
    number_x: int


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A number of the heat table: ``level`` 0–3 is its shade, ``is_short`` frames it, ``title`` says why."""

    value: int | None
    level: int = 0
    url: str = ""
    title: str = ""
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row of a heat table."""

    label: str
    cells: tuple[HeatCell, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class HeatTable:
    """Rows by columns with numbers inside; the shade only repeats the number."""

    title: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]


def place_bars(chart: BarChart) -> list[PlacedBar]:
    """Where each bar stands; the longest fills the width between words and number."""
    longest = max([1, *(max(bar.value, bar.before or 0) for bar in chart.bars)])
    room = WIDTH - LABEL - VALUE
    placed = []
    for index, bar in enumerate(chart.bars):
        top = index * ROW
        length = bar.value * room // longest
        before = (bar.before or 0) * room // longest
        placed.append(
            PlacedBar(
                bar=bar,
                top=top + 5,
                middle=top + 17,
                length=max(length, 1 if bar.value else 0),
                before_top=top + 19,
                before_length=before,
                number_x=LABEL + length + 8,
            )
        )
    return placed


def heat_level(value: int, largest: int) -> int:
    """The shade of a number, 0 for none to 3 for the upper third."""
    if value <= 0 or largest <= 0:
        return 0
    return min(3, 1 + (value * 3 - 1) // largest)
