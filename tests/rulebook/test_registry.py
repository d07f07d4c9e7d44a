"""Providers by table: joined SELECTs, joined loaders, and what is not shown is not checked."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.rulebook.casefacts import read_facts
from zhibu.rulebook.judge import judge
from zhibu.rulebook.loader import national
from zhibu.rulebook.registry import Provider, Registry, Vendor
from zhibu.rulebook.schema import Event, OrgState

DAY = date(2026, 6, 1)
SQL: dict[Vendor, str] = {"sqlite": "SELECT 1", "postgresql": "SELECT 2"}


def _nothing(org_ids: frozenset[int], as_of: date) -> tuple[Event, ...]:
    return ()


def _states(org_ids: frozenset[int], as_of: date) -> tuple[OrgState, ...]:
    return tuple(row for row in read_facts({})[0].org_states if row.org_id in org_ids)


def filled() -> Registry:
    found = Registry()
    found.register(Provider("org_states", "roster", SQL, _states))
    found.register(
        Provider("events", "meetings", SQL, _nothing, frozenset({"event:general_membership_meeting"}))
    )
    found.register(Provider("events", "learning", SQL, _nothing, frozenset({"event:training"})))
    return found


def test_it_works() -> None:
    registry = filled()
    assert registry.bulk_sql("sqlite") == {
        "org_states": "SELECT 1",
        "events": "SELECT 1\nUNION ALL\nSELECT 1",
    }
    assert registry.bulk_sql("postgresql")["org_states"] == "SELECT 2"
    assert registry.provided() == {"event:general_membership_meeting", "event:training"}
    assert [row.org_id for row in registry.load([1], DAY).org_states] == [1]
    assert registry.load([2], DAY).org_states == ()


def test_a_module_registers_once() -> None:
    registry = filled()
    registry.register(Provider("events", "meetings", SQL, _nothing))
    assert len(registry.providers("events")) == 2


def test_it_refuses_a_table_the_schema_lacks() -> None:
    with pytest.raises(ValueError, match="sightings"):
        Registry().register(Provider("sightings", "roster", SQL, _nothing))


def test_what_nobody_shows_is_named_once_and_not_judged() -> None:
    book, registry = national(), filled()
    rows = judge(book, registry.load([1], DAY), as_of=DAY, provided=registry.provided())
    assert {row.check_id for row in rows} == {"ZB-11-1.a"}
    missing = [check.id for check in book.not_checked(provided=registry.provided())]
    assert "ZB-12-1.a" in missing
    assert "ZB-5-2.a" in missing
    assert "ZB-11-1.a" not in missing
    assert len(missing) == len(set(missing))
    assert {check.status for check in book.not_checked()} == {"deferred"}
