"""Forms for merging and splitting branches, and for two cards of one person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from zhibu.foundation.audit.forms import RefusableForm
from zhibu.roster.members.models import Person
from zhibu.roster.organizations.forms import DecisionForm
from zhibu.roster.organizations.models import Organization


class MergeForm(DecisionForm):
    """Into which branch."""

    target = forms.ModelChoiceField(
        label="并入哪个党支部", queryset=Organization.objects.none(), to_field_name="public_id"
    )
    field_order = ("target",)

    def __init__(self, data: Any = None, *, targets: QuerySet[Organization]) -> None:
        super().__init__(data)
        _offer(self, "target", targets)


class SplitForm(DecisionForm):
    """The new branch, and who goes there."""

    code = forms.CharField(label="新党支部编码", max_length=32)
    name = forms.CharField(label="新党支部全称", max_length=120)
    people = forms.ModelMultipleChoiceField(
        label="转到新党支部的党员",
        queryset=Person.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("code", "name", "people")

    def __init__(self, data: Any = None, *, people: QuerySet[Person]) -> None:
        super().__init__(data)
        _offer(self, "people", people)


class SamePersonForm(RefusableForm):
    """Which other card is the same person's, and how one knows."""

    absorbed = forms.ModelChoiceField(
        label="和这张卡片是同一个人的", queryset=Person.objects.none(), to_field_name="public_id"
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
