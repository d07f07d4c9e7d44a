"""Refuses a worked case whose rows have a field or a word that does not exist: no slip may pass silently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, get_args

from zhibu.rulebook.casefacts import FLAGS, CaseError
from zhibu.rulebook.rulebook import Rulebook
from zhibu.rulebook.schema import Audience, Domain, Mark, MemberStatus, OrgKind
from zhibu.rulebook.vocabulary import vocabulary

Raw = dict[str, Any]
_ORGANIZATION = frozenset({"id", "kind", "domain", "from", "to", "measures", "states", *FLAGS})
FIELDS: dict[str, frozenset[str]] = {
    "branch": _ORGANIZATION,
    "organizations": _ORGANIZATION,
    "members": frozenset({"person", "status", "from", "to", "group", "org", "belongs", "measures"}),
    "offices": frozenset({"person", "role", "from", "to", "org", "group", "obtained_by"}),
    "groups": frozenset({"id", "members", "from", "to", "org", "measures"}),
    "events": frozenset(
        [
            "id",
            "kind",
            "date",
            "year_label",
            "group",
            "audience",
            "basis",
            "minutes",
            "level",
            "host",
            "org",
            "is_valid",
            "marks",
            "measures",
        ]
    ),
    "acts": frozenset({"id", "kind", "date", "body", "body_org_kind", "org", "measures"}),
    "processes": frozenset({"id", "kind", "steps", "papers", "person", "org", "measures"}),
    "measures": frozenset({"key", "value", "from", "to", "subject_kind", "subject", "org"}),
    "waivers": frozenset(
        ["kind", "person", "duty", "from", "to", "org", "circumstance", "superior_approved", "meeting_passed"]
    ),
    "begins": frozenset({"date", "fact", "org"}),
}
_LEVELS = ("branch", "township", "county", "city", "province", "nation")


def check_rows(raw: Raw, rulebook: Rulebook) -> None:
    """Raises CaseError, which names the row, the slip and the nearest words that exist."""
    known = set(vocabulary()) | {key for check in rulebook.checks for key in check.needs}
    for table, rows in raw.items():
        for row in [rows] if table == "branch" else rows:
            _check_fields(table, row)
            for place, word, allowed in _words(table, row, known):
                _refuse_unknown(table, place, word, allowed)


def _check_fields(table: str, row: Raw) -> None:
    for state in (row, *row.get("states", ())):
        for name in state:
            _refuse_unknown(table, "", name, FIELDS[table])


def _words(table: str, row: Raw, known: set[str]) -> Iterator[tuple[str, str, Iterable[str]]]:
    """Every word of a row with its field and the words that may stand there."""

    def named(kind: str) -> list[str]:
        return [key.split(":", 1)[1] for key in known if key.startswith(kind + ":")]

    if table in ("branch", "organizations"):
        for state in (row, *row.get("states", ())):
            yield from _one(state, "kind", get_args(OrgKind))
            yield from _one(state, "domain", get_args(Domain))
    if table == "members":
        yield from _one(row, "status", get_args(MemberStatus))
    if table == "offices":
        yield from _one(row, "role", named("role"))
        yield from _one(row, "obtained_by", ("elected", "appointed"))
    if table == "events":
        yield from _one(row, "kind", named("event"))
        yield from _one(row, "audience", get_args(Audience))
        yield from _one(row, "basis", ("expected", "listed"))
        yield from _one(row, "level", _LEVELS)
        for mark in row.get("marks", {}).values():
            yield "marks", mark["mark"] if isinstance(mark, dict) else mark, get_args(Mark)
    if table == "acts":
        yield from _one(row, "kind", named("act"))
        yield from _one(row, "body", ("", *named("body")))
    if table == "processes":
        steps = named("step")
        yield from _one(row, "kind", {step.split(".")[0] for step in steps})
        for name in row.get("steps", {}):
            yield "steps", "{kind}.{name}".format(kind=row.get("kind", ""), name=name), steps
    if table == "waivers":
        yield from _one(row, "kind", named("waiver"))
    if table == "measures":
        yield from _one(row, "key", named("measure"))
    for key in row.get("measures", {}):
        yield "measures", key, named("measure")


def _one(row: Raw, name: str, allowed: Iterable[str]) -> Iterator[tuple[str, str, Iterable[str]]]:
    if name in row:
        yield name, str(row[name]), allowed


def _refuse_unknown(table: str, place: str, word: str, allowed: Iterable[str]) -> None:
    words = sorted(allowed)
    if word in words:
        return
    near = get_close_matches(word, words) or words[:12]
    where = "{table} 的 {place}".format(table=table, place=place) if place else table
    pattern = "{where} 里没有“{word}”这个词，请核对拼写；可以写：{near}。"
    raise CaseError(pattern.format(where=where, word=word, near="、".join(near)))
