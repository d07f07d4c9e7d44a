"""The first page of each role, and the pages for errors."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from zhibu.home import gallery as samples
from zhibu.ui.pages import PageRequest, page


@page(right="signed_in")
def start(request: PageRequest) -> HttpResponse:
    """The actor's first page."""
    return render(request, "home/start.html")


@page(right="public")
def gallery(request: PageRequest) -> HttpResponse:
    """Every component once, for those who build pages; only in the demo."""
    if not settings.DEMO:
        raise Http404
    form = samples.SampleForm({"topic": "", "held_date": "2025-02-30"} if "errors" in request.GET else None)
    return render(request, "ui/gallery/gallery.html", {"form": form, "samples": samples})


def error_403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Without the right."""
    return render(request, "ui/error_403.html", status=403)


def error_404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not there, or outside one's scope: the answer is the same."""
    return render(request, "ui/error_404.html", status=404)


def error_500(request: HttpRequest) -> HttpResponse:
    """Something broke; nothing acknowledged is lost. Rendered without the request: it may be the cause."""
    return HttpResponse(render_to_string("ui/error_500.html"), status=500)
