"""Gives every request its actor: ``request.actor``, read from the grants, never from the session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from zhibu.common.dates import china_today, utc_now
from zhibu.common.errors import Refused
from zhibu.common.identifiers import new_public_id
from zhibu.common.secrecy import find_mark, find_mark_in_file
from zhibu.foundation.accounts.commands.attempts import take_turn
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.accounts.queries import has_second_factor, is_password_old
from zhibu.foundation.accounts.sessions import address_of, end_if_over
from zhibu.foundation.audit.commands import set_request_id
from zhibu.roster.access.actors import NOBODY, RoleActor
from zhibu.roster.access.commands import record_denial, refuse_marked
from zhibu.roster.access.queries import get_actor

_NO_SENSES = "geolocation=(), camera=(), microphone=(), payment=(), usb=()"  # nobody is located or filmed
_WITHOUT_SECOND_FACTOR = frozenset({"", "member", "group_leader"})
_WITHOUT_TEXT = frozenset({"accounts:sign_in", "accounts:sign_out"})
TURNS_WITHIN = timedelta(minutes=10)
TURNS = {  # of one account, or of one address before sign-in, within ten minutes
    "accounts:second_factor": 20,
    "accounts:second_factor_setup": 20,
    "accounts:password_reset": 60,
    "accounts:link_sign_in": 60,
    "accounts:account_link": 120,
    "access:hand_over_at": 60,
    "access:reset_link": 120,
    "access:sign_in_link": 120,
    "members:sign_in_link": 120,
    "members:unmask": 60,
    "exports:roster": 60,
    "exports:approval": 60,
    "imports:list": 60,
    "checkup:refresh": 60,
    "supervision:reminder": 200,
}
SEARCHES = {  # pages that search when they are only opened, and what they are asked with
    "home:search": "q",
    "members:list": "words",
    "organizations:tree": "words",
}
SEARCH_TURNS = 200  # of one account, over all of them, within ten minutes; nobody types faster for long
_ALWAYS_OPEN = frozenset(
    {"accounts:sign_in", "accounts:sign_out", "accounts:password_reset", "accounts:link_sign_in"}
)
_DOORS = {  # the pages that stay open on the way to each first step
    "accounts:second_factor": {"accounts:second_factor"},
    "accounts:second_factor_setup": {"accounts:second_factor", "accounts:second_factor_setup"},
    "accounts:password_change": {"accounts:password_change"},
}


class ActorMiddleware:
    """Builds the actor once per request; an anonymous request acts as nobody.

    It also ends sessions that are over, leads those who need a second factor or a new password to it before
    anything else, keeps what it answers out of every cache, and records whom a page refused.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        set_request_id(new_public_id())
        end_if_over(request)
        account = request.user
        actor = NOBODY
        if isinstance(account, Account) and account.is_active:
            actor = get_actor(account, today=china_today())
        request.actor = actor  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Permissions-Policy", _NO_SENSES)
        refused = getattr(response, "refused_right", "")
        if refused and actor.account_id is not None:
            record_denial(actor=actor, right=refused, page=_page_of(request), now=utc_now())
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """The page to go to first, None if the one asked for may open."""
        account = request.user
        page = _page_of(request)
        try:
            if request.method == "POST" and page not in _WITHOUT_TEXT:
                _take_turn(request, page)
                refuse_marked(actor=request.actor, page=page, mark=_mark_in(request))  # type: ignore[attr-defined]
            elif page in SEARCHES and request.GET.get(SEARCHES[page]):
                _take_search(request.actor)  # type: ignore[attr-defined]
        except Refused as refusal:  # before the view, so that no other middleware answers it
            return _refused(request, refusal)
        if not isinstance(account, Account) or page in _ALWAYS_OPEN:
            return None
        target = _first_step(request, account, request.actor)  # type: ignore[attr-defined]
        if not target or page in _DOORS[target]:
            return None
        return redirect("{url}?{query}".format(url=reverse(target), query=urlencode({"next": request.path})))


def _take_turn(request: HttpRequest, page: str) -> None:
    """Count what is sent to a page that could be flooded or guessed at: by account, else by address."""
    if page in TURNS:
        actor: RoleActor = request.actor  # type: ignore[attr-defined]
        who = actor.label if actor.account_id is not None else address_of(request)
        take_turn(page, who, now=utc_now(), limit=TURNS[page], window=TURNS_WITHIN)


def _take_search(actor: RoleActor) -> None:
    """Count a search of an account, so that nobody reads a roster out of the index name by name."""
    if actor.account_id is None:
        return  # whoever is not signed in is led to signing in
    try:
        take_turn("search", actor.label, now=utc_now(), limit=SEARCH_TURNS, window=TURNS_WITHIN)
    except Refused as refusal:
        said = Refused(
            "access.searched_too_often",
            "您刚才搜索得太多、太快了，请休息一会儿再搜。",
            next_step="请过10分钟再试；要找的人比较多时，可以打开党员名册按条件筛选。",
        )
        said.retry_after = refusal.retry_after
        raise said from refusal


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    answer = render(
        request, "ui/refused.html", {"refusal": refusal}, status=429 if refusal.retry_after else 409
    )
    if refusal.retry_after:
        answer["Retry-After"] = str(refusal.retry_after)
    return answer


def _mark_in(request: HttpRequest) -> str:
    """The first mark of classification in what a form brings: its texts, its files."""
    typed = "\n".join(value for values in request.POST.lists() for value in values[1] if value)
    files = [file for group in request.FILES.lists() for file in group[1]]
    marks = (find_mark_in_file(str(file.name), cast(BinaryIO, file)) for file in files)
    return find_mark(typed) or next(filter(None, marks), "")


def _page_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return str(match.view_name) if match else ""


def _first_step(request: HttpRequest, account: Account, actor: RoleActor) -> str:
    """The second factor first where there is one, then an old or given password, then binding a device."""
    needs_factor = settings.SECOND_FACTOR == "required" and actor.role not in _WITHOUT_SECOND_FACTOR
    is_verified = not needs_factor or bool(request.user.is_verified())  # type: ignore[union-attr]
    has_device = not is_verified and has_second_factor(account)
    if has_device:
        return "accounts:second_factor"
    if account.has_usable_password() and (
        account.must_change_password or is_password_old(account, actor.role, now=utc_now())
    ):
        return "accounts:password_change"
    return "" if is_verified else "accounts:second_factor_setup"
