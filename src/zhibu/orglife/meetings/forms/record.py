"""The forms of a record: matters, votes, resolutions, the roll. What was typed is never thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from zhibu.orglife.meetings.commands.agenda import ResolutionDraft
from zhibu.orglife.meetings.commands.attendance import MarkChange
from zhibu.orglife.meetings.commands.votes import VoteTotals
from zhibu.orglife.meetings.forms.people import Data, person_of
from zhibu.orglife.meetings.models import AgendaItem, Attendance, Matter, Resolution, Vote
from zhibu.orglife.meetings.norms import ADMISSION_MATTERS, SECRET_MATTERS
from zhibu.orglife.meetings.queries.attendance import Roll
from zhibu.ui.forms import CivilDateField

_CHOICES = tuple[tuple[str, str], ...]
_VOTES = 9999  # no branch has as many members (ZB-4: at most 50), and no sum of them overflows
_CARRIED = 999_999_999  # the most that `ui.forms.carried_number` takes
_NUMBER = forms.NumberInput(attrs={"min": 0, "inputmode": "numeric"})


class ItemForm(forms.Form):
    """One matter on the meeting's page: text, vote, one more resolution. Prefixed by the item's public id."""

    version = forms.IntegerField(label="版本", max_value=_CARRIED, widget=forms.HiddenInput)
    discussion = forms.CharField(
        label="发言要点", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    yes = forms.IntegerField(label="赞成", required=False, min_value=0, max_value=_VOTES, widget=_NUMBER)
    no = forms.IntegerField(label="反对", required=False, min_value=0, max_value=_VOTES, widget=_NUMBER)
    abstain = forms.IntegerField(label="弃权", required=False, min_value=0, max_value=_VOTES, widget=_NUMBER)
    written_yes = forms.IntegerField(
        label="书面赞成", required=False, min_value=0, max_value=_VOTES, widget=_NUMBER
    )
    written_no = forms.IntegerField(
        label="书面反对", required=False, min_value=0, max_value=_VOTES, widget=_NUMBER
    )
    method = forms.ChoiceField(label="方式", required=False, choices=Vote.Method.choices)
    as_invalid = forms.BooleanField(label="按纸质记录补录，记为无效", required=False)
    vote_shown = forms.CharField(required=False, widget=forms.HiddenInput)
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
        opening["vote_shown"] = shown_as(vote)
        super().__init__(data, prefix=item.public_id, initial=opening)
        self.item = item
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = [("", "未定"), *people]
        if item.matter not in ADMISSION_MATTERS:
            del self.fields["written_yes"], self.fields["written_no"]

    def clean(self) -> dict[str, Any]:
        """Totals without those in favour are no vote, and not nothing either."""
        data = super().clean() or {}
        others = (data.get(name) for name in ("no", "abstain", "written_yes", "written_no"))
        if data.get("yes") is None and "yes" not in self.errors and any(others):
            self.add_error("yes", "请填写赞成的人数；没有人赞成的填 0。")
        return data

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
        return shown_as(self.totals()) == shown_as(vote)

    @property
    def touches_vote(self) -> bool:
        """Whether the totals are other than the page showed."""
        return shown_as(self.totals()) != str(self.cleaned_data["vote_shown"])

    def is_vote_as_shown(self, vote: Vote | None) -> bool:
        """Whether the recorded vote is still what the page showed: nobody else touched it."""
        return shown_as(vote) == str(self.cleaned_data["vote_shown"])

    def was_saved(self, **now: object) -> None:
        """What a page shown again has to send from now on: the new version, an emptied box …"""
        self.data = {
            **dict(self.data.items()),
            **{self.add_prefix(name): value for name, value in now.items()},
        }

    def new_resolution(self) -> ResolutionDraft | None:
        """The resolution that was added, None where its box is empty."""
        data = self.cleaned_data
        if not {"resolution", "owner", "due_date"} <= data.keys() or not data["resolution"].strip():
            return None
        return ResolutionDraft(data["resolution"], person_of(data["owner"]), "", data["due_date"])


def shown_as(vote: Vote | VoteTotals | None) -> str:
    """The totals of a vote in one word, to be compared; empty for no vote."""
    if vote is None:
        return ""
    numbers = (vote.yes, vote.no, vote.abstain, vote.written_yes, vote.written_no)
    return "-".join([vote.method, *(str(number) for number in numbers)])


class ResolutionForm(forms.Form):
    """A resolution that is already written down; emptied it is taken back. Prefixed by its public id.

    ``meanwhile`` is the row as somebody else changed it while this form was being filled in.
    """

    version = forms.IntegerField(label="版本", max_value=_CARRIED, widget=forms.HiddenInput)
    text = forms.CharField(label="决议", required=False, widget=forms.Textarea(attrs={"rows": 2}))
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
        self.meanwhile: Resolution | None = None
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = [("", "未定"), *people]

    def follow(self, *, is_saved: bool) -> None:
        """Go on from the row as it is now. What somebody else made of it meanwhile is shown beside the typed
        words; sent again those stand."""
        self.resolution.refresh_from_db()
        if self.resolution.version == self.cleaned_data["version"]:
            return
        self.meanwhile = None if is_saved else self.resolution
        self.data = {**dict(self.data.items()), self.add_prefix("version"): self.resolution.version}

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

    new_topic = forms.CharField(
        label="再加一项议题",
        required=False,
        max_length=200,
        error_messages={"max_length": "议题请写在 200 字以内，详细内容写进发言要点。"},
    )
    new_matter = forms.ChoiceField(
        label="事项种类", required=False, choices=[("", "不需表决"), *Matter.choices]
    )
