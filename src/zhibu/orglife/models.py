"""All tables of organisational life, gathered for Django."""

from __future__ import annotations

from zhibu.orglife.meetings.models import (
    AbsenceFollowUp,
    AgendaItem,
    Attendance,
    CheckInLink,
    ItemConflict,
    LocalMeetingKind,
    MakeUp,
    Meeting,
    MeetingClosure,
    MeetingStep,
    MinutesVersion,
    PlannedMeeting,
    Resolution,
    ResolutionClosure,
    Vote,
)

__all__ = [
    "AbsenceFollowUp",
    "AgendaItem",
    "Attendance",
    "CheckInLink",
    "ItemConflict",
    "LocalMeetingKind",
    "MakeUp",
    "Meeting",
    "MeetingClosure",
    "MeetingStep",
    "MinutesVersion",
    "PlannedMeeting",
    "Resolution",
    "ResolutionClosure",
    "Vote",
]
