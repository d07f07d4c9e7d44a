"""Pages of documents: which fonts papers are set in, and the office's own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible
from zhibu.foundation.documents.commands import add_font, ask_for_fonts, remove_font
from zhibu.foundation.documents.composition.samples import compose_sample
from zhibu.foundation.documents.forms import FontForm
from zhibu.foundation.documents.pdf import render_sheet
from zhibu.foundation.documents.queries import current_fonts, get_font, get_last_try, list_styles
from zhibu.ui.pages import PageRequest, page


@page(right="settings:manage", methods=("GET", "HEAD", "POST"))
def fonts(request: PageRequest) -> HttpResponse:
    """What serves each style, and the form for a font of the office's own."""
    form = FontForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["upload"]
        url = form.carry_out(
            request,
            act=lambda: add_font(
                actor=request.actor,
                today=china_today(),
                style=form.cleaned_data["style"],
                file_name=sent.name,
                body=sent.read(),
            ),
            result_url=lambda _: reverse("documents:fonts"),
        )
        if url:
            return redirect(url)
    context = {"form": form, "styles": list_styles(), "last_try": get_last_try(), "refusal": form.refusal}
    status = 422 if request.method == "POST" else 200
    return render(request, "foundation/documents/fonts.html", context, status=status)


@page(right="settings:manage", methods=("POST",))
def font_removal(request: PageRequest, style: str) -> HttpResponse:
    """Go back to the free font of a style."""
    font = get_font(style)
    if font is None:
        raise NotVisible
    remove_font(actor=request.actor, today=china_today(), font=font)
    return redirect("documents:fonts")


@page(right="settings:manage", methods=("POST",))
def font_fetching(request: PageRequest) -> HttpResponse:
    """Ask the worker to bring the free fonts; the page says later what came of it."""
    ask_for_fonts(actor=request.actor, today=china_today())
    return redirect("documents:fonts")


@page(right="settings:manage")
def font_sample(request: PageRequest) -> HttpResponse:
    """One page on which every face shows what it prints, rare characters of names among it."""
    sheet = compose_sample(current_fonts(), day=china_today())
    return HttpResponse(render_sheet(sheet, fonts=current_fonts()), content_type="application/pdf")
