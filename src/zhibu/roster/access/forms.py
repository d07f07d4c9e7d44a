"""Forms of access."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

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
    """Who takes over: by sign-in name, since a list of accounts is not everybody's to see.

    Only whoever works in the actor's own scope is found. Any other name gets one and the same answer, whether
    it exists or not: a form is no place to try out who has an account.
    """

    username = forms.CharField(
        label="接手人的登录名",
        max_length=64,
        help_text="接手人要先在这里有账号和角色，没有的请联系系统管理员和安全管理员。",
    )
    confirmed = forms.BooleanField(label="我已经核对交接清单，交接后我不再有书记的权限")

    def __init__(self, data: Any = None, *, candidates: QuerySet[Account], is_own: bool = True) -> None:
        super().__init__(data)
        self.candidates = candidates
        if not is_own:
            self.fields["confirmed"].label = "我已经核对交接清单，原书记马上不再有书记的权限"

    def clean_username(self) -> Account:
        """The account that the name belongs to, among those who can take over here."""
        name = str(self.cleaned_data["username"]).strip()
        found = self.candidates.filter(username=name, is_active=True).first()
        if found is None:
            raise forms.ValidationError(
                "您这里没有可以用这个登录名接手的人，请核对；接手人从外面调来的，请安全管理员先授权。"
            )
        return found


class EmptyForm(RefusableForm):
    """A button that only confirms."""
