"""Forms of access."""

from __future__ import annotations

from typing import Any

from django import forms

from zhibu.foundation.accounts.models import Account
from zhibu.foundation.audit.forms import RefusableForm
from zhibu.roster.access.models import Role
from zhibu.roster.organizations.models import Organization
from zhibu.ui.forms import CivilDateField


class GrantForm(RefusableForm):
    """A role for an account at an organisation, found by its code."""

    role = forms.ChoiceField(label="角色", choices=Role.choices)
    organization_code = forms.CharField(
        label="党组织编码",
        max_length=32,
        help_text="组织员和统计能看到这个党组织和它下面的全部；其他角色只看这一个。",
    )
    valid_from = CivilDateField(label="从哪一天起", required=False, help_text="不填就是今天。")

    def clean_organization_code(self) -> Organization:
        """The organisation that the code names."""
        code = str(self.cleaned_data["organization_code"]).strip()
        found = Organization.objects.current().filter(code=code).first()
        if found is None:
            raise forms.ValidationError("没有找到这个编码的党组织，请核对。")
        return found


class HandOverForm(RefusableForm):
    """Who takes over: by sign-in name, since a list of accounts is not everybody's to see."""

    username = forms.CharField(
        label="接手人的登录名", max_length=64, help_text="接手人还没有账号的，请系统管理员先建好。"
    )
    confirmed = forms.BooleanField(label="我已经核对下面的交接清单，交接后我不再有书记的权限")

    def __init__(self, data: Any = None, *, is_own: bool = True) -> None:
        super().__init__(data)
        if not is_own:
            self.fields["confirmed"].label = "我已经核对下面的交接清单，原书记马上不再有书记的权限"

    def clean_username(self) -> Account:
        """The account that the name belongs to."""
        name = str(self.cleaned_data["username"]).strip()
        found = Account.objects.filter(username=name, is_active=True).first()
        if found is None:
            raise forms.ValidationError("没有找到这个登录名，或者账号已经停用。")
        return found


class EmptyForm(RefusableForm):
    """A button that only confirms."""
