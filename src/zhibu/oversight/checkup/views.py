"""Pages of the check-up: the report on screen and on paper."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible
from zhibu.foundation.documents.docx import render_docx
from zhibu.foundation.documents.papers import CheckupGroup, CheckupReport, CheckupRow
from zhibu.foundation.documents.pdf import render_pdf
from zhibu.foundation.documents.queries import current_fonts
from zhibu.oversight.checkup.commands import refresh
from zhibu.oversight.checkup.queries.report import Matter, Report, get_report
from zhibu.roster.organizations.models import Organization
from zhibu.ui.pages import PageRequest, page, require

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ROWS_ON_TWO_PAGES = 18
_ROWS_IN_ORDER = 14  # up to so many rows in all are filled with what is in order
_SHAPES = {"ok": "●", "soon": "▲", "late": "■", "open": "○"}
_IN_ORDER = ("exempt", "met", "open")


def _visible(request: PageRequest, public_id: str) -> Organization:
    found = Organization.objects.visible_to(request.actor.scope).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    require(request.actor, "checkup:view", found.path)
    return found


@page(right="checkup:view")
def own_report(request: PageRequest) -> HttpResponse:
    """The report of the actor's own organisation."""
    path = getattr(request.actor, "home_path", "")
    own = Organization.objects.visible_to(request.actor.scope).filter(path=path).first()
    if own is None:
        raise NotVisible
    return redirect("checkup:branch_report", own.public_id)


@page(right="checkup:view")
def report(request: PageRequest, public_id: str) -> HttpResponse:
    """The report of one organisation."""
    organization = _visible(request, public_id)
    may = partial(request.actor.may, path=organization.path)
    found = get_report(organization, as_of=china_today(), may=may)
    may_remind = organization.kind == "branch" and may("supervision:remind")
    context = {
        "report": found,
        "organization": organization,
        "has_board": may("supervision:view"),
        "remind_url": _address("supervision:reminder", organization.public_id) if may_remind else "",
    }
    return render(request, "oversight/checkup/report.html", context)


def _address(name: str, public_id: str) -> str:
    """The address of a page of a sibling module, known by its name alone; empty where there is none."""
    try:
        return reverse(name, args=[public_id])
    except NoReverseMatch:
        return ""


@page(right="checkup:view", methods=("POST",))
def refreshment(request: PageRequest, public_id: str) -> HttpResponse:
    """Judge the organisation anew at once; it changes no record."""
    organization = _visible(request, public_id)
    refresh(org_ids=[organization.pk], as_of=china_today())
    return redirect("checkup:branch_report", public_id)


@page(right="checkup:view")
def paper(request: PageRequest, public_id: str, form: str) -> HttpResponse:
    """The report as a paper of two pages, PDF or Word."""
    if form not in ("pdf", "docx"):
        raise NotVisible
    organization = _visible(request, public_id)
    content = _as_paper(get_report(organization, as_of=china_today()))
    body = render_docx(content) if form == "docx" else render_pdf(content, fonts=current_fonts())
    kind = _WORD if form == "docx" else "application/pdf"
    name = "attachment; filename=checkup.{form}".format(form=form)
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": name})


def _as_paper(found: Report) -> CheckupReport:
    """All that needs attention, as far as two pages hold it; what is in order fills the rest of them."""
    matters = [matter for group in found.groups for matter in group.matters]
    pressing = [matter for matter in matters if matter.key not in _IN_ORDER]
    in_order = [matter for matter in matters if matter.key in _IN_ORDER]
    room = max(0, _ROWS_IN_ORDER - len(pressing))
    shown = {id(matter) for matter in [*pressing[:_ROWS_ON_TWO_PAGES], *in_order[:room]]}
    groups = [
        CheckupGroup(group.title, tuple(_row(matter) for matter in group.matters if id(matter) in shown))
        for group in found.groups
    ]
    left = len(matters) - len(shown)
    more = "（以下列出{count}项，其余{left}项见系统。）".format(count=len(shown), left=left) if left else ""
    return CheckupReport(
        organization=found.organization.name,
        as_of=found.as_of,
        verdict=found.verdict + more,
        groups=tuple(group for group in groups if group.rows),
        not_checked=tuple(dict.fromkeys(item.title for item in found.unchecked)),
    )


def _row(matter: Matter) -> CheckupRow:
    return CheckupRow(
        matter=matter.title,
        basis="、".join(item.label for item in matter.citations[:1]),
        fact=matter.fact,
        state="{shape} {word}".format(shape=_SHAPES.get(matter.mark, "–"), word=matter.word),
        remedy=matter.remedy,
    )
