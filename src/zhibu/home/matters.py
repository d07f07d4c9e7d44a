"""What is open at an organisation on the day its work is handed over, for the hand-over list."""

from __future__ import annotations

from datetime import date

from zhibu.home.panels.due import due_list
from zhibu.orglife.meetings.models import Meeting, Resolution
from zhibu.roster.access.queries import Matter
from zhibu.roster.organizations.models import Organization

_MOST_DUTIES = 200


def open_matters(organization: Organization, today: date) -> list[Matter]:
    """Duties that are due, meetings being prepared, resolutions not yet carried out."""
    duties = [
        Matter("近期要办", card.title, card.due_date)
        for card in due_list(organization, today=today, most=_MOST_DUTIES).cards
    ]
    meetings = Meeting.objects.filter(organization=organization, state=Meeting.State.PLANNED)
    planned = [
        Matter("筹备中的会议", meeting.title, meeting.date) for meeting in meetings.order_by("date", "pk")
    ]
    waiting = Resolution.objects.filter(item__meeting__organization=organization, closure__isnull=True)
    resolved = [
        Matter("决议待办结", resolution.text, resolution.due_date)
        for resolution in waiting.order_by("due_date", "pk")
    ]
    return duties + planned + resolved
