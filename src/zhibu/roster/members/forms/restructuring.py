"""Forms for merging and splitting branches, and for two cards of one person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from zhibu.foundation.audit.forms import RefusableForm
from zhibu.roster.members.models import Person
from zhibu.roster.organizations.commands.decisions import Profile
from zhibu.roster.organizations.forms import DecisionForm
from zhibu.roster.organizations.models import Organization


class MergeForm(DecisionForm):
    """Into which organisation of the same kind."""

    target = forms.ModelChoiceField(
        label="并入哪个党组织",
        queryset=Organization.objects.none(),
        to_field_name="public_id",
        empty_label="请选择",
    )
    field_order = ("target",)

    def __init__(self, data: Any = None, *, targets: QuerySet[Organization]) -> None:
        super().__init__(data)
        _offer(self, "target", targets)


class SplitForm(DecisionForm):
    """The new organisation, and who or what goes there."""

    code = forms.CharField(label="新党组织编码", max_length=32)
    name = forms.CharField(label="新党组织全称", max_length=120)
    short_name = forms.CharField(label="新党组织简称", max_length=60, required=False)
    has_committee = forms.BooleanField(label="设委员会", required=False)
    people = forms.ModelMultipleChoiceField(
        label="转过去的党员",
        queryset=Person.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
    )
    children = forms.ModelMultipleChoiceField(
        label="调过去的下级党组织",
        queryset=Organization.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("code", "name", "short_name", "has_committee", "people", "children")

    def __init__(
        self, data: Any = None, *, people: QuerySet[Person], children: QuerySet[Organization]
    ) -> None:
        super().__init__(data)
        for name, rows in (("people", people), ("children", children)):
            if rows.exists():
                _offer(self, name, rows)
            else:
                del self.fields[name]

    def profile(self, source: Organization) -> Profile:
        """The new organisation: of the same kind and domain as the one it comes from."""
        data = self.cleaned_data
        return Profile(
            name=data["name"],
            short_name=data["short_name"],
            kind=source.kind,
            domain=source.domain,
            has_committee=data["has_committee"],
        )


class SamePersonForm(RefusableForm):
    """Which other card is the same person's, and how one knows."""

    absorbed = forms.ModelChoiceField(
        label="和这张卡片是同一个人的",
        queryset=Person.objects.none(),
        to_field_name="public_id",
        empty_label="请选择",
    )
    reason = forms.CharField(
        label="认定的依据", max_length=200, help_text="例如“身份证核对一致，转出后重复登记”。"
    )

    def __init__(self, data: Any = None, *, others: QuerySet[Person]) -> None:
        super().__init__(data)
        _offer(self, "absorbed", others)


def _offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows
