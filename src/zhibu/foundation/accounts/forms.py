"""Forms of accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from zhibu.foundation.audit.forms import RefusableForm

_CURRENT = {"autocomplete": "current-password"}
_NEW = {"autocomplete": "new-password"}
HELP_WITH_CHOICE = {
    "asvs": "至少12个字，可以用一句自己记得住的话；不要用姓名、单位名和生日。",
    "djbh3": "至少10个字，小写字母、大写字母、数字、符号至少有三种；不要用姓名、单位名和生日。",
}
_LONGEST = 128


class SignInForm(RefusableForm):
    """Name and password."""

    username = forms.CharField(
        label="登录名", max_length=64, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="密码", max_length=_LONGEST, strip=False, widget=forms.PasswordInput(attrs=_CURRENT)
    )


class NewPasswordForm(RefusableForm):
    """A new password, twice."""

    new_password = forms.CharField(
        label="新密码", max_length=_LONGEST, strip=False, widget=forms.PasswordInput(attrs=_NEW)
    )
    repeated = forms.CharField(
        label="再输一遍新密码", max_length=_LONGEST, strip=False, widget=forms.PasswordInput(attrs=_NEW)
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["new_password"].help_text = HELP_WITH_CHOICE[settings.SECURITY_PROFILE]

    def clean_repeated(self) -> str:
        """Both must be the same."""
        repeated = str(self.cleaned_data["repeated"])
        if repeated != self.cleaned_data.get("new_password"):
            raise forms.ValidationError("两遍输入的密码不一样，请重新输入。")
        return repeated


class PasswordChangeForm(NewPasswordForm):
    """The old password and a new one."""

    old_password = forms.CharField(
        label="原密码", max_length=_LONGEST, strip=False, widget=forms.PasswordInput(attrs=_CURRENT)
    )
    field_order = ("old_password", "new_password", "repeated")


class CodeForm(RefusableForm):
    """The six digits of the second factor."""

    code = forms.CharField(
        label="动态口令",
        min_length=6,
        max_length=6,
        help_text="手机上动态口令程序显示的6位数字，每30秒换一次。",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class AccountForm(RefusableForm):
    """A new account."""

    username = forms.CharField(
        label="登录名",
        max_length=64,
        help_text="字母或数字，登录时用。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    display_name = forms.CharField(label="姓名", max_length=64)


class EmptyForm(RefusableForm):
    """A button that only confirms."""
