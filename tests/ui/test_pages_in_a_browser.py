"""Every first page in a real browser: no serious fault, nothing wider than 320 px, room for large type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.world import World, build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    ("", "/gallery/"),
    ("", "/gallery/?errors=1"),
    ("", "/norms/ZB-11-1/"),
    ("", "/help/"),
    ("secretary", "/"),
    ("secretary", "/search/?q=王"),
    ("organizer", "/"),
    ("organizer", "/statistics/"),
    ("member", "/"),
    ("member", "/agenda/"),
    ("member", "/services/"),
    ("member", "/me/"),
    ("member", "/elder/"),
    ("system", "/"),
]


@pytest.fixture
def world() -> World:
    """The standing cast, committed: the server runs in another thread."""
    return build_world()


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    """A small phone."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, locale="zh-CN")
    yield context.new_page()
    context.close()


def sign_in(page: Page, server: LiveServer, world: World, role: str) -> None:
    if not role:
        return
    client = Client()
    client.force_login(world.accounts[role])
    cookie = client.cookies["zhibu_session"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])


def test_there_is_no_serious_fault(page: Page, live_server: LiveServer, world: World) -> None:
    found = []
    for role, url in PAGES:
        page.context.clear_cookies()
        sign_in(page, live_server, world, role)
        page.goto(live_server.url + url)
        found += [
            (role, url, fault["id"], fault["nodes"][0]["html"][:120])
            for fault in Axe().run(page).response["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
    assert found == []


def test_nothing_is_wider_than_a_small_phone_or_large_type(
    narrow: Page, live_server: LiveServer, world: World
) -> None:
    wide = []
    for role, url in PAGES:
        narrow.context.clear_cookies()
        sign_in(narrow, live_server, world, role)
        narrow.goto(live_server.url + url)
        for scale in ("", "175%"):
            narrow.evaluate("size => document.documentElement.style.fontSize = size", scale)
            if narrow.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wide.append((role, url, scale))
    assert wide == []


def test_targets_of_the_elder_version_are_large(narrow: Page, live_server: LiveServer, world: World) -> None:
    sign_in(narrow, live_server, world, "member")
    for url in ("/elder/", "/elder/meetings/"):
        narrow.goto(live_server.url + url)
        boxes = narrow.eval_on_selector_all(
            "main a, main button, .foot a", "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert boxes
        assert min(boxes) >= 60


def test_the_keyboard_reaches_the_content_and_the_menu(
    page: Page, live_server: LiveServer, world: World
) -> None:
    sign_in(page, live_server, world, "secretary")
    page.goto(live_server.url + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.locator("summary", has_text="周长河").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="退出登录").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="退出登录").is_visible()


def test_an_article_opens_in_the_drawer_and_closes(page: Page, live_server: LiveServer, world: World) -> None:
    page.goto(live_server.url + "/gallery/")
    page.get_by_role("link", name="《支部工作条例》第十一条").click()
    drawer = page.locator("#drawer")
    drawer.get_by_role("heading", name="《支部工作条例》第十一条").wait_for()
    whole = drawer.get_by_role("link", name="打开整页").get_attribute("href")
    assert whole == live_server.url + "/norms/ZB-11-2/"
    page.keyboard.press("Escape")
    assert not drawer.is_visible()


def test_pages_work_without_scripts(browser: Browser, live_server: LiveServer, world: World) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(live_server.url + "/gallery/")
    page.get_by_role("link", name="《支部工作条例》第十一条").click()
    assert page.url.endswith("/norms/ZB-11-2/")
    context.close()
