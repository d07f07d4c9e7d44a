"""Every address is named, declares its right, and keeps it: run as everybody, inside and outside the scope.

Outside one's scope 404, inside without the right 403, anonymous to the sign-in page. A module with pages
gives an example for each address with arguments in ``tests/<app>/<module>/addresses.py``.
"""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import resolve_url
from django.test import Client
from django.test.utils import override_settings

from tests.guards.addresses import Address, collect_examples, list_addresses, url_of
from tests.guards.source import none
from tests.world import World, build_world
from zhibu.roster.access.rights import RIGHTS
from zhibu.ui.pages import OPEN_WORDS

OUTSIDERS = ("sibling_secretary",)
OBJECTS = {"public_id", "seq"}  # what names an object of the cast; other arguments choose a kind of page


def test_every_address_is_named_after_its_module() -> None:
    none(
        f"{address.view}: {address.name!r}"
        for address in list_addresses()
        if ":" not in address.name or not address.name.partition(":")[2]
    )


def test_no_name_is_used_twice() -> None:
    names = [address.name for address in list_addresses()]
    none({name for name in names if names.count(name) > 1})


def test_every_address_declares_a_known_right() -> None:
    none(
        f"{address.name}: {address.right!r}"
        for address in list_addresses()
        if address.right not in RIGHTS | OPEN_WORDS
    )


def test_every_right_is_used_or_told() -> None:
    """A right that no page and no command asks for protects nothing."""
    declared = {address.right for address in list_addresses()}
    assert declared & RIGHTS


@pytest.fixture
def world(db: None, today: object) -> World:
    """The cast."""
    return build_world()


@pytest.mark.usefixtures("quiet_log")
@pytest.mark.timeout(900)
@pytest.mark.django_db
def test_every_address_is_kept(world: World) -> None:
    """One run over all of them: the cast is built once, each trial is undone."""
    examples = collect_examples(world)
    faults = [
        f"{address.name}: no example; add it to the module's addresses.py"
        for address in list_addresses()
        if address.arguments and address.name not in examples
    ]
    clients = {role: world.client(role) for role in world.accounts}
    with override_settings(SECURE_SSL_REDIRECT=False):
        for address in list_addresses():
            if address.right is not None and (not address.arguments or address.name in examples):
                faults += _faults(world, clients, address, url_of(address, examples))
    none(faults)


def _faults(world: World, clients: dict[str, Client], address: Address, url: str) -> list[str]:
    if address.right == "token":
        return []
    anonymous = _ask(Client(), address, url)
    if address.right == "public":
        return _wrong(address, "anonymous", anonymous.status_code, {200, 302, 400, 404})
    faults = _wrong_redirect(address, anonymous)
    entered = address.right == "signed_in"
    for role, client in clients.items():
        status = _ask(client, address, url).status_code
        faults += _wrong(address, role, status, _expected(world, role, address))
        entered = entered or (world.actor(role).may(str(address.right)) and status not in (403, 404, 500))
    if not entered:
        faults.append(f"{address.name}: nobody of the cast who holds {address.right} gets in")
    return faults


def _expected(world: World, role: str, address: Address) -> set[int]:
    """What an account may be answered: 403 without the right, an outsider finds nothing, the rest enter."""
    entered = {200, 204, 302, 303, 400, 405, 409, 422}
    if address.right == "signed_in":
        return entered | {403, 404}
    if not world.actor(role).may(str(address.right)):
        return {403}
    if address.arguments & OBJECTS and role in OUTSIDERS:
        return {404}
    if str(address.right).endswith("_own"):  # an account without a member behind it has nothing of its own
        return entered | {404}
    return entered | ({403, 404} if address.arguments else set())


def _ask(client: Client, address: Address, url: str) -> HttpResponseBase:
    """The answer; whatever the request changed is undone, and the client stays signed in."""
    cookies = client.cookies.copy()
    client.raise_request_exception = False
    with transaction.atomic():
        response = client.get(url) if "GET" in address.methods else client.post(url, {})
        transaction.set_rollback(True)
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
    return response


def _wrong(address: Address, who: str, status: int, expected: set[int]) -> list[str]:
    if status in expected:
        return []
    return [f"{address.name} ({address.right}) as {who}: {status}, not one of {sorted(expected)}"]


def _wrong_redirect(address: Address, response: HttpResponseBase) -> list[str]:
    sign_in = resolve_url(settings.LOGIN_URL)
    if response.status_code == 302 and str(response.headers["Location"]).startswith(sign_in):
        return []
    return [
        f"{address.name} ({address.right}) as anonymous: {response.status_code} instead of the sign-in page"
    ]
