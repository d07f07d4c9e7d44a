"""Typed words stay: two windows, a lost network, a session that ends, a killed tab, the back button."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.orglife.meetings.made import Hall
from tests.world import PASSWORD, World, build_world
from zhibu.orglife.meetings.models import Attendance, Meeting, Resolution

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None, today: date) -> World:
    """The small county."""
    return build_world()


@pytest.fixture
def meeting(world: World) -> Meeting:
    """A members' meeting under way, everybody there."""
    hall = Hall(world)
    called = hall.call()
    hall.seat(called)
    return called


def _sign_in(context: BrowserContext, world: World, live_server: LiveServer, role: str) -> None:
    client = Client()
    client.force_login(world.accounts[role])
    cookie = client.cookies["zhibu_session"]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def _open(page: Page, world: World, live_server: LiveServer, meeting: Meeting, role: str) -> Page:
    _sign_in(page.context, world, live_server, role)
    page.set_default_timeout(20_000)
    page.goto("{url}/meetings/{id}/".format(url=live_server.url, id=meeting.public_id))
    return page


@pytest.fixture
def desk(page: Page, world: World, live_server: LiveServer, meeting: Meeting) -> Page:
    """The secretary at the meeting's page."""
    return _open(page, world, live_server, meeting, "secretary")


@pytest.fixture(params=[True, False], ids=["scripts on", "scripts off"])
def other(
    request: pytest.FixtureRequest, browser: Browser, world: World, live_server: LiveServer, meeting: Meeting
) -> Iterator[Page]:
    """A committee member at the same page, with scripts and without."""
    scripts: bool = request.param
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", java_script_enabled=scripts
    )
    yield _open(context.new_page(), world, live_server, meeting, "committee_member")
    context.close()


def _write(page: Page, text: str) -> None:
    page.get_by_label("发言要点").fill(text)


def _wait_saved(page: Page) -> None:
    expect(page.get_by_text("已自动保存")).to_be_visible(timeout=20_000)


def test_two_people_write_at_once_and_merge(desk: Page, other: Page, meeting: Meeting) -> None:
    """Both sentences stand side by side, then in one text."""
    _write(desk, "书记记的一句。")
    _wait_saved(desk)
    _write(other, "委员记的一句。")
    other.get_by_role("button", name="保存", exact=True).last.click()
    other.get_by_role("link", name="对照合并").first.click()
    other.get_by_role("button", name="就用这一段").click()
    expect(other.get_by_label("发言要点")).to_have_value("书记记的一句。\n委员记的一句。")


def test_votes_and_a_new_topic_outlive_a_closed_tab(
    desk: Page, meeting: Meeting, world: World, live_server: LiveServer
) -> None:
    """Typed, never sent; the tab is closed and opened again, and everything stands there."""
    with desk.expect_response(lambda answer: "/text/" in answer.url and answer.ok):
        desk.get_by_label("赞成").fill("7")
        desk.get_by_label("反对").fill("1")
    _wait_saved(desk)
    with desk.expect_response(lambda answer: "/new-topic/" in answer.url and answer.ok):
        desk.get_by_label("再加一项议题").fill("讨论修路")
    with desk.expect_response(lambda answer: "/new-topic/" in answer.url and answer.ok):
        desk.get_by_label("再加一项议题").fill("讨论修路的钱从哪里来")
    again = desk.context.new_page()
    desk.close(run_before_unload=False)
    again.goto("{url}/meetings/{id}/".format(url=live_server.url, id=meeting.public_id))
    expect(again.get_by_label("赞成").first).to_have_value("7")
    expect(again.get_by_label("反对").first).to_have_value("1")
    expect(again.get_by_role("heading", name="讨论修路的钱从哪里来")).to_be_visible()
    assert [item.topic for item in meeting.items.all()] == ["审议年度工作计划", "讨论修路的钱从哪里来"]


def test_a_mark_tapped_by_mistake_is_tapped_back(desk: Page, meeting: Meeting) -> None:
    """病, then 到 again: what the page shows is what is kept."""
    row = desk.get_by_role("radiogroup", name="冯大山的到会情况")
    for chip in ("病", "到", "事", "到"):
        with desk.expect_response(lambda answer: "/marks/" in answer.url):
            row.locator("label", has_text=chip).click()
        expect(desk.locator("#roll-note")).to_have_text("已登记。")
    mark = Attendance.objects.get(meeting=meeting, person__name="冯大山")
    assert mark.mark == "present"
    expect(desk.locator("#quorum")).to_contain_text("到会8人")


def test_a_lost_network_is_said_and_made_good(desk: Page, meeting: Meeting) -> None:
    """Nothing is sent, the page says so; when the network is back it saves by itself."""
    desk.context.set_offline(True)
    _write(desk, "断网时写的。")
    expect(desk.get_by_text("网络不通，刚写的还没有保存")).to_be_visible()
    desk.get_by_role("button", name="保存", exact=True).last.click()
    expect(desk.get_by_text("现在没有网络，没有提交").first).to_be_visible()
    desk.context.set_offline(False)
    _wait_saved(desk)
    assert meeting.items.get().discussion == "断网时写的。"


def test_a_session_that_ends_while_typing_keeps_the_words(
    desk: Page, meeting: Meeting, world: World, live_server: LiveServer
) -> None:
    """The page says that the sign-in is over, and saves once somebody signed in beside it."""
    desk.context.clear_cookies(name="zhibu_session")
    _write(desk, "登录过期以后写的。")
    expect(desk.get_by_text("登录已经过期，刚写的还没有保存")).to_be_visible()
    _sign_in(desk.context, world, live_server, "secretary")
    _wait_saved(desk)
    assert meeting.items.get().discussion == "登录过期以后写的。"


def test_a_form_sent_without_a_session_is_sent_again(
    other: Page, meeting: Meeting, world: World, live_server: LiveServer
) -> None:
    """With scripts and without: sign in in another window, then 继续保存; the token may ask once more."""
    other.context.clear_cookies(name="zhibu_session")
    _write(other, "写了很久的一段。\n第二行。")
    other.get_by_role("button", name="保存", exact=True).last.click()
    expect(other.get_by_text("登录已经过期，还没有保存")).to_be_visible()
    with other.context.expect_page() as opened:
        other.get_by_role("link", name="另开一页重新登录").click()
    door = opened.value
    door.locator("input[name=username]").fill(world.accounts["committee_member"].username)
    door.locator("input[name=password]").fill(PASSWORD)
    door.locator("input[name=password]").press("Enter")
    door.wait_for_url(lambda url: "sign" not in url)
    other.get_by_role("button", name="继续保存").click()
    other.get_by_role("button", name="继续保存").click()
    expect(other.get_by_label("发言要点")).to_have_value("写了很久的一段。\n第二行。")
    assert meeting.items.get().discussion == "写了很久的一段。\n第二行。"


def test_a_killed_tab_loses_at_most_two_seconds(desk: Page, meeting: Meeting) -> None:
    """Text and resolution were saved while they were typed; the page opened again has both."""
    _write(desk, "关机前写的。")
    desk.get_by_label("决议", exact=True).fill("照办。")
    _wait_saved(desk)
    desk.context.close()
    assert meeting.items.get().discussion == "关机前写的。"
    assert Resolution.objects.get().text == "照办。"


def test_nobody_is_asked_about_leaving_once_all_is_saved(desk: Page, meeting: Meeting) -> None:
    """The question on leaving stands only while something is not kept."""
    form = desk.locator("form.meeting-work")
    _write(desk, "一句。")
    expect(form).to_have_attribute("data-dirty", "")
    _wait_saved(desk)
    expect(form).not_to_have_attribute("data-dirty", "")
    desk.get_by_label("赞成").fill("5")
    _wait_saved(desk)
    expect(form).to_have_attribute("data-dirty", "")


def test_back_and_complete_again_changes_nothing(desk: Page, meeting: Meeting) -> None:
    """Filed, the back button, filed again: one version, and the filed page."""
    _write(desk, "三行。")
    desk.get_by_role("button", name="完成").click()
    expect(desk.get_by_text("已归档").first).to_be_visible()
    desk.go_back()
    again: Any = desk.get_by_role("button", name="完成")
    if again.count():
        again.click()
    expect(desk.get_by_text("已归档").first).to_be_visible()
    assert meeting.minutes_versions.count() == 1
