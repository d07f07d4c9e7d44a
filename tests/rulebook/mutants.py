"""Faults planted in runs: every limit moved by one step, every set shortened, every condition dropped or
turned.

Faults that cannot change any verdict are not planted: a limit that is not there, the order of a single
step, a
default for measures that an act bound always finds, the notice before a due date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from zhibu.rulebook.model import Bound, Completeness, Interval, Run

SILENT = {"remind_days", "remind_months", "low_den", "high_den"}
OTHER: dict[str, tuple[str, ...]] = {
    "period": ("month", "quarter", "year", "label_year"),
    "counts": ("attended", "missed", "hosted"),
    "order": ("before", "by", "after", "any"),
}


def mutants(run: Run) -> Iterator[tuple[str, Run]]:
    """Every fault of one run with a name; the parameters first, then the conditions."""
    for name, changed in _changes(run.params):
        yield "{key} params.{name}".format(key=run.key, name=name), replace(run, params=changed)
    for name, changed in _changes(run.applies):
        yield "{key} applies.{name}".format(key=run.key, name=name), replace(run, applies=changed)


def _changes(record: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name in SILENT or _is_idle(record, field.name):
            continue
        for changed in _others(field.name, value):
            name = "{name}: {old} → {new}".format(name=field.name, old=value, new=changed)
            yield name, replace(record, **{field.name: changed})


def _is_idle(record: Any, name: str) -> bool:
    match record:
        case Bound():
            return (
                (name == "low_open" and record.low_num is None)
                or (name == "high_open" and record.high_num is None)
                or (name == "zero" and record.mode == "act")
            )
        case Interval():
            return (name == "planned" and record.at_most is None) or name == "repeat"
        case Completeness():
            return name == "in_order" and len(record.steps) < 2
    return False


def _others(name: str, value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        if value or name != "lag_months":
            yield value - 1
    elif isinstance(value, tuple):
        for item in value:
            yield tuple(kept for kept in value if kept != item)
    elif name in OTHER and value in OTHER[name]:
        yield from (other for other in OTHER[name] if other != value)
