"""Reading pages: the roster, a person, one's own card, a printed list."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from zhibu.common.actor import Actor
from zhibu.common.dates import china_today
from zhibu.common.errors import NotAllowed, NotVisible
from zhibu.roster.members.commands.sealed_cards import label_of_field
from zhibu.roster.members.forms.cards import FilterForm
from zhibu.roster.members.models import FieldChange, Person
from zhibu.roster.members.queries.cards import (
    CODED,
    derive,
    list_corrections,
    list_exemptions,
    list_history,
    list_looks,
    list_merges,
    list_offices,
    list_spells,
    words_of,
)
from zhibu.roster.members.queries.lists import SORTS, RosterFilter, get_visible, list_roster, roles_of
from zhibu.roster.members.queries.transit import get_pending_transfer, list_arriving, list_leaving
from zhibu.roster.members.views.verbs import verbs_for
from zhibu.roster.organizations.models import Organization
from zhibu.roster.organizations.queries.tree import get_visible as get_organization
from zhibu.roster.organizations.queries.tree import list_roots
from zhibu.ui.listing import Column, Listing, list_page
from zhibu.ui.pages import PageRequest, page

_OPTIONAL = {
    "sex": Column("性别"),
    "birth": Column("出生年月"),
    "education": Column("学历"),
    "phone": Column("手机号码"),
    "joined": Column("入党日期", "joined"),
    "full": Column("转正日期"),
    "role": Column("党内职务"),
    "unit": Column("工作单位及职务"),
}
_USUAL = ("sex", "birth", "joined", "role")


@page(right="members:view")
def roster(request: PageRequest) -> HttpResponse:
    """The roster: filters, sorting by name, branch or date, chosen columns."""
    scope, today = request.actor.scope, china_today()
    organization = _asked_organization(request)
    form = FilterForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    chosen = RosterFilter(
        words=asked.get("words") or "",
        organization=organization,
        standing=asked.get("standing") or "",
        situation=asked.get("situation") or "",
        group=request.GET.get("group", ""),
    )
    shown = [name for name in request.GET.getlist("column") if name in _OPTIONAL] or list(_USUAL)
    listing = list_page(
        request,
        list_roster(scope, chosen, today=today),
        columns=(
            Column("姓名", "name"),
            Column("人员类别"),
            *(_OPTIONAL[name] for name in shown),
            Column("所在党支部", "branch"),
        ),
        sorts=SORTS,
        default_sort="name",
        is_wide=True,
    )
    home = organization or _only_root(request)
    context = {
        "listing": listing,
        "rows": _rows(listing, shown),
        "form": form,
        "organization": organization,
        "columns": [(name, column.label, name in shown) for name, column in _OPTIONAL.items()],
        "may_add": _may_add(request.actor, home),
        "may_export": home is not None and request.actor.may("exports:use", home.path),
        "home": home,
    }
    if home is not None:
        context |= {"leaving": list_leaving(home), "arriving": list_arriving(home)}
    return render(request, "roster/members/list.html", context)


def _asked_organization(request: PageRequest) -> Organization | None:
    public_id = request.GET.get("org", "")
    return get_organization(public_id, request.actor.scope) if public_id else None


def _only_root(request: PageRequest) -> Organization | None:
    """The one organisation that somebody works in, None for those with several."""
    roots = list_roots(request.actor.scope)
    return roots[0] if len(roots) == 1 else None


def _may_add(actor: Actor, home: Organization | None) -> bool:
    return home is not None and actor.may("members:edit", home.path) and not home.dissolved_date


def _rows(listing: Listing[Person], shown: list[str]) -> list[tuple[Person, list[tuple[str, str]]]]:
    roles = roles_of(list(listing.rows)) if "role" in shown else {}
    return [
        (person, [(_OPTIONAL[name].label, _cell(person, name, roles)) for name in shown])
        for person in listing.rows
    ]


def _cell(person: Person, name: str, roles: dict[int, str]) -> str:
    if name == "role":
        return roles.get(person.pk, "")
    if name in ("sex", "education"):
        return words_of(person, name)
    if name == "birth":
        return person.birth_month.isoformat()[:7] if person.birth_month else ""
    if name == "phone":
        return person.phone_mask
    if name == "unit":
        return person.unit
    day, precision = (
        (person.joined_date, person.joined_precision)
        if name == "joined"
        else (person.full_date, person.full_precision)
    )
    return day.isoformat()[: {"month": 7, "year": 4}.get(precision, 10)] if day else ""


@page(right="members:view")
def person_page(request: PageRequest, public_id: str) -> HttpResponse:
    """One person: facts, history, offices, who looked."""
    person = get_visible(public_id, request.actor.scope)
    actor = request.actor
    _require_view(actor, person)
    may_edit = actor.may("members:edit", person.organization.path)
    context = _card(person) | {
        "may_edit": may_edit,
        "history": list_history(person, may_annul=may_edit),
        "may_unmask": actor.may("members:unmask", person.organization.path),
        "verbs": verbs_for(person),
        "looks": list_looks(person),
    }
    return render(request, "roster/members/person.html", context)


def _require_view(actor: Actor, person: Person) -> None:
    """The right where the person belongs, or takes part; one's own card is always open."""
    if actor.scope.person_id == person.pk:
        return
    places = [spell.organization.path for spell in list_spells(person)] or [person.organization.path]
    if not any(actor.may("members:view", path) for path in places):
        raise NotAllowed("members:view")


@page(right="members:view_own")
def own_card(request: PageRequest) -> HttpResponse:
    """One's own card, with who looked at it."""
    person = (
        Person.objects.select_related("organization").filter(pk=request.actor.scope.person_id or 0).first()
    )
    if person is None:
        raise NotVisible
    context = _card(person) | {
        "history": list_history(person),
        "looks": list_looks(person),
        "is_own": True,
    }
    return render(request, "roster/members/own_card.html", context)


def _card(person: Person) -> dict[str, object]:
    return {
        "person": person,
        "derived": derive(person, today=china_today()),
        "words": {name: words_of(person, name) for name in CODED},
        "offices": list_offices(person),
        "spells": list_spells(person),
        "exemptions": list_exemptions(person),
        "transfer": get_pending_transfer(person),
        "merges": list_merges(person),
        "corrections": [(change, label_of_field(change.field)) for change in _corrections(person)],
    }


def _corrections(person: Person) -> list[FieldChange]:
    return list(list_corrections(person))


@page(right="members:view")
def printed_roster(request: PageRequest, public_id: str) -> HttpResponse:
    """The roster of one organisation as it is printed: A4 landscape, no buttons."""
    organization = get_organization(public_id, request.actor.scope)
    persons = list_roster(
        request.actor.scope, RosterFilter(organization=organization), today=china_today()
    ).order_by("sort_name", "id")[:2000]
    rows = list(persons)
    roles = roles_of(rows)
    context = {
        "organization": organization,
        "rows": [
            (person, words_of(person, "sex"), words_of(person, "education"), roles.get(person.pk, ""))
            for person in rows
        ],
        "today": china_today(),
    }
    return render(request, "roster/members/print.html", context)
