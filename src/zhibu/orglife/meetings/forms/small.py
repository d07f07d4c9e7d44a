"""The small forms: talks, reasons, closures, leave, make-ups, local kinds, what a list shows."""

from __future__ import annotations

from datetime import date as civil_date
from typing import Any

from django import forms

from zhibu.orglife.meetings.forms.people import Data
from zhibu.orglife.meetings.models import Attendance, LocalMeetingKind, MakeUp, Meeting, MeetingKind
from zhibu.ui.forms import CivilDateField


class TalkForm(forms.Form):
    """Talks: the day and the names, nothing else."""

    date = CivilDateField(label="谈话日期")
    host = forms.ChoiceField(label="谈话人")
    partners = forms.MultipleChoiceField(label="谈话对象", widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        data: Data = None,
        *,
        people: list[tuple[str, str]],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        for name in ("host", "partners"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = people


class ReasonForm(forms.Form):
    """Why something is called off or corrected."""

    reason = forms.CharField(label="原因", max_length=200)


class CloseForm(forms.Form):
    """A resolution reported done."""

    done_date = CivilDateField(label="办结日期")
    result = forms.CharField(label="办理结果", required=False, max_length=200)


class LeaveForm(forms.Form):
    """A member asks leave."""

    reason = forms.ChoiceField(label="请假原因", choices=Attendance.Reason.choices, widget=forms.RadioSelect)
    words = forms.CharField(label="说明", required=False, max_length=100)


class MakeUpForm(forms.Form):
    """Somebody made up for a missed meeting."""

    way = forms.ChoiceField(label="方式", choices=MakeUp.Way.choices)
    done_date = CivilDateField(label="日期", required=False)
    by_person = forms.CharField(required=False)


class LocalKindForm(forms.ModelForm[LocalMeetingKind]):
    """A kind of meeting that a place adds."""

    class Meta:
        model = LocalMeetingKind
        fields = ["name", "counts_as"]
        help_texts = {"counts_as": "选“其他活动”的，只留记录，不计入任何一项要求。"}


class FilterForm(forms.Form):
    """What the list shows."""

    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部类型"), *MeetingKind.choices])
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部状态"), *Meeting.State.choices]
    )
    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    month = forms.TypedChoiceField(
        label="月份",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "全年"), *((str(m), "{m}月".format(m=m)) for m in range(1, 13))],
    )
    text = forms.CharField(label="名称", required=False, max_length=60)

    def __init__(self, data: Data = None, *, today: civil_date) -> None:
        super().__init__(data)
        years = [(str(y), "{y}年".format(y=y)) for y in range(today.year + 1, today.year - 6, -1)]
        field = self.fields["year"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全部年度"), *years]
