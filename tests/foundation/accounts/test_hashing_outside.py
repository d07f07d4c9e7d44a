"""Passwords are hashed and compared outside every transaction: SQLite has one write lock for all."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.world import PASSWORD, World, build_world
from zhibu.cli.demo.accounts import hash_passwords
from zhibu.common.errors import Refused
from zhibu.foundation.accounts.commands.passwords import change_password, issue_link, make_ready
from zhibu.foundation.accounts.models import OneTimeLink
from zhibu.foundation.audit.models import AuditEvent

NEW_PASSWORD = "yi-ju-hao-ji-de-hua-2026"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether a transaction was open, for each hash that was made or compared."""
    seen: list[bool] = []
    real = MD5PasswordHasher.encode

    def encode(self: MD5PasswordHasher, password: str, salt: str) -> str:
        seen.append(connection.in_atomic_block)
        return real(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    return seen


def test_signing_in_and_failing_to(hashed: list[bool]) -> None:
    build_world()
    hashed.clear()
    url = reverse("accounts:sign_in")
    for name, password in (("secretary", PASSWORD), ("secretary", "wrong"), ("nobody", "wrong")):
        Client().post(url, {"username": name, "password": password})
    assert hashed
    assert not any(hashed)


def test_changing_the_password(hashed: list[bool]) -> None:
    client = build_world().client("secretary")
    hashed.clear()
    sent = {"old_password": PASSWORD, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    url = reverse("accounts:password_change")
    assert client.post(url, sent | {"submission_key": "k"}).status_code == 302
    assert hashed
    assert not any(hashed)


def test_resetting_it_by_a_link(hashed: list[bool]) -> None:
    world = build_world()
    token = issue_link(
        actor=world.actor("system"), account=world.accounts["secretary"], purpose=OneTimeLink.Purpose.RESET
    )
    hashed.clear()
    sent = {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD, "submission_key": "k"}
    url = reverse("accounts:password_reset", args=[token])
    assert Client().post(url, sent).status_code == 302
    assert hashed
    assert not any(hashed)


def test_proving_again_before_private_things(hashed: list[bool]) -> None:
    world = build_world()
    client = world.client("secretary")
    session = client.session
    session.pop("proved_at", None)
    session.save()
    hashed.clear()
    url = reverse("members:unmask", args=[world.people["member"].public_id])
    client.post(
        url, {"field": "phone", "purpose": "contact", "own_password": PASSWORD, "submission_key": "k"}
    )
    assert hashed
    assert not any(hashed)


def test_the_accounts_of_the_demo(hashed: list[bool]) -> None:
    assert len(hash_passwords()) == 11
    assert not any(hashed)


def test_it_refuses_when_the_password_changed_meanwhile(world: World) -> None:
    account, actor = world.accounts["secretary"], world.actor("secretary")
    first = make_ready(account, NEW_PASSWORD, old_password=PASSWORD)
    second = make_ready(account, "ling-yi-ju-hua-2027", old_password=PASSWORD)
    change_password(actor=actor, account=account, password=first)
    with pytest.raises(Refused) as refused:
        change_password(actor=actor, account=account, password=second)
    assert refused.value.code == "accounts.password_changed"
    account.refresh_from_db()
    assert account.check_password(NEW_PASSWORD)
    assert AuditEvent.objects.filter(action="accounts.change_password", result="refused").count() == 1
