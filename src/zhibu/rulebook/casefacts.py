"""From the compact facts of a worked case to fact rows; labels become numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from zhibu.rulebook.schema import (
    Act,
    Begin,
    Event,
    Facts,
    Measure,
    Membership,
    Office,
    Organization,
    OrgState,
    Paper,
    Participation,
    Person,
    Precision,
    Step,
    Waiver,
)

Raw = dict[str, Any]
OWN = "本支部"
ORIGIN = date(2000, 1, 1)
FLAGS = (
    "has_committee",
    "has_groups",
    "is_temporary",
    "is_joint",
    "is_mobile",
    "is_functional",
    "may_approve_admissions",
)
TABLES = [
    "branch",
    "organizations",
    "members",
    "offices",
    "groups",
    "events",
    "acts",
    "processes",
    "measures",
    "waivers",
    "begins",
]


class CaseError(Exception):
    """A case is not written as it should be; the sentence (Chinese) says where and how."""


@dataclass
class Draft:
    """The rows found so far, and the numbers given to labels of each kind."""

    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    rows: dict[str, list[Any]] = field(default_factory=dict)

    def number(self, kind: str, label: object) -> int:
        """The number of a label, the same wherever the label stands."""
        known = self.numbers.setdefault(kind, {})
        return known.setdefault(str(label), len(known) + 1)

    def add(self, table: str, row: Any) -> None:
        """One more fact row."""
        self.rows.setdefault(table, []).append(row)


def read_facts(raw: Raw) -> tuple[Facts, Draft]:
    """All facts of a case; raises CaseError. Without organisations there is one branch, 本支部."""
    for name in raw:
        if name not in TABLES:
            raise CaseError(
                "facts 里没有“{name}”这一栏；可用的有：{known}。".format(name=name, known="、".join(TABLES))
            )
    draft = Draft()
    _organization(draft, {"id": OWN, **raw.get("branch", {})})
    readers: dict[str, Callable[[Draft, Raw], None]] = {
        "organizations": _organization,
        "members": _member,
        "offices": _office,
        "groups": _group,
        "events": _event,
        "acts": _act,
        "processes": _process,
        "measures": _measure,
        "waivers": _waiver,
        "begins": _begin,
    }
    for name, reader in readers.items():
        for entry in raw.get(name, []):
            try:
                reader(draft, entry)
            except KeyError as error:
                raise CaseError("{name} 里有一行缺少 {key}。".format(name=name, key=error)) from error
    rows = {name: tuple(found) for name, found in draft.rows.items()}
    return Facts(**rows), draft


def read_date(value: object) -> tuple[date, Precision]:
    """A day, or a month (``2026-03``) or a year (``2026``) stored as its first day with its precision."""
    if isinstance(value, date):
        return value, "day"
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?", str(value))
    if not found:
        raise CaseError("“{value}”不是日期；请写 2026-03-05、2026-03 或 2026。".format(value=value))
    if found.group(2):
        return date(int(found.group(1)), int(found.group(2)), 1), "month"
    return date(int(found.group(1)), 1, 1), "year"


def _day(raw: Raw, name: str, default: date | None = None) -> date | None:
    value = raw.get(name, default)
    return None if value is None else read_date(value)[0]


def _must(raw: Raw, name: str, default: date = ORIGIN) -> date:
    return _day(raw, name, default) or default


def _org(draft: Draft, raw: Raw) -> int:
    return draft.number("organization", raw.get("org", OWN))


def _organization(draft: Draft, raw: Raw) -> None:
    label = raw["id"]
    org_id = draft.number("organization", label)
    for row in [row for row in draft.rows.get("organizations", []) if row.org_id == org_id]:
        draft.rows["organizations"].remove(row)
    path = "/{n}/".format(n=org_id)
    begin = _day(raw, "from")
    draft.add(
        "organizations", Organization(org_id, None, path, str(org_id), str(label), begin, _day(raw, "to"))
    )
    for state in raw.get("states", [raw]):
        draft.add("org_states", _state(org_id, {**raw, **state}))
    for key, value in raw.get("measures", {}).items():
        draft.add(
            "measures",
            Measure("organization", org_id, org_id, key, _must(raw, "from"), _day(raw, "to"), value),
        )


def _state(org_id: int, raw: Raw) -> OrgState:
    flags = [bool(raw.get(name, False)) for name in FLAGS]
    kind, domain = raw.get("kind", "branch"), raw.get("domain", "other")
    return OrgState(org_id, _must(raw, "from"), _day(raw, "to"), kind, domain, *flags)


def _member(draft: Draft, raw: Raw) -> None:
    person, org_id = draft.number("person", raw["person"]), _org(draft, raw)
    group = draft.number("group", raw["group"]) if "group" in raw else None
    known = len(draft.rows.get("memberships", []))
    draft.add(
        "memberships",
        Membership(
            known + 1,
            person,
            org_id,
            group,
            raw.get("status", "full"),
            raw.get("belongs", True),
            _must(raw, "from"),
            _day(raw, "to"),
        ),
    )
    draft.add("persons", Person(person, org_id))
    _own_measures(draft, raw, "person", person, org_id, _must(raw, "from"), _day(raw, "to"))


def _own_measures(
    draft: Draft, raw: Raw, kind: str, subject: int, org_id: int, start: date, end: date | None
) -> None:
    for key, value in raw.get("measures", {}).items():
        draft.add("measures", Measure(cast(Any, kind), subject, org_id, key, start, end, value))


def _office(draft: Draft, raw: Raw) -> None:
    known = len(draft.rows.get("offices", []))
    draft.add(
        "offices",
        Office(
            known + 1,
            _org(draft, raw),
            draft.number("person", raw["person"]),
            None,
            draft.number("group", raw["group"]) if "group" in raw else None,
            raw["role"],
            raw.get("obtained_by", "elected"),
            _must(raw, "from"),
            _day(raw, "to"),
        ),
    )


def _group(draft: Draft, raw: Raw) -> None:
    group, start, end = draft.number("group", raw["id"]), _must(raw, "from"), _day(raw, "to")
    values = {"group_members": raw.get("members", 5), **raw.get("measures", {})}
    _own_measures(draft, {"measures": values}, "group", group, _org(draft, raw), start, end)


def _event(draft: Draft, raw: Raw) -> None:
    day, precision = read_date(raw["date"])
    label = raw.get("id", "第{n}次".format(n=len(draft.rows.get("events", [])) + 1))
    event, org_id = draft.number("event", label), _org(draft, raw)
    draft.add(
        "events",
        Event(
            event,
            org_id,
            draft.number("group", raw["group"]) if "group" in raw else None,
            raw["kind"],
            day,
            precision,
            raw.get("year_label", day.year),
            raw.get("minutes", 60),
            raw.get("audience", "group" if "group" in raw else "members"),
            raw.get("basis", "expected"),
            raw.get("level", "branch"),
            draft.number("person", raw["host"]) if "host" in raw else None,
            raw.get("is_valid", True),
        ),
    )
    for person, mark in raw.get("marks", {}).items():
        entry = mark if isinstance(mark, dict) else {"mark": mark}
        number = draft.number("person", person)
        draft.add("participations", Participation(event, number, entry["mark"], entry.get("minutes")))
    _own_measures(draft, raw, "event", event, org_id, day, _next(day))


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _act(draft: Draft, raw: Raw) -> None:
    day, precision = read_date(raw["date"])
    label = raw.get("id", "第{n}件".format(n=len(draft.rows.get("acts", [])) + 1))
    act, org_id = draft.number("act", label), _org(draft, raw)
    body, org_kind = raw.get("body", ""), raw.get("body_org_kind", "")
    draft.add("acts", Act(act, raw["kind"], org_id, day, precision, body, org_kind, "organization", org_id))
    _own_measures(draft, raw, "act", act, org_id, day, _next(day))


def _process(draft: Draft, raw: Raw) -> None:
    kind, org_id = raw["kind"], _org(draft, raw)
    number = draft.number(
        "process", raw.get("id", "{kind}{n}".format(kind=kind, n=len(draft.rows.get("steps", []))))
    )
    subject_kind = "person" if "person" in raw else "organization"
    subject = draft.number("person", raw["person"]) if "person" in raw else org_id
    for name, written in raw["steps"].items():
        for value in written if isinstance(written, list) else [written]:
            day, precision = read_date(value)
            draft.add(
                "steps", Step(number, kind, cast(Any, subject_kind), subject, org_id, name, day, precision)
            )
    for name, value in raw.get("papers", {}).items():
        draft.add("papers", Paper(kind, number, org_id, name, read_date(value)[0]))
    if raw.get("measures"):
        start = min(
            row.date for row in draft.rows["steps"] if (row.process_kind, row.process_id) == (kind, number)
        )
        _own_measures(draft, raw, "process", number, org_id, start, None)


def _measure(draft: Draft, raw: Raw) -> None:
    kind = raw.get("subject_kind", "organization")
    subject = draft.number(kind, raw.get("subject", raw.get("org", OWN)))
    draft.add(
        "measures",
        Measure(
            kind, subject, _org(draft, raw), raw["key"], _must(raw, "from"), _day(raw, "to"), raw["value"]
        ),
    )


def _waiver(draft: Draft, raw: Raw) -> None:
    known = len(draft.rows.get("waivers", []))
    draft.add(
        "waivers",
        Waiver(
            known + 1,
            _org(draft, raw),
            draft.number("person", raw["person"]) if "person" in raw else None,
            raw["kind"],
            raw.get("duty", ""),
            raw.get("circumstance", ""),
            _must(raw, "from"),
            _day(raw, "to"),
            _day(raw, "superior_approved"),
            _day(raw, "meeting_passed"),
        ),
    )


def _begin(draft: Draft, raw: Raw) -> None:
    draft.add("begins", Begin(_org(draft, raw), raw.get("fact", ""), _must(raw, "date")))


def labels(draft: Draft) -> Iterator[tuple[str, str, int]]:
    """Every label with its kind and number."""
    for kind, known in draft.numbers.items():
        for label, number in known.items():
            yield kind, label, number
