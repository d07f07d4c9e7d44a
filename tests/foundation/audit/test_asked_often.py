"""A query asked often gives what the same query gives when Django builds it anew."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db.models import CharField, DateField

from tests.world import World
from zhibu.foundation.audit.asked_often import AskedOften, Blank
from zhibu.roster.members.models import MembershipSpell, Person

_NAMES = ("pk", "valid_from", "is_belonging", "person__name")


def test_it_gives_the_rows_of_the_plain_query_for_each_value(world: World) -> None:
    often = AskedOften(
        lambda: (
            MembershipSpell.objects.filter(person__name=Blank("name", CharField()))
            .filter(valid_from__lte=Blank("day", DateField()))
            .order_by("pk")
            .values_list(*_NAMES)
        )
    )
    names = list(Person.objects.order_by("pk").values_list("name", flat=True))
    assert len(names) > 1
    for name in [*names, "没有这个人"]:
        for day in (date(1990, 1, 1), date(2100, 1, 1)):
            plain = MembershipSpell.objects.filter(person__name=name, valid_from__lte=day)
            assert often.ask(name=name, day=day) == list(plain.order_by("pk").values_list(*_NAMES))
    assert often.ask(name=names[0], day=date(2100, 1, 1))


def test_it_refuses_an_instant_and_a_value_left_out(world: World) -> None:
    often = AskedOften(
        lambda: Person.objects.filter(name=Blank("name", CharField())).order_by("pk").values_list("pk")
    )
    with pytest.raises(TypeError):
        often.ask(name=datetime(2026, 1, 1))
    with pytest.raises(KeyError):
        often.ask()
