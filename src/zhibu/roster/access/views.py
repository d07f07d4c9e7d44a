"""Pages of access: grants by 安全管理员, handing a branch over, one-time links for people below."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import NotAllowed, NotVisible
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.accounts.queries import get_account, get_special_role, list_accounts
from zhibu.roster.access.commands import (
    end_grant,
    grant_role,
    hand_over,
    issue_reset_link,
    issue_sign_in_link,
)
from zhibu.roster.access.forms import EmptyForm, GrantForm, HandOverForm
from zhibu.roster.access.models import Grant, HandOver, Role
from zhibu.roster.access.queries import (
    list_accounts_within,
    list_grants,
    list_hand_overs,
    list_open_matters,
    list_role_holders,
)
from zhibu.roster.organizations.queries.tree import get_visible, list_roots
from zhibu.ui.listing import Column, list_page
from zhibu.ui.pages import PageRequest, page, require

_BOTH = ("GET", "HEAD", "POST")
_SORTS: dict[str, tuple[str, ...]] = {
    "username": ("username", "id"),
    "display_name": ("display_name", "id"),
}


@page(right="access:grant")
def account_list(request: PageRequest) -> HttpResponse:
    """All accounts, to give them roles."""
    words = request.GET.get("words", "").strip()
    columns = (Column("登录名", "username"), Column("姓名", "display_name"), Column("状态"))
    listing = list_page(request, list_accounts(words), columns=columns, sorts=_SORTS, default_sort="username")
    return render(request, "roster/access/list.html", {"listing": listing, "words": words})


@page(right="access:grant", methods=_BOTH)
def account_grants(request: PageRequest, public_id: str) -> HttpResponse:
    """One account's roles: those running, those over, and giving another."""
    account = _account(public_id)
    form = GrantForm(request.POST or None)
    here = reverse("access:account", args=[public_id])
    if form.is_valid():
        data = form.cleaned_data
        url = form.carry_out(
            request,
            act=lambda: grant_role(
                actor=request.actor,
                today=china_today(),
                account=account,
                role=data["role"],
                organization=data["organization_code"],
                valid_from=data["valid_from"],
            ),
            result_url=lambda _: here,
        )
        if url:
            messages.success(request, "授权已经生效。")
            return redirect(url)
    context = {
        "account": account,
        "grants": list_grants(account),
        "special": get_special_role(account),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "roster/access/account.html", context, status=status)


@page(right="access:grant", methods=_BOTH)
def grant_end(request: PageRequest, public_id: str) -> HttpResponse:
    """Take a role away."""
    grant = Grant.objects.select_related("account", "organization").filter(public_id=public_id).first()
    if grant is None:
        raise NotVisible
    back = reverse("access:account", args=[grant.account.public_id])
    form = EmptyForm(request.POST or None)
    if request.method == "POST":
        url = form.carry_out(
            request,
            act=lambda: end_grant(actor=request.actor, today=china_today(), grant=grant),
            result_url=lambda _: back,
        )
        if url:
            messages.success(request, "授权已经收回。")
        return redirect(back)
    context = {
        "title": "收回{name}的{role}授权？".format(
            name=grant.account.display_name, role=grant.get_role_display()
        ),
        "consequences": ["收回以后马上不能再以这个角色办事。", "以前办过的事不受影响。"],
        "submit_label": "收回",
        "cancel_url": back,
        "is_dangerous": True,
        "form": form,
    }
    return render(request, "ui/confirm.html", context)


def _account(public_id: str) -> Account:
    account = get_account(public_id)
    if account is None:
        raise NotVisible
    return account


@page(right="access:hand_over")
def hand_over_choice(request: PageRequest) -> HttpResponse:
    """Where to hand over: straight to one's own branch, or a hint where to find it."""
    roots = list_roots(request.actor.scope)
    if len(roots) == 1 and roots[0].kind == "branch":
        return redirect("access:hand_over_at", roots[0].public_id)
    return render(request, "roster/access/hand_over_choice.html", {"roots": roots})


@page(right="access:hand_over", methods=_BOTH)
def hand_over_at(request: PageRequest, public_id: str) -> HttpResponse:
    """Hand a branch's work to the next secretary; what is open is listed and kept."""
    actor, today = request.actor, china_today()
    organization = get_visible(public_id, actor.scope)
    require(actor, "access:hand_over", organization.path)
    holders = list_role_holders(organization, Role.SECRETARY, today=today)
    is_own = any(holder.pk == actor.account_id for holder in holders)
    candidates = list_accounts_within(actor.scope, today=today)
    form = HandOverForm(request.POST or None, candidates=candidates, is_own=is_own)
    if form.is_valid():
        url = form.carry_out(
            request,
            act=lambda: hand_over(
                actor=actor,
                today=today,
                organization=organization,
                to_account=form.cleaned_data["username"],
            ),
            result_url=lambda handed: reverse("access:handed_over", args=[handed.public_id]),
        )
        if url:
            return redirect(url)
    context = {
        "organization": organization,
        "holders": holders,
        "matters": list_open_matters(organization, today=today),
        "earlier": list_hand_overs(organization),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "roster/access/hand_over.html", context, status=status)


@page(right="signed_in")
def handed_over(request: PageRequest, public_id: str) -> HttpResponse:
    """A hand-over with its list, for printing: both who took part and those above may see it."""
    found = (
        HandOver.objects.select_related("organization", "from_account", "to_account")
        .filter(public_id=public_id)
        .first()
    )
    if found is None or not _may_see(request, found):
        raise NotVisible
    context = {"handed": found, "matters": found.summary.get("matters", [])}
    return render(request, "roster/access/handed_over.html", context)


def _may_see(request: PageRequest, handed: HandOver) -> bool:
    took_part = request.actor.account_id in (handed.from_account_id, handed.to_account_id)
    return took_part or request.actor.may("access:hand_over", handed.organization.path)


@page(right="access:issue_link")
def people(request: PageRequest) -> HttpResponse:
    """Accounts of people below: a reset link for those who forgot the password."""
    today = china_today()
    columns = (Column("姓名"), Column("登录名"), Column("办理"))
    accounts = list_accounts_within(request.actor.scope, today=today)
    listing = list_page(request, accounts, columns=columns)
    context = {"listing": listing, "link": request.session.pop("issued_link", "")}
    return render(request, "roster/access/people.html", context)


@page(right="access:issue_link", methods=("POST",))
def reset_link(request: PageRequest, public_id: str) -> HttpResponse:
    """Issue a reset link for somebody below; shown once."""
    account = _below(request, public_id)
    token = issue_reset_link(actor=request.actor, today=china_today(), account=account)
    return _issued(request, "accounts:password_reset", token)


@page(right="access:issue_link", methods=("POST",))
def sign_in_link(request: PageRequest, public_id: str) -> HttpResponse:
    """Issue a sign-in link for a member without password; shown once."""
    account = _below(request, public_id)
    token = issue_sign_in_link(actor=request.actor, today=china_today(), account=account)
    return _issued(request, "accounts:link_sign_in", token)


def _below(request: PageRequest, public_id: str) -> Account:
    account = (
        list_accounts_within(request.actor.scope, today=china_today()).filter(public_id=public_id).first()
    )
    if account is None:
        raise NotVisible
    if account.pk == request.actor.account_id:
        raise NotAllowed("access:issue_link")
    return account


def _issued(request: PageRequest, name: str, token: str) -> HttpResponse:
    request.session["issued_link"] = request.build_absolute_uri(reverse(name, args=[token]))
    return redirect("access:people")
