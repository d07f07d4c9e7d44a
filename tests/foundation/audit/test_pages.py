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
    rows = world.client("audit").get(reverse("audit:list") + "?action=members.add").context["rows"]
    assert {row.action for row in rows} == {"登记党员"}
    last = AuditEvent.objects.order_by("-seq")[0]
    assert (AuditEvent.objects.count(), last.action, last.diff) == (
        before + 1,
        "audit.read",
        {"filters": ["action"]},
    )


def test_actor_and_object_are_asked_for_as_the_page_names_them(world: World) -> None:
    client, own = world.client("audit"), f"account:{world.accounts['audit'].pk}"
    client.get(reverse("audit:list"))

    def shown(**asked: str) -> set[tuple[str, str]]:
        rows = client.get(reverse("audit:list"), asked).context["rows"]
        return {(row.event.actor_ref, row.event.object_ref) for row in rows}

    assert {actor for actor, _ in shown(actor=own.replace("account:", "账号 "))} == {own}
    assert {actor for actor, _ in shown(actor=own)} == {own}
    accounts = {ref for _, ref in shown(subject="账号")}
    assert len(accounts) > 1
    assert {ref.partition(":")[0] for ref in accounts} == {"account"}
    assert shown(actor="不明 7") == set()


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
