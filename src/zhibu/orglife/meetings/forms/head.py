"""The form of a meeting's head. What can be derived is not asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date as civil_date
from typing import Any

from django import forms

from zhibu.orglife.meetings.commands.meetings import MeetingDraft
from zhibu.orglife.meetings.forms.people import Data, people_of, person_of
from zhibu.orglife.meetings.models import MAY_ALSO_COUNT_AS, LocalMeetingKind, Meeting, MeetingKind
from zhibu.orglife.meetings.queries.meetings import leader_id, list_groups
from zhibu.roster.members.models import Group, Person
from zhibu.roster.organizations.models import Organization
from zhibu.ui.forms import CivilDateField, TimeInput


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
    group = forms.ChoiceField(
        label="党小组", required=False, error_messages={"required": "请选择是哪个党小组开会。"}
    )
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
        only_groups: Collection[int] | None = None,
    ) -> None:
        """``only_groups`` are the groups that somebody may call who leads groups and nothing else."""
        super().__init__(data, initial=initial)
        self.organization, self.kind = organization, kind
        people = [("", "未定"), *people_of(organization, day)]
        for name in ("host", "recorder", "lecturer"):
            self._choices(name, people)
        groups = [
            (group.public_id, group.name)
            for group in list_groups(organization, day)
            if only_groups is None or group.pk in only_groups
        ]
        self._choices("group", groups if len(groups) == 1 else [("", "请选择"), *groups])
        self.fields["group"].required = True
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

    def _leader(self, group: Group | None) -> Person | None:
        """A group's meeting is chaired by its leader, unless somebody else is chosen."""
        leader = leader_id(group, self.cleaned_data["date"]) if group is not None else None
        return Person.objects.filter(pk=leader).first() if leader is not None else None

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
            host=person_of(data["host"]) or self._leader(group),
            host_delegation=data["host_delegation"],
            recorder=person_of(data["recorder"]),
            lecturer=person_of(data["lecturer"]),
            observers=data["observers"],
            preparation=data["preparation"],
            level=data["level"] or Meeting.Level.BRANCH,
            year_label=data["year_label"],
        )


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
