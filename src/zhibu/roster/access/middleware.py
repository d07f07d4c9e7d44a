"""Gives every request its actor: ``request.actor``, read from the grants, never from the session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from zhibu.common.dates import china_today, utc_now
from zhibu.common.identifiers import new_public_id
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.audit.commands import set_request_id
from zhibu.roster.access.actors import NOBODY, RoleActor
from zhibu.roster.access.queries import get_actor

_IDLE = timedelta(minutes=30)
_NOTED_EVERY = timedelta(minutes=1)  # the session is written at most once a minute
_WITHOUT_SECOND_FACTOR = frozenset({"", "member", "group_leader"})
_ALWAYS_OPEN = frozenset(
    {
        "accounts:sign_in",
        "accounts:sign_out",
        "accounts:second_factor",
        "accounts:second_factor_setup",
        "accounts:password_change",
        "accounts:password_reset",
    }
)


class ActorMiddleware:
    """Builds the actor once per request; an anonymous request acts as nobody.

    In the production profile it also ends sessions idle for half an hour, and leads those who need a second
    factor, or a new password, to it before anything else.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        set_request_id(new_public_id())
        if not settings.DEMO and request.user.is_authenticated and _was_idle(request):
            logout(request)
        account = request.user
        actor = NOBODY
        if isinstance(account, Account) and account.is_active:
            actor = get_actor(account, today=china_today())
        request.actor = actor  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """The page to go to first, None if the one asked for may open."""
        account = request.user
        match = request.resolver_match
        if not isinstance(account, Account) or (match and match.view_name in _ALWAYS_OPEN):
            return None
        target = _first_step(request, account, request.actor)  # type: ignore[attr-defined]
        if not target:
            return None
        return redirect("{url}?{query}".format(url=reverse(target), query=urlencode({"next": request.path})))


def _first_step(request: HttpRequest, account: Account, actor: RoleActor) -> str:
    if account.must_change_password and account.has_usable_password():
        return "accounts:password_change"
    if settings.SECOND_FACTOR == "required" and actor.role not in _WITHOUT_SECOND_FACTOR:
        is_verified: bool = request.user.is_verified()  # type: ignore[union-attr]
        return "" if is_verified else "accounts:second_factor"
    return ""


def _was_idle(request: HttpRequest) -> bool:
    """Whether the session lay still for half an hour; notes that it did not."""
    now = utc_now().timestamp()
    seen = request.session.get("seen")
    if seen is None or now - seen > _NOTED_EVERY.total_seconds():
        request.session["seen"] = now
    return seen is not None and now - seen > _IDLE.total_seconds()
