"""The rulebook's runs as rows: every parameter a column, every generated date a joined table.

Sets are written as ``,a,b,`` so that membership is one text search in any engine. All month arithmetic,
working days and the ends of imprecise dates are made here by the reference's own functions and joined;
no engine computes a date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import pyarrow as pa
import pyarrow.compute as pc

from zhibu.analytics.tables import arrow_schema
from zhibu.analytics.tallies import Row, Tallies, as_set
from zhibu.common.dates import add_months
from zhibu.rulebook.calendar import CalendarEnds
from zhibu.rulebook.model import Applies, Bound, Competence, Completeness, Frequency, Interval, Params, Run
from zhibu.rulebook.periods import Window, last_day, precision_end, precision_start, spans
from zhibu.rulebook.shapes.interval import shift

FOREVER = date(9999, 12, 31)
FLAGS = (
    "has_committee",
    "has_groups",
    "is_temporary",
    "is_joint",
    "is_mobile",
    "is_functional",
    "may_approve_admissions",
)


@dataclass(frozen=True)
class Plan:
    """Arrow tables of one rulebook, window and set of facts, ready to be joined."""

    runs: tuple[Run, ...]
    tables: Mapping[str, pa.Table]

    def has(self, shape: str) -> bool:
        """Whether any run has this shape."""
        return bool(self.tables[shape].num_rows)


def make_plan(runs: Sequence[Run], facts: Mapping[str, pa.Table], *, as_of: date, window: Window) -> Plan:
    """Lay out all runs, their conditions, periods and date shifts for these facts."""
    conditions, tallies = _Conditions(), Tallies()
    rows: dict[str, list[Row]] = {name: [] for name in _SCHEMAS}
    for number, run in enumerate(runs):
        row = _run_row(number, run, conditions)
        if isinstance(run.params, Frequency):
            row["tally"] = tallies.number(run.subject, run.params)
        rows[run.shape].append(row)
        rows["run_words"] += _words(number, run.params)
    rows["org_conditions"], rows["subject_conditions"] = conditions.org_rows, conditions.subject_rows
    rows["periods"] = list(_periods(runs, window, tallies))
    rows |= tallies.tables(rows["periods"])
    rows["imprecise"] = list(_imprecise(facts))
    rows["today"] = [_today(as_of, window)]
    tables = {name: pa.Table.from_pylist(rows[name], schema=schema) for name, schema in _SCHEMAS.items()}
    moves = _moves(runs, facts)
    tables["shifts"] = _shifts(moves)
    tables["reminders"] = _reminders(runs, moves, facts)
    return Plan(tuple(runs), tables | {"excuses": _excuses(facts["waivers"])})


def plan_schemas() -> dict[str, pa.Schema]:
    """The columns of every table that a plan adds to the facts."""
    return _SCHEMAS | {"excuses": _excuses(arrow_schema("waivers").empty_table()).schema}


def _excuses(waivers: pa.Table) -> pa.Table:
    """The waivers with the day before they begin and the last day they hold."""
    found = waivers
    for name, column in (("day_before", "valid_from"), ("last_day", "valid_to")):
        days = pc.subtract(waivers[column].cast(pa.int32()), pa.scalar(1, pa.int32())).cast(pa.date32())
        found = found.append_column(name, days)
    return found


def _today(as_of: date, window: Window) -> Row:
    return {
        "as_of": as_of,
        "next_day": as_of + timedelta(days=1),
        "window_start": window.start,
        "window_end": window.end,
    }


class _Conditions:
    """Distinct conditions on organisations and on subjects, numbered."""

    def __init__(self) -> None:
        self.org_rows: list[Row] = []
        self.subject_rows: list[Row] = []
        self._org_numbers: dict[Applies, int] = {}
        self._subject_numbers: dict[tuple[str, Applies], int] = {}

    def org(self, applies: Applies) -> int:
        """The number of the part that concerns the organisation."""
        if applies not in self._org_numbers:
            self._org_numbers[applies] = len(self.org_rows)
            self.org_rows.append(
                {
                    "org_condition": self._org_numbers[applies],
                    "kinds": as_set(applies.kinds),
                    "domains": as_set(applies.domains),
                    "not_domains": as_set(applies.not_domains),
                    "org_measure": applies.org_measure,
                    "org_low": applies.org_at_least,
                    "org_high": applies.org_at_most,
                    **{flag: getattr(applies, flag) for flag in FLAGS},
                }
            )
        return self._org_numbers[applies]

    def subject(self, kind: str, applies: Applies) -> int:
        """The number of the whole condition for subjects that last: organisations, groups, persons."""
        key = (kind, applies)
        if key not in self._subject_numbers:
            self._subject_numbers[key] = len(self.subject_rows)
            self.subject_rows.append(
                {
                    "subject_condition": self._subject_numbers[key],
                    "org_condition": self.org(applies),
                    "subject_kind": kind,
                    "statuses": as_set(applies.statuses),
                    "roles": as_set(applies.roles),
                    "subject_measure": applies.subject_measure,
                    "subject_low": applies.subject_at_least,
                    "subject_high": applies.subject_at_most,
                }
            )
        return self._subject_numbers[key]


def _run_row(number: int, run: Run, conditions: _Conditions) -> Row:
    applies = run.applies
    row: Row = {
        "run": number,
        "duty": run.duty,
        "subject": run.subject,
        "in_force": run.in_force,
        "until": run.until or FOREVER,
        "org_condition": conditions.org(applies),
        "own_measure": applies.subject_measure,
        "own_low": applies.subject_at_least,
        "own_high": applies.subject_at_most,
    }
    params = run.params
    if isinstance(params, Frequency | Bound):
        row["subject_condition"] = conditions.subject(run.subject, applies)
    return row | _param_columns(params)


def _param_columns(params: Params) -> Row:
    match params:
        case Frequency():
            return {
                "at_least": params.at_least,
                "at_most": params.at_most,
            }
        case Interval():
            names = (
                "process",
                "from_step",
                "to_step",
                "until_step",
                "repeat",
                "planned",
                "unit",
                "month_end",
            )
            return {name: getattr(params, name) for name in names} | {
                "at_least": params.at_least,
                "at_most": params.at_most,
                "remind_months": params.remind_months,
                "is_excusable": bool(params.waivers),
            }
        case Bound():
            sets = {name: as_set(getattr(params, name)) for name in ("events", "acts", "bodies")}
            return _copied(params, _BOUND) | sets
        case Competence():
            return {"is_forbidden": not params.bodies, "any_org_kind": not params.body_org_kinds}
        case Completeness():
            return _copied(params, _COMPLETENESS)


_INTERVAL = [
    "process",
    "from_step",
    "to_step",
    "until_step",
    "repeat",
    "planned",
    "unit",
    "month_end",
    "at_least",
    "at_most",
    "remind_months",
]
_BOUND = [
    "mode",
    "measure",
    "of",
    "low_num",
    "low_den",
    "low_open",
    "high_num",
    "high_den",
    "high_open",
    "zero",
]
_COMPLETENESS = ["process", "stage", "order", "in_order", "grace_months"]


def _copied(params: Params, names: list[str]) -> Row:
    return {name: getattr(params, name) for name in names}


def _words(number: int, params: Params) -> list[Row]:
    """The sets of a run as rows ``(run, role, word, position)``, also those that records-begin looks up."""
    found: list[Row] = []
    roles: dict[str, Sequence[str]] = {}
    for name in ("events", "waivers", "acts", "bodies", "body_org_kinds", "steps", "papers"):
        roles[name] = getattr(params, name, ())
    match params:
        case Frequency():
            roles["begin:events"] = params.events
        case Interval() | Completeness():
            roles["begin:steps"] = [params.process]
        case Bound():
            roles["begin:measures"] = [key for key in (params.measure, params.of) if key]
            if params.mode == "act":
                roles["begin:measures"] = [params.measure]
        case Competence():
            pass  # each act is looked up by its own kind
    for role, words in roles.items():
        for position, word in enumerate(words):
            found.append({"run": number, "role": role, "word": word, "position": position})
    return found


def _periods(runs: Sequence[Run], window: Window, tallies: Tallies) -> Iterable[Row]:
    """Every period of every run: ``slot`` numbers them, ``place`` those of what the run counts."""
    slots, places = count(), count()
    known: dict[tuple[int, str], int] = {}
    for number, run in enumerate(runs):
        params = run.params
        if not isinstance(params, Frequency):
            continue
        tally = tallies.number(run.subject, params)
        for span in spans(params.period, params.lag_months, window):
            if run.holds_on(span.start):
                due = last_day(span.end, params.lag_months)
                if (tally, span.key) not in known:
                    known[tally, span.key] = next(places)
                yield {
                    "slot": next(slots),
                    "run": number,
                    "place": known[tally, span.key],
                    "tally": tally,
                    "period": span.key,
                    "label": span.start.year,
                    "start": span.start,
                    "end": span.end,
                    "due": due,
                    "remind": due - timedelta(days=params.remind_days),
                }


def _imprecise(facts: Mapping[str, pa.Table]) -> Iterable[Row]:
    """Every imprecise date that occurs, with the first and last day it may mean."""
    for day, precision in sorted(_date_pairs(facts)):
        if precision != "day":
            yield {
                "date": day,
                "precision": precision,
                "first": precision_start(day, precision),
                "last": precision_end(day, precision),
            }


def _date_pairs(facts: Mapping[str, pa.Table]) -> set[tuple[date, str]]:
    found: set[tuple[date, str]] = set()
    for name in ("events", "steps", "acts"):
        table = facts[name].select(["date", "precision"])
        rough = (
            table.filter(pc.not_equal(table["precision"], "day"))
            .group_by(["date", "precision"])
            .aggregate([])
        )
        found |= set(zip(rough["date"].to_pylist(), rough["precision"].to_pylist(), strict=True))
    return found


# A run's unit, its rule for month ends, and an amount of units.
Limit = tuple[str, str, int]
# Each day that such a limit is counted from, and the day so reached; None beyond the known working years.
Moves = dict[Limit, dict[date, date | None]]


def _moves(runs: Sequence[Run], facts: Mapping[str, pa.Table]) -> Moves:
    """The start dates of each run's first step, moved by the run's limits."""
    found: Moves = {}
    days_of = _days_of_steps(facts)
    for run in runs:
        params = run.params
        if isinstance(params, Interval):
            days = days_of.get((params.process, params.from_step), frozenset())
            for amount in (params.at_least, params.at_most):
                if amount is not None:
                    _move(days, amount, params, found)
        elif isinstance(params, Completeness):
            days = days_of.get((params.process, params.stage), frozenset())
            _move(days, params.grace_months, _MONTHS, found)
    return found


_MONTHS = Interval(process="", from_step="", to_step="", unit="months")


def _days_of_steps(facts: Mapping[str, pa.Table]) -> dict[tuple[str, str], Set[date]]:
    """By process and step, every day on which such a step may have been taken."""
    names = ["process_kind", "step", "date", "precision"]
    distinct = facts["steps"].select(names).group_by(names).aggregate([])
    found: dict[tuple[str, str], set[date]] = {}
    for kind, step, day, precision in zip(*(distinct[name].to_pylist() for name in names), strict=True):
        days = found.setdefault((kind, step), set())
        days.add(day)
        if precision != "day":
            days.update((precision_start(day, precision), precision_end(day, precision)))
    return dict(found)


def _move(days: Set[date], amount: int, params: Interval, found: Moves) -> None:
    moved = found.setdefault((params.unit, params.month_end, amount), {})
    for day in days - moved.keys():
        try:
            moved[day] = shift(day, amount, params)
        except CalendarEnds:
            moved[day] = None


def _shifts(moves: Moves) -> pa.Table:
    schema = _SCHEMAS["shifts"]
    parts = [
        pa.table(
            [*(pa.repeat(value, len(moved)) for value in limit), list(moved), list(moved.values())],
            schema=schema,
        )
        for limit, moved in moves.items()
        if moved
    ]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def _reminders(runs: Sequence[Run], moves: Moves, facts: Mapping[str, pa.Table]) -> pa.Table:
    """Each possible deadline of a run with a notice period, and that day moved back by that period."""
    valid_to = facts["waivers"]["valid_to"].unique().to_pylist()
    extended = {day - timedelta(days=1) for day in valid_to if day}
    wanted: dict[int, set[date]] = {}
    for run in runs:
        params = run.params
        if isinstance(params, Interval) and params.remind_months and params.at_most is not None:
            found = wanted.setdefault(params.remind_months, set(extended))
            moved = moves.get((params.unit, params.month_end, params.at_most), {})
            found.update(day for day in moved.values() if day)
    rows = [
        {"months": months, "due": day, "remind": add_months(day, -months)}
        for months, days in wanted.items()
        for day in days
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMAS["reminders"])


def _schema(text: str) -> pa.Schema:
    types = {"i": pa.int64(), "s": pa.string(), "b": pa.bool_(), "d": pa.date32()}
    pairs = (word.split(":") for word in text.split())
    return pa.schema([pa.field(name, types[kind]) for name, kind in pairs])


_RUN = "run:i duty:s subject:s in_force:d until:d org_condition:i own_measure:s own_low:i own_high:i "
_SCHEMAS = {
    "frequency": _schema(_RUN + "subject_condition:i tally:i at_least:i at_most:i"),
    "tallies": _schema("tally:i subject:s relation:s unit:s levels:s labelled:b is_stepwise:b"),
    "tally_words": _schema("tally:i word:s"),
    "tally_periods": _schema("place:i tally:i label:i start:d end:d"),
    "limits": _schema("tally:i at_least:i"),
    "interval": _schema(
        _RUN + "process:s from_step:s to_step:s until_step:s repeat:b planned:b unit:s month_end:s "
        "at_least:i at_most:i remind_months:i is_excusable:b"
    ),
    "bound": _schema(
        _RUN + "subject_condition:i mode:s measure:s of:s low_num:i low_den:i low_open:b "
        "high_num:i high_den:i high_open:b zero:b events:s acts:s bodies:s"
    ),
    "competence": _schema(_RUN + "is_forbidden:b any_org_kind:b"),
    "completeness": _schema(_RUN + "process:s stage:s order:s in_order:b grace_months:i"),
    "run_words": _schema("run:i role:s word:s position:i"),
    "org_conditions": _schema(
        "org_condition:i kinds:s domains:s not_domains:s org_measure:s org_low:i org_high:i "
        + " ".join(flag + ":b" for flag in FLAGS)
    ),
    "subject_conditions": _schema(
        "subject_condition:i org_condition:i subject_kind:s statuses:s roles:s "
        "subject_measure:s subject_low:i subject_high:i"
    ),
    "periods": _schema("slot:i run:i place:i period:s label:i start:d end:d due:d remind:d"),
    "imprecise": _schema("date:d precision:s first:d last:d"),
    "shifts": _schema("unit:s month_end:s amount:i start:d moved:d"),
    "reminders": _schema("months:i due:d remind:d"),
    "today": _schema("as_of:d next_day:d window_start:d window_end:d"),
}
