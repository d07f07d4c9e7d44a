"""Asking for the password again on the very form that shows or hands out private things (security 4.3).

A page calls ``ask_proof`` once it has made its form, and ``take_proof`` once the form is valid. Within ten
minutes of a sign-in or of the last proof nothing is asked.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest

from zhibu.common.errors import Refused
from zhibu.foundation.accounts.commands.sign_in import prove_identity
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.accounts.queries import has_second_factor
from zhibu.foundation.accounts.sessions import is_fresh, note_proof, origin_of
from zhibu.foundation.audit.forms import RefusableForm
from zhibu.ui.pages import PageRequest

PASSWORD, CODE = "own_password", "own_code"
_WHY = "确认是您本人在看。输入一次后10分钟内不再询问。"


def ask_proof(
    request: HttpRequest, form: forms.Form, *, help_text: str = _WHY, required: bool = True
) -> None:
    """Add the password (and the six digits, where a device is bound) to a form unless just proved.

    ``required`` is off where only a part of what the form can ask for is private.
    """
    account = request.user
    if is_fresh(request) or not isinstance(account, Account) or not account.has_usable_password():
        return
    form.fields[PASSWORD] = forms.CharField(
        label="您的登录密码",
        help_text=help_text,
        max_length=128,
        required=required,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    if has_second_factor(account):
        attributes = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        form.fields[CODE] = forms.CharField(
            label="动态口令",
            required=required,
            max_length=6,
            help_text="手机上动态口令程序显示的6位数字。",
            widget=forms.TextInput(attrs=attributes),
        )


def take_proof(request: PageRequest, form: RefusableForm) -> bool:
    """Whether the owner has proved, now or lately, who they are; if not, the form says why."""
    if is_fresh(request):
        return True
    account = request.user
    if not isinstance(account, Account):
        return False
    if not account.has_usable_password():
        form.refusal = Refused(
            "accounts.no_password",
            "您是凭链接登录的，还没有设登录密码，不能看身份证号、电话这类内容。",
            next_step="请找系统管理员或者上级组织员开一个设密码的链接，设好密码再登录。",
        )
        return False
    password = str(form.cleaned_data.get(PASSWORD) or "")
    if not password:
        form.add_error(PASSWORD, "请输入登录密码，确认是您本人。")
        return False
    try:
        prove_identity(
            actor=request.actor,
            account=account,
            password=password,
            code=str(form.cleaned_data.get(CODE) or ""),
            origin=origin_of(request, account.username),
        )
    except Refused as refusal:
        form.refusal = refusal
        return False
    note_proof(request)
    return True
