"""How many clicks a roster takes in a real browser (job 11): at most seven and one for each question."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.roster.imports_app.files import person, roster
from tests.world import World, build_world
from zhibu.roster.members.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
_BUDGET = 7


@pytest.fixture
def world(transactional_db: None, today: date) -> World:
    """The small county, where the browser can see it."""
    return build_world()


def test_fifty_rows_take_seven_clicks_and_one_for_each_question(
    world: World, page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    """From the workbench to the written roster, nothing typed."""
    client = Client()
    client.force_login(world.accounts["secretary"])
    cookie = client.cookies["zhibu_session"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    rows = [person("钱" + mark + "明", "1970-01-02", 101 + 2 * n) for n, mark in enumerate(_MARKS)]
    rows[3] = person("孔二娘", "1980-03-04", 302, ethnicity="傈傈族")
    path = tmp_path / "东村名册.xlsx"
    path.write_bytes(roster(*rows))
    before = Person.objects.count()
    page.goto(live_server.url)
    page.get_by_role("link", name="导入名册").first.click()
    page.set_input_files("input[type=file]", str(path))
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("button", name="下一步：核对内容").click()
    clicks = 4
    questions = page.locator("fieldset.import-question")
    asked = questions.count()
    for number in range(asked):
        questions.nth(number).locator("label").first.click()
    page.get_by_role("button", name="保存回答").click()
    page.get_by_role("button", name="确认导入 50 人").click()
    clicks += 2
    expect(page.get_by_text("新增 50 人").first).to_be_visible()
    assert asked == 1
    assert clicks <= _BUDGET
    assert Person.objects.count() == before + 50


_MARKS = "".join(chr(ord("甲") + step) for step in range(0, 350, 7))
