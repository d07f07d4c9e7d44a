"""What an import may not do, and what it says then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from tests.roster.imports_app.files import (
    THREE,
    apply,
    confirm_columns,
    imported,
    person,
    roster,
    send,
    undo,
)
from tests.world import SYSTEM, TODAY, World, identity_number
from zhibu.common.dates import utc_now
from zhibu.roster.imports.commands.staging import expire_imports
from zhibu.roster.imports.models import ImportBatch, ImportedRow
from zhibu.roster.imports.staging import list_staged
from zhibu.roster.members.commands.cards import correct_person
from zhibu.roster.members.commands.offices import Appointment, take_office
from zhibu.roster.members.commands.sealed_cards import card_of
from zhibu.roster.members.models import FieldChange, Office, Person

State = ImportBatch.State
_PAGES = ("batch", "columns", "undo", "handback")
_ACTS = ("answers", "apply", "undo", "discard")


def test_other_branch_gets_404(world: World) -> None:
    batch = send(world.client("secretary"), world, roster(*THREE))
    sibling = world.client("sibling_secretary")
    for name in _PAGES:
        assert sibling.get(reverse("imports:" + name, args=[batch.public_id])).status_code == 404
    for name in _ACTS:
        assert sibling.post(reverse("imports:" + name, args=[batch.public_id])).status_code == 404


def test_a_reader_gets_403(world: World) -> None:
    batch = send(world.client("secretary"), world, roster(*THREE))
    reader = world.client("committee_member")
    assert reader.get(reverse("imports:list")).status_code == 403
    assert reader.get(reverse("imports:batch", args=[batch.public_id])).status_code == 403
    assert reader.post(reverse("imports:apply", args=[batch.public_id])).status_code == 403


def test_it_refuses_a_file_for_another_branch(world: World) -> None:
    client = world.client("secretary")
    with pytest.raises(AssertionError):
        send(client, world, roster(*THREE), organization="sibling")
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000, "重新上传"),
        (b"PK\x03\x04broken", "再上传"),
        (b"%PDF-1.7 not a table", "这个文件不是表格"),
    ],
)
def test_it_refuses_a_file_it_cannot_read_in_a_sentence(world: World, content: bytes, words: str) -> None:
    client = world.client("secretary")
    batch = send(client, world, content, "坏.xlsx")
    assert batch.state == State.REFUSED
    assert batch.staged_file == ""
    page = client.get(reverse("imports:batch", args=[batch.public_id])).content.decode()
    assert words in page
    assert "名册没有任何变化" in page


def test_it_refuses_an_empty_file_beside_the_field(world: World) -> None:
    client = world.client("secretary")
    answer = client.post(reverse("imports:list"), {"organization": world.branch.public_id})
    assert answer.status_code == 422
    assert "请先选择要导入的文件" in answer.content.decode()


def test_a_person_edited_between_preview_and_confirmation_is_left_alone(world: World) -> None:
    client = world.client("secretary")
    old = world.people["member"]
    number = card_of(old).id_number
    row = person("冯大山", "1950-03-30", 9, phone="13900009999", id_number=number, sex="男")
    row[7:9] = ["1972-07-01", "1973-07-01"]
    batch = send(client, world, roster(row, *THREE))
    confirm_columns(client, batch)
    card = replace(card_of(old), phone="13700000000")
    correct_person(actor=SYSTEM, today=TODAY, person=old, card=card, expected_version=old.version)
    page = apply(client, batch)
    assert "1 行没有写入" in page
    assert "别人改过这个人的信息" in page
    old.refresh_from_db()
    assert card_of(old).phone == "13700000000"
    assert Person.objects.filter(name="钱一鸣").exists()


def test_somebody_added_between_preview_and_confirmation_is_not_added_again(world: World) -> None:
    client = world.client("secretary")
    first = send(client, world, roster(*THREE))
    confirm_columns(client, first)
    second = send(client, world, roster(*THREE), "另一份.xlsx")
    confirm_columns(client, second)
    apply(client, first)
    page = apply(client, second)
    assert "3 行没有写入" in page
    assert Person.objects.filter(name="钱一鸣").count() == 1


def test_it_refuses_to_apply_a_preview_that_is_not_the_newest(world: World) -> None:
    client = world.client("secretary")
    batch = send(client, world, roster(*THREE))
    confirm_columns(client, batch)
    answer = client.post(reverse("imports:apply", args=[batch.public_id]), {"stamp": batch.stamp + 1})
    assert answer.status_code == 409
    assert "预览已经不是最新的" in answer.content.decode()
    assert not Person.objects.filter(name="钱一鸣").exists()


def test_confirming_twice_writes_once(world: World) -> None:
    client = world.client("secretary")
    batch = send(client, world, roster(*THREE))
    confirm_columns(client, batch)
    apply(client, batch)
    apply(client, batch)
    assert Person.objects.filter(name="钱一鸣").count() == 1
    assert ImportedRow.objects.filter(batch=batch).count() == 3


def test_undo_leaves_what_was_touched_since(world: World) -> None:
    client = world.client("secretary")
    batch = imported(client, world, roster(*THREE))
    edited = Person.objects.get(name="钱一鸣")
    card = replace(card_of(edited), unit="某厂")
    correct_person(actor=SYSTEM, today=TODAY, person=edited, card=card, expected_version=edited.version)
    busy = Person.objects.get(name="孔二娘")
    take_office(
        actor=SYSTEM,
        today=TODAY,
        person=busy,
        organization=world.branch,
        appointment=Appointment(role=Office.Role.PUBLICITY_MEMBER, valid_from=TODAY),
    )
    page = undo(client, batch)
    assert "去掉 1 人" in page
    assert "2 人没有撤销" in page
    results = dict(ImportedRow.objects.filter(batch=batch).values_list("name", "undo_result"))
    assert "有人改过" in results["钱一鸣"]
    assert "别的记录" in results["孔二娘"]
    assert results["曹三元"] == "已撤销"
    assert Person.objects.filter(name__in=["钱一鸣", "孔二娘"]).count() == 2


def test_undo_gives_changed_cards_their_old_values_back_and_keeps_the_history(world: World) -> None:
    client = world.client("secretary")
    old = world.people["member"]
    before = card_of(old)
    row = person("冯大山", "1950-03-30", 9, phone="13900009999", id_number=before.id_number)
    row[7:9] = ["1972-07-01", "1973-07-01"]
    batch = imported(client, world, roster(row))
    old.refresh_from_db()
    assert card_of(old).phone == "13900009999"
    undo(client, batch)
    old.refresh_from_db()
    assert card_of(old) == before
    assert FieldChange.objects.filter(person=old, field="phone").count() == 2


def test_it_refuses_to_undo_after_seven_days(world: World) -> None:
    client = world.client("secretary")
    batch = imported(client, world, roster(*THREE))
    ImportBatch.objects.filter(pk=batch.pk).update(applied_at=utc_now() - timedelta(days=8))
    page = undo(client, batch)
    assert "超过7天" in page
    assert Person.objects.filter(name="钱一鸣").exists()


def test_an_expired_file_is_deleted_and_cannot_be_applied(world: World) -> None:
    client = world.client("secretary")
    batch = send(client, world, roster(*THREE))
    confirm_columns(client, batch)
    ImportBatch.objects.filter(pk=batch.pk).update(expires_at=utc_now() - timedelta(minutes=1))
    assert "超过24小时" in apply(client, batch)
    assert expire_imports(actor=SYSTEM, now=utc_now()) == 1
    batch.refresh_from_db()
    assert (batch.state, batch.staged_file, batch.plan_file) == (State.EXPIRED, "", "")
    assert not Person.objects.filter(name="钱一鸣").exists()


def test_staged_files_are_sealed(world: World) -> None:
    batch = send(world.client("secretary"), world, roster(*THREE))
    for name in (batch.staged_file, batch.plan_file):
        assert name in list_staged()
        with default_storage.open(name, "rb") as stored:
            content = stored.read()
        assert "钱一鸣".encode() not in content
        assert identity_number("1970-01-02", 301).encode() not in content
        assert not content.startswith(b"PK")


def test_somebody_of_another_branch_is_not_revealed(world: World) -> None:
    stranger = card_of(world.people["far_member"])
    row = person("朱晚晴", "1979-07-07", 92, id_number=stranger.id_number, sex="女")
    client = world.client("secretary")
    batch = send(client, world, roster(row, *THREE))
    page = confirm_columns(client, batch)
    html = client.get(reverse("imports:batch", args=[batch.public_id]) + "?show=left_out").content.decode()
    assert "无法保存，请联系上级组织核对" in html
    assert "港湾" not in page + html
