"""The second factor by profile, and the three administrators kept apart by the schema."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from pytest_django import Settings

from tests.world import SYSTEM, TODAY, World
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.commands.accounts import appoint_administrator
from zhibu.foundation.accounts.commands.second_factor import begin_second_factor, drop_second_factor
from zhibu.foundation.accounts.models import SecondFactor, SpecialRole
from zhibu.roster.access.commands import grant_role
from zhibu.roster.access.models import Role


def code_of(device: SecondFactor) -> str:
    return "{code:06d}".format(code=totp(device.bin_key))


def bind(client: Client, world: World, role: str) -> SecondFactor:
    client.get(reverse("accounts:second_factor_setup"))
    device = SecondFactor.objects.get(user=world.accounts[role])
    answer = client.post(reverse("accounts:second_factor_setup"), {"code": code_of(device)})
    assert answer.status_code == 302
    device.refresh_from_db()
    assert device.confirmed
    return device


def test_off_nobody_is_asked(world: World) -> None:
    assert world.client("secretary").get(reverse("members:list")).status_code == 200


def test_required_it_comes_before_everything(world: World, settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"
    client = world.client("secretary")
    answer = client.get(reverse("members:list"))
    assert answer["Location"].startswith(reverse("accounts:second_factor"))
    assert client.get(reverse("accounts:second_factor"))["Location"] == reverse(
        "accounts:second_factor_setup"
    )
    bind(client, world, "secretary")
    assert client.get(reverse("members:list")).status_code == 200


def test_a_new_session_asks_again_and_refuses_a_wrong_code(world: World, settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"
    device = bind(world.client("secretary"), world, "secretary")
    client = world.client("secretary")
    url = reverse("accounts:second_factor")
    wrong = "000000" if code_of(device) != "000000" else "111111"
    assert "动态口令不对" in client.post(url, {"code": wrong}).content.decode()
    SecondFactor.objects.update(last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post(url, {"code": code_of(device)}).status_code == 302
    assert client.get(reverse("members:list")).status_code == 200


def test_members_are_not_asked(world: World, settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"
    assert world.client("member").get(reverse("members:own_card")).status_code == 200


def test_a_lost_device_is_unbound_by_the_system_administrator(world: World) -> None:
    bind(world.client("secretary"), world, "secretary")
    with pytest.raises(Refused):
        begin_second_factor(actor=world.actor("secretary"), account=world.accounts["secretary"])
    with pytest.raises(NotAllowed):
        drop_second_factor(actor=world.actor("security"), account=world.accounts["secretary"])
    drop_second_factor(actor=world.actor("system"), account=world.accounts["secretary"])
    assert not SecondFactor.objects.exists()


def test_one_account_is_at_most_one_administrator(world: World) -> None:
    with pytest.raises(Refused):
        appoint_administrator(actor=SYSTEM, account=world.accounts["system"], kind="audit")
    with pytest.raises(IntegrityError):
        SpecialRole.objects.create(account=world.accounts["system"], kind="audit")


def test_only_the_installation_appoints_administrators(world: World) -> None:
    with pytest.raises(NotAllowed):
        appoint_administrator(actor=world.actor("system"), account=world.accounts["secretary"], kind="system")


def test_an_administrator_gets_no_role_of_work(world: World) -> None:
    with pytest.raises(Refused):
        grant_role(
            actor=world.actor("security"),
            today=TODAY,
            account=world.accounts["audit"],
            role=Role.SECRETARY,
            organization=world.branch,
        )
