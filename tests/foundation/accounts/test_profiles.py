"""The two named security profiles: what each asks of a password, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django import Settings

from tests.world import PASSWORD, World
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.accounts.commands.passwords import change_password, make_ready
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.accounts.validators import _word_sources, register_words

pytestmark = pytest.mark.django_db
GOOD = {"asvs": "qing shan lv shui bu lao", "djbh3": "Qingshan-7x"}


def use(settings: Settings, name: str) -> None:
    settings.SECURITY_PROFILE = name
    settings.AUTH_PASSWORD_VALIDATORS = configured.PASSWORD_PROFILES[name]
    settings.PASSWORD_AGE_DAYS = 90 if name == "djbh3" else 0


@pytest.fixture
def unit_words() -> Iterator[None]:
    before = list(_word_sources)
    register_words(_words)
    yield
    _word_sources[:] = before


def _words() -> list[str]:
    return ["changhe", "长河县委"]


def test_asvs_asks_for_length_and_no_kinds_of_signs(settings: Settings) -> None:
    use(settings, "asvs")
    validate_password(GOOD["asvs"])
    validate_password("长河边上种了十二棵老柳树")
    validate_password("x" * 6 + "y" * 6)
    with pytest.raises(ValidationError):
        validate_password(GOOD["djbh3"])  # eleven signs, whatever their kinds


@pytest.mark.parametrize("password", ["qingshanlvshui-abc", "QINGSHANLVSHUIX", "qingshan77", "Qsh-7xabc"])
def test_djbh3_asks_for_ten_signs_of_three_kinds(settings: Settings, password: str) -> None:
    use(settings, "djbh3")
    validate_password(GOOD["djbh3"])
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("profile", ["asvs", "djbh3"])
@pytest.mark.parametrize(
    "password", ["Changhe-2026", "Dangzhibu-2026", "Zhibu-Dangwei1", "Password123!", "1q2w3e4r5t6y"]
)
def test_both_refuse_the_unit_s_words_and_common_ones(
    settings: Settings, unit_words: None, profile: str, password: str
) -> None:
    use(settings, profile)
    with pytest.raises(ValidationError):
        validate_password(password)


def test_both_refuse_one_s_own_name(settings: Settings) -> None:
    account = Account(username="wang-guilan-66", display_name="王桂兰")
    for profile, password in (("asvs", "wang-guilan-66x"), ("djbh3", "Wang-guilan-66")):
        use(settings, profile)
        with pytest.raises(ValidationError):
            validate_password(password, account)


def test_the_form_says_what_the_profile_asks(world: World, settings: Settings) -> None:
    client, url = world.client("secretary"), reverse("accounts:password_change")
    for profile, words in (("asvs", "至少12个字"), ("djbh3", "至少有三种")):
        use(settings, profile)
        assert words in client.get(url).content.decode()


@pytest.mark.parametrize("role", ["secretary", "organizer", "system", "security", "audit"])
def test_djbh3_asks_those_in_charge_for_a_new_password_every_ninety_days(
    world: World, settings: Settings, role: str
) -> None:
    use(settings, "djbh3")
    account, client = world.accounts[role], world.client(role)
    start, door = reverse("accounts:settings"), reverse("accounts:password_change")
    _set_at(account, days=89)
    assert client.get(start).status_code == 200
    _set_at(account, days=91)
    assert client.get(start)["Location"].startswith(door)
    sent = {"old_password": PASSWORD, "new_password": GOOD["djbh3"], "repeated": GOOD["djbh3"]}
    assert client.post(door, sent).status_code == 302
    assert client.get(start).status_code == 200


def test_asvs_never_asks_for_a_new_one_and_djbh3_not_members(world: World, settings: Settings) -> None:
    use(settings, "asvs")
    _set_at(world.accounts["secretary"], days=4000)
    assert world.client("secretary").get(reverse("accounts:settings")).status_code == 200
    use(settings, "djbh3")
    _set_at(world.accounts["member"], days=4000)
    assert world.client("member").get(reverse("accounts:settings")).status_code == 200


def test_the_new_password_is_not_the_old_one(world: World) -> None:
    with pytest.raises(Refused) as refused:
        change_password(
            actor=world.actor("secretary"),
            account=world.accounts["secretary"],
            password=make_ready(world.accounts["secretary"], PASSWORD, old_password=PASSWORD),
        )
    assert refused.value.code == "accounts.same_password"


def _set_at(account: Account, *, days: int) -> None:
    Account.objects.filter(pk=account.pk).update(password_set_at=utc_now() - timedelta(days=days))
