"""Looking at a sealed field in a browser without scripts: purpose, password, watermark, and who looked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp

from tests.world import PASSWORD, TODAY, World, bound_device
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.models import SecondFactor
from zhibu.foundation.accounts.queries import FRESH_FOR
from zhibu.foundation.audit.models import AuditEvent
from zhibu.roster.members.commands.looks import unmask
from zhibu.roster.members.commands.sealed_cards import card_of
from zhibu.roster.members.models import Look

ASKED = {"field": "phone", "purpose": "contact"}


def stale(world: World, role: str = "secretary") -> Client:
    """A browser whose owner proved who they are a little more than ten minutes ago."""
    client = world.client(role)
    session = client.session
    session["proved_at"] = (utc_now() - FRESH_FOR - timedelta(seconds=1)).timestamp()
    session.save()
    return client


def look(client: Client, world: World, **more: str) -> HttpResponse:
    url = reverse("members:unmask", args=[world.people["member"].public_id])
    return client.post(url, ASKED | more)


def phone(world: World) -> str:
    return card_of(world.people["member"]).phone


def test_it_works_and_the_page_names_the_viewer_and_leaves_by_itself(world: World) -> None:
    answer = look(world.client("secretary"), world)
    page = answer.content.decode()
    assert phone(world) in page
    assert 'class="watermark"' in page
    assert "周长河 20" in page.split('class="watermark"')[1].split("</svg>")[0]
    assert answer["Cache-Control"].startswith("no-store")
    person_page = reverse("members:person", args=[world.people["member"].public_id])
    assert answer["Refresh"] == "120; url=" + person_page
    assert (
        "周长河查看了手机号码，用途：联系本人" in world.client("secretary").get(person_page).content.decode()
    )


def test_sent_again_it_shows_nothing_and_counts_once(world: World) -> None:
    client = world.client("secretary")
    assert phone(world) in look(client, world, submission_key="once").content.decode()
    assert phone(world) not in look(client, world, submission_key="once").content.decode()
    assert Look.objects.count() == 1


def test_after_ten_minutes_the_password_is_asked_for(world: World) -> None:
    client = stale(world)
    page = client.get(reverse("members:unmask", args=[world.people["member"].public_id])).content.decode()
    assert 'name="own_password"' in page
    for given in ({}, {"own_password": "wrong"}):
        answer = look(client, world, **given)
        assert answer.status_code == 422
        assert phone(world) not in answer.content.decode()
    assert not Look.objects.exists()
    assert AuditEvent.objects.filter(action="accounts.prove", result="refused").count() == 1
    assert phone(world) in look(client, world, own_password=PASSWORD).content.decode()
    assert AuditEvent.objects.filter(action="accounts.prove", result="done").count() == 1
    assert phone(world) in look(client, world).content.decode()


def test_the_proof_ends_with_the_ten_minutes_whatever_happens_in_between(world: World) -> None:
    client = stale(world)
    assert client.get(reverse("members:list")).status_code == 200
    assert look(client, world).status_code == 422


def test_the_six_digits_are_asked_for_where_a_device_is_bound(world: World) -> None:
    device = bound_device(world.accounts["secretary"])
    client = stale(world)
    code = "{code:06d}".format(code=totp(device.bin_key))
    assert look(client, world, own_password=PASSWORD).status_code == 422
    SecondFactor.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert phone(world) in look(client, world, own_password=PASSWORD, own_code=code).content.decode()
    again = stale(world)
    assert look(again, world, own_password=PASSWORD, own_code=code).status_code == 422


def test_five_wrong_passwords_close_the_proof_too(world: World) -> None:
    client = stale(world)
    for _ in range(5):
        assert look(client, world, own_password="wrong").status_code == 422
    answer = look(client, world, own_password=PASSWORD)
    assert answer.status_code == 429
    assert not Look.objects.exists()


def test_who_came_by_a_link_sees_no_number(world: World) -> None:
    client = world.client("secretary")
    session = client.session
    del session["proved_at"]
    session.save()
    account = world.accounts["secretary"]
    account.set_unusable_password()
    account.save()
    client.force_login(account)
    answer = look(client, world, own_password="")
    assert "还没有设登录密码" in answer.content.decode()


def test_the_command_itself_asks_for_the_proof(world: World) -> None:
    actor, person = world.actor("secretary"), world.people["member"]
    for at in (None, utc_now() - FRESH_FOR - timedelta(seconds=1)):
        with pytest.raises(Refused) as refused:
            unmask(actor=actor, today=TODAY, person=person, proved_at=at, **ASKED)
        assert refused.value.code == "accounts.prove_first"
    with pytest.raises(NotAllowed):
        unmask(
            actor=world.actor("sibling_secretary"), today=TODAY, person=person, proved_at=utc_now(), **ASKED
        )


@pytest.mark.parametrize("role", ["sibling_secretary", "statistics", "system", "security", "audit", "member"])
def test_other_branch_and_reader_see_nothing(world: World, role: str) -> None:
    answer = look(world.client(role), world)
    assert answer.status_code == (404 if role == "sibling_secretary" else 403)
    assert phone(world) not in answer.content.decode()


def test_an_open_roster_asks_the_same_and_each_member_reads_it(world: World) -> None:
    url, client = reverse("exports:roster"), stale(world)
    sent = {"style": "report", "is_open": "on", "purpose": "报县委组织部"}
    assert client.post(url, sent).status_code == 422
    assert client.post(url, sent | {"own_password": "wrong"}).status_code == 422
    assert not Look.objects.exists()
    assert client.post(url, {"style": "report"}).status_code == 200
    assert client.post(url, sent | {"own_password": PASSWORD}).status_code == 200
    assert Look.objects.filter(field="roster").count() == 9
    card = world.client("member").get(reverse("members:own_card")).content.decode()
    assert "周长河查看了整张卡片，用途：导出名册，报县委组织部" in card
    assert phone(world) in look(client, world).content.decode()


def test_an_open_roster_has_a_limit_for_each_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    url, client = reverse("exports:roster"), world.client("secretary")
    sent = {"style": "system", "is_open": "on", "purpose": "核对"}
    monkeypatch.setattr("zhibu.roster.members.commands.looks.ROSTER_PERSONS_A_DAY", 9)
    assert client.post(url, sent).status_code == 200
    assert "一天最多9人" in client.post(url, sent).content.decode()
    assert AuditEvent.objects.filter(action="exports.roster", result="refused").count() == 1
