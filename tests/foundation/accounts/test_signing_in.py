"""Signing in and out, the limit on failures, one-time links, passwords."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import PASSWORD, TODAY, World
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.commands.accounts import create_account, set_active
from zhibu.foundation.accounts.commands.attempts import take_attempt
from zhibu.foundation.accounts.commands.passwords import (
    change_password,
    issue_link,
    make_ready,
    reset_password,
    sign_in_by_link,
)
from zhibu.foundation.accounts.models import Account, OneTimeLink, SignInFailure
from zhibu.roster.access.actors import NOBODY
from zhibu.roster.access.commands import issue_reset_link, issue_sign_in_link
from zhibu.roster.members.commands.links import issue_member_link

SIGN_IN = "accounts:sign_in"
NEW_PASSWORD = "yi-ju-hao-ji-de-hua-2026"


def attempt(name: str, password: str, **more: str) -> tuple[int, str]:
    client = Client()
    answer = client.post(reverse(SIGN_IN), {"username": name, "password": password} | more)
    return answer.status_code, answer.get("Location", "") or answer.content.decode()


def test_it_works(world: World) -> None:
    assert attempt("secretary", PASSWORD) == (302, reverse("home:start"))


def test_it_leads_back_to_the_page_asked_for_but_never_off_the_site(world: World) -> None:
    url = reverse("members:list")
    assert attempt("secretary", PASSWORD, next=url) == (302, url)
    assert attempt("secretary", PASSWORD, next="https://example.com/") == (302, reverse("home:start"))
    assert attempt("secretary", PASSWORD, next="//example.com/") == (302, reverse("home:start"))


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(world: World) -> None:
    known, unknown = attempt("secretary", "wrong"), attempt("nobody-here", "wrong")
    assert known[0] == unknown[0] == 422
    assert "登录名或者密码不对" in known[1]
    assert "登录名或者密码不对" in unknown[1]


def test_five_failures_close_the_name_for_fifteen_minutes(world: World) -> None:
    for _ in range(5):
        attempt("secretary", "wrong")
    assert "先停15分钟" in attempt("secretary", PASSWORD)[1]
    SignInFailure.objects.update(window_at=utc_now() - timedelta(minutes=15, seconds=1))
    assert attempt("secretary", PASSWORD)[0] == 302
    assert not SignInFailure.objects.exists()


def test_an_unknown_name_closes_just_the_same(db: None) -> None:
    now = utc_now()
    for _ in range(5):
        take_attempt("whoever", now=now)
    with pytest.raises(Refused):
        take_attempt("whoever", now=now)
    take_attempt("whoever", now=now + timedelta(minutes=16))


def test_a_closed_account_stays_outside_at_once(world: World) -> None:
    client = world.client("secretary")
    assert client.get(reverse("members:list")).status_code == 200
    set_active(actor=world.actor("system"), account=world.accounts["secretary"], is_active=False)
    assert client.get(reverse("members:list")).status_code == 302
    assert attempt("secretary", PASSWORD)[0] == 422
    with pytest.raises(Refused):
        set_active(actor=world.actor("system"), account=world.accounts["system"], is_active=False)


def test_signing_out_ends_the_session(world: World) -> None:
    client = world.client("secretary")
    client.post(reverse("accounts:sign_out"))
    assert client.get(reverse("members:list")).status_code == 302


def test_a_reset_link_sets_a_password_once(world: World) -> None:
    account = world.accounts["secretary"]
    token = issue_link(actor=world.actor("system"), account=account, purpose=OneTimeLink.Purpose.RESET)
    url = reverse("accounts:password_reset", args=[token])
    assert Client().get(url).status_code == 200
    sent = {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    assert Client().post(url, sent).status_code == 302
    assert attempt("secretary", NEW_PASSWORD)[0] == 302
    assert Client().get(url).status_code == 410
    with pytest.raises(Refused):
        reset_password(actor=NOBODY, token=token, password=make_ready(account, NEW_PASSWORD))


def test_a_newer_link_voids_the_older_and_time_voids_both(world: World) -> None:
    account, system = world.accounts["secretary"], world.actor("system")
    first = issue_link(actor=system, account=account, purpose=OneTimeLink.Purpose.RESET)
    second = issue_link(actor=system, account=account, purpose=OneTimeLink.Purpose.RESET)
    assert Client().get(reverse("accounts:password_reset", args=[first])).status_code == 410
    OneTimeLink.objects.update(expires_at=utc_now() - timedelta(seconds=1))
    assert Client().get(reverse("accounts:password_reset", args=[second])).status_code == 410


def test_a_reset_token_does_not_sign_in(world: World) -> None:
    token = issue_link(
        actor=world.actor("system"),
        account=world.accounts["secretary"],
        purpose=OneTimeLink.Purpose.RESET,
    )
    with pytest.raises(Refused):
        sign_in_by_link(actor=NOBODY, token=token)


def test_the_superior_resets_below_but_never_beside_or_above(world: World) -> None:
    town = world.actor("town_organizer")
    assert issue_reset_link(actor=town, today=TODAY, account=world.accounts["secretary"])
    for key in ("organizer", "town_organizer", "system", "security", "audit", "statistics"):
        with pytest.raises(NotAllowed):
            issue_reset_link(actor=town, today=TODAY, account=world.accounts[key])
    with pytest.raises(NotAllowed):
        issue_reset_link(
            actor=world.actor("secretary"), today=TODAY, account=world.accounts["committee_member"]
        )


def test_a_member_signs_in_by_link_once_and_sees_their_own_card(world: World) -> None:
    token = issue_member_link(actor=world.actor("secretary"), today=TODAY, person=world.people["elder"])
    url = reverse("accounts:link_sign_in", args=[token])
    client = Client()
    assert "陈玉珍，您好" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    assert "陈玉珍" in client.get(reverse("members:own_card")).content.decode()
    assert client.get(reverse("members:list")).status_code == 403
    assert Client().post(url).status_code == 410


def test_nobody_gets_in_as_somebody_with_more_rights_by_a_member_s_link(world: World) -> None:
    with pytest.raises(NotAllowed):
        issue_sign_in_link(
            actor=world.actor("secretary"), today=TODAY, account=world.accounts["committee_member"]
        )
    with pytest.raises(Refused):
        issue_member_link(
            actor=world.actor("secretary"), today=TODAY, person=world.people["committee_member"]
        )
    with pytest.raises(NotAllowed):
        issue_member_link(actor=world.actor("sibling_secretary"), today=TODAY, person=world.people["elder"])


def test_a_changed_password_ends_other_sessions(world: World) -> None:
    here, elsewhere = world.client("secretary"), world.client("secretary")
    sent = {"old_password": PASSWORD, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    assert here.post(reverse("accounts:password_change"), sent).status_code == 302
    assert here.get(reverse("members:list")).status_code == 200
    assert elsewhere.get(reverse("members:list")).status_code == 302


@pytest.mark.parametrize("password", ["short", "qwerty123456", "secretary"])
def test_it_refuses_weak_passwords(world: World, password: str) -> None:
    account = world.accounts["secretary"]
    with pytest.raises(Refused):
        change_password(
            actor=world.actor("secretary"),
            account=account,
            password=make_ready(account, password, old_password=PASSWORD),
        )
    with pytest.raises(Refused):
        change_password(
            actor=world.actor("secretary"),
            account=account,
            password=make_ready(account, NEW_PASSWORD, old_password="wrong"),
        )


def test_only_the_system_administrator_makes_accounts(world: World) -> None:
    made = create_account(actor=world.actor("system"), username="new", display_name="新来的")
    assert not made.has_usable_password()
    with pytest.raises(Refused):
        create_account(actor=world.actor("system"), username="new", display_name="又一个")
    for role in ("security", "audit", "organizer", "secretary"):
        with pytest.raises(NotAllowed):
            create_account(actor=world.actor(role), username="other", display_name="别人")
    assert Account.objects.filter(username="other").count() == 0


def test_the_list_finds_by_name_and_shows_no_member_data(world: World) -> None:
    page = world.client("system").get(reverse("accounts:list") + "?words=周").content.decode()
    assert "周长河" in page
    assert "冯大山" not in page
    assert world.client("system").get(reverse("members:list")).status_code == 403
