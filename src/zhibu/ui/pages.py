"""How a page declares its right, and what every page gets: the typed request, once-only forms.

``@page(right="meetings:view")`` is the one line that says who may open a page. The words ``public``
(anybody), ``signed_in`` (any account) and ``token`` (whoever holds the signed address) stand beside
the rights of the roles. Every declared word is kept in ``DECLARED``; a start-up check compares them
with the roles' rights, and a guard test walks every address.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from zhibu.common.actor import Actor
from zhibu.common.errors import NotAllowed
from zhibu.ui.kept import answer_signed_out

P = ParamSpec("P")

OPEN_WORDS = frozenset({"public", "signed_in", "token"})
DECLARED: dict[str, str] = {}


class PageRequest(HttpRequest):
    """A request as every page receives it."""

    actor: Actor
    htmx: HtmxDetails


View = Callable[Concatenate[PageRequest, P], HttpResponse]


def page(
    *, right: str, methods: tuple[str, ...] = ("GET", "HEAD")
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Declare a page's right and methods.

    Somebody not signed in is sent to the sign-in page; a signed-in actor without the right anywhere
    gets 403. Whether the right holds *at this organisation* is asked by ``require`` once the object
    is loaded from the actor's scope.
    """

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        DECLARED[f"{view.__module__}.{view.__name__}"] = right

        @wraps(view)
        def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in methods:
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            if right in ("public", "token"):
                return view(cast(PageRequest, request), *args, **kwargs)
            if not request.user.is_authenticated:
                return answer_signed_out(cast(PageRequest, request))
            if right != "signed_in" and not request.actor.may(right):  # type: ignore[attr-defined]
                raise NotAllowed(right)
            return view(cast(PageRequest, request), *args, **kwargs)

        run.declared_right = right  # type: ignore[attr-defined]
        run.declared_methods = methods  # type: ignore[attr-defined]
        return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], run)

    return decorate


def require(actor: Actor, right: str, path: str) -> None:
    """Raise ``NotAllowed`` unless the actor holds the right at the organisation with this path."""
    if not actor.may(right, path):
        raise NotAllowed(right)
