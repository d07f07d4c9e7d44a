"""The roster as a paper: printed from the same page as the workbooks, under the same rules."""

from __future__ import annotations

import io

import pypdf
import pytest
from django.urls import reverse

from tests.world import World
from zhibu.foundation.audit.models import AuditEvent
from zhibu.roster.exports import commands
from zhibu.roster.members.commands.sealed_cards import card_of

_URL = reverse("exports:roster")


def _words(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_it_prints_names_and_no_private_field(world: World) -> None:
    answer = world.client("secretary").post(_URL, {"style": "print"})
    assert answer["Content-Type"] == "application/pdf"
    words = _words(answer.content)
    card = card_of(world.people["member"])
    assert card.name in words
    assert card.id_number not in words
    assert card.phone not in words
    assert "填报单位（盖章）" in words
    assert AuditEvent.objects.get(action="exports.roster").diff["open"] is False


def test_private_columns_bring_their_purpose_along(world: World) -> None:
    answer = world.client("secretary").post(_URL, {"style": "print", "is_open": "on", "purpose": "报县委"})
    words = _words(answer.content)
    assert card_of(world.people["member"]).id_number in words
    assert "用途：报县委" in words


def test_it_refuses_more_people_than_anybody_prints(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "_PRINTED", 3)
    answer = world.client("secretary").post(_URL, {"style": "print"})
    assert answer.status_code == 422
    assert "打印版一次最多排3名" in answer.content.decode()
