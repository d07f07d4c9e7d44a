"""What the shell of every page needs: who is signed in, where, and the menus."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from zhibu.common.actor import Actor
from zhibu.common.dates import china_today
from zhibu.home.navigation import MAIN, PERSONAL, PHONE, address, menu_for
from zhibu.roster.access.models import Role

_ROLE_WORDS = {
    **{value: str(label) for value, label in Role.choices},
    "system": "系统管理员",
    "security": "安全管理员",
    "audit": "审计管理员",
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The names used by ui/base.html and its parts; nothing is read from the database until shown."""
    actor: Actor | None = getattr(request, "actor", None)
    shown: dict[str, Any] = {
        "actor": actor,
        "is_demo": settings.DEMO,
        "second_factor": settings.SECOND_FACTOR,
        "help_url": address("home:help"),
        "complaints_url": address("home:complaints"),
        "sign_in_url": address("accounts:sign_in"),
    }
    if actor is None or not actor.role:
        return shown
    return shown | _personal(request, actor)


def _personal(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    has_work = actor.may("meetings:view") or actor.may("statistics:view") or not actor.may("home:view")
    return {
        "menu": menu_for(actor, MAIN, request.path),
        "account_menu": menu_for(actor, PERSONAL, request.path),
        "phone_tabs": menu_for(actor, PHONE, request.path),
        "unit_name": getattr(actor, "home_name", ""),
        "period": period_words(china_today()),
        "search_url": address("home:search") if actor.may("search:use") else "",
        "elder_url": address("home:elder") if actor.may("home:view") else "",
        "sign_out_url": address("accounts:sign_out"),
        "account_name": str(request.user),
        "role_words": _ROLE_WORDS.get(actor.role, ""),
        "has_work": has_work,
    }


def period_words(today: date) -> str:
    """The running quarter in words, ``2026年第四季度``."""
    return "{year}年第{quarter}季度".format(year=today.year, quarter="一二三四"[(today.month - 1) // 3])
