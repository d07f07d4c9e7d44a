"""The secret behind the six digits lies sealed, from the day it is made and after an upgrade."""

from __future__ import annotations

import importlib
import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from tests.world import World, bound_device
from zhibu.foundation.accounts.models import SecondFactor
from zhibu.foundation.sealing.keys import keyring

MIGRATION = importlib.import_module("zhibu.foundation.migrations.0006_sealed_second_factors")


def stored(device: TOTPDevice) -> str:
    """What the database holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM otp_totp_totpdevice WHERE id = %s", [device.pk])
        return str(cursor.fetchone()[0])


def enter(client: Client, secret: bytes) -> int:
    url = reverse("accounts:second_factor")
    return client.post(url, {"code": "{code:06d}".format(code=totp(secret))}).status_code


@pytest.fixture
def other_keys(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """A folder for keys of its own, from a copy of those in use."""
    before = Path(settings.KEY_DIR) / "sealing.json"
    keyring()
    path = tmp_path / "sealing.json"
    path.write_text(before.read_text(encoding="utf-8"), encoding="utf-8")
    settings.KEY_DIR = tmp_path
    keyring.cache_clear()
    yield path
    keyring.cache_clear()


def test_a_new_secret_is_sealed_and_its_digits_open(world: World, settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"
    client = world.client("secretary")
    client.get(reverse("accounts:second_factor_setup"))
    device = SecondFactor.objects.get(user=world.accounts["secretary"])
    assert device.bin_key.hex() not in stored(device)
    assert not re.fullmatch("[0-9a-f]+", stored(device))
    code = "{code:06d}".format(code=totp(device.bin_key))
    assert client.post(reverse("accounts:second_factor_setup"), {"code": code}).status_code == 302


def test_a_secret_opens_for_its_own_account_only(world: World, settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"
    secret = bound_device(world.accounts["organizer"]).bin_key
    moved = bound_device(world.accounts["secretary"])
    moved.key = SecondFactor.objects.get(user=world.accounts["organizer"]).key
    moved.save(update_fields=["key"])
    assert enter(world.client("secretary"), secret) == 422


def test_the_upgrade_seals_what_lies_in_clear_once_and_the_digits_stay(
    world: World, settings: Settings
) -> None:
    settings.SECOND_FACTOR = "required"
    clear = secrets.token_bytes(20)
    device = TOTPDevice.objects.create(user=world.accounts["secretary"], name="动态口令", key=clear.hex())
    bound = bound_device(world.accounts["organizer"])
    before = stored(bound)
    MIGRATION.seal(apps, None)
    assert clear.hex() not in stored(device)
    assert stored(bound) == before
    assert enter(world.client("secretary"), clear) == 302
    sealed = stored(device)
    MIGRATION.seal(apps, None)
    assert stored(device) == sealed
    MIGRATION.unseal(apps, None)
    assert stored(device) == clear.hex()


def test_a_session_verified_before_the_upgrade_stays_verified(world: World, settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"
    device = bound_device(world.accounts["secretary"])
    client = world.client("secretary")
    assert enter(client, device.bin_key) == 302
    session = client.session
    session["otp_device_id"] = "otp_totp.totpdevice/{id}".format(id=device.pk)
    session.save()
    assert client.get(reverse("members:list")).status_code == 200


def test_a_new_sealing_key_leaves_the_old_secrets_open(
    world: World, settings: Settings, other_keys: Path
) -> None:
    settings.SECOND_FACTOR = "required"
    device = bound_device(world.accounts["secretary"])
    content = json.loads(other_keys.read_text(encoding="utf-8"))
    number = int(content["current"]) + 1
    content["sealing"][str(number)], content["current"] = secrets.token_hex(32), number
    other_keys.write_text(json.dumps(content), encoding="utf-8")
    keyring.cache_clear()
    assert enter(world.client("secretary"), SecondFactor.objects.get(pk=device.pk).bin_key) == 302


def test_with_the_wrong_keys_it_says_so(world: World, settings: Settings, other_keys: Path) -> None:
    settings.SECOND_FACTOR = "required"
    secret = bound_device(world.accounts["secretary"]).bin_key
    content = json.loads(other_keys.read_text(encoding="utf-8"))
    content["sealing"] = {number: secrets.token_hex(32) for number in content["sealing"]}
    other_keys.write_text(json.dumps(content), encoding="utf-8")
    keyring.cache_clear()
    client = world.client("secretary")
    answer = client.post(reverse("accounts:second_factor"), {"code": "{code:06d}".format(code=totp(secret))})
    assert answer.status_code == 422
    assert "这台服务器上的密钥打不开" in answer.content.decode()
