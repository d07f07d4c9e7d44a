"""From the fields of a check in a regulation file to the flat, dated parameters of its shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from zhibu.rulebook.model import (
    Bound,
    Competence,
    Completeness,
    Frequency,
    Interval,
    Params,
    Shape,
    SpanUnit,
)
from zhibu.rulebook.vocabulary import is_zero_when_absent

Raw = dict[str, Any]
LIMITS = ("at_least", "more_than", "at_most", "less_than")
DATED = (*LIMITS, "study_hour", "lag", "remind", "grace")
NOTICE_DAYS = {"month": 10, "quarter": 30, "half": 60, "year": 90, "label_year": 90}  # ours, no regulation
SPAN_UNITS: dict[str, tuple[SpanUnit, int]] = {
    "日": ("days", 1),
    "天": ("days", 1),
    "工作日": ("workdays", 1),
    "月": ("months", 1),
    "年": ("months", 12),
}
FIELDS: dict[str, frozenset[str]] = {
    "frequency": frozenset(
        [
            "events",
            "period",
            "counts",
            "levels",
            "at_least",
            "at_most",
            "study_hour",
            "lag",
            "remind",
            "waivers",
        ]
    ),
    "interval": frozenset(
        [
            "process",
            "from_step",
            "to_step",
            "until_step",
            "repeat",
            "planned",
            "month_end",
            "at_least",
            "at_most",
            "remind",
            "waivers",
        ]
    ),
    "bound": frozenset(("mode", "measure", "of", *LIMITS, "events", "acts", "bodies")),
    "competence": frozenset(("acts", "bodies", "body_org_kinds")),
    "completeness": frozenset(
        ["process", "stage", "steps", "papers", "order", "in_order", "grace", "waivers"]
    ),
    "none": frozenset(),
}


class FieldError(Exception):
    """A field of a check is missing or wrong; the loader adds file and line."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit as people say it; ``den`` is 1 but for ratios."""

    num: int
    den: int
    unit: str


def dates_of(raw: Raw, start: date) -> list[date]:
    """The days on which some parameter gets a new value, the first being ``start``."""
    days = {start}
    for name in DATED:
        value = raw.get(name)
        if isinstance(value, list):
            days |= {entry["from"] for entry in value if "from" in entry}
    return sorted(day for day in days if day >= start)


def on_day(raw: Raw, day: date) -> Raw:
    """The same fields with every dated value replaced by the one that holds on ``day``."""
    fixed = dict(raw)
    for name in DATED:
        value = raw.get(name)
        if isinstance(value, list):
            known = [entry for entry in value if entry.get("from", date.min) <= day]
            if known:
                fixed[name] = max(known, key=lambda entry: cast(date, entry.get("from", date.min)))
            else:
                del fixed[name]
    return fixed


def amount(raw: Raw, name: str) -> Amount | None:
    """One number with unit: ``{ value = 1, unit = "次" }``; ratios are texts like ``"1/2"``."""
    entry = raw.get(name)
    if entry is None:
        return None
    if not isinstance(entry, dict) or "value" not in entry or "unit" not in entry:
        raise FieldError(name, '数值要同时写明 value 和 unit，例如 { value = 1, unit = "次" }。')
    value = entry["value"]
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise FieldError(name, '数值只能写整数，或写成 "1/2" 这样的分数，不用小数。')
    if isinstance(value, int):
        return Amount(value, 1, entry["unit"])
    top, slash, bottom = value.partition("/")
    if not slash or not top.strip().isdigit() or not bottom.strip().isdigit() or int(bottom) == 0:
        raise FieldError(name, '分数写作 "分子/分母"，例如 "4/5"。')
    return Amount(int(top), int(bottom), entry["unit"])


def spoken(raw: Raw) -> tuple[tuple[str, str], ...]:
    """The numbers of one day's fields as people say them: (``at_least``, ``32 学时``)."""
    found = []
    for name in DATED:
        entry = raw.get(name)
        if isinstance(entry, dict):
            found.append((name, "{value} {unit}".format(value=entry["value"], unit=entry["unit"])))
    return tuple(found)


def texts(raw: Raw, name: str) -> tuple[str, ...]:
    """A list of texts, sorted where the order says nothing."""
    value = raw.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise FieldError(name, '应当是一组文字，写作 ["甲", "乙"]。')
    return tuple(value)


def choice(raw: Raw, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    """One of a few fixed words."""
    value = raw.get(name, default)
    if value not in allowed:
        raise FieldError(name, "只能是 {words} 之一。".format(words="、".join(allowed)))
    return cast(str, value)


def text(raw: Raw, name: str) -> str:
    """A text that must be there."""
    value = raw.get(name)
    if not isinstance(value, str) or not value:
        raise FieldError(name, "必须填写。")
    return value


def build(shape: Shape, raw: Raw) -> Params:
    """The parameters of one shape from undated fields; raises FieldError."""
    params = BUILDERS[shape](raw)
    if isinstance(params, Frequency | Interval) and params.at_least is None and params.at_most is None:
        raise FieldError("at_least", "至少要写 at_least 或 at_most 之一。")
    return params


def _frequency(raw: Raw) -> Frequency:
    period = choice(raw, "period", tuple(NOTICE_DAYS))
    low, high = amount(raw, "at_least"), amount(raw, "at_most")
    units = {limit.unit for limit in (low, high) if limit}
    if not units <= {"次"} and not units <= {"学时"} and not units <= {"分钟"}:
        raise FieldError("at_least", "频次的单位只能是 次、学时 或 分钟，上下限一致。")
    factor = 1
    if units == {"学时"}:
        hour = amount(raw, "study_hour")
        if hour is None or hour.unit != "分钟":
            raise FieldError("study_hour", "以学时计算的，要写明一学时合多少分钟。")
        factor = hour.num
    lag, remind = amount(raw, "lag"), amount(raw, "remind")
    return Frequency(
        events=_needed(raw, "events"),
        period=cast(Any, period),
        unit="events" if units == {"次"} else "minutes",
        counts=cast(Any, choice(raw, "counts", ("held", "attended", "missed", "hosted"), "held")),
        levels=texts(raw, "levels"),
        at_least=low.num * factor if low else None,
        at_most=high.num * factor if high else None,
        lag_months=lag.num if lag else 0,
        remind_days=remind.num if remind else NOTICE_DAYS[period],
        waivers=texts(raw, "waivers"),
    )


def _interval(raw: Raw) -> Interval:
    low, high = amount(raw, "at_least"), amount(raw, "at_most")
    spans = []
    for name, limit in (("at_least", low), ("at_most", high)):
        if limit and limit.unit not in SPAN_UNITS:
            raise FieldError(name, "时限的单位只能是 日、工作日、月、年。")
        if limit:
            spans.append(SPAN_UNITS[limit.unit])
    if len({unit for unit, _ in spans}) > 1:
        raise FieldError("at_most", "上下限要用同类单位（月和年可以并用）。")
    remind = amount(raw, "remind")
    return Interval(
        process=text(raw, "process"),
        from_step=text(raw, "from_step"),
        to_step=text(raw, "to_step"),
        unit=spans[0][0] if spans else "days",
        at_least=low.num * SPAN_UNITS[low.unit][1] if low else None,
        at_most=high.num * SPAN_UNITS[high.unit][1] if high else None,
        until_step=raw.get("until_step", ""),
        repeat=bool(raw.get("repeat", False)),
        planned=bool(raw.get("planned", False)),
        month_end=cast(Any, choice(raw, "month_end", ("truncate", "roll"), "truncate")),
        remind_months=remind.num if remind else 1,
        waivers=texts(raw, "waivers"),
    )


def _bound(raw: Raw) -> Bound:
    low, low_open = _limit(raw, "at_least", "more_than")
    high, high_open = _limit(raw, "at_most", "less_than")
    if low is None and high is None:
        raise FieldError("at_least", "至少要写 at_least、more_than、at_most、less_than 之一。")
    measure = text(raw, "measure")
    return Bound(
        mode=cast(Any, choice(raw, "mode", ("state", "act"))),
        measure=measure,
        of=raw.get("of", ""),
        low_num=low.num if low else None,
        low_den=low.den if low else 1,
        low_open=low_open,
        high_num=high.num if high else None,
        high_den=high.den if high else 1,
        high_open=high_open,
        zero=is_zero_when_absent(measure),
        events=texts(raw, "events"),
        acts=texts(raw, "acts"),
        bodies=texts(raw, "bodies"),
    )


def _limit(raw: Raw, closed: str, opened: str) -> tuple[Amount | None, bool]:
    if closed in raw and opened in raw:
        raise FieldError(opened, "{a} 和 {b} 只能写一个。".format(a=closed, b=opened))
    return amount(raw, closed) or amount(raw, opened), opened in raw


def _competence(raw: Raw) -> Competence:
    return Competence(_needed(raw, "acts"), texts(raw, "bodies"), texts(raw, "body_org_kinds"))


def _completeness(raw: Raw) -> Completeness:
    grace = amount(raw, "grace")
    steps, papers = texts(raw, "steps"), texts(raw, "papers")
    if not steps and not papers:
        raise FieldError("steps", "要件至少要写一个步骤（steps）或一份材料（papers）。")
    order = choice(raw, "order", ("before", "by", "after", "any"), "any")
    return Completeness(
        process=text(raw, "process"),
        stage=text(raw, "stage"),
        steps=steps,
        papers=papers,
        order=cast(Literal["before", "by", "after", "any"], order),
        in_order=bool(raw.get("in_order", False)),
        grace_months=grace.num if grace else 0,
        waivers=texts(raw, "waivers"),
    )


def _needed(raw: Raw, name: str) -> tuple[str, ...]:
    found = texts(raw, name)
    if not found:
        raise FieldError(name, "必须填写，至少一项。")
    return found


BUILDERS: dict[str, Callable[[Raw], Params]] = {
    "frequency": _frequency,
    "interval": _interval,
    "bound": _bound,
    "competence": _competence,
    "completeness": _completeness,
}
