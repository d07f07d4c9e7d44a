"""Lost, searched for, found; away, abroad, contacted, back."""

from __future__ import annotations

from datetime import date

import pytest

from tests.world import SYSTEM, TODAY, World
from zhibu.common.errors import Refused
from zhibu.roster.members.commands import situations
from zhibu.roster.members.commands.decisions import StatusDecision
from zhibu.roster.members.models import StatusChange


def at(day: date, *, place: str = "", note: str = "") -> StatusDecision:
    return StatusDecision(effective_date=day, place=place, note=note)


def test_lost_searched_found(world: World) -> None:
    person = world.people["worker"]
    common = {"actor": SYSTEM, "today": TODAY, "person": person}
    situations.record_lost(**common, decision=at(date(2025, 5, 1)), circumstance="1")  # type: ignore[arg-type]
    situations.record_search(**common, decision=at(date(2025, 6, 1), note="电话联系家属"))  # type: ignore[arg-type]
    assert (person.is_lost, person.lost_date) == (True, date(2025, 5, 1))
    situations.record_found(**common, decision=at(date(2025, 9, 1)))  # type: ignore[arg-type]
    assert not person.is_lost
    kinds = StatusChange.objects.filter(person=person).values_list("kind", flat=True)
    assert list(kinds) == ["record", "lost", "searched", "found"]


def test_away_contacted_back(world: World) -> None:
    person = world.people["worker"]
    common = {"actor": SYSTEM, "today": TODAY, "person": person}
    situations.record_away(**common, decision=at(date(2025, 5, 1), place="外省某市"))  # type: ignore[arg-type]
    situations.record_contact(**common, decision=at(date(2025, 9, 1)))  # type: ignore[arg-type]
    assert person.is_mobile
    situations.record_return(**common, decision=at(date(2025, 12, 1)))  # type: ignore[arg-type]
    assert (person.is_mobile, person.mobile_destination) == (False, "")


def test_abroad_and_back(world: World) -> None:
    person = world.people["teacher"]
    situations.record_abroad(
        actor=SYSTEM, today=TODAY, person=person, decision=at(date(2025, 5, 1), place="国外")
    )
    assert person.abroad_since_date == date(2025, 5, 1)
    with pytest.raises(Refused):
        situations.record_return(actor=SYSTEM, today=TODAY, person=person, decision=at(date(2025, 4, 1)))


def test_it_refuses_what_does_not_fit(world: World) -> None:
    person = world.people["worker"]
    common = {"actor": SYSTEM, "today": TODAY, "person": person}
    for call, decision in (
        (situations.record_found, at(TODAY)),
        (situations.record_search, at(TODAY, note="电话")),
        (situations.record_return, at(TODAY)),
        (situations.record_away, at(TODAY)),
    ):
        with pytest.raises(Refused):
            call(**common, decision=decision)  # type: ignore[operator]
