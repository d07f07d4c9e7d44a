"""The form of a change: only the fields that this change asks for, in its own words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from zhibu.foundation.audit.forms import RefusableForm
from zhibu.roster.members.commands.decisions import StatusDecision
from zhibu.roster.members.models import Exemption, Group, Office, StatusChange
from zhibu.roster.members.queries.cards import choices_of
from zhibu.roster.organizations.models import PRECISIONS, Organization
from zhibu.ui.forms import CivilDateField


class ChangeForm(RefusableForm):
    """All fields that changes may ask for; ``asked`` names those that stay, with their labels.

    A label that ends in ``?`` may be left empty.
    """

    effective_date = CivilDateField(label="日期")
    precision = forms.ChoiceField(label="日期精确到", choices=PRECISIONS, initial="day")
    body = forms.ChoiceField(label="决定机构", choices=StatusChange.Body.choices)
    decision_date = CivilDateField(label="决定日期")
    approved_date = CivilDateField(label="上级批准日期")
    filed_date = CivilDateField(label="报上级备案日期")
    until_date = CivilDateField(label="到哪一天")
    document_number = forms.CharField(label="文号", max_length=60)
    place = forms.CharField(label="去向", max_length=120)
    note = forms.CharField(label="说明", max_length=200)
    circumstance = forms.ChoiceField(label="情形")
    group = forms.ModelChoiceField(label="党小组", queryset=Group.objects.none(), empty_label="不编入党小组")
    destination = forms.ModelChoiceField(
        label="转到本系统里的党组织", queryset=Organization.objects.none(), empty_label="不在本系统里"
    )

    def __init__(
        self,
        data: Any = None,
        *,
        asked: dict[str, str],
        bodies: tuple[str, ...] = (),
        groups: QuerySet[Group] | None = None,
        destinations: QuerySet[Organization] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        for name in list(self.fields):
            if name not in asked:
                del self.fields[name]
                continue
            label = asked[name]
            self.fields[name].required = not label.endswith("?")
            self.fields[name].label = label.removesuffix("?") or self.fields[name].label
        self.order_fields(list(asked))
        self._choices("circumstance", choices_of("lost_circumstance"))
        self._choices("body", [choice for choice in StatusChange.Body.choices if choice[0] in bodies])
        self._rows("group", groups)
        self._rows("destination", destinations)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _rows(self, name: str, rows: QuerySet[Any] | None) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ModelChoiceField) and rows is not None:
            field.queryset = rows
            field.to_field_name = "public_id"

    def decision(self) -> StatusDecision:
        """What was typed, as the commands take it."""
        names = StatusDecision.__dataclass_fields__
        return StatusDecision(
            **{name: value for name, value in self.cleaned_data.items() if name in names and value}
        )


class OfficeForm(RefusableForm):
    """An office: which, since when, elected or appointed."""

    role = forms.ChoiceField(label="职务", choices=Office.Role.choices)
    valid_from = CivilDateField(label="任职日期")
    obtained_by = forms.ChoiceField(label="产生方式", choices=[("elected", "选举"), ("appointed", "指派")])
    group = forms.ModelChoiceField(
        label="党小组",
        queryset=Group.objects.none(),
        required=False,
        empty_label="不选",
        help_text="只有党小组组长要选。",
    )
    approved_date = CivilDateField(label="批复或备案日期", required=False)
    document_number = forms.CharField(label="文号", max_length=60, required=False)


class GroupForm(RefusableForm):
    """A new group."""

    name = forms.CharField(label="名称", max_length=60, help_text="例如“第一党小组”。")
    valid_from = CivilDateField(label="成立日期")


class DayForm(RefusableForm):
    """One day."""

    day = CivilDateField(label="日期")


class ExemptionForm(RefusableForm):
    """Who is left out or not held to activities, and which approvals are there."""

    kind = forms.ChoiceField(label="种类", choices=Exemption.Kind.choices)
    circumstance = forms.ChoiceField(label="情形", choices=Exemption.Circumstance.choices)
    valid_from = CivilDateField(label="从哪一天起")
    superior_approved_date = CivilDateField(label="上级同意日期", required=False)
    superior_document = forms.CharField(label="上级同意文号", max_length=60, required=False)
    meeting_passed_date = CivilDateField(label="党员大会通过日期", required=False)


class ApprovalForm(RefusableForm):
    """Approvals that came since."""

    superior_approved_date = CivilDateField(label="上级同意日期", required=False)
    superior_document = forms.CharField(label="上级同意文号", max_length=60, required=False)
    meeting_passed_date = CivilDateField(label="党员大会通过日期", required=False)
