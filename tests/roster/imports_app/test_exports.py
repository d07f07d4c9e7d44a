"""Rosters going out over HTTP, and the 系统版 coming back without a change."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from tests.roster.imports_app.files import confirm_columns, send
from tests.world import World
from zhibu.foundation.audit.models import AuditEvent
from zhibu.roster.members.commands.sealed_cards import card_of
from zhibu.roster.members.models import Person

_URL = reverse("exports:roster")


def _texts(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value)


@pytest.mark.parametrize("style", ["report", "system"])
def test_it_works_without_private_fields(world: World, style: str) -> None:
    answer = world.client("secretary").post(_URL, {"style": style})
    assert answer.status_code == 200
    texts = _texts(answer.content)
    card = card_of(world.people["member"])
    assert card.name in texts
    assert card.id_number not in texts
    assert card.phone not in texts
    assert card.birth not in texts
    assert "沈建国" not in texts
    assert AuditEvent.objects.get(action="exports.roster").diff["open"] is False


def test_private_fields_need_a_purpose_which_is_printed(world: World) -> None:
    client = world.client("secretary")
    refused = client.post(_URL, {"style": "report", "is_open": "on"})
    assert refused.status_code == 422
    assert "请写明用途" in refused.content.decode()
    answer = client.post(_URL, {"style": "report", "is_open": "on", "purpose": "报县委组织部"})
    texts = _texts(answer.content)
    assert card_of(world.people["member"]).id_number in texts
    assert "周长河于" in texts
    assert "用途：报县委组织部" in texts
    assert AuditEvent.objects.filter(action="exports.roster", result="refused").count() == 1


def test_the_system_version_comes_back_without_a_change(world: World) -> None:
    client = world.client("secretary")
    out = client.post(_URL, {"style": "system", "is_open": "on", "purpose": "核对"})
    batch = send(client, world, out.content, "系统版.xlsx")
    confirm_columns(client, batch)
    batch.refresh_from_db()
    people = Person.objects.filter(organization=world.branch).count()
    assert batch.summary["counts"] == {"added": 0, "changed": 0, "same": people, "asked": 0, "left_out": 0}
    assert batch.summary["open"] == 0
    assert batch.summary["missing"] == 0


def test_other_branch_gets_404(world: World) -> None:
    url = _URL + "?organization=" + world.sibling.public_id
    assert world.client("secretary").get(url).status_code == 404


def test_a_reader_gets_403(world: World) -> None:
    assert world.client("committee_member").get(_URL).status_code == 403
