"""What frequency runs count, laid out once for all runs that count the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhibu.rulebook.model import Frequency

Row = dict[str, object]


def as_set(values: Iterable[str]) -> str:
    """``,a,b,`` for a set of words, empty for no condition."""
    words = list(values)
    return ",{words},".format(words=",".join(words)) if words else ""


class Tallies:
    """What frequency runs count, numbered: readings and duplicates of a duty add the same events up once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[object, ...], int] = {}
        self._params: list[tuple[str, Frequency]] = []
        self._limits: dict[int, set[int]] = {}

    def number(self, subject: str, params: Frequency) -> int:
        """The number of what a run counts; runs that differ only in their limits share it."""
        key = (
            subject,
            params.counts,
            params.unit,
            params.events,
            params.levels,
            params.period,
            params.lag_months,
        )
        if key not in self._numbers:
            self._numbers[key] = len(self._params)
            self._params.append((subject, params))
        found = self._numbers[key]
        limits = self._limits.setdefault(found, set())
        if params.at_least is not None:
            limits.add(params.at_least)
        return found

    def tables(self, periods: Sequence[Row]) -> dict[str, list[Row]]:
        """The tallies, their words, lower limits, and every period in which one of their runs is in force."""
        return {
            "tallies": [self._row(number) for number in range(len(self._params))],
            "tally_words": [
                {"tally": number, "word": word}
                for number, (_, params) in enumerate(self._params)
                for word in params.events
            ],
            "limits": [
                {"tally": number, "at_least": limit}
                for number, limits in self._limits.items()
                for limit in sorted(limits)
            ],
            "tally_periods": self._places(periods),
        }

    def _places(self, periods: Sequence[Row]) -> list[Row]:
        kept = ("place", "tally", "label", "start", "end")
        return list({row["place"]: {name: row[name] for name in kept} for row in periods}.values())

    def _row(self, number: int) -> Row:
        subject, params = self._params[number]
        return {
            "tally": number,
            "subject": subject,
            "relation": params.counts,
            "unit": params.unit,
            "levels": as_set(params.levels),
            "labelled": params.period == "label_year",
            "is_stepwise": params.unit == "minutes" or max(self._limits[number], default=1) > 1,
        }
