"""Merging and splitting organisations, joining two cards of one person, annulling a mistaken entry."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible
from zhibu.foundation.audit.forms import RefusableForm
from zhibu.roster.members.commands.annulments import annul_change
from zhibu.roster.members.commands.merging import merge_persons, split_persons
from zhibu.roster.members.commands.restructuring import merge_organizations, split_organization
from zhibu.roster.members.forms.cards import ReasonForm, ReasonlessForm
from zhibu.roster.members.forms.restructuring import MergeForm, SamePersonForm, SplitForm
from zhibu.roster.members.models import Person, PersonMerge, Standing, StatusChange
from zhibu.roster.members.queries.annulling import list_consequences
from zhibu.roster.members.queries.lists import get_visible as get_person
from zhibu.roster.organizations.models import Organization
from zhibu.roster.organizations.queries.tree import get_visible, list_below
from zhibu.ui.pages import PageRequest, page, require

_BOTH = ("GET", "HEAD", "POST")


def _standing(request: PageRequest, public_id: str) -> Organization:
    organization = get_visible(public_id, request.actor.scope)
    require(request.actor, "organizations:restructure", organization.path)
    if organization.parent_id is None or organization.dissolved_date:
        raise NotVisible
    return organization


def _url(organization: Organization) -> str:
    return reverse("organizations:organization", args=[organization.public_id])


def _form(
    request: PageRequest, form: RefusableForm, title: str, submit: str, lead: str, back: str, *guards: str
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "lead": lead,
        "cancel_url": back,
        "guards": guards,
    }
    return render(request, "roster/form.html", context, status=422 if request.method == "POST" else 200)


@page(right="organizations:restructure", methods=_BOTH)
def merge(request: PageRequest, public_id: str) -> HttpResponse:
    """Bring everything of an organisation into another of its kind and end it."""
    source = _standing(request, public_id)
    targets = (
        Organization.objects.visible_to(request.actor.scope)
        .current()
        .filter(kind=source.kind)
        .exclude(pk=source.pk)
        .order_by("name", "id")
    )
    form = MergeForm(request.POST or None, targets=targets)
    if form.is_valid():
        target = form.cleaned_data["target"]
        url = form.carry_out(
            request,
            act=lambda: merge_organizations(
                actor=request.actor,
                today=china_today(),
                source=source,
                target=target,
                decision=form.decision(),
            ),
            result_url=lambda _: _url(target),
        )
        if url:
            messages.success(request, "已经合并，党员、党小组和下级党组织都到了这里。")
            return redirect(url)
    guard = "党员、党小组和下级党组织都转过去，党小组的组长不变；原来的班子和任期同日结束，原党组织撤销。"
    return _form(request, form, "并入别的党组织", "合并", source.name, _url(source), guard)


@page(right="organizations:restructure", methods=_BOTH)
def split(request: PageRequest, public_id: str) -> HttpResponse:
    """Set up a new organisation beside this one and bring some of its members, or of what is below, there."""
    source = _standing(request, public_id)
    people = Person.objects.filter(organization=source).current().order_by("sort_name", "id")
    form = SplitForm(request.POST or None, people=people, children=list_below(source, request.actor.scope))
    if form.is_valid():
        data = form.cleaned_data
        url = form.carry_out(
            request,
            act=lambda: split_organization(
                actor=request.actor,
                today=china_today(),
                source=source,
                code=data["code"],
                profile=form.profile(source),
                people=list(data.get("people", ())),
                children=list(data.get("children", ())),
                decision=form.decision(),
            ),
            result_url=_url,
        )
        if url:
            messages.success(request, "新党组织已经设立，选定的都转到了这里。")
            return redirect(url)
    guard = (
        "新党组织设在同一个上级下面；有正式党员3人以上才能单独成立党支部。整组转过去的党小组保留，组长不变。"
    )
    return _form(request, form, "分设党组织", "分设", source.name, _url(source), guard)


@page(right="members:edit", methods=_BOTH)
def person_merge(request: PageRequest, public_id: str) -> HttpResponse:
    """Join another card of the same person to this one; cards of the same name are offered."""
    kept = get_person(public_id, request.actor.scope)
    require(request.actor, "members:edit", kept.organization.path)
    others = (
        Person.objects.visible_to(request.actor.scope)
        .filter(name=kept.name, standing=Standing.LEFT)
        .exclude(pk=kept.pk)
        .order_by("id")
    )
    form = SamePersonForm(request.POST or None, others=others)
    back = reverse("members:person", args=[kept.public_id])
    if form.is_valid():
        url = form.carry_out(
            request,
            act=lambda: merge_persons(
                actor=request.actor,
                today=china_today(),
                kept=kept,
                absorbed=form.cleaned_data["absorbed"],
                reason=form.cleaned_data["reason"],
            ),
            result_url=lambda _: back,
        )
        if url:
            messages.success(request, "两张卡片已经合并，以后发现弄错了可以拆开。")
            return redirect(url)
    guard = "只能把已经不在册、同名的卡片并进来；经历会合在一起，以后可以拆开。"
    return _form(request, form, "合并重复的卡片", "合并", kept.name, back, guard)


@page(right="members:edit", methods=_BOTH)
def person_split(request: PageRequest, public_id: str) -> HttpResponse:
    """Take two joined cards apart again."""
    merged = (
        PersonMerge.objects.select_related("kept__organization", "absorbed")
        .filter(public_id=public_id, split_at__isnull=True)
        .first()
    )
    if merged is None or not request.actor.scope.covers(merged.kept.organization.path):
        raise NotVisible
    require(request.actor, "members:edit", merged.kept.organization.path)
    form = ReasonlessForm(request.POST or None)
    back = reverse("members:person", args=[merged.kept.public_id])
    if request.method == "POST":
        url = form.carry_out(
            request,
            act=lambda: split_persons(actor=request.actor, today=china_today(), merge=merged),
            result_url=lambda _: back,
        )
        return redirect(url or back)
    context = {
        "title": "把合并的卡片拆开？",
        "consequences": ["合并时带过来的经历回到原来的卡片。", "两张卡片都重新单独显示。"],
        "submit_label": "拆开",
        "cancel_url": back,
        "is_dangerous": True,
        "form": form,
    }
    return render(request, "ui/confirm.html", context)


@page(right="members:edit", methods=_BOTH)
def annulment(request: PageRequest, public_id: str) -> HttpResponse:
    """Annul a mistaken entry of the history, after saying what comes back."""
    entry = (
        StatusChange.objects.select_related("organization", "counterpart", "person__organization")
        .filter(public_id=public_id)
        .first()
    )
    if entry is None or not request.actor.scope.covers(entry.organization.path):
        raise NotVisible
    require(request.actor, "members:edit", entry.organization.path)
    form = ReasonForm(request.POST or None)
    back = reverse("members:person", args=[entry.person.public_id])
    if form.is_valid():
        url = form.carry_out(
            request,
            act=lambda: annul_change(
                actor=request.actor,
                today=china_today(),
                change=entry,
                reason=form.cleaned_data["reason"],
            ),
            result_url=lambda _: back,
        )
        if url:
            messages.success(request, "已经作废，原来的登记还能看到。")
            return redirect(url)
    lead = "{name}：{day}{kind}".format(
        name=entry.person.name, day=entry.date.isoformat(), kind=entry.get_kind_display()
    )
    return _form(request, form, "作废登记", "作废", lead, back, *list_consequences(entry))
