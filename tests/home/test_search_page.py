"""The search page: only what lies in the scope and may be seen, with exact counts."""

from __future__ import annotations

from datetime import date

import pytest

from tests.world import World
from zhibu.foundation.search.commands import Entry, index_entries


@pytest.fixture
def indexed(world: World) -> World:
    homes = {"secretary": world.branch, "sibling_secretary": world.sibling, "far_member": world.far_branch}
    index_entries(
        entries=[
            Entry("person", world.people[key].pk, world.people[key].public_id, org.pk, name, is_name=True)
            for (key, org), name in zip(homes.items(), ("张长河", "张建国", "张晚晴"), strict=True)
        ]
    )
    return world


@pytest.mark.parametrize(
    ("role", "found"),
    [
        ("secretary", {"张长河"}),
        ("sibling_secretary", {"张建国"}),
        ("town_organizer", {"张长河", "张建国"}),
        ("organizer", {"张长河", "张建国", "张晚晴"}),
    ],
)
def test_it_works(indexed: World, today: date, role: str, found: set[str]) -> None:
    page = indexed.client(role).get("/search/?q=张").content.decode()
    assert {name for name in ("张长河", "张建国", "张晚晴") if name in page} == found
    assert f"找到党员 {len(found)} 名" in page


def test_reader_gets_403(indexed: World, today: date) -> None:
    assert indexed.client("member").get("/search/?q=张").status_code == 403
    assert indexed.client("audit").get("/search/?q=张").status_code == 403


def test_nothing_found_is_said_in_words(indexed: World, today: date) -> None:
    client = indexed.client("secretary")
    assert "没有找到" in client.get("/search/?q=钱").content.decode()
    assert "没有找到" in client.get("/search/?q=%3Cscript%3E&page=x").content.decode()
    assert client.get("/search/").status_code == 200
