"""What an address behind a QR code opens: one meeting, and the names that may arrive there."""

from __future__ import annotations

from zhibu.common.errors import NotVisible
from zhibu.orglife.meetings.models import Attendance, CheckInLink, Meeting
from zhibu.orglife.meetings.queries.attendance import RollRow, get_roll


def get_meeting_of_token(token: str) -> Meeting:
    """The meeting behind an address; raises ``NotVisible`` for an unknown or replaced one."""
    link = (
        CheckInLink.objects.select_related("meeting__organization", "meeting__host", "meeting__group")
        .filter(token=token)
        .first()
    )
    if link is None or link.meeting.state == Meeting.State.CANCELLED:
        raise NotVisible
    return link.meeting


def get_link(meeting: Meeting) -> CheckInLink | None:
    """The open address of a meeting, None where nobody opened one."""
    return CheckInLink.objects.filter(meeting=meeting).first()


def list_names(meeting: Meeting) -> list[RollRow]:
    """Those who may arrive and have not yet: who is in already is not shown at the door."""
    roll = get_roll(meeting)
    rows = roll.expected if roll.expected else roll.rows
    return [row for row in rows if row.mark != Attendance.MarkChoice.PRESENT]


def find_row(meeting: Meeting, person_id: int) -> RollRow | None:
    """Somebody's line on the roll, None for a person whom the meeting does not concern."""
    return next((row for row in get_roll(meeting).rows if row.person_id == person_id), None)


def get_mark(meeting: Meeting, person_id: int) -> Attendance | None:
    """Somebody's mark at a meeting."""
    return Attendance.objects.filter(meeting=meeting, person_id=person_id).first()
