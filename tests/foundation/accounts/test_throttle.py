"""Guessing is slow, nobody is locked out by others, and no answer tells whether an account exists."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import argon2
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.world import PASSWORD, World
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.accounts.commands.attempts import take_attempt, take_turn
from zhibu.foundation.accounts.models import SignInFailure
from zhibu.foundation.accounts.queries import ATTEMPTS_A_NAME, ATTEMPTS_AN_ADDRESS, Origin

SIGN_IN = reverse("accounts:sign_in")


def attempt(
    name: str, password: str, *, client: Client | None = None, address: str = "10.0.0.9", **more: str
) -> int:
    sent = {"username": name, "password": password}
    return (client or Client()).post(SIGN_IN, sent, REMOTE_ADDR=address, **more).status_code


def test_the_sixth_is_told_to_wait(world: World) -> None:
    for _ in range(5):
        assert attempt("secretary", "wrong") == 422
    answer = Client().post(SIGN_IN, {"username": "secretary", "password": PASSWORD}, REMOTE_ADDR="10.0.0.9")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "900"


@pytest.mark.parametrize(
    "name", ["SECRETARY", " secretary", "secretary ", "ｓecretary"], ids=["case", "before", "after", "wide"]
)
def test_another_way_of_writing_the_name_gives_no_more_tries(world: World, name: str) -> None:
    for _ in range(5):
        attempt("secretary", "wrong")
    assert attempt(name, "wrong") == 429


def test_a_made_up_forwarded_address_gives_no_more_tries(world: World) -> None:
    for _ in range(5):
        attempt("secretary", "wrong", HTTP_X_FORWARDED_FOR="1.2.3.4")
    assert attempt("secretary", PASSWORD, HTTP_X_FORWARDED_FOR="5.6.7.8") == 429


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(world: World, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    for number in range(5):
        attempt("secretary", "wrong", HTTP_X_FORWARDED_FOR="1.1.1.{n}, 9.9.9.9".format(n=number))
    assert attempt("secretary", PASSWORD, HTTP_X_FORWARDED_FOR="1.1.1.200, 9.9.9.9") == 429
    assert attempt("secretary", PASSWORD, HTTP_X_FORWARDED_FOR="9.9.9.9, 8.8.8.8") == 302


def test_a_stranger_s_guesses_close_the_door_for_the_stranger_alone(world: World) -> None:
    own = Client()
    assert attempt("secretary", PASSWORD, client=own) == 302
    own.post(reverse("accounts:sign_out"))
    for _ in range(6):
        attempt("secretary", "wrong", address="10.0.0.66")
    assert attempt("secretary", PASSWORD, address="10.0.0.66") == 429
    assert attempt("secretary", PASSWORD, client=own, address="10.0.0.66") == 302
    assert attempt("secretary", PASSWORD, address="10.0.0.7") == 302


def test_guesses_from_everywhere_leave_the_owner_s_browser_open(world: World) -> None:
    own = Client()
    assert attempt("secretary", PASSWORD, client=own) == 302
    now = utc_now()
    for number in range(ATTEMPTS_A_NAME):
        take_attempt(
            "secretary", now=now, origin=Origin("10.1.{a}.{b}".format(a=number // 250, b=number % 250))
        )
    assert attempt("secretary", PASSWORD, address="10.9.9.9") == 429
    assert attempt("secretary", PASSWORD, client=own) == 302


def test_a_forged_device_cookie_counts_as_none(world: World) -> None:
    client = Client()
    client.cookies["zhibu_device"] = "e30:1abcde:forged"
    for _ in range(5):
        attempt("secretary", "wrong", client=client)
    assert attempt("secretary", PASSWORD, client=client) == 429


def test_one_address_may_not_try_many_names(world: World) -> None:
    for number in range(ATTEMPTS_AN_ADDRESS):
        assert attempt("name-{n}".format(n=number), "wrong") == 422
    assert attempt("secretary", PASSWORD) == 429
    assert attempt("secretary", PASSWORD, address="10.0.0.10") == 302


def test_the_owner_of_an_account_does_not_reset_the_address_s_count(world: World) -> None:
    for number in range(ATTEMPTS_AN_ADDRESS):
        attempt("name-{n}".format(n=number), "wrong") if number % 5 else attempt("member", PASSWORD)
    left = sum(attempt("other-{n}".format(n=number), "wrong") == 422 for number in range(20))
    assert left == ATTEMPTS_AN_ADDRESS // 5


def test_after_fifteen_minutes_the_door_is_open(world: World) -> None:
    for _ in range(6):
        attempt("secretary", "wrong")
    SignInFailure.objects.update(window_at=utc_now() - timedelta(minutes=15, seconds=1))
    assert attempt("secretary", PASSWORD) == 302


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_are_all_counted() -> None:
    now, passed = utc_now(), []

    def guess() -> None:
        try:
            take_attempt("secretary", now=now, origin=Origin("10.0.0.9"))
            passed.append(1)
        except Refused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 5


def test_turns_are_counted_within_their_window(db: None) -> None:
    now, window = utc_now(), timedelta(minutes=10)
    for _ in range(3):
        take_turn("look", "account:1", now=now, limit=3, window=window)
    with pytest.raises(Refused) as refused:
        take_turn("look", "account:1", now=now + timedelta(minutes=9), limit=3, window=window)
    assert refused.value.retry_after == 600
    take_turn("look", "account:2", now=now, limit=3, window=window)
    take_turn("look", "account:1", now=now + timedelta(minutes=11), limit=3, window=window)


def test_no_answer_tells_whether_an_account_exists(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text and status are one, and each answer cost exactly one run of the real hash, so that times are one.

    The runs are counted because a clock on a busy machine says little.
    """
    hashes = _count_hashes(monkeypatch)
    settings.PASSWORD_HASHERS = ["zhibu.foundation.accounts.hashers.ModestArgon2"]
    for name in ("secretary", "committee_member"):
        world.accounts[name].set_password(PASSWORD)
    world.accounts["member"].set_unusable_password()
    world.accounts["committee_member"].is_active = False
    for name in ("secretary", "committee_member", "member"):
        world.accounts[name].save()
    names = {"secretary": "wrong", "nobody-here": "wrong", "member": "wrong", "committee_member": PASSWORD}
    answers, runs = set(), {}
    for name, password in names.items():
        hashes.clear()
        answer = Client().post(SIGN_IN, {"username": name, "password": password})
        answers.add((answer.status_code, _bare(answer.content.decode(), name)))
        runs[name] = len(hashes)
    assert len(answers) == 1
    assert runs == dict.fromkeys(names, 1)


def _count_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    runs: list[str] = []

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            runs.append(name)
            return real(*args, **kwargs)

        return run

    monkeypatch.setattr(argon2.low_level, "hash_secret", counted("hash", argon2.low_level.hash_secret))
    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted("verify", argon2.PasswordHasher.verify))
    return runs


def _bare(page: str, name: str) -> str:
    """The page without what differs by itself: tokens, keys and the name that was typed."""
    lines = [
        line
        for line in page.splitlines()
        if "csrfmiddlewaretoken" not in line and "submission_key" not in line
    ]
    return "\n".join(lines).replace(name, "")
