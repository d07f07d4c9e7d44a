"""Cards read narrowly for comparing are the cards themselves, and only what differs is compared."""

from __future__ import annotations

from dataclasses import asdict

from tests.world import World
from zhibu.roster.imports.planning.values import CARD_FIELDS, list_differing, values_of
from zhibu.roster.imports.queries import load_values
from zhibu.roster.imports.tasks import release_memory
from zhibu.roster.members.commands.sealed_cards import card_of, list_open_cards
from zhibu.roster.members.models import Person


def test_a_card_read_as_a_row_is_the_card_of_the_person(world: World) -> None:
    people = {person.pk: person for person in Person.objects.all()}
    rows = dict(list_open_cards(list(people)))
    assert rows == {pk: asdict(card_of(person)) for pk, person in people.items()}
    assert any(row["id_number"] and row["joined_date"] for row in rows.values())


def test_what_is_particular_today_stands_beside_the_card(world: World) -> None:
    person = world.people["member"]
    Person.objects.filter(pk=person.pk).update(is_mobile=True, is_migrant_worker=False, remark="")
    found = load_values([person.pk])[person.pk]
    assert (found["is_lost"], found["is_mobile"], found["is_migrant_worker"]) == ("0", "1", "0")
    assert "remark" not in found


def test_only_what_a_file_says_otherwise_differs_in_the_order_of_the_card() -> None:
    old = {"name": "王军", "joined_date": "1998-07-01", "unit": "某厂", "school": "某校"}
    new = {
        "unit": "新厂",
        "joined_date": "1998-07",
        "name": "王军",
        "branch": "1",
        "remark": "新",
        "phone": "",
    }
    assert list_differing(new, old) == ["unit", "remark"]
    otherwise = list_differing(new | {"joined_date": "1998-08"}, old)
    assert otherwise == sorted(["joined_date", "unit", "remark"], key=CARD_FIELDS.index)
    assert list_differing(old, old) == []


def test_values_leave_out_what_is_not_known(world: World) -> None:
    card = asdict(card_of(world.people["member"])) | {"school": "", "party_age_correction_months": 0}
    found = values_of(card)
    assert "school" not in found
    assert "party_age_correction_months" not in found
    assert found["name"] == card["name"]


def test_the_worker_goes_on_after_it_let_go_of_its_memory(world: World) -> None:
    release_memory()
    assert Person.objects.filter(pk=world.people["member"].pk).exists()
