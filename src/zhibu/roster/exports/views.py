"""The page that asks how a roster is to be exported, and the file."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible, Refused
from zhibu.foundation.accounts.proving import ask_proof, take_proof
from zhibu.foundation.accounts.sessions import proved_at
from zhibu.roster.exports.commands import export_roster
from zhibu.roster.exports.forms import ExportForm
from zhibu.roster.organizations.models import Organization
from zhibu.ui.pages import PageRequest, page, require

_WHEN = "带上身份证号等内容时才要填，确认是您本人在导出。"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(right="exports:use", methods=("GET", "HEAD", "POST"))
def roster(request: PageRequest) -> HttpResponse:
    """Ask for the style, then give the workbook; ``organization`` names which, else one's own."""
    organization = _organization(request)
    require(request.actor, "exports:use", organization.path)
    form = ExportForm(request.POST or None)
    ask_proof(request, form, help_text=_WHEN, required=False)
    if form.is_valid() and (not form.wish().is_open or take_proof(request, form)):
        try:
            content, name = export_roster(
                actor=request.actor,
                today=china_today(),
                organization=organization,
                wish=form.wish(),
                proved_at=proved_at(request),
            )
        except Refused as refusal:
            form.refusal = refusal
        else:
            return _download(content, name)
    wait = form.refusal.retry_after if form.refusal else 0
    context = {"form": form, "organization": organization, "refusal": form.refusal}
    status = 200 if request.method != "POST" else 429 if wait else 422
    return render(request, "roster/exports/roster.html", context, status=status)


def _organization(request: PageRequest) -> Organization:
    """The organisation asked for, or the first where the actor works; 404 outside the scope."""
    scope = request.actor.scope
    visible = Organization.objects.visible_to(scope)
    asked = request.GET.get("organization", "")
    if asked:
        found = visible.filter(public_id=asked).first()
    else:
        paths = [
            path for path in (*scope.paths, *scope.exact_paths) if request.actor.may("exports:use", path)
        ]
        found = visible.filter(path__in=paths).order_by("path").first()
    if found is None:
        raise NotVisible
    return found


def _download(content: bytes, name: str) -> HttpResponse:
    ending = name.rpartition(".")[2]
    answer = HttpResponse(content, content_type="application/pdf" if ending == "pdf" else _XLSX)
    disposition = "attachment; filename=\"roster.{ending}\"; filename*=UTF-8''{name}"
    answer.headers["Content-Disposition"] = disposition.format(ending=ending, name=quote(name))
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox"
    return answer
