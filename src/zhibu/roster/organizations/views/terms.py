"""Pages of terms: an election recorded, its papers added, corrected, annulled, extended, ended."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible
from zhibu.foundation.audit.forms import RefusableForm
from zhibu.roster.organizations.commands.annulments import annul_term, obstacles_to_annulment
from zhibu.roster.organizations.commands.corrections import correct_term
from zhibu.roster.organizations.commands.terms import complete_term_papers, end_term, extend_term, start_term
from zhibu.roster.organizations.forms import (
    DayForm,
    ExtensionForm,
    TermAnnulmentForm,
    TermCorrectionForm,
    TermForm,
    TermPapersForm,
)
from zhibu.roster.organizations.models import Term
from zhibu.roster.organizations.queries.placement import term_years
from zhibu.roster.organizations.views.changes import BOTH, Act, carried, loaded, show_form
from zhibu.ui.pages import PageRequest, page, require


@page(right="organizations:edit", methods=BOTH)
def term_add(request: PageRequest, public_id: str) -> HttpResponse:
    """Record an election; the end follows from domain and level."""
    organization = loaded(request, public_id, "organizations:edit")
    form = TermForm(request.POST or None)
    answer = carried(
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
    answer = carried(request, form, act, term.organization, done)
    return answer or show_form(
        request, form, title=title, submit="保存", organization=term.organization, guards=(guard,)
    )


@page(right="organizations:edit", methods=BOTH)
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


@page(right="organizations:edit", methods=BOTH)
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


@page(right="organizations:edit", methods=BOTH)
def term_annulment(request: PageRequest, public_id: str) -> HttpResponse:
    """Annul a term that should not have been entered here; what it said stays readable."""
    term, today = _term(request, public_id), china_today()
    form = TermAnnulmentForm(request.POST or None)
    act = partial(annul_term, actor=request.actor, today=today, term=term)
    answer = carried(
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


@page(right="organizations:edit", methods=BOTH)
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


@page(right="organizations:edit", methods=BOTH)
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
