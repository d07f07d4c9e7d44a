"""The auditor reads and verifies; reading leaves a row; nobody else gets in; nothing can be changed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from tests.world import World
from zhibu.foundation.audit.models import AuditEvent
from zhibu.foundation.audit.queries import verify_chain


def test_reading_is_recorded(world: World) -> None:
    before = AuditEvent.objects.count()
    page = world.client("audit").get(reverse("audit:list") + "?action=members").content.decode()
    assert "登记党员" in page
    assert "成立党组织" not in page
    last = AuditEvent.objects.order_by("-seq")[0]
    assert (AuditEvent.objects.count(), last.action, last.diff) == (
        before + 1,
        "audit.read",
        {"filters": ["action"]},
    )


def test_one_row_is_shown_with_its_hash(world: World) -> None:
    event = AuditEvent.objects.order_by("seq")[0]
    page = world.client("audit").get(reverse("audit:event", args=[event.seq])).content.decode()
    assert event.hash in page
    assert world.client("audit").get(reverse("audit:event", args=[999_999])).status_code == 404


def test_a_whole_chain_is_said_to_be_whole(world: World) -> None:
    head = verify_chain().head
    answer = world.client("audit").post(reverse("audit:verification"), {"expect_head": head})
    assert "没有被改动过" in answer.content.decode()
    assert AuditEvent.objects.order_by("-seq")[0].action == "audit.verify"
    missing = world.client("audit").post(reverse("audit:verification"), {"expect_head": "0" * 64})
    assert "记录有问题" in missing.content.decode()


@pytest.mark.parametrize("role", ["system", "security", "organizer", "secretary", "member"])
def test_reader_gets_403(world: World, role: str) -> None:
    assert world.client(role).get(reverse("audit:list")).status_code == 403


def test_a_row_cannot_be_changed_or_deleted(world: World) -> None:
    for statement in ("UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert verify_chain().is_whole
