"""What an address behind a QR code opens: one meeting, and who may arrive there.

At the door only what the door needs is read: whether somebody belongs here on the day, and the mark; who is
expected and who votes is worked out once, by whoever looks at the roll.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection
from django.db.models import BigIntegerField, CharField, DateField, Q, QuerySet

from zhibu.common.errors import NotVisible
from zhibu.foundation.audit.asked_often import AskedOften, Blank
from zhibu.orglife.meetings.models import Attendance, CheckInLink, Meeting, MeetingKind
from zhibu.roster.members.models import MembershipSpell, Person, Status
from zhibu.roster.members.queries.attendance import list_committee_ids

_REASONS = {str(value): str(label) for value, label in Attendance.Reason.choices}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the door, by name, with the mark that stands."""

    person_id: int
    public_id: str
    name: str
    mark: str = ""
    reason_words: str = ""
    marked_at: datetime | None = None


def get_meeting_of_token(token: str) -> Meeting:
    """The meeting behind an address; raises ``NotVisible`` for an unknown one."""
    found = _BY_TOKEN.ask(token=token)
    if not found:
        raise NotVisible
    link = CheckInLink.from_db(connection.alias, _LINK, found[0][: len(_LINK)])
    meeting = Meeting.from_db(connection.alias, _MEETING, found[0][len(_LINK) :])
    link.meeting = meeting
    return meeting


_LINK = [field.attname for field in CheckInLink._meta.concrete_fields]
_MEETING = [field.attname for field in Meeting._meta.concrete_fields]
_BY_TOKEN = AskedOften(
    lambda: (
        CheckInLink.objects.filter(token=Blank("token", CharField()))
        .order_by()
        .values_list(*_LINK, *("meeting__" + name for name in _MEETING))
    )
)


def list_topics(meeting: Meeting) -> list[str]:
    """What is on the agenda, for the page at the door."""
    return list(meeting.items.order_by("position", "id").values_list("topic", flat=True))


def get_link(meeting: Meeting) -> CheckInLink | None:
    """The open address of a meeting, None where nobody opened one."""
    return CheckInLink.objects.filter(meeting=meeting).first()


def _spells(meeting: Meeting) -> QuerySet[MembershipSpell]:
    """The memberships, belonging or taking part, that the meeting concerns on its day."""
    held = _held(meeting.date)
    if meeting.kind == MeetingKind.COMMITTEE:
        officers = list_committee_ids(meeting.organization, meeting.date)
        return held.filter(person__in=officers, is_belonging=True)
    held = held.filter(organization=meeting.organization_id)
    return held.filter(group=meeting.group_id) if meeting.group_id is not None else held


def _held(day: date | Blank) -> QuerySet[MembershipSpell]:
    held = MembershipSpell.objects.filter(valid_from__lte=day).exclude(status=Status.SUSPENDED)
    return held.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))


_SHOWN = ("person_id", "person__public_id", "person__name", "person__alias")
# What everybody asks at the door of a meeting of the whole branch; the others are too few to matter.
_OF_BRANCH = AskedOften(
    lambda: (
        _held(Blank("day", DateField()))
        .filter(
            organization=Blank("organization", BigIntegerField()), person=Blank("person", BigIntegerField())
        )
        .order_by()
        .values_list(*_SHOWN)[:1]
    )
)


def list_names(meeting: Meeting) -> list[Visitor]:
    """Those who may arrive and have not yet: who is in already is not shown at the door."""
    arrived = Attendance.objects.filter(meeting=meeting, mark=Attendance.MarkChoice.PRESENT)
    people = Person.objects.filter(spells__in=_spells(meeting)).exclude(pk__in=arrived.values("person"))
    rows = people.distinct().order_by("sort_name", "pk").values_list("pk", "public_id", "name", "alias")
    return [Visitor(pk, public_id, _shown(name, alias)) for pk, public_id, name, alias in rows]


def find_visitor(meeting: Meeting, *, person_id: int = 0, public_id: str = "") -> Visitor | None:
    """Somebody whom the meeting concerns, by internal or public id; None for anybody else."""
    if person_id and meeting.kind != MeetingKind.COMMITTEE and meeting.group_id is None:
        found = _OF_BRANCH.ask(person=person_id, organization=meeting.organization_id, day=meeting.date)
    else:
        chosen = Q(person=person_id) if person_id else Q(person__public_id=public_id)
        found = list(_spells(meeting).filter(chosen).order_by().values_list(*_SHOWN)[:1])
    return Visitor(found[0][0], found[0][1], _shown(found[0][2], found[0][3])) if found else None


def with_mark(meeting: Meeting, visitor: Visitor) -> Visitor:
    """The same person with the mark that stands, for a page that shows it."""
    mark = Attendance.objects.filter(meeting=meeting, person=visitor.person_id).first()
    if mark is None:
        return visitor
    words = "：".join(filter(None, (_REASONS.get(mark.reason, ""), mark.note)))
    return replace(visitor, mark=mark.mark, reason_words=words, marked_at=mark.marked_at)


def _shown(name: str, alias: str) -> str:
    return "{name}（{alias}）".format(name=name, alias=alias) if alias else name
