"""Bar charts and heat tables, laid out in whole units on the server; the templates only draw them."""

from __future__ import annotations

from dataclasses import dataclass

FULL = 1000  # the length of the longest bar, in units of its drawing


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
    export_url: str = ""

    @property
    def total(self) -> int:
        """The sum of all bars."""
        return sum(bar.value for bar in self.bars)


@dataclass(frozen=True, slots=True)
class PlacedBar:
    """A bar with its lengths, of ``FULL`` units at most."""

    bar: Bar
    length: int
    before_length: int


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
    """How long each bar is; the longest fills the room. A bar that counts anybody is seen."""
    longest = max([1, *(max(bar.value, bar.before or 0) for bar in chart.bars)])

    def length(value: int) -> int:
        return max(value * FULL // longest, FULL // 100 if value else 0)

    return [PlacedBar(bar, length(bar.value), length(bar.before or 0)) for bar in chart.bars]


def heat_level(value: int, largest: int) -> int:
    """The shade of a number, 0 for none to 3 for the upper third."""
    if value <= 0 or largest <= 0:
        return 0
    return min(3, 1 + (value * 3 - 1) // largest)
