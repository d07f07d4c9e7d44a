"""Reading pages: the tree of today and of a past day, one organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible
from zhibu.roster.organizations.models import Organization
from zhibu.roster.organizations.queries.history import (
    get_past_node,
    list_below_on,
    list_changes,
    list_dissolved,
    stood_below,
)
from zhibu.roster.organizations.queries.panels import count_people, load_panels
from zhibu.roster.organizations.queries.terms import (
    TermView,
    get_running_term,
    list_annulments,
    list_corrections,
    list_terms,
    view_of,
)
from zhibu.roster.organizations.queries.tree import (
    Node,
    count_kinds,
    count_subtree,
    find_organizations,
    get_visible,
    list_ancestors,
    list_children,
    list_roots,
    nodes_of,
)
from zhibu.ui.pages import PageRequest, page

SEARCH_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation in the tree: the node, its term as it stands today, how many members below."""

    node: Node
    term: TermView | None
    size: int | None


def rows_of(organizations: list[Organization], today: date) -> list[Row]:
    """The tree's rows for some organisations: four queries, whatever their number."""
    sizes = count_people(organizations)
    return [
        Row(
            node,
            view_of(node.term, today=today) if node.term else None,
            sizes.get(node.organization.pk),
        )
        for node in nodes_of(organizations)
    ]


@page(right="organizations:view")
def tree(request: PageRequest) -> HttpResponse:
    """The tree below one's own places: the first level open, the rest on demand; or what a search finds."""
    scope, today = request.actor.scope, china_today()
    words = request.GET.get("words", "").strip()
    if words:
        found = list(find_organizations(words, scope)[: SEARCH_SHOWN + 1])
        context = {
            "words": words,
            "rows": rows_of(found[:SEARCH_SHOWN], today),
            "is_cut": len(found) > SEARCH_SHOWN,
        }
        return render(request, "roster/organizations/tree_search.html", context)
    roots = list_roots(scope)
    opened = [
        {"row": row, "children": rows_of(list_children(row.node.organization, scope), today)}
        for row in rows_of(roots, today)
    ]
    return render(request, "roster/organizations/tree.html", {"opened": opened, "today": today})


@page(right="organizations:view")
def branches_of_tree(request: PageRequest, public_id: str) -> HttpResponse:
    """What stands directly below: a fragment for the tree, or a page of its own without scripts."""
    scope, today = request.actor.scope, china_today()
    organization = get_visible(public_id, scope)
    context = {
        "organization": organization,
        "ancestors": list_ancestors(organization, scope),
        "rows": rows_of(list_children(organization, scope), today),
    }
    template = "_children.html" if request.htmx else "children.html"
    return render(request, "roster/organizations/{name}".format(name=template), context)


@page(right="organizations:view")
def organization_page(request: PageRequest, public_id: str) -> HttpResponse:
    """One organisation: facts, term, what the modules show of it, history, what stands below."""
    actor, today = request.actor, china_today()
    organization = get_visible(public_id, actor.scope)
    children = list_children(organization, actor.scope)
    terms = list_terms(organization, today=today)
    context = {
        "organization": organization,
        "ancestors": list_ancestors(organization, actor.scope),
        "term": get_running_term(organization, today=today),
        "terms": terms,
        "corrections": list_corrections(terms),
        "annulments": list_annulments(organization),
        "changes": list_changes(organization),
        "rows": rows_of(children, today),
        "kinds": count_kinds(organization) if children else [],
        "count": count_subtree(organization) - 1 if children else 0,
        "dissolved": list_dissolved(organization, actor.scope),
        "panels": load_panels(actor, organization, today=today),
        "begins": organization.records_begins.all(),
        "may_edit": actor.may("organizations:edit", organization.path),
        "may_restructure": _may_restructure(request, organization),
        "is_current": organization.dissolved_date is None,
        "today": today,
    }
    return render(request, "roster/organizations/organization.html", context)


def _may_restructure(request: HttpRequest, organization: Organization) -> bool:
    """Changes are recorded from above: never one's own organisation by its own people."""
    return bool(request.actor.may("organizations:restructure", organization.path))  # type: ignore[attr-defined]


@page(right="organizations:view")
def past_tree(request: PageRequest, public_id: str) -> HttpResponse:
    """The tree below an organisation as it was on a day: one level open, the rest on demand.

    ``below`` names the place that is opened: a fragment for the tree, or a page of its own without scripts.
    """
    organization = get_visible(public_id, request.actor.scope)
    day = _asked_day(request)
    opened = _asked_place(request, organization, day)
    context = {
        "organization": organization,
        "day": day,
        "day_text": day.isoformat(),
        "node": get_past_node(opened, day),
        "back_url": reverse("organizations:organization", args=[public_id])
        if opened == organization
        else "{path}?day={day}".format(path=request.path, day=day.isoformat()),
        "nodes": list_below_on(opened.pk, day),
        "today": china_today(),
    }
    template = "_past_below.html" if request.htmx and opened != organization else "past_tree.html"
    return render(request, "roster/organizations/{name}".format(name=template), context)


def _asked_place(request: HttpRequest, top: Organization, day: date) -> Organization:
    """The organisation whose level is opened; only one that stood below ``top`` on that day."""
    asked = request.GET.get("below", "")
    if not asked:
        return top
    found = Organization.objects.filter(public_id=asked).first()
    if found is None or not stood_below(found, top, day):
        raise NotVisible
    return found


def _asked_day(request: HttpRequest) -> date:
    """The day in the address, today where it is missing or none."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return china_today()
