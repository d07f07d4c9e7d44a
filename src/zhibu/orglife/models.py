"""All tables of organisational life, gathered for Django."""

from __future__ import annotations

from zhibu.orglife.meetings.models import (
    AgendaItem,
    Attendance,
    CheckInLink,
    LocalMeetingKind,
    MakeUp,
    Meeting,
    MeetingClosure,
    MinutesVersion,
    PlannedMeeting,
    Resolution,
    ResolutionClosure,
    Vote,
)

__all__ = [
    "AgendaItem",
    "Attendance",
    "CheckInLink",
    "LocalMeetingKind",
    "MakeUp",
    "Meeting",
    "MeetingClosure",
    "MinutesVersion",
    "PlannedMeeting",
    "Resolution",
    "ResolutionClosure",
    "Vote",
]
