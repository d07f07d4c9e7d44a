"""A session from sign-in to its end: new keys, both limits, signing out, and what closes it at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from pytest_django import Settings

from tests.world import PASSWORD, SYSTEM, TODAY, World, bound_device
from zhibu.common.dates import utc_now
from zhibu.foundation.accounts.commands.accounts import set_active
from zhibu.foundation.accounts.commands.passwords import issue_link
from zhibu.foundation.accounts.models import OneTimeLink
from zhibu.foundation.audit.models import AuditEvent
from zhibu.roster.access.commands import end_grant
from zhibu.roster.access.models import Grant
from zhibu.roster.members.commands.links import issue_member_link

INSIDE = "members:list"
NEW_PASSWORD = "yi-ju-hao-ji-de-hua-2026"


def key(client: Client) -> str:
    return client.cookies["zhibu_session"].value


def signed_in(name: str = "secretary") -> Client:
    client = Client()
    client.post(reverse("accounts:sign_in"), {"username": name, "password": PASSWORD})
    return client


def aged(client: Client, **instants: timedelta) -> None:
    session = client.session
    for name, age in instants.items():
        session[name] = (utc_now() - age).timestamp()
    session.save()


def is_inside(client: Client) -> bool:
    return client.get(reverse(INSIDE)).status_code == 200


def test_a_key_given_beforehand_is_not_kept(world: World) -> None:
    client = world.client("member")  # a session that somebody planted
    planted = key(client)
    client.post(reverse("accounts:sign_in"), {"username": "secretary", "password": PASSWORD})
    assert key(client) != planted
    assert not Session.objects.filter(pk=planted).exists()


def test_the_key_changes_with_each_step_up(world: World, settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"
    device = bound_device(world.accounts["secretary"])
    client = signed_in()
    before = key(client)
    code = "{code:06d}".format(code=totp(device.bin_key))
    client.post(reverse("accounts:second_factor"), {"code": code})
    assert key(client) != before
    assert is_inside(client)


def test_signing_out_destroys_the_session(world: World) -> None:
    client = signed_in()
    stolen = Client()
    stolen.cookies["zhibu_session"] = key(client)
    assert is_inside(stolen)
    assert client.post(reverse("accounts:sign_out"))["Clear-Site-Data"] == '"storage"'
    assert not is_inside(stolen)
    assert client.get(reverse("accounts:sign_out")).status_code == 405


def test_half_an_hour_idle_ends_it_in_earnest_use(world: World, settings: Settings) -> None:
    settings.SESSION_IDLE_AGE = 30 * 60
    client = signed_in()
    aged(client, seen=timedelta(minutes=29))
    assert is_inside(client)
    aged(client, seen=timedelta(minutes=31))
    assert not is_inside(client)


def test_twelve_hours_end_it_however_busy(world: World, settings: Settings) -> None:
    settings.SESSION_IDLE_AGE = 30 * 60
    client = signed_in()
    aged(client, signed_at=timedelta(hours=11, minutes=59))
    assert is_inside(client)
    aged(client, signed_at=timedelta(hours=12, seconds=1), seen=timedelta(0))
    assert not is_inside(client)


def test_a_closed_account_and_a_taken_role_count_at_the_next_request(world: World) -> None:
    client, other = signed_in(), signed_in("committee_member")
    set_active(actor=world.actor("system"), account=world.accounts["secretary"], is_active=False)
    assert not is_inside(client)
    grant = Grant.objects.get(account=world.accounts["committee_member"], role="committee_member")
    end_grant(actor=world.actor("security"), today=TODAY, grant=grant)
    assert other.get(reverse(INSIDE)).status_code == 403


def test_a_closed_account_s_links_are_dead(world: World) -> None:
    token = issue_member_link(actor=world.actor("secretary"), today=TODAY, person=world.people["elder"])
    account = OneTimeLink.objects.get().account
    set_active(actor=SYSTEM, account=account, is_active=False)
    assert Client().get(reverse("accounts:link_sign_in", args=[token])).status_code == 410
    assert Client().post(reverse("accounts:link_sign_in", args=[token])).status_code == 410


def test_a_reset_ends_every_session_and_shows_no_password(world: World) -> None:
    client = signed_in()
    account = world.accounts["secretary"]
    page = world.client("system").post(
        reverse("accounts:account_link", args=[account.public_id]), follow=True
    )
    assert PASSWORD not in page.content.decode()
    token = issue_link(actor=world.actor("system"), account=account, purpose=OneTimeLink.Purpose.RESET)
    sent = {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    answer = Client().post(reverse("accounts:password_reset", args=[token]), sent)
    assert answer.status_code == 302
    assert not is_inside(client)
    assert "zhibu_session" not in answer.cookies or not answer.cookies["zhibu_session"].value


def test_a_refused_password_does_not_use_the_link_up(world: World) -> None:
    token = issue_link(
        actor=world.actor("system"), account=world.accounts["secretary"], purpose=OneTimeLink.Purpose.RESET
    )
    url = reverse("accounts:password_reset", args=[token])
    assert Client().post(url, {"new_password": "short", "repeated": "short"}).status_code == 200
    assert Client().post(url, {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}).status_code == 302


def test_the_six_digits_open_once(world: World, settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"
    device = bound_device(world.accounts["secretary"])
    code = "{code:06d}".format(code=totp(device.bin_key))
    first, second = signed_in(), signed_in()
    url = reverse("accounts:second_factor")
    assert first.post(url, {"code": code}).status_code == 302
    assert second.post(url, {"code": code}).status_code == 422
    assert not is_inside(second)
    refused = AuditEvent.objects.filter(action="accounts.second_factor", result="refused")
    assert refused.count() == 1


@pytest.mark.parametrize(
    "page", ["accounts:password_change", "accounts:settings", "accounts:second_factor_setup"]
)
def test_without_the_six_digits_the_password_alone_changes_nothing(
    world: World, settings: Settings, page: str
) -> None:
    settings.SECOND_FACTOR = "required"
    bound_device(world.accounts["secretary"])
    answer = signed_in().get(reverse(page))
    assert answer["Location"].startswith(reverse("accounts:second_factor") + "?")


def test_every_sign_in_and_every_failure_stands_in_the_record(world: World) -> None:
    signed_in()
    Client().post(reverse("accounts:sign_in"), {"username": "secretary", "password": "wrong"})
    Client().post(reverse("accounts:sign_in"), {"username": "nobody", "password": "wrong"})
    rows = list(AuditEvent.objects.filter(action="accounts.sign_in").values_list("result", "object_ref"))
    assert rows[0] == ("done", "account:{id}".format(id=world.accounts["secretary"].pk))
    assert [result for result, _ in rows] == ["done", "refused", "refused"]
    assert rows[1][1].startswith("name:")
    assert rows[1][1] != rows[2][1]
    assert "secretary" not in rows[1][1]


def test_a_page_refused_stands_in_the_record_twenty_times_at_most(world: World) -> None:
    client = world.client("member")
    for _ in range(25):
        assert client.get(reverse(INSIDE)).status_code == 403
    rows = AuditEvent.objects.filter(action="access.open_page", result="refused")
    assert rows.count() == 20
    assert (rows[0].object_ref, rows[0].diff["clause"]) == ("page:members:list", "members:view")
