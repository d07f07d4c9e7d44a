"""A session from sign-in to its end: when it began, when its owner last proved who they are, and from where.

The session keeps two instants: ``signed_at`` ends it after twelve hours whatever happens in between,
``proved_at`` opens sealed fields for ten minutes. A signed cookie names the browsers in which an account has
signed in before; it holds nothing but random numbers and lets the owner in while strangers guess.
"""

from __future__ import annotations

import ipaddress
import secrets
from datetime import datetime, timedelta, timezone
from typing import cast

from django.conf import settings
from django.contrib.auth import login, logout
from django.core import signing
from django.http import HttpRequest, HttpResponse

from zhibu.common.dates import utc_now
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.accounts.queries import FRESH_FOR, Origin

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_DEVICE_COOKIE = "zhibu_device"
_DEVICE_SALT = "zhibu.device"
_DEVICE_LIVES = timedelta(days=180)
_DEVICES_KEPT = 6
_NOTED_EVERY = 60  # seconds: the session is written at most once a minute


def begin_session(request: HttpRequest, account: Account, *, is_proved: bool) -> None:
    """Sign an account in under a fresh session key; ``is_proved`` if a password was given, not a link."""
    login(request, account, backend=_BACKEND)
    now = utc_now().timestamp()
    request.session["signed_at"] = request.session["seen"] = now
    if is_proved:
        request.session["proved_at"] = now


def note_proof(request: HttpRequest) -> None:
    """Remember that the owner of the session has just proved who they are; the key changes with it."""
    request.session.cycle_key()
    request.session["proved_at"] = utc_now().timestamp()


def proved_at(request: HttpRequest) -> datetime | None:
    """When the owner of the session last proved who they are, None where they came by a link."""
    at = request.session.get("proved_at")
    return datetime.fromtimestamp(float(at), timezone.utc) if at is not None else None


def is_fresh(request: HttpRequest) -> bool:
    """Whether that was within the last ten minutes."""
    at = proved_at(request)
    return at is not None and utc_now() - at <= FRESH_FOR


def end_if_over(request: HttpRequest) -> bool:
    """Sign out whose session lay idle too long or is too old; otherwise note that it is in use."""
    if not request.user.is_authenticated:
        return False
    now = utc_now().timestamp()
    seen = float(request.session.get("seen", now))
    signed_at = float(request.session.get("signed_at", now))
    idle = settings.SESSION_IDLE_AGE
    if (idle and now - seen > idle) or now - signed_at > settings.SESSION_COOKIE_AGE:
        logout(request)
        return True
    if idle and ("seen" not in request.session or now - seen > _NOTED_EVERY):
        request.session["seen"] = now
        request.session.setdefault("signed_at", now)
    return False


def origin_of(request: HttpRequest, username: str) -> Origin:
    """Where an attempt on a name comes from."""
    return Origin(address_of(request), _devices(request).get(_slot(username), ""))


def address_of(request: HttpRequest) -> str:
    """The client's network address; of IPv6 the network of 64 bits, which is one household's.

    Behind proxies it is the entry that the outermost of ours wrote; what the client sends is not believed.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    count = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if count and len(hops) >= count:
        address = hops[-count]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def remember_device(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    """Let this browser count as the owner's own from now on."""
    known = _devices(request)
    slot = _slot(account.username)
    known[slot] = known.pop(slot, "") or secrets.token_urlsafe(12)
    kept = dict(list(known.items())[-_DEVICES_KEPT:])
    response.set_cookie(
        _DEVICE_COOKIE,
        signing.dumps(kept, salt=_DEVICE_SALT),
        max_age=_DEVICE_LIVES,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _devices(request: HttpRequest) -> dict[str, str]:
    try:
        loaded = signing.loads(
            request.COOKIES.get(_DEVICE_COOKIE, ""), salt=_DEVICE_SALT, max_age=_DEVICE_LIVES
        )
    except signing.BadSignature:
        return {}
    return cast("dict[str, str]", loaded)


def _slot(username: str) -> str:
    """The account in the cookie: a keyed digest, since the cookie lies on a shared machine."""
    return signing.Signer(salt=_DEVICE_SALT).signature(username.strip())[:16]
