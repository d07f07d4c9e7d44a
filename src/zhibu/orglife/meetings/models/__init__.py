"""Tables of meetings. What was expected is kept at the moment it counted; minutes only ever get a
new version."""

from __future__ import annotations

from zhibu.orglife.meetings.models.agenda import (
    AgendaItem,
    ItemConflict,
    Matter,
    Resolution,
    ResolutionClosure,
    Vote,
)
from zhibu.orglife.meetings.models.attendance import AbsenceFollowUp, Attendance, CheckInLink, MakeUp
from zhibu.orglife.meetings.models.kinds import (
    KIND_NUMBERS,
    MAY_ALSO_COUNT_AS,
    LocalMeetingKind,
    MeetingKind,
    audience_of,
)
from zhibu.orglife.meetings.models.meetings import (
    Meeting,
    MeetingClosure,
    MeetingQuerySet,
    MeetingStep,
    MinutesVersion,
)
from zhibu.orglife.meetings.models.plans import PlannedMeeting

__all__ = [
    "KIND_NUMBERS",
    "MAY_ALSO_COUNT_AS",
    "AbsenceFollowUp",
    "AgendaItem",
    "Attendance",
    "CheckInLink",
    "ItemConflict",
    "LocalMeetingKind",
    "MakeUp",
    "Matter",
    "Meeting",
    "MeetingClosure",
    "MeetingKind",
    "MeetingQuerySet",
    "MeetingStep",
    "MinutesVersion",
    "PlannedMeeting",
    "Resolution",
    "ResolutionClosure",
    "Vote",
    "audience_of",
]
