"""A branch at a glance: how many members, until when the term runs, what stands on the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Q

from zhibu.common.actor import Actor
from zhibu.foundation.notifications.models import Notice
from zhibu.orglife.meetings.models import Meeting, MeetingKind
from zhibu.orglife.meetings.queries.tasks import list_missed, list_tasks
from zhibu.roster.members.models import MembershipSpell, Office, Status
from zhibu.roster.organizations.models import Organization, Term

CALENDAR_DAYS = 14
LOOK_BACK_DAYS = 366  # how far back the last meeting of a kind is looked for


@dataclass(frozen=True, slots=True)
class Glance:
    """The first line: members by status and the end of the running term."""

    total: int
    full: int
    probationary: int
    secretary: str
    term_end: date | None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of the two weeks, with the meetings on it."""

    day: date
    is_today: bool
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class KindCount:
    """How often one kind of meeting was held this month, quarter and year."""

    kind: str
    label: str
    month: int
    quarter: int
    year: int
    last: date | None


@dataclass(frozen=True, slots=True)
class RegularMeetings:
    """A branch's meetings by kind: the counts to show, the last one held, the next one planned."""

    counts: tuple[KindCount, ...]
    last: dict[str, date]
    planned: dict[str, Meeting]


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What waits without a legal date: people to teach what they missed, resolutions to carry out."""

    make_ups: int
    resolutions: int


def glance(org: Organization) -> Glance:
    """Counts by status, the secretary and the term; three queries."""
    spells = MembershipSpell.objects.filter(organization=org, valid_to__isnull=True, is_belonging=True)
    counts = spells.aggregate(
        total=Count("pk", filter=Q(status__in=[Status.FULL, Status.PROBATIONARY])),
        full=Count("pk", filter=Q(status=Status.FULL)),
        probationary=Count("pk", filter=Q(status=Status.PROBATIONARY)),
    )
    held = Office.objects.filter(organization=org, role=Office.Role.SECRETARY, valid_to__isnull=True)
    secretary = held.order_by("sort_order", "id").values_list("person__name", flat=True).first()
    end = running_term_end(org)
    return Glance(
        secretary=secretary or "",
        term_end=end,
        **counts,
    )


def running_term_end(org: Organization) -> date | None:
    """The last day of the running term, an approved extension counted; None where no term runs."""
    approved = Q(extensions__approved_date__isnull=False)
    found = (
        Term.objects.filter(organization=org, ended_date__isnull=True)
        .order_by()
        .values_list("end_date")
        .annotate(extended=Max("extensions__new_end_date", filter=approved))
    )
    return next((extended or end for end, extended in found), None)


def list_meetings(org: Organization, actor: Actor, *, today: date) -> list[Meeting]:
    """The meetings of a year back and of the two weeks shown, by date, without those cancelled."""
    monday = _monday(today)
    found = Meeting.objects.visible_to(actor.scope).filter(
        organization=org,
        date__gte=today - timedelta(days=LOOK_BACK_DAYS),
        date__lt=monday + timedelta(days=CALENDAR_DAYS),
    )
    shown = found.exclude(state=Meeting.State.CANCELLED).order_by("date", "pk")
    return list(shown.only(*_SHOWN_COLUMNS))


_SHOWN_COLUMNS = (
    "public_id",
    "title",
    "place",
    "date",
    "start_time",
    "kind",
    "also_counts_as",
    "state",
    "is_valid",
)


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


def two_weeks(meetings: Sequence[Meeting], *, today: date) -> list[CalendarDay]:
    """The days from this Monday on, two weeks of them."""
    found: dict[date, list[Meeting]] = {}
    for meeting in meetings:
        found.setdefault(meeting.date, []).append(meeting)
    days = [_monday(today) + timedelta(days=offset) for offset in range(CALENDAR_DAYS)]
    return [CalendarDay(day, day == today, tuple(found.get(day, ()))) for day in days]


def open_work(org: Organization, *, today: date) -> OpenWork:
    """As many as the lists behind the two numbers have; two queries."""
    return OpenWork(list_missed(org, today=today).count(), list_tasks(org).count())


_SHOWN_KINDS = (
    MeetingKind.GENERAL,
    MeetingKind.COMMITTEE,
    MeetingKind.GROUP,
    MeetingKind.LECTURE,
    MeetingKind.PARTY_DAY,
)


def regular_meetings(meetings: Sequence[Meeting], *, today: date) -> RegularMeetings:
    """How often each kind was held, when last, and what is planned."""
    month = today.replace(day=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    year = today.replace(month=1, day=1)
    counts = {kind.value: [0, 0, 0] for kind in _SHOWN_KINDS}
    last: dict[str, date] = {}
    planned: dict[str, Meeting] = {}
    for meeting in meetings:
        kinds = set(meeting.all_kinds)
        if meeting.state == Meeting.State.PLANNED:
            planned |= dict.fromkeys(kinds - planned.keys(), meeting) if meeting.date >= today else {}
            continue
        if meeting.date > today or not meeting.is_valid:
            continue
        last |= dict.fromkeys(kinds, meeting.date)
        for kind in kinds & counts.keys():
            counts[kind][0] += meeting.date >= year
            counts[kind][1] += meeting.date >= quarter
            counts[kind][2] += meeting.date >= month
    return RegularMeetings(
        counts=tuple(_count(kind, counts[kind.value], last.get(kind.value)) for kind in _SHOWN_KINDS),
        last=last,
        planned=planned,
    )


def _count(kind: MeetingKind, counted: list[int], last: date | None) -> KindCount:
    year, quarter, month = counted
    return KindCount(kind.value, str(kind.label), month, quarter, year, last)


def open_notices(org: Organization, *, most: int = 5) -> list[Notice]:
    """The newest notices of an organisation that nobody has put away."""
    return list(Notice.objects.filter(org_id=org.pk, closed_at__isnull=True)[:most])
