"""A loaded dictionary speaks on the pages of an import and on the command line."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.roster.imports_app.files import apply, confirm_columns, person, roster, send
from tests.world import SYSTEM, TODAY, World
from zhibu.roster.codes.commands import load_dictionary
from zhibu.roster.imports.commands.staging import interpret_content
from zhibu.roster.imports.models import ImportBatch
from zhibu.roster.members.models import Person

_HEADER = ["序号", "姓名", "性别", "民族", "身份证号", "手机号码", "人员类别", "入党时间", "转正时间", "学历"]
_FILE = roster(
    [*person("钱一鸣", "1970-01-02", 301), "05"],
    [*person("孔二娘", "1980-03-04", 302), "77_函授大专班"],
    header=_HEADER,
)


def _load(text: str) -> None:
    load_dictionary(
        actor=SYSTEM, table="education", system="统计年报", version="2025", raw=text.encode("utf-8")
    )


def test_the_preview_names_the_dictionary_and_asks_for_the_code_without_a_meaning(world: World) -> None:
    _load("代码,名称\n05,大学本科\n77,函授大专班\n")
    client = world.client("secretary")
    batch = send(client, world, _FILE)
    preview = confirm_columns(client, batch)
    assert "《统计年报 2025》的字典读作" in preview
    assert "没有对应本系统的代码" in preview
    assert "函授大专班（77，照原代码保留）" in preview
    batch.refresh_from_db()
    assert batch.summary["open"] == 1
    apply(client, batch)
    assert Person.objects.get(name="钱一鸣").education == "21"
    assert Person.objects.get(name="孔二娘").education == ""


def test_nothing_is_read_by_a_dictionary_that_nobody_loaded(world: World) -> None:
    client = world.client("secretary")
    batch = send(client, world, _FILE)
    assert "的字典" not in confirm_columns(client, batch)
    assert client.get(reverse("imports:batch", args=[batch.public_id])).status_code == 200


def test_too_many_lines_are_not_used_and_the_file_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _load("代码,名称\n05,大学本科\n77,函授大专班\n")
    monkeypatch.setattr("zhibu.roster.imports.queries.MOST_CODES", 1)
    form = ImportBatch(organization=world.branch, file_name="名册.xlsx", choices={}, mapping={})
    found = interpret_content(form, _FILE, TODAY)
    assert [notice.code for notice in found.notices if "字典" in notice.text] == ["dictionaries_too_long"]
    read = [row.verdict("education") for row in found.persons()]
    assert [verdict.outcome.value for verdict in read] == ["ASK", "REJ"]
