"""Turns what modules raise into pages: 404 outside one's scope, 403 without the right, a refusal in words."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhibu.common.errors import NotAllowed, NotVisible, Refused


class RefusalMiddleware:
    """Answers the three expected exceptions; anything else stays an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for an expected exception, None for a real error."""
        if isinstance(exception, NotVisible):
            return render(request, "ui/error_404.html", status=404)
        if isinstance(exception, NotAllowed):
            return render(request, "ui/error_403.html", status=403)
        if isinstance(exception, Refused):
            return render(request, "ui/refused.html", {"refusal": exception}, status=409)
        return None
