"""A paper as a page: where a PDF cannot be opened or saved (WeChat, an old phone) it is read page by page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from zhibu.common.errors import NotVisible
from zhibu.foundation.documents.pdf import missing_characters, render_pages
from zhibu.foundation.documents.queries import current_fonts
from zhibu.foundation.documents.text import render_text
from zhibu.orglife.meetings.views.papers import asked_paper, font_substitutes
from zhibu.orglife.meetings.views.places import load
from zhibu.ui.pages import PageRequest, page

_DOTS = 120  # a page is 992 dots wide: sharp on a phone, about 60 kB


@page(right="meetings:view")
def paper_pages(request: PageRequest, public_id: str, name: str) -> HttpResponse:
    """Every page of a paper as it prints, and its words below for larger type and reading aloud."""
    meeting = load(request, public_id)
    words, content = asked_paper(request, meeting, name)
    count = len(render_pages(content, fonts=current_fonts(), dots_per_inch=_DOTS))
    context = {
        "meeting": meeting,
        "name": name,
        "words": words,
        "numbers": range(1, count + 1),
        "count": count,
        "text": render_text(content),
        "substitutes": font_substitutes(),
        "missing": missing_characters(content, fonts=current_fonts()),
        "version": request.GET.get("version", ""),
    }
    return render(request, "orglife/meetings/paper.html", context)


@page(right="meetings:view")
def paper_page(request: PageRequest, public_id: str, name: str, number: int) -> HttpResponse:
    """One page as a picture."""
    meeting = load(request, public_id)
    _, content = asked_paper(request, meeting, name)
    pages = render_pages(content, fonts=current_fonts(), dots_per_inch=_DOTS)
    if not 1 <= number <= len(pages):
        raise NotVisible
    return HttpResponse(pages[number - 1], content_type="image/png")
