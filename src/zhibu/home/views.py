"""The first page of each role, and the pages for errors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhibu.ui.pages import PageRequest, page


@page(right="signed_in")
def start(request: PageRequest) -> HttpResponse:
    """The actor's first page."""
    return render(request, "home/start.html")


def error_403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Without the right."""
    return render(request, "ui/error_403.html", status=403)


def error_404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not there, or outside one's scope: the answer is the same."""
    return render(request, "ui/error_404.html", status=404)


def error_500(request: HttpRequest) -> HttpResponse:
    """Something broke; nothing acknowledged is lost."""
    return render(request, "ui/error_500.html", status=500)
