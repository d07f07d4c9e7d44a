"""Cards: added once, corrected without losing anybody's correction, sealed, opened with a purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError
from django.urls import reverse

from tests.world import SYSTEM, TODAY, World, card_of, identity_number
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.sealing.seal import blind_index
from zhibu.foundation.search.models import SearchEntry
from zhibu.roster.members.commands.bulk import NewPerson, NewSpell, Situation, bulk_add_persons
from zhibu.roster.members.commands.cards import CLASH, add_person, correct_person
from zhibu.roster.members.commands.decisions import StatusDecision
from zhibu.roster.members.commands.looks import LOOKS_A_DAY, unmask
from zhibu.roster.members.commands.merging import merge_persons, split_persons
from zhibu.roster.members.commands.sealed_cards import PersonCard
from zhibu.roster.members.commands.sealed_cards import card_of as open_card
from zhibu.roster.members.commands.statuses import record_death
from zhibu.roster.members.models import FieldChange, Look, MembershipSpell, Person, Status, StatusChange

NEW = card_of("施望舒", "2", "1990-01-02", date(2015, 7, 1), date(2016, 7, 1), 300)


def add(world: World, card: PersonCard = NEW, **changed: object) -> Person:
    values: dict[str, object] = {
        "actor": world.actor("secretary"),
        "today": TODAY,
        "organization": world.branch,
        "card": card,
        "status": Status.FULL,
        "since_date": date(2026, 1, 5),
    }
    return add_person(**(values | changed))  # type: ignore[arg-type]


def test_it_works(world: World) -> None:
    person = add(world, group=world.groups[0])
    person.refresh_from_db()
    assert open_card(person) == NEW
    assert (person.id_mask, person.phone_mask) == ("3" + "*" * 16 + NEW.id_number[-1], "138****0300")
    assert bytes(person.id_sealed or b"").find(NEW.id_number.encode()) == -1
    assert (person.pinyin, person.birth_month) == ("sws", date(1990, 1, 1))
    assert SearchEntry.objects.filter(kind="person", ref_id=person.pk, org_id=world.branch.pk).exists()


def test_somebody_converted_later_has_two_spells(world: World) -> None:
    person = add(world, since_date=date(2016, 7, 1), card=replace(NEW, full_date=date(2016, 12, 1)))
    spells = MembershipSpell.objects.filter(person=person).order_by("valid_from")
    assert [(spell.status, spell.valid_from) for spell in spells] == [
        ("probationary", date(2016, 7, 1)),
        ("full", date(2016, 12, 1)),
    ]


def test_it_refuses_an_identity_number_of_the_same_branch_by_name(world: World) -> None:
    taken = replace(NEW, id_number=identity_number("1968-04-12", 1))
    with pytest.raises(Refused) as caught:
        add(world, taken)
    assert "周长河" in caught.value.message


def test_it_refuses_an_identity_number_from_elsewhere_neutrally(world: World) -> None:
    far = open_card(world.people["far_member"])
    with pytest.raises(Refused) as caught:
        add(world, replace(NEW, id_number=far.id_number))
    assert (caught.value.message, caught.value.next_step) == (CLASH, "")


def test_the_database_itself_refuses_the_second_number(world: World) -> None:
    with pytest.raises(IntegrityError):
        Person.objects.filter(pk=world.people["member"].pk).update(id_index=world.people["elder"].id_index)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": " "}, "members.no_name"),
        ({"joined_date": date(2026, 5, 1), "full_date": None}, "members.future_date"),
        ({"full_date": date(2014, 7, 1)}, "members.date_order"),
        ({"birth": "2005-01-02", "id_number": ""}, "members.under_age"),
    ],
)
def test_it_refuses_impossible_cards(world: World, changed: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as caught:
        add(world, replace(NEW, **changed))  # type: ignore[arg-type]
    assert caught.value.code == code


def test_it_refuses_a_day_before_the_branch(world: World) -> None:
    with pytest.raises(Refused) as caught:
        add(world, since_date=date(2016, 6, 30))
    assert caught.value.code == "members.before_branch"


def test_a_correction_keeps_the_old_value(world: World) -> None:
    person = add(world)
    card = replace(NEW, unit="东村小学教师", phone="13900000000")
    correct_person(actor=world.actor("secretary"), today=TODAY, person=person, card=card, expected_version=1)
    person.refresh_from_db()
    assert (person.version, person.unit, person.phone_mask) == (2, "东村小学教师", "139****0000")
    rows = {row.field: row for row in FieldChange.objects.filter(person=person)}
    assert rows.keys() == {"unit", "phone"}
    assert (rows["unit"].old_text, rows["unit"].new_text) == ("", "东村小学教师")
    assert (rows["phone"].old_text, rows["phone"].old_sealed is not None) == ("", True)


def test_two_editors_never_overwrite_each_other(world: World) -> None:
    person = add(world)
    first, second = Person.objects.get(pk=person.pk), Person.objects.get(pk=person.pk)
    actor = world.actor("secretary")
    correct_person(
        actor=actor, today=TODAY, person=first, card=replace(NEW, unit="东村小学"), expected_version=1
    )
    with pytest.raises(Refused) as caught:
        correct_person(
            actor=actor, today=TODAY, person=second, card=replace(NEW, unit="镇中心校"), expected_version=1
        )
    assert "东村小学" in caught.value.message
    assert "镇中心校" in caught.value.message
    person.refresh_from_db()
    assert (person.unit, person.version) == ("东村小学", 2)


def test_a_correction_without_difference_changes_nothing(world: World) -> None:
    person = add(world)
    correct_person(actor=SYSTEM, today=TODAY, person=person, card=NEW, expected_version=1)
    person.refresh_from_db()
    assert person.version == 1


def test_the_page_shows_both_corrections_and_keeps_what_was_typed(world: World) -> None:
    person = add(world)
    client = world.client("secretary")
    url = reverse("members:correction", args=[person.public_id])
    sent = {"name": NEW.name, "joined_precision": "day", "full_precision": "day", "version": "1"}
    sent |= {
        "joined_date": "2015-07-01",
        "full_date": "2016-07-01",
        "ethnicity": "01",
        "education": "61",
        "sex": "2",
    }
    assert client.post(url, sent | {"unit": "东村小学", "submission_key": "a"}).status_code == 302
    answer = client.post(url, sent | {"unit": "镇中心校", "submission_key": "b"})
    assert answer.status_code == 422
    assert "东村小学".encode() in answer.content
    assert 'value="镇中心校"'.encode() in answer.content
    assert (
        client.post(url, sent | {"unit": "镇中心校", "version": "2", "submission_key": "c"}).status_code
        == 302
    )
    person.refresh_from_db()
    assert (person.unit, open_card(person).id_number) == ("镇中心校", NEW.id_number)


def test_a_form_sent_twice_counts_once(world: World) -> None:
    client = world.client("secretary")
    sent = {
        "name": "孔令一",
        "sex": "1",
        "status": "full",
        "since_date": "2026-01-05",
        "joined_precision": "day",
        "full_precision": "day",
        "submission_key": "the-same",
    }
    url = reverse("members:add", args=[world.branch.public_id])
    first, second = client.post(url, sent), client.post(url, sent)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Person.objects.filter(name="孔令一").count() == 1


def test_unmasking_is_recorded_and_readable_by_the_person(world: World) -> None:
    person = world.people["member"]
    value = unmask(
        actor=world.actor("secretary"),
        today=TODAY,
        person=person,
        field="phone",
        purpose="contact",
        proved_at=utc_now(),
    )
    assert value == "13800000004"
    page = world.client("member").get(reverse("members:own_card")).content.decode()
    assert "周长河查看了手机号码，用途：联系本人" in page


def test_it_refuses_the_twenty_first_look_of_a_day(world: World) -> None:
    actor, person = world.actor("secretary"), world.people["member"]
    for _ in range(LOOKS_A_DAY):
        unmask(actor=actor, today=TODAY, person=person, field="phone", purpose="contact", proved_at=utc_now())
    with pytest.raises(Refused):
        unmask(actor=actor, today=TODAY, person=person, field="phone", purpose="contact", proved_at=utc_now())
    assert Look.objects.count() == LOOKS_A_DAY
    unmask(
        actor=actor,
        today=date(2026, 3, 17),
        person=person,
        field="phone",
        purpose="contact",
        proved_at=utc_now(),
    )


def test_a_reader_may_not_unmask_but_everybody_their_own(world: World) -> None:
    with pytest.raises(NotAllowed):
        unmask(
            actor=world.actor("committee_member"),
            today=TODAY,
            person=world.people["member"],
            field="phone",
            purpose="contact",
            proved_at=utc_now(),
        )
    own = unmask(
        actor=world.actor("member"),
        today=TODAY,
        person=world.people["member"],
        field="phone",
        purpose="verify",
        proved_at=None,
    )
    assert own == "13800000004"
    assert not Look.objects.exists()


def test_merged_cards_come_apart_again(world: World) -> None:
    kept, absorbed = world.people["member"], add(world, card=replace(NEW, id_number="", name="冯大山"))
    with pytest.raises(Refused):
        merge_persons(actor=SYSTEM, today=TODAY, kept=kept, absorbed=absorbed, reason="同一人")
    record_death(actor=SYSTEM, today=TODAY, person=absorbed, decision=StatusDecision(effective_date=TODAY))
    merge = merge_persons(actor=SYSTEM, today=TODAY, kept=kept, absorbed=absorbed, reason="同一人")
    assert not Person.objects.visible_to(SYSTEM.scope).filter(pk=absorbed.pk).exists()
    assert MembershipSpell.objects.filter(person=kept).count() == 2
    split_persons(actor=SYSTEM, today=TODAY, merge=merge)
    assert MembershipSpell.objects.filter(person=kept).count() == 1
    assert Person.objects.visible_to(SYSTEM.scope).filter(pk=absorbed.pk).exists()


def test_a_batch_writes_persons_spells_search_and_one_audit_row(world: World) -> None:
    cards = [
        replace(NEW, name="名{n}".format(n=n), id_number=identity_number("1990-01-02", n))
        for n in range(400, 420)
    ]
    rows = [
        NewPerson(card, world.sibling if n % 2 else world.branch, Status.FULL, date(2016, 7, 1))
        for n, card in enumerate(cards)
    ]
    rows[0] = replace(
        rows[0],
        spells=(
            NewSpell(world.sibling, Status.FULL, date(2016, 7, 1), date(2020, 1, 1)),
            NewSpell(world.branch, Status.FULL, date(2020, 1, 1)),
        ),
        situation=Situation(is_lost=True, lost_date=date(2025, 9, 1), lost_circumstance="1"),
    )
    people = bulk_add_persons(actor=SYSTEM, today=TODAY, rows=rows)
    assert [
        open_card(person) for person in Person.objects.filter(pk__in=[p.pk for p in people]).order_by("pk")
    ] == cards
    assert MembershipSpell.objects.filter(person=people[0]).count() == 2
    assert StatusChange.objects.filter(person=people[0], kind="lost").count() == 1
    assert SearchEntry.objects.filter(kind="person", ref_id__in=[p.pk for p in people]).count() == 20
    assert Person.objects.get(pk=people[3].pk).id_index == blind_index("id", cards[3].id_number)
    after = add(world, card=replace(NEW, id_number=""))
    assert after.pk > people[-1].pk


def test_a_batch_needs_the_right_at_every_organisation(world: World) -> None:
    rows = [NewPerson(NEW, world.sibling, Status.FULL, date(2016, 7, 1))]
    with pytest.raises(NotAllowed):
        bulk_add_persons(actor=world.actor("secretary"), today=TODAY, rows=rows)
