"""Pages that change organisations: each form shows the decision it needs and leads back to the
organisation.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.foundation.audit.forms import RefusableForm
from zhibu.roster.organizations.commands.changes import (
    adjust_organization,
    dissolve_organization,
    move_organization,
    rename_organization,
)
from zhibu.roster.organizations.commands.creation import correct_contact, create_organization
from zhibu.roster.organizations.commands.decisions import Profile, obstacles_to_dissolution
from zhibu.roster.organizations.commands.terms import (
    set_records_begin,
)
from zhibu.roster.organizations.forms import (
    ContactForm,
    CreateForm,
    DayForm,
    DecisionForm,
    MoveForm,
    ProfileForm,
    RenameForm,
)
from zhibu.roster.organizations.models import Organization
from zhibu.roster.organizations.queries.placement import kinds_under
from zhibu.roster.organizations.queries.tree import get_visible, list_possible_parents
from zhibu.ui.pages import PageRequest, page, require

BOTH = ("GET", "HEAD", "POST")
Act = Callable[[], object]


def url_of(organization: Organization) -> str:
    """The page of an organisation."""
    return reverse("organizations:organization", args=[organization.public_id])


def show_form(
    request: PageRequest,
    form: RefusableForm,
    *,
    title: str,
    submit: str,
    organization: Organization,
    guards: tuple[str, ...] = (),
    is_dangerous: bool = False,
) -> HttpResponse:
    """A change's form with its guard sentences above it."""
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "guards": guards,
        "is_dangerous": is_dangerous,
        "cancel_url": url_of(organization),
        "lead": organization.name,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "roster/form.html", context, status=status)


def loaded(request: PageRequest, public_id: str, right: str) -> Organization:
    organization = get_visible(public_id, request.actor.scope)
    require(request.actor, right, organization.path)
    return organization


def carried(
    request: PageRequest, form: RefusableForm, act: Act, organization: Organization, done: str
) -> HttpResponse | None:
    """Run the act once; the redirect, or None where the form must be shown again."""
    if not form.is_valid():
        return None
    url = form.carry_out(request, act=act, result_url=lambda _: url_of(organization))
    if not url:
        return None
    messages.success(request, done)
    return redirect(url)


@page(right="organizations:restructure", methods=BOTH)
def child_add(request: PageRequest, public_id: str) -> HttpResponse:
    """Set up an organisation below this one."""
    parent = loaded(request, public_id, "organizations:restructure")
    form = CreateForm(
        request.POST or None, initial={"domain": parent.domain, "effective_date": china_today()}
    )
    form.fields["kind"].choices = kinds_under(parent.kind)  # type: ignore[attr-defined]
    if form.is_valid():
        url = form.carry_out(
            request,
            act=lambda: create_organization(
                actor=request.actor,
                today=china_today(),
                code=form.cleaned_data["code"],
                profile=form.profile(),
                decision=form.decision(),
                parent=parent,
            ),
            result_url=url_of,
        )
        if url:
            return redirect(url)
    guards = ("成立党组织由上级党组织决定，一般在收到申请一个月内批复。",)
    return show_form(request, form, title="成立下级党组织", submit="成立", organization=parent, guards=guards)


@page(right="organizations:restructure", methods=BOTH)
def renaming(request: PageRequest, public_id: str) -> HttpResponse:
    """Give another name."""
    organization = loaded(request, public_id, "organizations:restructure")
    initial = {"name": organization.name, "short_name": organization.short_name}
    form = RenameForm(request.POST or None, initial=initial)
    answer = carried(
        request,
        form,
        lambda: rename_organization(
            actor=request.actor,
            today=china_today(),
            organization=organization,
            name=form.cleaned_data["name"],
            short_name=form.cleaned_data["short_name"],
            decision=form.decision(),
        ),
        organization,
        "名称已经更改，原来的名称保留在沿革里。",
    )
    guards = ("从生效日期起用新名称，以前的文件和记录仍显示当时的名称。",)
    return answer or show_form(
        request, form, title="更名", submit="更名", organization=organization, guards=guards
    )


@page(right="organizations:restructure", methods=BOTH)
def adjustment(request: PageRequest, public_id: str) -> HttpResponse:
    """Change kind, domain, committee, flags."""
    organization = loaded(request, public_id, "organizations:restructure")
    profile = Profile.of(organization)
    initial = {name: getattr(profile, name) for name in Profile.__dataclass_fields__}
    form = ProfileForm(request.POST or None, initial=initial)
    answer = carried(
        request,
        form,
        lambda: adjust_organization(
            actor=request.actor,
            today=china_today(),
            organization=organization,
            profile=form.profile(),
            decision=form.decision(),
        ),
        organization,
        "设置已经调整。",
    )
    guards = ("从生效日期起按新的设置判断该办的事，以前的不变。",)
    return answer or show_form(
        request, form, title="调整设置", submit="调整", organization=organization, guards=guards
    )


@page(right="organizations:restructure", methods=BOTH)
def move(request: PageRequest, public_id: str) -> HttpResponse:
    """Put under another superior, with all below."""
    organization = loaded(request, public_id, "organizations:restructure")
    form = MoveForm(request.POST or None, parents=list_possible_parents(organization, request.actor.scope))
    answer = carried(
        request,
        form,
        lambda: move_organization(
            actor=request.actor,
            today=china_today(),
            organization=organization,
            parent=form.cleaned_data["parent"],
            decision=form.decision(),
        ),
        organization,
        "隶属关系已经调整，下面的党组织一起过来。",
    )
    guards = ("下面的党组织和党员一起调整；原上级马上看不到它们，新上级马上能看到。",)
    return answer or show_form(
        request, form, title="调整隶属关系", submit="调整", organization=organization, guards=guards
    )


@page(right="organizations:restructure", methods=BOTH)
def dissolution(request: PageRequest, public_id: str) -> HttpResponse:
    """End an organisation that is empty."""
    organization = loaded(request, public_id, "organizations:restructure")
    form = DecisionForm(request.POST or None)
    answer = carried(
        request,
        form,
        lambda: dissolve_organization(
            actor=request.actor,
            today=china_today(),
            organization=organization,
            decision=form.decision(),
        ),
        organization,
        "已经登记撤销，记录都保留。",
    )
    guards = (
        "撤销党组织由上级党组织决定，并报上级组织部门备案。",
        *obstacles_to_dissolution(organization, china_today()),
    )
    return answer or show_form(
        request,
        form,
        title="撤销党组织",
        submit="撤销",
        organization=organization,
        guards=guards,
        is_dangerous=True,
    )


@page(right="organizations:edit", methods=BOTH)
def contact(request: PageRequest, public_id: str) -> HttpResponse:
    """Correct telephone, address, seal."""
    organization = loaded(request, public_id, "organizations:edit")
    initial = {name: getattr(organization, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=initial)
    answer = carried(
        request,
        form,
        lambda: correct_contact(actor=request.actor, organization=organization, contact=form.contact()),
        organization,
        "已经保存。",
    )
    return answer or show_form(
        request, form, title="修改联系方式和印章", submit="保存", organization=organization
    )


@page(right="organizations:edit", methods=BOTH)
def records_begin(request: PageRequest, public_id: str) -> HttpResponse:
    """Set the day from which records are kept here."""
    organization = loaded(request, public_id, "organizations:edit")
    form = DayForm(request.POST or None, initial={"day": _first_begin(organization)})
    answer = carried(
        request,
        form,
        lambda: set_records_begin(
            actor=request.actor,
            today=china_today(),
            organization=organization,
            begin_date=form.cleaned_data["day"],
        ),
        organization,
        "启用日期已经改好。",
    )
    guards = ("启用日期以前的事不判断该不该办；往前改，系统会检查更早的记录。",)
    return answer or show_form(
        request, form, title="修改启用日期", submit="保存", organization=organization, guards=guards
    )


def _first_begin(organization: Organization) -> date | None:
    return organization.records_begins.filter(fact="").values_list("begin_date", flat=True).first()
