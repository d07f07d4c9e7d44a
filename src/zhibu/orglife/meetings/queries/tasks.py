"""What is left to do after meetings: make-ups of those who missed them, resolutions to carry out."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from zhibu.common.actor import Scope
from zhibu.common.errors import NotVisible
from zhibu.orglife.meetings.models import Attendance, MakeUp, Meeting, MeetingKind, Resolution
from zhibu.roster.organizations.models import Organization, within

MADE_UP_KINDS = (
    MeetingKind.GENERAL,
    MeetingKind.GROUP,
    MeetingKind.LECTURE,
    MeetingKind.PARTY_DAY,
    MeetingKind.LIFE,
    MeetingKind.APPRAISAL,
    MeetingKind.STUDY,
    MeetingKind.TRAINING,
)
# A missed meeting is offered for making up for a quarter; later its own page still takes it.
LOOK_BACK = timedelta(days=92)


def list_missed(organization: Organization, *, today: date) -> QuerySet[Attendance]:
    """Who missed what within the last three months and has not made up for it, the latest first."""
    done = MakeUp.objects.filter(meeting=OuterRef("meeting"), person=OuterRef("person"))
    rows = Attendance.objects.filter(
        meeting__organization=organization,
        meeting__state=Meeting.State.COMPLETED,
        meeting__kind__in=MADE_UP_KINDS,
        meeting__date__gte=today - LOOK_BACK,
        mark__in=[Attendance.MarkChoice.LEAVE, Attendance.MarkChoice.ABSENT],
    )
    return (
        rows.filter(~Exists(done))
        .select_related("meeting", "person")
        .order_by("-meeting__date", "person__name", "pk")
    )


def list_made_up(organization: Organization, *, today: date, limit: int = 30) -> list[MakeUp]:
    """The make-ups recorded last."""
    rows = MakeUp.objects.filter(meeting__organization=organization)
    return list(rows.select_related("meeting", "person", "by_person").order_by("-done_date", "-pk")[:limit])


def list_tasks(organization: Organization, *, is_done: bool = False) -> QuerySet[Resolution]:
    """Resolutions with somebody to carry them out or a day to do so by; open ones by due date."""
    rows = Resolution.objects.filter(
        item__meeting__organization=organization, closure__isnull=not is_done
    ).exclude(item__meeting__state=Meeting.State.CANCELLED)
    rows = rows.select_related("item__meeting", "owner", "closure")
    if is_done:
        return rows.order_by("-closure__done_date", "-pk")
    return rows.order_by(F("due_date").asc(nulls_last=True), "pk")


def get_resolution(scope: Scope, public_id: str) -> Resolution:
    """One resolution of the scope; raises ``NotVisible``."""
    row = (
        Resolution.objects.filter(within(scope, "item__meeting__organization__"), public_id=public_id)
        .select_related("item__meeting__organization", "owner")
        .first()
    )
    if row is None:
        raise NotVisible
    return row
