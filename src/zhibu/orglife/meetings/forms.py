"""The forms of meetings. What can be derived is not asked; what was typed is never thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as civil_date
from typing import Any

from django import forms

from zhibu.orglife.meetings.commands.agenda import ResolutionDraft
from zhibu.orglife.meetings.commands.attendance import MarkChange
from zhibu.orglife.meetings.commands.meetings import MeetingDraft
from zhibu.orglife.meetings.commands.votes import VoteTotals
from zhibu.orglife.meetings.models import (
    MAY_ALSO_COUNT_AS,
    AgendaItem,
    Attendance,
    LocalMeetingKind,
    MakeUp,
    Matter,
    Meeting,
    MeetingKind,
    Resolution,
    Vote,
)
from zhibu.orglife.meetings.norms import ADMISSION_MATTERS, SECRET_MATTERS
from zhibu.orglife.meetings.queries.attendance import Roll
from zhibu.orglife.meetings.queries.meetings import list_groups
from zhibu.roster.members.models import Person
from zhibu.roster.members.queries.attendance import expected_attendance
from zhibu.roster.organizations.models import Organization
from zhibu.ui.forms import CivilDateField, TimeInput

_CHOICES = tuple[tuple[str, str], ...]
Data = Mapping[str, Any] | None


def people_of(organization: Organization, day: civil_date) -> list[tuple[str, str]]:
    """The members of a branch on a day as choices, by name."""
    persons = expected_attendance(organization, MeetingKind.GENERAL, day).persons
    return [(p.public_id, p.name + ("（{alias}）".format(alias=p.alias) if p.alias else "")) for p in persons]


class MeetingForm(forms.Form):
    """The head of a meeting: what, when, where, who presides and writes."""

    date = CivilDateField(label="日期")
    start_time = forms.TimeField(label="开始时间", required=False, widget=TimeInput())
    end_time = forms.TimeField(label="结束时间", required=False, widget=TimeInput())
    place = forms.CharField(label="地点", required=False, max_length=120)
    title = forms.CharField(
        label="名称", required=False, max_length=120, help_text="不填就按类型和日期取名。"
    )
    host = forms.ChoiceField(label="主持人", required=False)
    host_delegation = forms.CharField(
        label="委托说明", required=False, max_length=120, help_text="书记不能主持时，写明委托谁、因为什么。"
    )
    recorder = forms.ChoiceField(label="记录人", required=False)
    lecturer = forms.ChoiceField(label="主讲人", required=False)
    group = forms.ChoiceField(label="党小组", required=False)
    also = forms.MultipleChoiceField(
        label="同时计作",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="合在一起开的，勾选后不必再登记一次。",
    )
    observers = forms.CharField(label="列席", required=False, max_length=300)
    preparation = forms.CharField(
        label="准备事项", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    minutes_length = forms.IntegerField(
        label="时长（分钟）",
        required=False,
        min_value=0,
        max_value=6000,
        help_text="学习和培训按它计算学时。",
    )
    level = forms.ChoiceField(label="主办层级", required=False, choices=Meeting.Level.choices)
    year_label = forms.IntegerField(
        label="所属年度",
        required=False,
        min_value=2000,
        max_value=2100,
        help_text="次年补开的，写归属的年度。",
    )

    def __init__(
        self,
        data: Data = None,
        *,
        organization: Organization,
        kind: str,
        day: civil_date,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.organization, self.kind = organization, kind
        people = [("", "未定"), *people_of(organization, day)]
        for name in ("host", "recorder", "lecturer"):
            self._choices(name, people)
        groups = [(group.public_id, group.name) for group in list_groups(organization, day)]
        self._choices("group", [("", "请选择"), *groups])
        also = MAY_ALSO_COUNT_AS.get(kind, ())
        self._choices("also", [(str(one), str(MeetingKind(one).label)) for one in also])
        if kind != MeetingKind.GROUP:
            del self.fields["group"]
        if not also:
            del self.fields["also"]

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """The few that are usually touched."""
        names = ["group", "date", "start_time", "place", "host", "recorder"]
        if self.kind in (MeetingKind.LECTURE, MeetingKind.REPORT):
            names[-1] = "lecturer"
        return [self[name] for name in names if name in self.fields]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """The rest, folded away."""
        shown = {field.name for field in self.main_fields} | {"also"}
        return [self[name] for name in self.fields if name not in shown]

    def draft(self, local_kind: LocalMeetingKind | None = None) -> MeetingDraft:
        """What was filled in."""
        data = self.cleaned_data
        group = None
        if data.get("group"):
            group = list_groups(self.organization, data["date"]).filter(public_id=data["group"]).first()
        return MeetingDraft(
            kind=self.kind,
            date=data["date"],
            title=data["title"],
            start_time=data["start_time"],
            end_time=data["end_time"],
            minutes_length=data["minutes_length"] or 0,
            place=data["place"],
            also_counts_as=tuple(data.get("also", ())),
            local_kind=local_kind,
            group=group,
            host=person_of(data["host"]),
            host_delegation=data["host_delegation"],
            recorder=person_of(data["recorder"]),
            lecturer=person_of(data["lecturer"]),
            observers=data["observers"],
            preparation=data["preparation"],
            level=data["level"] or Meeting.Level.BRANCH,
            year_label=data["year_label"],
        )


def person_of(public_id: str) -> Person | None:
    """The person with this public id; the form's choices say whether it may be chosen."""
    return Person.objects.filter(public_id=public_id).first() if public_id else None


def head_of(meeting: Meeting) -> dict[str, Any]:
    """What the form of a meeting's head opens with."""
    return {
        "date": meeting.date,
        "start_time": meeting.start_time,
        "end_time": meeting.end_time,
        "place": meeting.place,
        "title": meeting.title,
        "host": meeting.host.public_id if meeting.host else "",
        "host_delegation": meeting.host_delegation,
        "recorder": meeting.recorder.public_id if meeting.recorder else "",
        "lecturer": meeting.lecturer.public_id if meeting.lecturer else "",
        "group": meeting.group.public_id if meeting.group else "",
        "also": meeting.also_counts_as,
        "observers": meeting.observers,
        "preparation": meeting.preparation,
        "minutes_length": meeting.minutes_length or None,
        "level": meeting.level,
        "year_label": meeting.year_label,
    }


_NUMBER = forms.NumberInput(attrs={"min": 0, "inputmode": "numeric"})


class ItemForm(forms.Form):
    """One matter on the meeting's page: text, vote, one more resolution. Prefixed by the item's public id."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    discussion = forms.CharField(
        label="发言要点", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    yes = forms.IntegerField(label="赞成", required=False, min_value=0, widget=_NUMBER)
    no = forms.IntegerField(label="反对", required=False, min_value=0, widget=_NUMBER)
    abstain = forms.IntegerField(label="弃权", required=False, min_value=0, widget=_NUMBER)
    written_yes = forms.IntegerField(label="书面赞成", required=False, min_value=0, widget=_NUMBER)
    written_no = forms.IntegerField(label="书面反对", required=False, min_value=0, widget=_NUMBER)
    method = forms.ChoiceField(label="方式", required=False, choices=Vote.Method.choices)
    as_invalid = forms.BooleanField(label="按纸质记录补录，记为无效", required=False)
    resolution = forms.CharField(
        label="决议", required=False, widget=forms.Textarea(attrs={"rows": 2, "placeholder": "会议决定……"})
    )
    owner = forms.ChoiceField(label="责任人", required=False)
    due_date = CivilDateField(label="完成时限", required=False)

    def __init__(self, data: Data = None, *, item: AgendaItem, people: list[tuple[str, str]]) -> None:
        vote: Vote | None = getattr(item, "vote", None)
        secret = item.matter in SECRET_MATTERS
        opening: dict[str, Any] = {
            "version": item.version,
            "discussion": item.discussion,
            "no": 0,
            "abstain": 0,
            "method": Vote.Method.SECRET if secret else Vote.Method.HANDS,
        }
        if vote is not None:
            opening |= {
                name: getattr(vote, name) for name in ("yes", "no", "abstain", "written_yes", "written_no")
            }
            opening["method"] = vote.method
        super().__init__(data, prefix=item.public_id, initial=opening)
        self.item = item
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = [("", "未定"), *people]
        if item.matter not in ADMISSION_MATTERS:
            del self.fields["written_yes"], self.fields["written_no"]

    def totals(self) -> VoteTotals | None:
        """The vote as filled in, None where nobody filled it in."""
        data = self.cleaned_data
        if data["yes"] is None:
            return None
        return VoteTotals(
            method=data["method"] or Vote.Method.HANDS,
            yes=data["yes"],
            no=data["no"] or 0,
            abstain=data["abstain"] or 0,
            written_yes=data.get("written_yes") or 0,
            written_no=data.get("written_no") or 0,
        )

    def is_voted_as(self, vote: Vote | None) -> bool:
        """Whether the filled-in vote is the one recorded."""
        totals = self.totals()
        if totals is None or vote is None:
            return totals is None
        kept = (vote.method, vote.yes, vote.no, vote.abstain, vote.written_yes, vote.written_no)
        return kept == (
            totals.method,
            totals.yes,
            totals.no,
            totals.abstain,
            totals.written_yes,
            totals.written_no,
        )

    def was_saved(self) -> None:
        """Empty the box of the added resolution, so that a page shown again does not offer it twice."""
        self.data = {**self.data, self.add_prefix("resolution"): ""}

    def new_resolution(self) -> ResolutionDraft | None:
        """The resolution that was added, None where its box is empty."""
        data = self.cleaned_data
        if not data["resolution"].strip():
            return None
        return ResolutionDraft(data["resolution"], person_of(data["owner"]), "", data["due_date"])


class ResolutionForm(forms.Form):
    """A resolution that is already written down. Prefixed by its public id."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label="决议", widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ChoiceField(label="责任人", required=False)
    due_date = CivilDateField(label="完成时限", required=False)

    def __init__(self, data: Data = None, *, resolution: Resolution, people: list[tuple[str, str]]) -> None:
        opening = {
            "version": resolution.version,
            "text": resolution.text,
            "owner": resolution.owner.public_id if resolution.owner else "",
            "due_date": resolution.due_date,
        }
        super().__init__(data, prefix=resolution.public_id, initial=opening)
        self.resolution = resolution
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = [("", "未定"), *people]

    def draft(self) -> ResolutionDraft:
        """What was filled in."""
        data = self.cleaned_data
        return ResolutionDraft(data["text"], person_of(data["owner"]), "", data["due_date"])


MARK_BUTTONS: _CHOICES = (
    ("present", "到"),
    ("leave:ill", "病"),
    ("leave:personal", "事"),
    ("leave:duty", "公"),
    ("leave:away", "外"),
    ("absent", "缺"),
)
MARK_HINTS: dict[str, str] = {
    "present": "到会",
    "leave:ill": "病假",
    "leave:personal": "事假",
    "leave:duty": "公差",
    "leave:away": "外出",
    "absent": "没有请假而缺席",
}


def read_roll(data: Mapping[str, Any], roll: Roll) -> list[MarkChange]:
    """The marks that were changed on the page; what the page showed and still shows is left alone."""
    changes = []
    for row in roll.rows:
        chosen = str(data.get("mark-" + row.public_id, ""))
        note = str(data.get("note-" + row.public_id, "")).strip()
        was = str(data.get("was-" + row.public_id, ""))
        mark, _, reason = chosen.partition(":")
        is_known = mark in Attendance.MarkChoice.values and (not reason or reason in Attendance.Reason.values)
        if is_known and (chosen != was or note != row.note) and (chosen, note) != (row.choice, row.note):
            changes.append(MarkChange(row.person_id, mark, reason, note))
    return changes


class TopicForm(forms.Form):
    """One more matter for the agenda."""

    new_topic = forms.CharField(label="再加一项议题", required=False, max_length=200)
    new_matter = forms.ChoiceField(
        label="事项种类", required=False, choices=[("", "不需表决"), *Matter.choices]
    )


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
