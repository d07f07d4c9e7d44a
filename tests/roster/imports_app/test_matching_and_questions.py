"""Who a row means, and what is asked before anything is decided."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from tests.roster.imports_app.files import (
    HEADER,
    THREE,
    apply,
    confirm_columns,
    imported,
    person,
    roster,
    send,
)
from tests.world import World
from zhibu.roster.imports.models import ImportBatch
from zhibu.roster.imports.staging import open_plan
from zhibu.roster.members.commands.sealed_cards import card_of
from zhibu.roster.members.models import Person

_SHORT = ["姓名", "性别", "出生年月", "联系电话", "人员类别", "入党时间"]


def _questions(batch: ImportBatch) -> list[str]:
    batch.refresh_from_db()
    return [question.reason for question in open_plan(batch.plan_file, batch.public_id).questions()]


def _answer(client: Client, batch: ImportBatch, words: str, choice: str) -> str:
    """Choose the label that begins with ``choice`` in every question whose reason holds ``words``."""
    batch.refresh_from_db()
    data = {}
    for question in open_plan(batch.plan_file, batch.public_id).questions():
        if words in question.reason:
            number = next(n for n, label in enumerate(question.labels) if label.startswith(choice))
            data["answer-" + question.key] = str(number)
    assert data, _questions(batch)
    url = reverse("imports:answers", args=[batch.public_id])
    return str(client.post(url, data, follow=True).content.decode())


def _sent(client: Client, world: World, content: bytes, organization: str = "branch") -> ImportBatch:
    batch = send(client, world, content, organization=organization)
    confirm_columns(client, batch)
    batch.refresh_from_db()
    return batch


def test_name_and_birth_find_somebody_without_a_number(world: World) -> None:
    client = world.client("secretary")
    row = ["冯大山", "男", "1950-03-30", "13911112222", "正式党员", "1972-07-01"]
    batch = _sent(client, world, roster(row, header=_SHORT))
    assert batch.summary["counts"]["changed"] == 1
    html = client.get(reverse("imports:batch", args=[batch.public_id]) + "?show=changed").content.decode()
    assert "138****" in html
    assert "139****2222" in html
    assert "13911112222" not in html


def test_name_and_phone_find_somebody_without_number_and_birth(world: World) -> None:
    phone = card_of(world.people["member"]).phone
    row = ["冯大山", "男", "", phone, "正式党员", "1972-07-01"]
    batch = _sent(world.client("secretary"), world, roster(row, header=_SHORT))
    assert batch.summary["counts"]["same"] == 1


def test_a_name_alone_is_never_enough(world: World) -> None:
    client = world.client("secretary")
    before = Person.objects.count()
    row = ["冯大山", "男", "", "", "正式党员", "1972-07-01"]
    batch = _sent(client, world, roster(row, header=_SHORT))
    assert batch.summary["counts"] == {"added": 0, "changed": 0, "same": 0, "asked": 1, "left_out": 0}
    _answer(client, batch, "只凭姓名", "不是")
    apply(client, batch)
    assert Person.objects.count() == before + 1


def test_homonyms_are_told_apart(world: World) -> None:
    client = world.client("secretary")
    rows = [
        person("张伟（大）", "1970-01-02", 401),
        person("张伟（小）", "1980-01-02", 403),
        person("张伟2", "1975-01-02", 405),
    ]
    batch = _sent(client, world, roster(*rows))
    while batch.summary["open"]:
        _answer(client, batch, "", "")
        batch.refresh_from_db()
    apply(client, batch)
    found = Person.objects.filter(name="张伟").values_list("alias", flat=True)
    assert len(found) == 3
    assert len(set(found)) == 3


def test_one_number_with_two_names_is_asked_about(world: World) -> None:
    client = world.client("secretary")
    twice = [person("钱一鸣", "1970-01-02", 301), person("钱二鸣", "1970-01-02", 301)]
    batch = _sent(client, world, roster(*twice))
    assert batch.summary["counts"]["asked"] == 2
    assert any("姓名不同" in reason for reason in _questions(batch))
    apply(client, batch)
    assert not Person.objects.filter(name__in=["钱一鸣", "钱二鸣"]).exists()


def test_a_number_of_somebody_with_another_name_is_asked_about(world: World) -> None:
    client = world.client("secretary")
    card = card_of(world.people["member"])
    row = person("冯小山", "1950-03-30", 9, id_number=card.id_number)
    batch = _sent(client, world, roster(row))
    assert batch.summary["counts"]["asked"] == 1
    _answer(client, batch, "姓名不同", "就是")
    apply(client, batch)
    world.people["member"].refresh_from_db()
    assert world.people["member"].name == "冯小山"


def test_one_answer_counts_for_all_rows_that_ask_the_same(world: World) -> None:
    client = world.client("secretary")
    people = (("钱一鸣", "1970-01-02", 301), ("孔二娘", "1980-03-04", 302))
    rows = [person(name, birth, serial, ethnicity="傈傈族") for name, birth, serial in people]
    batch = _sent(client, world, roster(*rows))
    plan = open_plan(batch.plan_file, batch.public_id).questions()
    assert [question.count for question in plan] == [2]
    _answer(client, batch, "", "傈僳族")
    apply(client, batch)
    assert set(Person.objects.filter(name__in=["钱一鸣", "孔二娘"]).values_list("ethnicity", flat=True)) == {
        "20"
    }


def test_rows_without_status_are_asked_about_once(world: World) -> None:
    client = world.client("secretary")
    rows = [
        [n, "男", b, "", "", "2001-07-01"] for n, b in (("钱一鸣", "1970-01-02"), ("孔二郎", "1980-03-04"))
    ]
    batch = _sent(client, world, roster(*rows, header=_SHORT))
    assert batch.summary["counts"]["asked"] == 2
    assert batch.summary["open"] == 1
    _answer(client, batch, "没有写人员类别", "都是正式党员")
    apply(client, batch)
    assert Person.objects.filter(name__in=["钱一鸣", "孔二郎"], standing="full").count() == 2


def test_the_dead_and_the_transferred_stay_out(world: World) -> None:
    client = world.client("secretary")
    header = [*HEADER, "备注"]
    rows = [
        [*THREE[0], "已故"],
        [*THREE[1], "2024.6转出至某公司"],
        [*THREE[2], ""],
    ]
    batch = _sent(client, world, roster(*rows, header=header))
    assert batch.summary["counts"]["left_out"] == 2
    apply(client, batch)
    assert Person.objects.filter(name__in=["钱一鸣", "孔二娘", "曹三元"]).count() == 1


def test_who_is_not_in_the_file_is_listed_and_left_alone(world: World) -> None:
    client = world.client("secretary")
    current = Person.objects.filter(organization=world.branch).count()
    batch = _sent(client, world, roster(*THREE))
    assert batch.summary["missing"] == current
    html = client.get(reverse("imports:batch", args=[batch.public_id]) + "?show=missing").content.decode()
    assert "周长河" in html
    apply(client, batch)
    assert Person.objects.filter(organization=world.branch).count() == current + 3


def test_hidden_rows_are_imported_unless_one_chooses_otherwise(world: World) -> None:
    client = world.client("secretary")
    batch = _sent(client, world, roster(*THREE, hidden_rows=[2]))
    assert batch.summary["counts"]["added"] == 3
    assert batch.summary["hidden"] == 1
    url = reverse("imports:answers", args=[batch.public_id])
    page = client.post(url, {"hidden": "skip"}, follow=True).content.decode()
    assert "新增 2 人" in page


def test_sums_of_the_file_are_checked(world: World) -> None:
    client = world.client("secretary")
    total = ["合计：5人", *[""] * 8]
    batch = send(client, world, roster(*THREE, total))
    page = confirm_columns(client, batch)
    assert "合计不符" in page
    assert re.search(r"写的总人数是 5 人，逐行数出来是 3 人", page)


def test_a_committee_imports_for_its_branches_by_name(world: World) -> None:
    client = world.client("town_organizer")
    header = [*HEADER, "所在党支部"]
    rows = [[*THREE[0], "东村支部"], [*THREE[1], "中共北山镇西村党支部"], [*THREE[2], ""]]
    batch = send(client, world, roster(*rows, header=header), organization="town")
    confirm_columns(client, batch)
    batch.refresh_from_db()
    assert batch.summary["counts"]["added"] == 2
    assert batch.summary["counts"]["left_out"] == 1
    apply(client, batch)
    assert Person.objects.get(name="钱一鸣").organization == world.branch
    assert Person.objects.get(name="孔二娘").organization == world.sibling


def test_a_column_can_be_left_out_and_that_is_remembered(world: World) -> None:
    client = world.client("secretary")
    batch = send(client, world, roster(*THREE))
    confirm_columns(client, batch, {"column-0-5": ""})
    apply(client, batch)
    assert Person.objects.get(name="钱一鸣").phone_mask == ""
    again = send(client, world, roster(person("许四多", "1985-01-01", 305)), "下一份.xlsx")
    page = client.get(reverse("imports:batch", args=[again.public_id]))
    assert page.status_code == 200
    apply(client, again)
    assert Person.objects.get(name="许四多").phone_mask == ""


def test_the_workbook_comes_back_with_its_notes(world: World) -> None:
    client = world.client("secretary")
    batch = imported(client, world, roster(*THREE))
    answer = client.get(reverse("imports:handback", args=[batch.public_id]))
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    assert "attachment" in answer.headers["Content-Disposition"]
