"""The forms of meetings."""

from __future__ import annotations

from zhibu.orglife.meetings.forms.head import MeetingForm, head_of
from zhibu.orglife.meetings.forms.people import people_of, person_of
from zhibu.orglife.meetings.forms.record import (
    MARK_BUTTONS,
    MARK_HINTS,
    ItemForm,
    ResolutionForm,
    TopicForm,
    read_roll,
    shown_as,
)
from zhibu.orglife.meetings.forms.small import (
    CloseForm,
    FilterForm,
    LeaveForm,
    LocalKindForm,
    MakeUpForm,
    ReasonForm,
    TalkForm,
)

__all__ = [
    "MARK_BUTTONS",
    "MARK_HINTS",
    "CloseForm",
    "FilterForm",
    "ItemForm",
    "LeaveForm",
    "LocalKindForm",
    "MakeUpForm",
    "MeetingForm",
    "ReasonForm",
    "ResolutionForm",
    "TalkForm",
    "TopicForm",
    "head_of",
    "people_of",
    "person_of",
    "read_roll",
    "shown_as",
]
