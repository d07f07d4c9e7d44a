"""Gives every request its actor: ``request.actor``, read from the grants, never from the session."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from zhibu.common.dates import china_today
from zhibu.common.identifiers import new_public_id
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.audit.commands import set_request_id
from zhibu.roster.access.actors import NOBODY
from zhibu.roster.access.queries import get_actor


class ActorMiddleware:
    """Builds the actor once per request; an anonymous request acts as nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        set_request_id(new_public_id())
        account = request.user
        if isinstance(account, Account) and account.is_active:
            request.actor = get_actor(account, today=china_today())  # type: ignore[attr-defined]
        else:
            request.actor = NOBODY  # type: ignore[attr-defined]
        return self.get_response(request)
