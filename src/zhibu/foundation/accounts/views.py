"""Pages of accounts: signing in and out, passwords, one-time links, second factor, the administrator's
list.
"""

from __future__ import annotations

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp import login as otp_login

from zhibu.common.dates import utc_now
from zhibu.common.errors import NotVisible, Refused
from zhibu.foundation.accounts.commands.accounts import create_account, set_active
from zhibu.foundation.accounts.commands.attempts import forget_attempts, take_attempt
from zhibu.foundation.accounts.commands.passwords import (
    change_password,
    issue_link,
    make_ready,
    reset_password,
    sign_in_by_link,
)
from zhibu.foundation.accounts.commands.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    drop_second_factor,
)
from zhibu.foundation.accounts.commands.sign_in import enter_code
from zhibu.foundation.accounts.commands.sign_in import sign_in as check_password
from zhibu.foundation.accounts.forms import (
    AccountForm,
    CodeForm,
    EmptyForm,
    NewPasswordForm,
    PasswordChangeForm,
    SignInForm,
)
from zhibu.foundation.accounts.models import Account, OneTimeLink, SecondFactor
from zhibu.foundation.accounts.queries import (
    get_account,
    get_live_link,
    has_second_factor,
    list_accounts,
)
from zhibu.foundation.accounts.sessions import begin_session, note_proof, origin_of, remember_device
from zhibu.foundation.audit.forms import RefusableForm
from zhibu.ui.listing import Column, list_page
from zhibu.ui.pages import PageRequest, page

_BOTH = ("GET", "HEAD", "POST")


@page(right="public", methods=_BOTH)
def sign_in(request: PageRequest) -> HttpResponse:
    """Name and password; five failures from one place close the name there for fifteen minutes."""
    target = _safe_target(request)
    if request.user.is_authenticated and request.method != "POST":
        return redirect(target)
    form = SignInForm(request.POST or None)
    if form.is_valid():
        account = _checked(request, form)
        if account is not None:
            begin_session(request, account, is_proved=True)
            answer = redirect(target)
            remember_device(request, answer, account)
            return answer
    context = {"form": form, "next": target}
    return _asked_again(request, form, "foundation/accounts/sign_in.html", context)


def _checked(request: PageRequest, form: SignInForm) -> Account | None:
    """The account whose name and password fit, None with the reason in the form."""
    username = form.cleaned_data["username"].strip()
    try:
        return check_password(
            actor=request.actor,
            username=username,
            password=form.cleaned_data["password"],
            origin=origin_of(request, username),
        )
    except Refused as refusal:
        form.refusal = refusal
        return None


def _asked_again(
    request: PageRequest, form: RefusableForm, template: str, context: dict[str, object]
) -> HttpResponse:
    """The form, as the first time or with what was wrong: 422, or 429 where it came too often."""
    wait = form.refusal.retry_after if form.refusal else 0
    status = 200 if request.method != "POST" else 429 if wait else 422
    answer = render(request, template, context, status=status)
    if wait:
        answer["Retry-After"] = str(wait)
    return answer


def _safe_target(request: PageRequest) -> str:
    """Where to go after signing in: only an address of this site."""
    asked = str(request.POST.get("next") or request.GET.get("next") or "")
    is_ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if is_ours else reverse(settings.LOGIN_REDIRECT_URL)


@page(right="public", methods=("POST",))
def sign_out(request: PageRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.success(request, "您已退出登录。")
    answer = redirect("accounts:sign_in")
    answer["Clear-Site-Data"] = '"storage"'
    return answer


@page(right="signed_in")
def settings_page(request: PageRequest) -> HttpResponse:
    """One's own account: password, second factor."""
    account = _own(request)
    context = {"account": account, "has_second_factor": has_second_factor(account)}
    return render(request, "foundation/accounts/settings.html", context)


@page(right="signed_in", methods=_BOTH)
def password_change(request: PageRequest) -> HttpResponse:
    """Change one's own password; other sessions of the account end."""
    account = _own(request)
    form = PasswordChangeForm(request.POST or None)
    if form.is_valid() and _may_try(request, account, form):
        data = form.cleaned_data
        password = make_ready(account, data["new_password"], old_password=data["old_password"])
        url = form.carry_out(
            request,
            act=lambda: change_password(actor=request.actor, account=account, password=password),
            result_url=lambda _: reverse("accounts:settings"),
        )
        if url:
            forget_attempts(account.username, origin=origin_of(request, account.username))
            update_session_auth_hash(request, account)
            note_proof(request)
            messages.success(request, "密码已经改好。")
            return redirect(url)
    return _form(request, form, "修改密码", "保存新密码", "accounts:settings")


def _may_try(request: PageRequest, account: Account, form: RefusableForm) -> bool:
    """Whether the old password may be tried once more; somebody at an unlocked PC may not guess for long."""
    try:
        take_attempt(account.username, now=utc_now(), origin=origin_of(request, account.username))
    except Refused as refusal:
        form.refusal = refusal
        return False
    return True


@page(right="token", methods=_BOTH)
def password_reset(request: PageRequest, token: str) -> HttpResponse:
    """Set a password by a one-time link, which an administrator or superior handed over."""
    link = get_live_link(token, OneTimeLink.Purpose.RESET)
    if link is None:
        return render(request, "foundation/accounts/link_dead.html", status=410)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        password = make_ready(link.account, form.cleaned_data["new_password"])
        url = form.carry_out(
            request,
            act=lambda: reset_password(actor=request.actor, token=token, password=password),
            result_url=lambda _: reverse("accounts:sign_in"),
        )
        if url:
            messages.success(request, "新密码已经设好，请用它登录。")
            return redirect(url)
    return render(request, "foundation/accounts/password_reset.html", {"form": form, "account": link.account})


@page(right="token", methods=_BOTH)
def link_sign_in(request: PageRequest, token: str) -> HttpResponse:
    """Sign a member in by a one-time link; opening it only shows a button, so that previews do not use
    it up.
    """
    link = get_live_link(token, OneTimeLink.Purpose.SIGN_IN)
    if link is None:
        return render(request, "foundation/accounts/link_dead.html", status=410)
    if request.method == "POST":
        account = sign_in_by_link(actor=request.actor, token=token)
        begin_session(request, account, is_proved=False)
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "foundation/accounts/link_sign_in.html", {"account": link.account})


@page(right="signed_in", methods=_BOTH)
def second_factor(request: PageRequest) -> HttpResponse:
    """Ask for the six digits; who has no device yet is led to binding one."""
    account = _own(request)
    if not has_second_factor(account):
        return redirect("accounts:second_factor_setup")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            device = enter_code(actor=request.actor, account=account, code=form.cleaned_data["code"])
        except Refused as refusal:
            form.refusal = refusal
        else:
            _verified(request, device)
            return redirect(_safe_target(request))
    context = {"form": form, "next": _safe_target(request)}
    return _asked_again(request, form, "foundation/accounts/second_factor.html", context)


def _verified(request: PageRequest, device: SecondFactor) -> None:
    """From here on the session counts as verified, under a fresh key."""
    request.session.cycle_key()
    otp_login(request, device)


@page(right="signed_in", methods=_BOTH)
def second_factor_setup(request: PageRequest) -> HttpResponse:
    """Bind a device by scanning a code and typing its first digits."""
    account = _own(request)
    device = begin_second_factor(actor=request.actor, account=account)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        url = form.carry_out(
            request,
            act=lambda: confirm_second_factor(actor=request.actor, account=account, code=code),
            result_url=lambda _: reverse("accounts:settings"),
        )
        if url:
            device.refresh_from_db()
            _verified(request, device)
            messages.success(request, "动态口令已经绑定。")
            return redirect(url)
    picture = segno.make(device.config_url, error="m").svg_data_uri(scale=5)
    context = {"form": form, "picture": picture}
    return render(request, "foundation/accounts/second_factor_setup.html", context)


_COLUMNS = (
    Column("登录名", "username"),
    Column("姓名", "display_name"),
    Column("职责"),
    Column("状态"),
    Column("建立日期", "created_at"),
)
_SORTS: dict[str, tuple[str, ...]] = {
    "username": ("username", "id"),
    "display_name": ("display_name", "id"),
    "created_at": ("created_at", "id"),
}


@page(right="accounts:manage")
def account_list(request: PageRequest) -> HttpResponse:
    """All accounts, for the system administrator, who sees no other personal data."""
    words = request.GET.get("words", "").strip()
    listing = list_page(
        request, list_accounts(words), columns=_COLUMNS, sorts=_SORTS, default_sort="username"
    )
    return render(request, "foundation/accounts/list.html", {"listing": listing, "words": words})


@page(right="accounts:manage", methods=_BOTH)
def account_add(request: PageRequest) -> HttpResponse:
    """Make an account; its owner sets the password by the link on the next page."""
    form = AccountForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        url = form.carry_out(
            request,
            act=lambda: create_account(
                actor=request.actor, username=data["username"], display_name=data["display_name"]
            ),
            result_url=lambda account: reverse("accounts:account", args=[account.public_id]),
        )
        if url:
            return redirect(url)
    return _form(request, form, "新建账号", "建立账号", "accounts:list")


@page(right="accounts:manage")
def account_page(request: PageRequest, public_id: str) -> HttpResponse:
    """One account: open or closed, links, second factor."""
    account = _found(public_id)
    context = {
        "account": account,
        "has_second_factor": has_second_factor(account),
        "is_own": account.pk == request.actor.account_id,
        "link": request.session.pop("issued_link", ""),
    }
    return render(request, "foundation/accounts/account.html", context)


@page(right="accounts:manage", methods=("POST",))
def account_link(request: PageRequest, public_id: str) -> HttpResponse:
    """Issue a reset link; it is shown once, to be handed over personally."""
    account = _found(public_id)
    token = issue_link(actor=request.actor, account=account, purpose=OneTimeLink.Purpose.RESET)
    request.session["issued_link"] = request.build_absolute_uri(
        reverse("accounts:password_reset", args=[token])
    )
    return redirect("accounts:account", public_id)


@page(right="accounts:manage", methods=_BOTH)
def account_closure(request: PageRequest, public_id: str) -> HttpResponse:
    """Close an account, after saying what follows."""
    return _switch(request, _found(public_id), is_active=False)


@page(right="accounts:manage", methods=_BOTH)
def account_opening(request: PageRequest, public_id: str) -> HttpResponse:
    """Open a closed account again."""
    return _switch(request, _found(public_id), is_active=True)


_OPENING = ("启用", "启用以后，这个账号又可以登录。")
_CLOSING = ("停用", "停用以后，这个账号马上不能再登录，已经登录的也会退出。")


def _switch(request: PageRequest, account: Account, *, is_active: bool) -> HttpResponse:
    url = reverse("accounts:account", args=[account.public_id])
    form = EmptyForm(request.POST or None)
    if request.method == "POST":
        done = form.carry_out(
            request,
            act=lambda: set_active(actor=request.actor, account=account, is_active=is_active),
            result_url=lambda _: url,
        )
        if done:
            return redirect(done)
    words = _OPENING if is_active else _CLOSING
    context = {
        "title": "{verb}{name}的账号？".format(verb=words[0], name=account.display_name),
        "consequences": [words[1], "账号办过的事都保留记录，不受影响。"],
        "submit_label": words[0],
        "cancel_url": url,
        "is_dangerous": not is_active,
        "form": form,
    }
    return render(request, "ui/confirm.html", context)


@page(right="accounts:manage", methods=("POST",))
def account_second_factor_removal(request: PageRequest, public_id: str) -> HttpResponse:
    """Unbind the device of somebody who lost it."""
    account = _found(public_id)
    drop_second_factor(actor=request.actor, account=account)
    messages.success(request, "动态口令已经解绑，下次登录时重新绑定。")
    return redirect("accounts:account", public_id)


def _found(public_id: str) -> Account:
    account = get_account(public_id)
    if account is None:
        raise NotVisible
    return account


def _own(request: PageRequest) -> Account:
    """The account that is signed in; ``page`` let nobody else through."""
    if not isinstance(request.user, Account):
        raise NotVisible
    return request.user


def _form(
    request: PageRequest, form: NewPasswordForm | AccountForm, title: str, submit: str, back: str
) -> HttpResponse | HttpResponseRedirect:
    context = {"form": form, "title": title, "submit": submit, "cancel_url": reverse(back)}
    status = 200 if request.method != "POST" else 422
    return render(request, "foundation/accounts/form.html", context, status=status)
