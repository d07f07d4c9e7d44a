"""Pages that change organisations: each form shows the decision it needs and leads back to the
organisation.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible
from zhibu.foundation.audit.forms import RefusableForm
from zhibu.roster.organizations.commands.annulments import annul_term, obstacles_to_annulment
from zhibu.roster.organizations.commands.changes import (
    adjust_organization,
    dissolve_organization,
    move_organization,
    rename_organization,
)
from zhibu.roster.organizations.commands.corrections import correct_term
from zhibu.roster.organizations.commands.creation import correct_contact, create_organization
from zhibu.roster.organizations.commands.decisions import Profile, obstacles_to_dissolution
from zhibu.roster.organizations.commands.terms import (
    complete_term_papers,
    end_term,
    extend_term,
    set_records_begin,
    start_term,
)
from zhibu.roster.organizations.forms import (
    ContactForm,
    CreateForm,
    DayForm,
    DecisionForm,
    ExtensionForm,
    MoveForm,
    ProfileForm,
    RenameForm,
    TermAnnulmentForm,
    TermCorrectionForm,
    TermForm,
    TermPapersForm,
)
from zhibu.roster.organizations.models import Organization, Term
from zhibu.roster.organizations.queries.placement import kinds_under, term_years
from zhibu.roster.organizations.queries.tree import get_visible, list_possible_parents
from zhibu.ui.pages import PageRequest, page, require

_BOTH = ("GET", "HEAD", "POST")
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


def _loaded(request: PageRequest, public_id: str, right: str) -> Organization:
    organization = get_visible(public_id, request.actor.scope)
    require(request.actor, right, organization.path)
    return organization


def _carried(
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


@page(right="organizations:restructure", methods=_BOTH)
def child_add(request: PageRequest, public_id: str) -> HttpResponse:
    """Set up an organisation below this one."""
    parent = _loaded(request, public_id, "organizations:restructure")
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


@page(right="organizations:restructure", methods=_BOTH)
def renaming(request: PageRequest, public_id: str) -> HttpResponse:
    """Give another name."""
    organization = _loaded(request, public_id, "organizations:restructure")
    initial = {"name": organization.name, "short_name": organization.short_name}
    form = RenameForm(request.POST or None, initial=initial)
    answer = _carried(
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


@page(right="organizations:restructure", methods=_BOTH)
def adjustment(request: PageRequest, public_id: str) -> HttpResponse:
    """Change kind, domain, committee, flags."""
    organization = _loaded(request, public_id, "organizations:restructure")
    profile = Profile.of(organization)
    initial = {name: getattr(profile, name) for name in Profile.__dataclass_fields__}
    form = ProfileForm(request.POST or None, initial=initial)
    answer = _carried(
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


@page(right="organizations:restructure", methods=_BOTH)
def move(request: PageRequest, public_id: str) -> HttpResponse:
    """Put under another superior, with all below."""
    organization = _loaded(request, public_id, "organizations:restructure")
    form = MoveForm(request.POST or None, parents=list_possible_parents(organization, request.actor.scope))
    answer = _carried(
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


@page(right="organizations:restructure", methods=_BOTH)
def dissolution(request: PageRequest, public_id: str) -> HttpResponse:
    """End an organisation that is empty."""
    organization = _loaded(request, public_id, "organizations:restructure")
    form = DecisionForm(request.POST or None)
    answer = _carried(
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


@page(right="organizations:edit", methods=_BOTH)
def contact(request: PageRequest, public_id: str) -> HttpResponse:
    """Correct telephone, address, seal."""
    organization = _loaded(request, public_id, "organizations:edit")
    initial = {name: getattr(organization, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=initial)
    answer = _carried(
        request,
        form,
        lambda: correct_contact(actor=request.actor, organization=organization, contact=form.contact()),
        organization,
        "已经保存。",
    )
    return answer or show_form(
        request, form, title="修改联系方式和印章", submit="保存", organization=organization
    )


@page(right="organizations:edit", methods=_BOTH)
def term_add(request: PageRequest, public_id: str) -> HttpResponse:
    """Record an election; the end follows from domain and level."""
    organization = _loaded(request, public_id, "organizations:edit")
    form = TermForm(request.POST or None)
    answer = _carried(
        request,
        form,
        lambda: start_term(
            actor=request.actor,
            today=china_today(),
            organization=organization,
            election=form.election(),
        ),
        organization,
        "新一届已经登记，届满日期已自动算好。",
    )
    years = term_years(organization.domain, organization.kind)
    sentence = "{domain}的{kind}每届任期{years}年，届满日期由系统推算，不用填写。".format(
        domain=organization.get_domain_display(), kind=organization.get_kind_display(), years=years
    )
    return answer or show_form(
        request,
        form,
        title="登记换届结果",
        submit="登记",
        organization=organization,
        guards=(sentence,) if years else (),
    )


def _term(request: PageRequest, public_id: str) -> Term:
    """A term of an organisation in the scope."""
    term = Term.objects.select_related("organization").filter(public_id=public_id).first()
    if term is None or not request.actor.scope.covers(term.organization.path):
        raise NotVisible
    require(request.actor, "organizations:edit", term.organization.path)
    return term


def _about_term(
    request: PageRequest, form: RefusableForm, term: Term, act: Act, *, title: str, guard: str, done: str
) -> HttpResponse:
    """The form about a term, or the way back once it is carried out."""
    answer = _carried(request, form, act, term.organization, done)
    return answer or show_form(
        request, form, title=title, submit="保存", organization=term.organization, guards=(guard,)
    )


@page(right="organizations:edit", methods=_BOTH)
def term_papers(request: PageRequest, public_id: str) -> HttpResponse:
    """Add the approval of the secretaries and the filing of the members."""
    term = _term(request, public_id)
    initial = {name: getattr(term, name) for name in TermPapersForm.base_fields}
    form = TermPapersForm(request.POST or None, initial=initial)
    return _about_term(
        request,
        form,
        term,
        lambda: complete_term_papers(actor=request.actor, term=term, **form.cleaned_data),
        title="补登批复和备案",
        guard="书记、副书记报上级党组织批准，委员报上级党组织备案。",
        done="批复和备案已经补上。",
    )


@page(right="organizations:edit", methods=_BOTH)
def term_correction(request: PageRequest, public_id: str) -> HttpResponse:
    """Correct a term that was entered wrongly; what stood before stays readable."""
    term, today = _term(request, public_id), china_today()
    initial = {name: getattr(term, name) for name in TermCorrectionForm.base_fields if name != "reason"}
    form = TermCorrectionForm(request.POST or None, initial=initial)
    act = partial(correct_term, actor=request.actor, today=today, term=term)
    return _about_term(
        request,
        form,
        term,
        lambda: act(election=form.election(), reason=form.cleaned_data["reason"]),
        title="更正届期",
        guard="只用来改正登记错的内容；开了换届大会的，请登记换届结果，不要在这里改。",
        done="届期已经更正，届满日期重新算好，原来登记的内容都保留着。",
    )


@page(right="organizations:edit", methods=_BOTH)
def term_annulment(request: PageRequest, public_id: str) -> HttpResponse:
    """Annul a term that should not have been entered here; what it said stays readable."""
    term, today = _term(request, public_id), china_today()
    form = TermAnnulmentForm(request.POST or None)
    act = partial(annul_term, actor=request.actor, today=today, term=term)
    answer = _carried(
        request,
        form,
        lambda: act(reason=form.cleaned_data["reason"]),
        term.organization,
        "这一届已经作废，上一届照原来的登记接着算。",
    )
    guards = (
        "只用来作废登记错了党组织、本来没有的一届；内容填错的请用“更正”，确实到期的请登记换届结果。",
        *(obstacle.message for obstacle in obstacles_to_annulment(term)),
    )
    return answer or show_form(
        request,
        form,
        title="作废届期",
        submit="作废",
        organization=term.organization,
        guards=guards,
        is_dangerous=True,
    )


@page(right="organizations:edit", methods=_BOTH)
def term_extension(request: PageRequest, public_id: str) -> HttpResponse:
    """Record an extension or an early election."""
    term, today = _term(request, public_id), china_today()
    form = ExtensionForm(request.POST or None)
    return _about_term(
        request,
        form,
        term,
        lambda: extend_term(actor=request.actor, today=today, term=term, **form.cleaned_data),
        title="登记延期换届",
        guard="延期或者提前换届要报上级党组织批准，一般不超过一年。没有批复的延期不算数。",
        done="延期换届已经登记。",
    )


@page(right="organizations:edit", methods=_BOTH)
def term_end(request: PageRequest, public_id: str) -> HttpResponse:
    """End a term without a next one."""
    term, today = _term(request, public_id), china_today()
    form = DayForm(request.POST or None)
    act = partial(end_term, actor=request.actor, today=today, term=term)
    return _about_term(
        request,
        form,
        term,
        lambda: act(ended_date=form.cleaned_data["day"]),
        title="登记本届结束",
        guard="只有准备撤销党组织时才单独登记结束；换届请直接登记换届结果。",
        done="本届已经登记结束。",
    )


@page(right="organizations:edit", methods=_BOTH)
def records_begin(request: PageRequest, public_id: str) -> HttpResponse:
    """Set the day from which records are kept here."""
    organization = _loaded(request, public_id, "organizations:edit")
    form = DayForm(request.POST or None, initial={"day": _first_begin(organization)})
    answer = _carried(
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
