"""A big roster with private fields leaves only when another person agreed: once, for the asker, for a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.world import TODAY, World
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.audit.models import AuditEvent
from zhibu.foundation.notifications.models import Notice
from zhibu.roster.access.models import Grant
from zhibu.roster.exports.commands import Wish, approve_export, ask_approval, export_roster
from zhibu.roster.exports.models import ExportApproval
from zhibu.roster.members.models import Look

_URL = reverse("exports:roster")
_OPEN = {"style": "system", "is_open": "on", "purpose": "报县委组织部"}


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The branch of the cast has nine members; let eight be what one may take out alone."""
    monkeypatch.setattr("zhibu.roster.exports.commands.ROSTER_PERSONS", 8)


def ask(world: World, role: str = "secretary") -> ExportApproval:
    actor = world.actor(role)
    return ask_approval(actor=actor, today=TODAY, organization=world.branch, purpose="报县委组织部")


def approve(world: World, approval: ExportApproval, role: str = "town_organizer") -> ExportApproval:
    return approve_export(actor=world.actor(role), today=TODAY, approval=approval)


def take(world: World, role: str = "secretary") -> bytes:
    wish = Wish("system", is_open=True, purpose="别的用途")
    actor = world.actor(role)
    return export_roster(actor=actor, today=TODAY, organization=world.branch, wish=wish, proved_at=utc_now())[
        0
    ]


def refusal(act: object, *arguments: object) -> str:
    with pytest.raises(Refused) as caught:
        act(*arguments)  # type: ignore[operator]
    assert caught.value.next_step
    return caught.value.code


def test_the_whole_way_over_the_pages(world: World) -> None:
    client, other = world.client("secretary"), world.client("town_organizer")
    page = client.post(_URL, _OPEN, follow=True).content.decode()
    assert "等另一位同志同意" in page
    assert "已经替您请另一位同志同意" in page
    assert not Look.objects.exists()
    approval = ExportApproval.objects.get()
    assert (approval.person_count, approval.approved_by) == (9, None)
    assert approval.expires_at - approval.asked_at == timedelta(hours=24)
    assert "周长河申请导出" in other.get("/", follow=True).content.decode()
    assert "周长河申请导出" in other.get(reverse("exports:approvals")).content.decode()
    url = reverse("exports:approval", args=[approval.public_id])
    assert "报县委组织部" in other.get(url).content.decode()
    assert other.post(url, {"submission_key": "agree"}).status_code == 302
    assert "周长河申请导出" not in other.get("/", follow=True).content.decode()
    assert "可以导出了" in client.get(reverse("exports:approvals")).content.decode()
    assert "已经同意" in Notice.objects.get(account=world.accounts["secretary"]).text
    answer = client.post(_URL, _OPEN)
    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert Look.objects.filter(field="roster", note="报县委组织部").count() == 9
    for action in ("exports.ask", "exports.approve"):
        event = AuditEvent.objects.get(action=action, result="done")
        assert event.object_ref == "export_approval:{id}".format(id=approval.pk)
    assert client.post(_URL, _OPEN).status_code == 302
    assert ExportApproval.objects.count() == 2


def test_masked_values_and_a_small_branch_need_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client("secretary")
    assert client.post(_URL, {"style": "report"}).status_code == 200
    monkeypatch.setattr("zhibu.roster.exports.commands.ROSTER_PERSONS", 9)
    assert client.post(_URL, _OPEN).status_code == 200
    assert refusal(ask, world) == "exports.needs_none"
    assert not ExportApproval.objects.exists()


def test_an_approval_is_used_once_and_its_purpose_is_the_one_agreed_to(world: World) -> None:
    assert refusal(take, world) == "exports.needs_approval"
    approve(world, ask(world))
    assert take(world)
    assert Look.objects.values_list("note", flat=True).distinct().get() == "报县委组织部"
    assert refusal(take, world) == "exports.needs_approval"


def test_nobody_agrees_to_their_own_asking_and_nobody_has_two_accounts(world: World) -> None:
    approval = ask(world)
    assert refusal(approve, world, approval, "secretary") == "exports.own_asking"
    asker = world.accounts["secretary"]
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportApproval.objects.filter(pk=approval.pk).update(approved_by=asker, approved_at=utc_now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportApproval.objects.filter(pk=approval.pk).update(used_at=utc_now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=world.accounts["town_organizer"].pk).update(person_id=asker.person_id)
    assert approve(world, approval).approved_by == world.accounts["town_organizer"]


@pytest.mark.parametrize("role", ["committee_member", "member", "statistics", "system", "security"])
def test_only_who_may_export_there_agrees(world: World, role: str) -> None:
    approval = ask(world)
    with pytest.raises(NotAllowed):
        approve(world, approval, role)


def test_a_neighbour_sees_nothing_of_it(world: World) -> None:
    approval = ask(world)
    with pytest.raises(NotAllowed):
        approve(world, approval, "sibling_secretary")
    client = world.client("sibling_secretary")
    assert client.get(reverse("exports:approval", args=[approval.public_id])).status_code == 404
    assert "周长河" not in client.get(reverse("exports:approvals")).content.decode()


def test_it_lapses_after_a_day_and_is_bound_to_the_asker(world: World) -> None:
    approval = approve(world, ask(world))
    assert refusal(take, world, "town_organizer") == "exports.needs_approval"
    past = utc_now() - timedelta(hours=25)
    ExportApproval.objects.filter(pk=approval.pk).update(
        asked_at=past, approved_at=past, expires_at=past + timedelta(hours=24)
    )
    assert refusal(take, world) == "exports.needs_approval"
    assert refusal(approve, world, approval) == "exports.lapsed"
    assert ask(world).pk != approval.pk


def test_it_covers_no_more_persons_than_were_asked_for(world: World) -> None:
    approval = approve(world, ask(world))
    ExportApproval.objects.filter(pk=approval.pk).update(person_count=8)
    assert refusal(take, world) == "exports.needs_approval"


def test_asking_again_is_the_same_asking(world: World) -> None:
    assert ask(world).pk == ask(world).pk
    assert Notice.objects.filter(kind="export_approval", org_id=world.town.pk).count() == 1


def test_a_refused_export_leaves_the_approval_unused(world: World) -> None:
    approval = approve(world, ask(world))
    wish = Wish("system", is_open=True, purpose="核对")
    with pytest.raises(Refused) as caught:
        export_roster(actor=world.actor("secretary"), today=TODAY, organization=world.branch, wish=wish)
    assert caught.value.code == "accounts.prove_first"
    approval.refresh_from_db()
    assert approval.used_at is None


def test_where_nobody_else_may_agree_nothing_is_asked(world: World) -> None:
    Grant.objects.exclude(account=world.accounts["secretary"]).update(valid_to=TODAY)
    assert refusal(ask, world) == "exports.nobody_else"
    page = world.client("secretary").post(_URL, _OPEN)
    assert page.status_code == 422
    assert "没有人可以同意" in page.content.decode()
    assert not ExportApproval.objects.exists()


def test_more_than_a_day_allows_is_not_asked_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhibu.roster.exports.commands.ROSTER_PERSONS_A_DAY", 8)
    assert refusal(ask, world) == "exports.more_than_a_day"
