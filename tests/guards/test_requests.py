"""What every answer carries and no request may do: headers, no caching, no change by reading, no forged form.

F25 and F27 of the security bar, for every address as somebody who gets in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client

from tests.guards.addresses import Address, collect_examples, list_addresses, url_of
from tests.guards.source import none
from tests.world import World, build_world
from zhibu.foundation.accounts.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet_log"), pytest.mark.timeout(900)]

# A filed meeting whose paper is not stored yet stores it as it is printed for the first time.
STORED_ON_SIGHT = {"meetings:paper"}
_ROLES = ("organizer", "secretary", "member", "system", "security", "audit", "statistics")
# The record itself, sessions, counters; computed views that a reader may refresh; one's own unbound device.
_NOT_A_CHANGE = re.compile(
    r"\b(audit_event|audit_touch|django_session|accounts_sign_in_failure|otp_totp_totpdevice|checkup_\w+|obligations_\w+)\b"
)
_WRITE = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*\bnonce=)|\son[a-z]+=\"|\sstyle=\"|javascript:", re.IGNORECASE
)
_ELSEWHERE = re.compile(r"""(?:src|href|action|srcset|data)=["'](?:https?:)?//""", re.IGNORECASE)


@pytest.fixture
def world(db: None, today: object) -> World:
    return build_world()


@pytest.fixture
def pages(world: World) -> list[tuple[Address, str, str]]:
    """Every address with its url and a role that holds its right."""
    examples = collect_examples(world)
    found = []
    for address in list_addresses():
        if address.arguments and address.name not in examples:
            continue
        role = next((role for role in _ROLES if _may(world, role, address)), "")
        if role:
            found.append((address, url_of(address, examples), role))
    assert len(found) > 100
    return found


def _may(world: World, role: str, address: Address) -> bool:
    return address.right in ("public", "token", "signed_in") or world.actor(role).may(str(address.right))


def test_every_answer_keeps_strangers_out(world: World, pages: list[tuple[Address, str, str]]) -> None:
    faults: list[str] = []
    for address, url, role in pages:
        client = world.client(role)
        answer = _undone(lambda client=client, address=address, url=url: _open(client, address, url))  # type: ignore[misc]
        faults += [f"{address.name}: {fault}" for fault in _header_faults(answer)]
        if str(answer.headers.get("Content-Type", "")).startswith("text/html"):
            text = answer.content.decode() if hasattr(answer, "content") else ""
            for pattern in (_INLINE, _ELSEWHERE):
                hit = pattern.search(text)
                if hit:
                    faults.append(f"{address.name}: {text[hit.start() : hit.end() + 40]!r}")
    none(faults)


def _header_faults(answer: HttpResponseBase) -> Iterator[str]:
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    if "unsafe" in policy or ("default-src 'none'" not in policy and policy != "sandbox"):
        yield f"policy {policy!r}"
    if policy != "sandbox" and "frame-ancestors 'none'" not in policy:
        yield "may be framed"
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    for name, value in wanted.items():
        if headers.get(name) != value:
            yield f"{name} is {headers.get(name)!r}"
    if "no-store" not in headers.get("Cache-Control", ""):
        yield "may be kept in a cache"
    if "geolocation=()" not in headers.get("Permissions-Policy", ""):
        yield "may ask where somebody is"
    kept = str(headers.get("Content-Disposition", ""))
    if kept.startswith("inline") and "html" in headers.get("Content-Type", ""):
        yield "shows a file as a page"
    for cookie in answer.cookies.values():
        is_given = bool(cookie.value)  # one that is taken away holds nothing
        if is_given and (not cookie["httponly"] or cookie["samesite"] not in ("Lax", "Strict")):
            yield f"cookie {cookie.key} is open to scripts or other sites"


def test_reading_changes_nothing(world: World, pages: list[tuple[Address, str, str]]) -> None:
    """Twice each, so that what is made on first sight would be seen; HEAD and OPTIONS too."""
    faults: list[str] = []
    for address, url, role in pages:
        if "GET" not in address.methods or address.name in STORED_ON_SIGHT:
            continue
        client = world.client(role)
        for verb in ("get", "get", "head", "options"):
            with _writes() as found:
                _undone(lambda client=client, verb=verb, url=url: getattr(client, verb)(url))  # type: ignore[misc]
            faults += [f"{address.name} {verb}: {statement[:90]}" for statement in found]
    none(faults)


def test_a_form_without_its_token_is_refused(world: World, pages: list[tuple[Address, str, str]]) -> None:
    faults: list[str] = []
    posts = 0
    for address, url, role in pages:
        if "POST" not in address.methods:
            continue
        posts += 1
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.accounts[role])
        with _writes() as found:
            status = _undone(lambda client=client, url=url: client.post(url, {})).status_code  # type: ignore[misc]
        if status != 403 or found:
            faults.append(f"{address.name}: {status} {found}")
    none(faults)
    assert posts > 50


def test_other_verbs_are_refused(world: World, pages: list[tuple[Address, str, str]]) -> None:
    faults = []
    for address, url, role in pages:
        client = world.client(role)
        for verb in ("put", "patch", "delete"):
            status = getattr(client, verb)(url).status_code
            if status != 405:
                faults.append(f"{address.name} {verb}: {status}")
    none(faults)


def test_the_guard_sees_a_writing_get(world: World) -> None:
    with _writes() as found:
        Account.objects.filter(pk=0).update(display_name="x")
    assert len(found) == 1


def _open(client: Client, address: Address, url: str) -> HttpResponseBase:
    client.raise_request_exception = False
    return client.get(url) if "GET" in address.methods else client.post(url, {})


def _undone(ask: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    with transaction.atomic():
        answer = ask()
        if getattr(answer, "streaming", False):
            answer.getvalue()
        transaction.set_rollback(True)
    return answer


@contextmanager
def _writes() -> Iterator[list[str]]:
    """The statements that change something of record, while the block runs."""
    found: list[str] = []

    def watch(
        execute: Callable[..., object], sql: str, params: object, many: bool, context: object
    ) -> object:
        if _WRITE.match(sql) and not _NOT_A_CHANGE.search(sql.split("WHERE", maxsplit=1)[0]):
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found
