"""Pages that change persons: the card, the verbs of the roster, offices, groups, exemptions."""

from __future__ import annotations

from collections.abc import Callable

import segno
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible
from zhibu.foundation.audit.forms import RefusableForm
from zhibu.foundation.audit.queries import get_submission_url
from zhibu.roster.members.commands.cards import add_person, correct_person
from zhibu.roster.members.commands.exemptions import approve_exemption, end_exemption, exempt_person
from zhibu.roster.members.commands.links import issue_member_link
from zhibu.roster.members.commands.offices import (
    Appointment,
    end_group,
    form_group,
    leave_office,
    take_office,
)
from zhibu.roster.members.commands.sealed_cards import SEALED, card_of
from zhibu.roster.members.commands.transfers import receive_transfer
from zhibu.roster.members.forms.cards import AddForm, CardForm, ReasonlessForm
from zhibu.roster.members.forms.changes import (
    ApprovalForm,
    ChangeForm,
    DayForm,
    ExemptionForm,
    GroupForm,
    OfficeForm,
)
from zhibu.roster.members.models import Exemption, Group, Office, Person, Standing, Status
from zhibu.roster.members.queries.lists import get_group, get_visible, list_groups
from zhibu.roster.members.queries.transit import get_pending_transfer
from zhibu.roster.members.views.verbs import BY_SLUG
from zhibu.roster.organizations.models import Organization
from zhibu.roster.organizations.queries.tree import get_visible as get_organization
from zhibu.ui.forms import carried_number
from zhibu.ui.pages import PageRequest, page, require

_BOTH = ("GET", "HEAD", "POST")


def url_of(person: Person) -> str:
    """The page of a person."""
    return reverse("members:person", args=[person.public_id])


def _show(
    request: PageRequest,
    form: RefusableForm,
    *,
    title: str,
    submit: str,
    back: str,
    lead: str = "",
    guards: tuple[str, ...] = (),
    is_dangerous: bool = False,
    template: str = "roster/form.html",
    version: int | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "cancel_url": back,
        "lead": lead,
        "guards": guards,
        "is_dangerous": is_dangerous,
        "version": version,
    }
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _carried(
    request: PageRequest, form: RefusableForm, act: Callable[[], object], back: str, done: str
) -> HttpResponse | None:
    """Run the act once; the redirect, or None where the form must be shown again."""
    if not form.is_valid() or not form.carry_out(request, act=act, result_url=lambda _: back):
        return None
    messages.success(request, done)
    return redirect(back)


def _loaded(request: PageRequest, public_id: str, right: str = "members:edit") -> Person:
    person = get_visible(public_id, request.actor.scope)
    require(request.actor, right, person.organization.path)
    return person


def _loaded_organization(request: PageRequest, public_id: str) -> Organization:
    organization = get_organization(public_id, request.actor.scope)
    require(request.actor, "members:edit", organization.path)
    return organization


def _offer_groups(form: RefusableForm, organization: Organization) -> None:
    field = form.fields["group"]
    if isinstance(field, ModelChoiceField):
        field.queryset = list_groups(organization)
        field.to_field_name = "public_id"


@page(right="members:edit", methods=_BOTH)
def person_add(request: PageRequest, public_id: str) -> HttpResponse:
    """Put somebody on the roster of an organisation."""
    organization = _loaded_organization(request, public_id)
    form = AddForm(request.POST or None, initial={"since_date": china_today(), "status": Status.FULL})
    _offer_groups(form, organization)
    if form.is_valid():
        data = form.cleaned_data
        url = form.carry_out(
            request,
            act=lambda: add_person(
                actor=request.actor,
                today=china_today(),
                organization=organization,
                card=form.card(),
                status=Status(data["status"]),
                since_date=data["since_date"],
                group=data["group"],
            ),
            result_url=url_of,
        )
        if url:
            messages.success(request, "已经登记到名册。")
            return redirect(url)
    return _show(
        request,
        form,
        title="登记党员",
        submit="登记",
        lead=organization.name,
        back=reverse("members:list"),
        guards=("只登记组织关系已经在本支部的党员。年龄、党龄由系统推算，不用填写。",),
        template="roster/members/card_form.html",
    )


@page(right="members:edit", methods=_BOTH)
def correction(request: PageRequest, public_id: str) -> HttpResponse:
    """Correct a card; a correction by somebody else in between is shown, never overwritten."""
    person = _loaded(request, public_id)
    before = card_of(person)
    initial = {name: getattr(before, name) for name in before.__dataclass_fields__ if name not in SEALED}
    form = CardForm(request.POST or None, initial=initial)
    for name in SEALED:
        if getattr(before, name):
            form.fields[name].help_text = "已经填写，不改就留空。"
    version = _version(request, person)
    if form.is_valid():
        kept = {name: getattr(before, name) for name in SEALED if not form.cleaned_data[name]}
        form.cleaned_data |= kept
        answer = _carried(
            request,
            form,
            lambda: correct_person(
                actor=request.actor,
                today=china_today(),
                person=person,
                card=form.card(),
                expected_version=version,
            ),
            url_of(person),
            "已经保存，原来的内容留在更正记录里。",
        )
        if answer:
            return answer
        if form.refusal and form.refusal.code == "members.changed_meanwhile":
            version = Person.objects.values_list("version", flat=True).get(pk=person.pk)
    return _show(
        request,
        form,
        title="更正资料",
        submit="保存",
        lead=person.name,
        back=url_of(person),
        template="roster/members/card_form.html",
        version=version,
    )


def _version(request: PageRequest, person: Person) -> int:
    """The version the form was opened at."""
    return carried_number(request.POST.get("version", ""), person.version)


@page(right="members:edit", methods=_BOTH)
def change(request: PageRequest, public_id: str, slug: str) -> HttpResponse:
    """One verb of the roster: its guard sentence, its fields, its command."""
    verb = BY_SLUG.get(slug)
    if verb is None:
        raise NotVisible
    person = _loaded(request, public_id)
    form = ChangeForm(
        request.POST or None,
        asked=verb.asked,
        bodies=verb.bodies,
        groups=list_groups(person.organization),
        destinations=_destinations(request, person) if "destination" in verb.asked else None,
    )
    answer = _carried(
        request,
        form,
        lambda: verb.run(request.actor, china_today(), person, form.decision(), form),
        url_of(person),
        "已经登记。",
    )
    return answer or _show(
        request,
        form,
        title=verb.title,
        submit=verb.title,
        lead=person.name,
        back=url_of(person),
        guards=(verb.guard,),
        is_dangerous=verb.is_grave,
    )


def _destinations(request: PageRequest, person: Person) -> QuerySet[Organization]:
    """Branches of the same root: where somebody may be sent inside the system."""
    top = person.organization.path.split("/")[1]
    branches = Organization.objects.below("/{top}/".format(top=top)).current().filter(kind="branch")
    if person.standing == Standing.LEFT:
        branches = branches.visible_to(request.actor.scope)
    return branches.exclude(pk=person.organization_id).order_by("name", "id")


@page(right="members:edit", methods=_BOTH)
def reception(request: PageRequest, public_id: str) -> HttpResponse:
    """Take in somebody who was sent here by another of our organisations."""
    sent = get_submission_url(request.POST.get("submission_key", ""), actor=request.actor)
    if sent:
        return redirect(sent)
    found = Person.objects.select_related("organization").filter(public_id=public_id).first()
    start = get_pending_transfer(found) if found else None
    if found is None or start is None or start.counterpart is None:
        raise NotVisible
    if not request.actor.scope.covers(start.counterpart.path):
        raise NotVisible
    person, destination = found, start.counterpart
    require(request.actor, "members:edit", destination.path)
    form = ChangeForm(
        request.POST or None,
        asked={"effective_date": "接收日期", "group": "党小组?"},
        groups=list_groups(destination),
        initial={"effective_date": china_today()},
    )
    answer = _carried(
        request,
        form,
        lambda: receive_transfer(
            actor=request.actor,
            today=china_today(),
            person=person,
            decision=form.decision(),
            group=form.cleaned_data["group"],
        ),
        reverse("members:list"),
        "已经接收，组织关系转到本支部。",
    )
    return answer or _show(
        request,
        form,
        title="接收组织关系",
        submit="接收",
        lead="{name}，从{origin}转来".format(name=person.name, origin=start.organization.name),
        back=reverse("members:list"),
        guards=("不得无故拒绝接收。从接收日期起由本支部负责管理。",),
    )


@page(right="members:edit", methods=_BOTH)
def office_add(request: PageRequest, public_id: str) -> HttpResponse:
    """Put a member into an office of the organisation that answers for them."""
    person = _loaded(request, public_id)
    form = OfficeForm(request.POST or None)
    _offer_groups(form, person.organization)

    def act() -> object:
        data = form.cleaned_data
        return take_office(
            actor=request.actor,
            today=china_today(),
            person=person,
            organization=person.organization,
            appointment=Appointment(
                role=data["role"],
                valid_from=data["valid_from"],
                obtained_by=data["obtained_by"],
                approved_date=data["approved_date"],
                document_number=data["document_number"],
            ),
            group=data["group"],
        )

    answer = _carried(request, form, act, url_of(person), "任职已经登记。")
    guards = (
        "书记、副书记选举后报上级党组织批准，委员报上级备案；预备党员不能担任。书记一般应有一年以上党龄。",
    )
    return answer or _show(
        request, form, title="登记任职", submit="登记", lead=person.name, back=url_of(person), guards=guards
    )


@page(right="members:edit", methods=_BOTH)
def office_end(request: PageRequest, public_id: str) -> HttpResponse:
    """End an office."""
    office = (
        Office.objects.select_related("organization", "person__organization")
        .filter(public_id=public_id)
        .first()
    )
    if office is None or not request.actor.scope.covers(office.organization.path):
        raise NotVisible
    require(request.actor, "members:edit", office.organization.path)
    form = DayForm(request.POST or None)
    back = url_of(office.person)
    answer = _carried(
        request,
        form,
        lambda: leave_office(
            actor=request.actor, today=china_today(), office=office, valid_to=form.cleaned_data["day"]
        ),
        back,
        "离任已经登记。",
    )
    guards = ("空缺的委员应当及时补选。",)
    return answer or _show(
        request,
        form,
        title="登记离任",
        submit="登记",
        lead="{name}，{role}".format(name=office.person.name, role=office.get_role_display()),
        back=back,
        guards=guards,
    )


@page(right="members:edit", methods=_BOTH)
def group_add(request: PageRequest, public_id: str) -> HttpResponse:
    """Form a group in a branch."""
    organization = _loaded_organization(request, public_id)
    form = GroupForm(request.POST or None, initial={"valid_from": china_today()})
    back = reverse("organizations:organization", args=[organization.public_id])
    answer = _carried(
        request,
        form,
        lambda: form_group(
            actor=request.actor,
            today=china_today(),
            organization=organization,
            name=form.cleaned_data["name"],
            valid_from=form.cleaned_data["valid_from"],
        ),
        back,
        "党小组已经成立，请到党员页面把党员编进去。",
    )
    guards = ("党员人数较多或者工作地分散的支部，应当划分党小组；党小组会一般每月开一次。",)
    return answer or _show(
        request, form, title="成立党小组", submit="成立", lead=organization.name, back=back, guards=guards
    )


@page(right="members:edit", methods=_BOTH)
def group_end(request: PageRequest, public_id: str) -> HttpResponse:
    """End a group whose members were put elsewhere."""
    group: Group = get_group(public_id, request.actor.scope)
    require(request.actor, "members:edit", group.organization.path)
    form = DayForm(request.POST or None, initial={"day": china_today()})
    back = reverse("organizations:organization", args=[group.organization.public_id])
    answer = _carried(
        request,
        form,
        lambda: end_group(
            actor=request.actor, today=china_today(), group=group, valid_to=form.cleaned_data["day"]
        ),
        back,
        "党小组已经撤销。",
    )
    return answer or _show(
        request, form, title="撤销党小组", submit="撤销", lead=group.name, back=back, is_dangerous=True
    )


@page(right="members:edit", methods=_BOTH)
def exemption_add(request: PageRequest, public_id: str) -> HttpResponse:
    """Leave a member out of the expected attendance, or do not hold them to activities."""
    person = _loaded(request, public_id)
    form = ExemptionForm(request.POST or None, initial={"valid_from": china_today()})
    answer = _carried(
        request,
        form,
        lambda: exempt_person(actor=request.actor, today=china_today(), person=person, **form.cleaned_data),
        url_of(person),
        "已经登记。",
    )
    guards = (
        "不计入应到会要报上级党组织同意，并经党员大会通过，两道手续都有了才算数。",
        "年老体弱、行动不便或者重病失能的，活动和学习不作硬性要求，但是开党员大会仍计入应到会。",
    )
    return answer or _show(
        request,
        form,
        title="登记不计入或免除",
        submit="登记",
        lead=person.name,
        back=url_of(person),
        guards=guards,
    )


def _exemption(request: PageRequest, public_id: str) -> Exemption:
    found = (
        Exemption.objects.select_related("organization", "person__organization")
        .filter(public_id=public_id)
        .first()
    )
    if found is None or not request.actor.scope.covers(found.organization.path):
        raise NotVisible
    require(request.actor, "members:edit", found.organization.path)
    return found


@page(right="members:edit", methods=_BOTH)
def exemption_approval(request: PageRequest, public_id: str) -> HttpResponse:
    """Add the approvals that have come."""
    exemption = _exemption(request, public_id)
    initial = {name: getattr(exemption, name) for name in ApprovalForm.base_fields}
    form = ApprovalForm(request.POST or None, initial=initial)
    back = url_of(exemption.person)
    answer = _carried(
        request,
        form,
        lambda: approve_exemption(
            actor=request.actor, today=china_today(), exemption=exemption, **form.cleaned_data
        ),
        back,
        "已经补上。",
    )
    return answer or _show(
        request,
        form,
        title="补登同意和通过",
        submit="保存",
        lead=exemption.person.name,
        back=back,
        guards=("两道手续都有了，才从那一天起不计入应到会。",),
    )


@page(right="members:edit", methods=_BOTH)
def exemption_end(request: PageRequest, public_id: str) -> HttpResponse:
    """End an exemption."""
    exemption = _exemption(request, public_id)
    form = DayForm(request.POST or None, initial={"day": china_today()})
    back = url_of(exemption.person)
    answer = _carried(
        request,
        form,
        lambda: end_exemption(
            actor=request.actor,
            today=china_today(),
            exemption=exemption,
            valid_to=form.cleaned_data["day"],
        ),
        back,
        "已经结束，从这一天起重新计入。",
    )
    return answer or _show(
        request, form, title="结束登记", submit="结束", lead=exemption.person.name, back=back
    )


@page(right="access:issue_link", methods=_BOTH)
def sign_in_link(request: PageRequest, public_id: str) -> HttpResponse:
    """Issue a member's sign-in link, with a QR code to scan on the spot; shown once."""
    person = _loaded(request, public_id, "access:issue_link")
    form = ReasonlessForm(request.POST or None)
    link = picture = ""
    if request.method == "POST":
        tokens: list[str] = []
        form.carry_out(
            request,
            act=lambda: tokens.append(
                issue_member_link(actor=request.actor, today=china_today(), person=person)
            ),
            result_url=lambda _: url_of(person),
        )
        if tokens:
            link = request.build_absolute_uri(reverse("accounts:link_sign_in", args=tokens))
            picture = segno.make(link, error="m").svg_data_uri(scale=5)
    context = {"person": person, "form": form, "link": link, "picture": picture, "back": url_of(person)}
    response = render(request, "roster/members/sign_in_link.html", context)
    response["Cache-Control"] = "no-store"
    return response
