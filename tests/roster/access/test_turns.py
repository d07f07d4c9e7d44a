"""What could be flooded or guessed at is counted: 429 with the seconds to wait, this account alone (F24)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.guards.addresses import collect_examples, list_addresses, url_of
from tests.world import World
from zhibu.roster.access import middleware
from zhibu.roster.access.middleware import SEARCHES, TURNS


def test_only_pages_that_exist_and_are_sent_to_are_counted() -> None:
    sent = {address.name for address in list_addresses() if "POST" in address.methods}
    assert set(TURNS) <= sent


@pytest.mark.parametrize("name", sorted(TURNS))
def test_one_too_many_is_told_to_wait(
    world: World, today: object, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(TURNS, name, 2)
    address = next(address for address in list_addresses() if address.name == name)
    url = url_of(address, collect_examples(world))
    role = {"accounts:account_link": "system"}.get(name, "town_organizer")
    client = Client() if address.right == "token" else world.client(role)
    for _ in range(2):
        assert client.post(url, {}).status_code != 429
    for spelling in (url, url + "?a=1"):
        answer = client.post(spelling, {}, HTTP_X_FORWARDED_FOR="9.9.9.9")
        assert answer.status_code == 429
        assert answer["Retry-After"] == "600"
    if address.right != "token":
        other = world.client("organizer" if role != "system" else "security")
        assert other.post(url, {}).status_code != 429
        assert client.get(reverse("home:start")).status_code in (200, 302)


@pytest.mark.parametrize("name", sorted(SEARCHES))
def test_one_search_too_many_is_told_to_wait(
    world: World, today: object, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(middleware, "SEARCH_TURNS", 2)
    client, url = world.client("secretary"), reverse(name)
    asked = {SEARCHES[name]: "张"}
    for _ in range(2):
        assert client.get(url, asked).status_code == 200
        assert client.get(url).status_code == 200  # only opened, nothing is searched
    answer = client.get(url, asked, HTTP_X_FORWARDED_FOR="9.9.9.9")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "600"
    assert "您刚才搜索得太多、太快了" in answer.content.decode()
    for other in SEARCHES:  # the pages share the turns
        assert client.get(reverse(other), {SEARCHES[other]: "张"}).status_code == 429
    assert client.get(url).status_code == 200
    assert world.client("town_organizer").get(url, asked).status_code == 200
    assert Client().get(url, asked).status_code == 302
