"""The page that asks how a roster is to be exported, and the file."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today, utc_now
from zhibu.common.errors import NotVisible, Refused
from zhibu.foundation.accounts.proving import ask_proof, take_proof
from zhibu.foundation.accounts.sessions import proved_at
from zhibu.roster.exports.commands import approve_export, ask_approval, export_roster
from zhibu.roster.exports.forms import ApprovalForm, ExportForm
from zhibu.roster.exports.queries import find_approval, list_open_approvals
from zhibu.roster.organizations.models import Organization
from zhibu.ui.pages import PageRequest, page, require

_WHEN = "带上身份证号等内容时才要填，确认是您本人在导出。"
_ASKED = "这份名册超过500人，已经替您请另一位同志同意；同意以后您在24小时内可以导出一次。"
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
            if refusal.code == "exports.needs_approval" and _ask(request, form, organization):
                return redirect("exports:approvals")
        else:
            return _download(content, name)
    wait = form.refusal.retry_after if form.refusal else 0
    context = {"form": form, "organization": organization, "refusal": form.refusal}
    status = 200 if request.method != "POST" else 429 if wait else 422
    return render(request, "roster/exports/roster.html", context, status=status)


def _ask(request: PageRequest, form: ExportForm, organization: Organization) -> str:
    """Ask the second person at once, as nothing else can be done with this file; empty where refused."""
    url = form.carry_out(
        request,
        act=lambda: ask_approval(
            actor=request.actor,
            today=china_today(),
            organization=organization,
            purpose=form.wish().purpose,
        ),
        result_url=lambda _: reverse("exports:approvals"),
    )
    if url:
        messages.info(request, _ASKED)
    return url


@page(right="exports:use")
def approvals(request: PageRequest) -> HttpResponse:
    """What waits for a second person: others' askings to agree to, and what became of one's own."""
    found = list_open_approvals(request.actor, utc_now())
    own = [approval for approval in found if approval.asked_by_id == request.actor.account_id]
    others = [approval for approval in found if approval not in own]
    return render(request, "roster/exports/approvals.html", {"own": own, "others": others})


@page(right="exports:use", methods=("GET", "HEAD", "POST"))
def approval(request: PageRequest, public_id: str) -> HttpResponse:
    """One asking in full: who takes how many out and what for; agreed to by somebody else."""
    found = find_approval(request.actor, public_id)
    if found is None:
        raise NotVisible
    require(request.actor, "exports:use", found.organization.path)
    form = ApprovalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        url = form.carry_out(
            request,
            act=lambda: approve_export(actor=request.actor, today=china_today(), approval=found),
            result_url=lambda _: reverse("exports:approvals"),
        )
        if url:
            return redirect(url)
    is_own = found.asked_by_id == request.actor.account_id
    context = {"approval": found, "form": form, "is_own": is_own, "refusal": form.refusal}
    return render(
        request, "roster/exports/approval.html", context, status=422 if request.method == "POST" else 200
    )


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
