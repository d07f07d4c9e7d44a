"""Turns what modules raise into pages: 404 outside one's scope, 403 without the right, a refusal in words."""

from __future__ import annotations

import errno
import logging
import re
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from zhibu.common.errors import NotAllowed, NotVisible, Refused

logger = logging.getLogger(__name__)

# Control characters but tab and line breaks; what turns the direction of writing; what has no width. They
# come along when text is copied, no paper shows them, PostgreSQL keeps no NUL, and no search finds them.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


class PlainTextMiddleware:
    """Takes the characters that nobody sees out of what was sent, before any page reads it.

    Words with a password are left as they are: there a character more is another password.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """Clean the address's question and the form."""
        request.GET = _plain(request.GET)  # type: ignore[assignment]
        if request.method == "POST":
            request.POST = _plain(request.POST)  # type: ignore[assignment]


def _plain(sent: QueryDict) -> QueryDict:
    """The same words without the unseen; the very same object where there are none."""
    if not any(_UNSEEN.search(value) for _, values in sent.lists() for value in values):
        return sent
    plain = QueryDict(mutable=True)
    for name, values in sent.lists():
        is_secret = "password" in name
        plain.setlist(name, values if is_secret else [_UNSEEN.sub("", value) for value in values])
    plain._mutable = False
    return plain


class RefusalMiddleware:
    """Answers the three expected exceptions and a machine that cannot write; anything else stays an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for an expected exception, None for a real error."""
        if isinstance(exception, NotVisible):
            return render(request, "ui/error_404.html", status=404)
        if isinstance(exception, NotAllowed):
            answer = render(request, "ui/error_403.html", status=403)
            if not exception.command:  # a command has recorded its own refusal
                answer.refused_right = exception.right  # type: ignore[attr-defined]
            return answer
        if isinstance(exception, Refused):
            answer = render(
                request,
                "ui/refused.html",
                {"refusal": exception},
                status=429 if exception.retry_after else 409,
            )
            if exception.retry_after:
                answer["Retry-After"] = str(exception.retry_after)
            return answer
        trouble = _storage_trouble(exception)
        if trouble is not None:
            logger.error("nothing could be written: %s", exception)
            return render(request, "ui/refused.html", {"refusal": trouble}, status=503)
        return None


def _storage_trouble(exception: Exception) -> Refused | None:
    """A full disk or a database that stayed busy, in words; the transaction was undone as a whole."""
    said = str(exception)
    is_database = isinstance(exception, OperationalError)
    no_space = getattr(exception, "errno", None) == errno.ENOSPC
    if no_space or (is_database and ("is full" in said or "No space left" in said)):
        return Refused(
            "storage.full",
            "服务器的存储空间已满，刚才这一步没有保存；以前保存的内容都在。",
            next_step="请按“后退”保留所填内容，并联系系统管理员清理空间后再试。",
        )
    if is_database and "locked" in said:
        return Refused(
            "storage.busy",
            "现在保存的人比较多，刚才这一步没有保存。",
            next_step="请按“后退”，稍等几秒再试一次。",
        )
    return None
