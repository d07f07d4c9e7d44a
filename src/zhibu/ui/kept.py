"""What happens to words that somebody sent after the session had ended, or with an outdated token.

The page shows them again in a form of its own, so that signing in elsewhere and sending once more keeps
everything. Nothing is stored on the server, and secrets are never shown again.
"""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhibu.common.errors import Refused

_CARRIED = frozenset({"csrfmiddlewaretoken"})
_OUTDATED = Refused(
    "pages.outdated", "这一页已经过期，刚才这一步没有办理。", next_step="请返回刚才的页面，刷新后再办一次。"
)
_SECRET = ("password", "code", "token", "id_no", "id_number", "secret")


def answer_signed_out(request: HttpRequest) -> HttpResponse:
    """The answer to somebody not signed in: the sign-in page, or the sent words kept on a page.

    A part of a page that asks by script is told by the status alone, so that no sign-in form lands in it.
    """
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401)
    fields = kept_fields(request)
    if not any(value.strip() for name, value in fields if name != "submission_key"):
        return redirect_to_login(request.get_full_path())
    return _kept_page(request, fields, status=401)


def answer_outdated(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer where the form's token is no longer this session's, which signing in again brings about.

    Sent from our own pages, the words come back with a new token; sent from elsewhere they do not.
    """
    fields = kept_fields(request)
    is_ours = request.headers.get("Origin", "") == "{scheme}://{host}".format(
        scheme=request.scheme, host=request.get_host()
    )
    if not is_ours or not fields:
        return render(request, "ui/refused.html", {"refusal": _OUTDATED}, status=403)
    return _kept_page(request, fields, status=403)


def kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Every sent field in order; none at all where one of them is a secret."""
    names = [name for name in request.POST if name not in _CARRIED]
    if any(word in name.lower() for name in names for word in _SECRET):
        return []
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _kept_page(request: HttpRequest, fields: list[tuple[str, str]], *, status: int) -> HttpResponse:
    context = {
        "fields": fields,
        "words": [value for _, value in fields if "\n" in value or len(value) > 30],
        "is_signed_in": request.user.is_authenticated,
        "has_files": bool(request.FILES),
    }
    return render(request, "ui/kept.html", context, status=status)
