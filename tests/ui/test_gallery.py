"""The component gallery: every component renders, with the parts that make it accessible."""

from __future__ import annotations

from django.test import Client
from pytest_django import Settings


def test_it_works(client: Client) -> None:
    page = client.get("/gallery/").content.decode()
    assert page.startswith("<!doctype html>")
    assert '<a class="skip" href="#main">' in page
    assert "演示数据" in page
    assert "涉密不上网" in page
    assert 'name="submission_key"' in page
    assert '<th scope="row" class="name">' in page
    assert "还有 12 天" in page
    assert "2025年6月3日" not in page  # tables write 2025-06-03


def test_errors_are_summarised_with_links(client: Client) -> None:
    page = client.get("/gallery/?errors=1").content.decode()
    assert 'role="alert"' in page
    assert 'href="#id_held_date"' in page
    assert "没有看懂这个日期" in page
    assert 'aria-describedby="id_held_date_error"' in page
    assert 'id="id_held_date_error"' in page


def test_it_refuses_outside_the_demo(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    assert client.get("/gallery/").status_code == 404
