"""What every test shares: which kind it is, the day it is, a closed network, a browser."""

from __future__ import annotations

import ipaddress
import logging
import socket
from collections.abc import Iterator
from datetime import date, datetime, time, tzinfo
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from playwright.sync_api import Browser, Page, sync_playwright

from zhibu.cli.suite.chromium import CHROMIUM_WORDS, find_chromium
from zhibu.common import dates

pytest_plugins = ["tests.append_only"]
KINDS = ("pure", "database", "browser")
_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--kind pure,database`` runs only tests of these kinds."""
    parser.addoption("--kind", default=",".join(KINDS), help="pure, database, browser; separated by commas")


def kind_of(item: pytest.Item) -> str:
    """Browser tests are marked, database tests ask for the database, the rest are pure."""
    if item.get_closest_marker("browser"):
        return "browser"
    fixtures = set(getattr(item, "fixturenames", ()))
    of_django = isinstance(item, pytest.Class) and issubclass(item.obj, TransactionTestCase)
    in_django = getattr(item, "cls", None) is not None and issubclass(item.cls, TransactionTestCase)  # type: ignore[attr-defined]
    if item.get_closest_marker("django_db") or fixtures & _DATABASE_FIXTURES or of_django or in_django:
        return "database"
    return "pure"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the asked kinds, leave out what means nothing on this engine, keep the county on one worker."""
    kinds = set(config.getoption("--kind").split(","))
    other = "postgres_only" if connection.vendor == "sqlite" else "sqlite_only"
    kept = [item for item in items if kind_of(item) in kinds and not item.get_closest_marker(other)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
    for item in items:
        if item.get_closest_marker("county"):
            item.add_marker(pytest.mark.xdist_group("county"))


@pytest.fixture(autouse=True, scope="session")
def closed_network() -> Iterator[None]:
    """No test reaches beyond this machine: a connection elsewhere fails at once."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            raise PermissionError("a test tried to reach {address}".format(address=address))
        real(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect)
    yield
    patch.undo()


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """Monday, 16 March 2026, noon in China: what ``china_today`` says for the length of the test."""
    day = date(2026, 3, 16)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            noon = datetime.combine(day, time(12), dates.CHINA)
            return noon.astimezone(tz) if tz else noon.replace(tzinfo=None)

    monkeypatch.setattr(dates, "datetime", Clock)
    return day


@pytest.fixture
def quiet_log() -> Iterator[None]:
    """No log lines: for tests that provoke many refusals on purpose."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys of a worker, in Chinese, with nothing that calls home."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_WORDS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window of an office PC, 1366 × 768; errors in scripts fail the test."""
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    window = context.new_page()
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    yield window
    context.close()
    assert errors == []
