"""What a member sees of their own: the next meeting, the own card in a few lines, whom to call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from zhibu.common.actor import Actor
from zhibu.foundation.notifications.models import Notice
from zhibu.orglife.meetings.models import Attendance, Meeting, MeetingKind
from zhibu.roster.members.models import MembershipSpell, Office, Person

_UPCOMING = 5
_PAST = 10
_OF_EVERYBODY = (
    MeetingKind.GENERAL,
    MeetingKind.GROUP,
    MeetingKind.LECTURE,
    MeetingKind.PARTY_DAY,
    MeetingKind.LIFE,
    MeetingKind.APPRAISAL,
    MeetingKind.STUDY,
    MeetingKind.REPORT,
    MeetingKind.OTHER,
)


@dataclass(frozen=True, slots=True)
class OwnMeeting:
    """A meeting and the member's own mark at it, in words; empty where there is none."""

    meeting: Meeting
    mark: str


@dataclass(frozen=True, slots=True)
class OwnCard:
    """The member's own few lines. ``party_years`` are whole years since joining, by the calendar."""

    person: Person
    spell: MembershipSpell | None
    party_years: int | None
    secretary: str
    phone: str


def own_card(actor: Actor, *, today: date) -> OwnCard | None:
    """The member behind the account; None for an account without one. Three queries."""
    if actor.scope.person_id is None:
        return None
    person = Person.objects.visible_to(actor.scope).filter(pk=actor.scope.person_id).first()
    if person is None:
        return None
    spell = (
        person.spells.filter(valid_to__isnull=True, is_belonging=True)
        .select_related("organization", "group")
        .first()
    )
    secretary = _secretary(spell)
    return OwnCard(
        person=person,
        spell=spell,
        party_years=_whole_years(person.joined_date, today),
        secretary=secretary,
        phone=spell.organization.phone if spell else "",
    )


def upcoming(card: OwnCard, *, today: date) -> list[OwnMeeting]:
    """The next meetings of the member's branch and group, the nearest first."""
    return _own(card, Q(date__gte=today), "date", _UPCOMING)


def past(card: OwnCard, *, today: date) -> list[OwnMeeting]:
    """The last meetings of the member's branch and group, the newest first."""
    return _own(card, Q(date__lt=today), "-date", _PAST)


def own_notices(actor: Actor, *, most: int = 3) -> list[Notice]:
    """The newest notices to this account."""
    if actor.account_id is None:
        return []
    return list(Notice.objects.filter(account_id=actor.account_id, closed_at__isnull=True)[:most])


def _own(card: OwnCard, when: Q, order: str, most: int) -> list[OwnMeeting]:
    if card.spell is None:
        return []
    meetings = (
        Meeting.objects.filter(when, organization=card.spell.organization)
        .filter(Q(group__isnull=True) | Q(group=card.spell.group), _concerns(card.person))
        .exclude(state=Meeting.State.CANCELLED)
        .order_by(order, "pk")[:most]
    )
    marks = dict(
        Attendance.objects.filter(person=card.person, meeting__in=[m.pk for m in meetings]).values_list(
            "meeting_id", "mark"
        )
    )
    labels = dict(Attendance.MarkChoice.choices)
    return [OwnMeeting(meeting, str(labels.get(marks.get(meeting.pk, ""), ""))) for meeting in meetings]


def _concerns(person: Person) -> Q:
    """The meetings that concern somebody: of everybody, of the committee they serve on, or with their mark.

    Talks, and whatever names its own people, stay with those people.
    """
    serves = Office.objects.filter(
        person=person, organization=OuterRef("organization"), valid_to__isnull=True
    ).exclude(role=Office.Role.GROUP_LEADER)
    return (
        Q(kind__in=_OF_EVERYBODY) & ~Q(basis=Meeting.Basis.LISTED)
        | Q(kind=MeetingKind.COMMITTEE) & Exists(serves)
        | Exists(Attendance.objects.filter(meeting=OuterRef("pk"), person=person))
    )


def _secretary(spell: MembershipSpell | None) -> str:
    if spell is None:
        return ""
    held = Office.objects.filter(
        organization=spell.organization, role=Office.Role.SECRETARY, valid_to__isnull=True
    )
    return held.values_list("person__name", flat=True).first() or ""


def _whole_years(since: date | None, today: date) -> int | None:
    if since is None:
        return None
    return today.year - since.year - ((today.month, today.day) < (since.month, since.day))
