"""Forms of organisations. What follows from other facts (term years, path) is not asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import QuerySet

from zhibu.foundation.audit.forms import RefusableForm
from zhibu.roster.organizations.commands.creation import Contact
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.commands.terms import Election
from zhibu.roster.organizations.models import Organization, OrgDomain, OrgKind, Term
from zhibu.ui.forms import CivilDateField


class DecisionForm(RefusableForm):
    """The decision behind a change; the superior's approval is asked, since every change needs it
    (党章 13).
    """

    effective_date = CivilDateField(label="生效日期")
    applied_date = CivilDateField(label="申请日期", required=False)
    approved_date = CivilDateField(label="批复日期", required=False)
    document_number = forms.CharField(label="批复文号", max_length=60, required=False)
    is_filed = forms.BooleanField(label="已报上级组织部门备案", required=False)

    def decision(self) -> Decision:
        """What was typed, as the command takes it."""
        data = self.cleaned_data
        return Decision(
            effective_date=data["effective_date"],
            applied_date=data["applied_date"],
            approved_date=data["approved_date"],
            document_number=data["document_number"],
            is_filed=data["is_filed"],
        )


class RenameForm(DecisionForm):
    """Another name."""

    name = forms.CharField(label="新全称", max_length=120)
    short_name = forms.CharField(label="新简称", max_length=60, required=False)
    field_order = ("name", "short_name")


class ProfileForm(DecisionForm):
    """Kind, domain and flags."""

    name = forms.CharField(label="全称", max_length=120)
    short_name = forms.CharField(label="简称", max_length=60, required=False)
    kind = forms.ChoiceField(label="类别", choices=OrgKind.choices)
    domain = forms.ChoiceField(
        label="领域", choices=OrgDomain.choices, help_text="领域决定任期年数，例如村和社区都是5年。"
    )
    has_committee = forms.BooleanField(label="设委员会", required=False)
    is_joint = forms.BooleanField(label="联合党支部", required=False)
    joint_unit_count = forms.IntegerField(
        label="联合单位数", min_value=2, max_value=50, required=False, help_text="只有联合党支部填写。"
    )
    is_temporary = forms.BooleanField(label="临时党组织", required=False)
    is_mobile = forms.BooleanField(label="流动党员党组织", required=False)
    is_functional = forms.BooleanField(label="功能型党组织", required=False)
    may_approve_admissions = forms.BooleanField(label="有审批预备党员权限", required=False)
    field_order: tuple[str, ...] = ("name", "short_name", "kind", "domain", "has_committee")

    def profile(self) -> Profile:
        """What was typed, as the command takes it."""
        data = self.cleaned_data
        return Profile(
            name=data["name"],
            short_name=data["short_name"],
            kind=data["kind"],
            domain=data["domain"],
            has_committee=data["has_committee"],
            is_temporary=data["is_temporary"],
            is_joint=data["is_joint"],
            is_mobile=data["is_mobile"],
            is_functional=data["is_functional"],
            may_approve_admissions=data["may_approve_admissions"],
            joint_unit_count=data["joint_unit_count"],
        )


class CreateForm(ProfileForm):
    """A new organisation: its code besides its profile."""

    code = forms.CharField(label="党组织编码", max_length=32)
    field_order = ("code", "name", "short_name", "kind", "domain", "has_committee")


class MoveForm(DecisionForm):
    """Another superior, from those that the actor may see."""

    parent = forms.ModelChoiceField(
        label="新的上级党组织", queryset=Organization.objects.none(), empty_label="请选择"
    )
    field_order = ("parent",)

    def __init__(self, data: Any = None, *, parents: QuerySet[Organization]) -> None:
        super().__init__(data)
        field = self.fields["parent"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = parents
            field.to_field_name = "public_id"


class ContactForm(RefusableForm):
    """What an organisation corrects about itself."""

    unit_name = forms.CharField(label="所在单位", max_length=120, required=False)
    phone = forms.CharField(label="联系电话", max_length=40, required=False)
    address = forms.CharField(label="地址", max_length=200, required=False)
    has_seal = forms.BooleanField(label="有印章", required=False)
    document_prefix = forms.CharField(
        label="发文字号代字",
        max_length=20,
        required=False,
        help_text="例如“东村支发”，印在决议和请示的文号里。",
    )
    sort_key = forms.CharField(label="排序号", max_length=40, required=False)

    def contact(self) -> Contact:
        """What was typed, as the command takes it."""
        return Contact(**self.cleaned_data)


class TermForm(RefusableForm):
    """An election: the end is computed from domain and level."""

    elected_date = CivilDateField(label="选举日期", help_text="换届大会那一天，届期从这天起算。")
    number = forms.IntegerField(label="第几届", min_value=1, max_value=99, required=False)
    formed_by = forms.ChoiceField(label="产生方式", choices=Term.FormedBy.choices)
    seats = forms.IntegerField(label="委员名额", min_value=1, max_value=99, required=False)
    secretary_approved_date = CivilDateField(label="书记、副书记批复日期", required=False)
    members_filed_date = CivilDateField(label="委员报备案日期", required=False)
    document_number = forms.CharField(label="批复文号", max_length=60, required=False)

    def election(self) -> Election:
        """What was typed, as the command takes it."""
        data = self.cleaned_data
        return Election(
            elected_date=data["elected_date"],
            formed_by=data["formed_by"],
            number=data["number"],
            seats=data["seats"],
            secretary_approved_date=data["secretary_approved_date"],
            members_filed_date=data["members_filed_date"],
            document_number=data["document_number"],
        )


class TermCorrectionForm(TermForm):
    """What is right of a term that was entered wrongly, and why it was wrong."""

    term_years = forms.IntegerField(label="任期年数", min_value=1, max_value=5)
    reason = forms.CharField(label="更正原因", max_length=200, help_text="例如：选举日期看错了一年。")

    def election(self) -> Election:
        """What was typed, with the years."""
        return replace(super().election(), term_years=self.cleaned_data["term_years"])


class TermAnnulmentForm(RefusableForm):
    """Why a term should not have been entered at all."""

    reason = forms.CharField(label="作废原因", max_length=200, help_text="例如：登记错了党组织。")


class TermPapersForm(RefusableForm):
    """Approvals that come after the election."""

    secretary_approved_date = CivilDateField(label="书记、副书记批复日期", required=False)
    members_filed_date = CivilDateField(label="委员报备案日期", required=False)
    document_number = forms.CharField(label="批复文号", max_length=60, required=False)


class ExtensionForm(RefusableForm):
    """An approved extension, or an early election."""

    new_end_date = CivilDateField(label="延期（或提前）到", help_text="一般不超过原届满日前后一年。")
    applied_date = CivilDateField(label="请示日期", required=False)
    approved_date = CivilDateField(label="批复日期", required=False)
    document_number = forms.CharField(label="批复文号", max_length=60, required=False)
    reason = forms.CharField(label="理由", max_length=200, required=False)


class DayForm(RefusableForm):
    """One day: the end of a term, the beginning of records."""

    day = CivilDateField(label="日期")
