"""The dashboard: six numbers, the structure of the membership, meetings by month, terms by their end."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from zhibu.common.actor import Actor
from zhibu.common.errors import NotVisible, Refused
from zhibu.oversight.statistics.buckets import DIMENSIONS
from zhibu.oversight.statistics.forms import FilterForm
from zhibu.oversight.statistics.queries import Dashboard, get_dashboard, list_choices
from zhibu.oversight.statistics.sheets import write_workbook
from zhibu.roster.members.queries.lists import COUNTED
from zhibu.roster.organizations.models import Organization
from zhibu.ui.pages import PageRequest, page, require

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(right="statistics:view")
def dashboard(request: PageRequest) -> HttpResponse:
    """The dashboard of an organisation in scope; ``?show=wall`` is the same page in larger type."""
    form, org = _chosen(request)
    chosen = {"org": org.public_id, "domain": form.chosen("domain"), "kind": form.chosen("kind")}
    query = urlencode({key: value for key, value in chosen.items() if value})
    board = get_dashboard(
        org,
        domain=chosen["domain"],
        kind=chosen["kind"],
        export_url="{page}?{query}&chart=".format(page=reverse("statistics:workbook"), query=query),
    )
    context = {
        "form": form,
        "org": org,
        "board": board,
        "is_wall": request.GET.get("show") == "wall",
        "links": _links(request.actor, org, chosen["domain"]),
        "query": query,
    }
    return render(request, "oversight/statistics/dashboard.html", context)


@page(right="statistics:view")
def workbook(request: PageRequest) -> HttpResponse:
    """What the dashboard shows, as a workbook; ``?chart=age`` is one chart of it."""
    form, org = _chosen(request)
    board = get_dashboard(org, domain=form.chosen("domain"), kind=form.chosen("kind"))
    if board is None:
        raise Refused(
            "statistics.not_yet",
            "还没有汇总出数据，暂时不能导出。",
            next_step="系统每天自动汇总，请稍后再来；着急的话请联系系统管理员。",
        )
    titles = {dimension.key: dimension.title for dimension in DIMENSIONS}
    only = titles.get(request.GET.get("chart", ""), "")
    response = HttpResponse(write_workbook(board, only=only), content_type=_XLSX)
    name = quote(_name(board, only))
    response["Content-Disposition"] = "attachment; filename*=UTF-8''{name}".format(name=name)
    return response


def _name(board: Dashboard, only: str) -> str:
    words = "党员{chart}构成".format(chart=only) if only else "党员和党组织统计"
    return "{org}{words}{day}.xlsx".format(org=board.organization, words=words, day=board.as_of_date)


def _chosen(request: PageRequest) -> tuple[FilterForm, Organization]:
    choices = list_choices(request.actor)
    form = FilterForm(request.GET.dict(), choices)
    asked = request.GET.get("org")
    org = form.organizations.get(asked) if asked else next(iter(form.organizations.values()), None)
    if org is None:
        raise NotVisible
    require(request.actor, "statistics:view", org.path)
    form.initial["org"] = org.public_id
    if not asked:
        form.data = {**form.data, "org": org.public_id}
    return form, org


_LISTS = {  # number -> page, right, filter words
    "branches": ("supervision:board", "supervision:view", {}),
    "members": ("members:list", "members:view", {"standing": COUNTED}),
    "probationary": ("members:list", "members:view", {"standing": "probationary"}),
    "mobile": ("members:list", "members:view", {"situation": "mobile"}),
    "terms": ("supervision:board", "supervision:view", {"only": "term"}),
}


def _links(actor: Actor, org: Organization, domain: str) -> dict[str, str]:
    """Where each number leads, for a reader who may see the list; none while a domain is chosen.

    The lists cannot be narrowed to a domain, and a number must lead to a list of that length.
    """
    if domain:
        return {}
    links = {
        key: _address(name, {**words, "below" if name == "supervision:board" else "org": org.public_id})
        for key, (name, right, words) in _LISTS.items()
        if actor.may(right, org.path)
    }
    if actor.may("organizations:view", org.path):
        links["organizations"] = reverse("organizations:organization", args=[org.public_id])
    return links


def _address(name: str, words: dict[str, str]) -> str:
    try:
        return reverse(name) + "?" + urlencode(words)
    except NoReverseMatch:
        return ""
