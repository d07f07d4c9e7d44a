"""The card's form. Codes are offered in words; age, party age and counts are derived and not asked."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms

from zhibu.foundation.audit.forms import RefusableForm
from zhibu.roster.members.commands.looks import ONE_BY_ONE
from zhibu.roster.members.commands.sealed_cards import PersonCard
from zhibu.roster.members.models import Group, Standing
from zhibu.roster.members.queries.cards import choices_of, list_more_choices_of
from zhibu.roster.members.queries.lists import COUNTED
from zhibu.roster.organizations.models import PRECISIONS
from zhibu.ui.forms import CivilDateField

_ID = re.compile(r"^\d{17}[\dX]$")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_BIRTH = re.compile(r"^(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?)?月?$")
MAIN = ("name", "sex", "id_number", "birth", "ethnicity", "phone", "joined_date", "full_date")
_CODED = ("ethnicity", "education", "education_track", "degree", "post_code", "stratum")


def _as_it_stands(
    name: str, initial: dict[str, Any] | None, more: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """A code that no table knows stays choosable on the card that carries it, so that saving keeps it."""
    value = str((initial or {}).get(name) or "")
    known = {code for code, _ in (*choices_of(name), *more)}
    return [] if not value or value in known else [(value, value)]


class CardForm(RefusableForm):
    """Everything a roster says about a person; the first fields are the usual ones."""

    name = forms.CharField(label="姓名", max_length=60)
    sex = forms.ChoiceField(label="性别", choices=[("", "未填"), ("1", "男"), ("2", "女")], required=False)
    id_number = forms.CharField(
        label="公民身份号码", max_length=18, required=False, help_text="加密保存，页面上只显示首尾两位。"
    )
    birth = forms.CharField(
        label="出生日期",
        max_length=12,
        required=False,
        help_text="写成“1966-05-12”；只知道年月的写成“1966-05”。填了身份号码可以不填。",
    )
    ethnicity = forms.ChoiceField(label="民族", required=False)
    phone = forms.CharField(label="手机号码", max_length=20, required=False)
    joined_date = CivilDateField(
        label="加入党组织日期", required=False, help_text="支部党员大会通过接收为预备党员的日期。"
    )
    full_date = CivilDateField(label="转为正式党员日期", required=False)
    joined_precision = forms.ChoiceField(label="加入日期精确到", choices=PRECISIONS, initial="day")
    full_precision = forms.ChoiceField(label="转正日期精确到", choices=PRECISIONS, initial="day")
    alias = forms.CharField(
        label="区分名", max_length=20, required=False, help_text="同名时用来区分，例如“大”“小”。"
    )
    native_place = forms.CharField(label="籍贯", max_length=60, required=False)
    landline = forms.CharField(label="固定电话", max_length=20, required=False)
    address = forms.CharField(label="家庭住址", max_length=200, required=False)
    education = forms.ChoiceField(label="学历", required=False)
    education_track = forms.ChoiceField(label="学历类别", required=False)
    degree = forms.ChoiceField(label="学位", required=False)
    school = forms.CharField(label="毕业院校", max_length=80, required=False)
    major = forms.CharField(label="专业", max_length=80, required=False)
    work_start_date = CivilDateField(label="参加工作日期", required=False)
    post_code = forms.ChoiceField(label="工作岗位", required=False)
    stratum = forms.ChoiceField(label="新社会阶层", required=False)
    technical_title = forms.CharField(label="专业技术职务", max_length=40, required=False)
    is_migrant_worker = forms.NullBooleanField(label="农民工", required=False)
    frontline = forms.CharField(label="一线情况", max_length=20, required=False)
    unit = forms.CharField(label="工作单位及职务", max_length=120, required=False)
    household_place = forms.CharField(label="户籍所在地", max_length=120, required=False)
    archive_place = forms.CharField(label="档案所在单位", max_length=120, required=False)
    applied_date = CivilDateField(label="递交入党申请书日期", required=False)
    party_age_correction_months = forms.IntegerField(
        label="党龄校正（月）",
        required=False,
        initial=0,
        min_value=-1200,
        max_value=1200,
        help_text="一般填0；多算填正数，少算填负数。",
    )
    introducers = forms.CharField(label="入党介绍人", max_length=80, required=False)
    remark = forms.CharField(label="备注", max_length=300, required=False)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        more = list_more_choices_of(_CODED)
        for name in _CODED:
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [*choices_of(name), *more[name], *_as_it_stands(name, initial, more[name])]
        self.kept = initial or {}

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What is always shown."""
        return [
            self[name]
            for name in (*MAIN, *(name for name in self.fields if name in ("status", "since_date", "group")))
        ]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What is folded away."""
        shown = {field.name for field in self.main_fields}
        return [field for field in self if field.name not in shown]

    @property
    def has_errors_in_more(self) -> bool:
        """Whether the folded part must be open."""
        return any(field.errors for field in self.more_fields)

    def clean_id_number(self) -> str:
        """Eighteen characters with a right check digit (GB 11643-1999)."""
        number = str(self.cleaned_data["id_number"]).strip().upper()
        if not number:
            return ""
        if not _ID.match(number) or _check_digit(number) != number[-1]:
            raise forms.ValidationError("公民身份号码不对，请核对是不是18位、有没有输错。")
        return number

    def clean_birth(self) -> str:
        """An ISO day or month."""
        text = str(self.cleaned_data["birth"]).strip()
        if not text:
            return ""
        found = _BIRTH.match(text)
        try:
            year, month, day = (int(part) if part else 0 for part in found.groups()) if found else (0, 0, 0)
            whole = date(year, month, day or 1)
        except ValueError as error:
            raise forms.ValidationError("没有看懂出生日期，请写成“1966-05-12”或者“1966-05”。") from error
        return whole.isoformat() if day else whole.isoformat()[:7]

    def clean(self) -> dict[str, Any]:
        """Birth follows from the identity number where it is not given, and must agree where it is."""
        data = super().clean() or self.cleaned_data
        number, birth = data.get("id_number") or "", data.get("birth") or ""
        if number:
            told = "-".join((number[6:10], number[10:12], number[12:14]))
            if not birth:
                data["birth"] = told
            elif not told.startswith(birth):
                self.add_error("birth", "出生日期和公民身份号码里的不一致，请核对。")
            if data.get("sex") and int(number[16]) % 2 != int(data["sex"]) % 2:
                self.add_error("sex", "性别和公民身份号码里的不一致，请核对。")
        return data

    def card(self) -> PersonCard:
        """What was typed, as the commands take it."""
        data = self.cleaned_data
        values = {name: data[name] for name in PersonCard.__dataclass_fields__ if name in data}
        values["party_age_correction_months"] = data["party_age_correction_months"] or 0
        for name in ("work_start_precision", "applied_precision"):
            values[name] = self.kept.get(name, "day")
        return PersonCard(**values)


def _check_digit(number: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


class AddForm(CardForm):
    """A person new to the roster: since when, as what, in which group."""

    status = forms.ChoiceField(
        label="人员类别", choices=[(Standing.FULL, "正式党员"), (Standing.PROBATIONARY, "预备党员")]
    )
    since_date = CivilDateField(label="编入本支部日期")
    group = forms.ModelChoiceField(
        label="党小组", queryset=Group.objects.none(), required=False, empty_label="不编入党小组"
    )


_FIELDS = (
    ("id_number", "公民身份号码"),
    ("phone", "手机号码"),
    ("landline", "固定电话"),
    ("address", "家庭住址"),
    ("birth", "出生日期"),
)


class UnmaskForm(RefusableForm):
    """Which field, and what for."""

    field = forms.ChoiceField(label="要看的项目", choices=_FIELDS)
    purpose = forms.ChoiceField(label="用途", choices=ONE_BY_ONE, widget=forms.RadioSelect)

    def words(self, name: str) -> str:
        """What was chosen, as the form called it."""
        return str(dict((*_FIELDS, *ONE_BY_ONE))[self.cleaned_data[name]])


class FilterForm(forms.Form):
    """The roster's filters."""

    words = forms.CharField(label="姓名或拼音首字母", required=False, max_length=40)
    standing = forms.ChoiceField(
        label="人员类别",
        required=False,
        choices=[("", "在册党员"), (COUNTED, "正式党员和预备党员"), *Standing.choices],
    )
    situation = forms.ChoiceField(
        label="情况",
        required=False,
        choices=[
            ("", "全部"),
            ("lost", "失联党员"),
            ("mobile", "流动党员"),
            ("abroad", "出国（境）"),
            ("probation_due", "预备期满一年"),
            ("no_group", "没有编入党小组"),
        ],
    )


class ReasonForm(RefusableForm):
    """Why."""

    reason = forms.CharField(label="原因", max_length=200)


class ReasonlessForm(RefusableForm):
    """A button that only confirms."""
