"""Arriving by QR code: optional, once only, and quick when everybody stands at the door at the same time.

Requests that arrive together share one transaction: one of them writes for all that wait (group commit), with
one audit row. Nobody is told "you are in" before that transaction is on disk. A second door changes nothing:
the database keeps one mark for each person and meeting.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.core import signing
from django.db import connection

from zhibu.common.actor import Actor, Scope
from zhibu.common.dates import CHINA, utc_now
from zhibu.common.errors import NotVisible, Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.orglife.meetings.commands.attendance import write_leave
from zhibu.orglife.meetings.commands.checks import allow_open, note
from zhibu.orglife.meetings.models import Attendance, CheckInLink, Meeting
from zhibu.roster.access.actors import OrgScope
from zhibu.roster.members.models import Person

_SALT = "meetings.personal"
_BEFORE = timedelta(hours=2)
_AFTER = timedelta(hours=12)
_MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class LinkActor:
    """Whoever holds a meeting's address: may arrive and ask leave there, and nothing else."""

    label: str = "link:checkin"
    role: str = "link"
    account_id: int | None = None

    @property
    def scope(self) -> Scope:
        """An address sees no organisation."""
        return OrgScope()

    def may(self, right: str, path: str = "") -> bool:
        """An address has no right of a role."""
        return False


LINK = LinkActor()


@command("meetings.open_check_in")
def open_check_in(*, actor: Actor, today: date, meeting: Meeting) -> CheckInLink:
    """Open the address behind the QR code, from two hours before the meeting to twelve hours after
    it began."""
    allow_open(actor, meeting, today)
    opens_at, closes_at = door_hours(meeting)
    link, is_new = CheckInLink.objects.update_or_create(
        meeting=meeting,
        defaults={"opens_at": opens_at, "closes_at": closes_at, "created_by": actor.label},
    )
    note(actor, "meetings.open_check_in", meeting, {"is_new": is_new})
    return link


def door_hours(meeting: Meeting) -> tuple[datetime, datetime]:
    """When people may arrive: around the hour of the meeting, or its whole day where no hour is set."""
    begins = datetime.combine(meeting.date, meeting.start_time or time(0, 0), CHINA)
    if meeting.start_time is None:
        return begins, begins + timedelta(days=1)
    return begins - _BEFORE, begins + _AFTER


@command("meetings.close_check_in")
def close_check_in(*, actor: Actor, today: date, meeting: Meeting) -> None:
    """Close the door: the address stays and says so; opened again, codes already printed work again."""
    allow_open(actor, meeting, today)
    CheckInLink.objects.filter(meeting=meeting).update(closes_at=utc_now())
    note(actor, "meetings.close_check_in", meeting, {})


def personal_token(meeting: Meeting, person_id: int) -> str:
    """The signed part of a personal address: this meeting, this person, and nothing that
    identifies either."""
    return signing.dumps([meeting.pk, person_id], salt=_SALT, compress=True)


def person_of_token(token: str, meeting: Meeting) -> int:
    """Whose personal address it is; raises ``NotVisible`` for a wrong one or that of another meeting."""
    try:
        meeting_id, person_id = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise NotVisible from error
    if meeting_id != meeting.pk:
        raise NotVisible
    return int(person_id)


def check_in(*, actor: Actor, meeting: Meeting, person_id: int, source: str, now: datetime) -> bool:
    """Somebody arrives; True the first time, False where the mark stood already.

    The caller has made sure that the person is on this meeting's roll. Raises ``Refused`` outside the hours
    of the address, for a filed meeting, and where the secretary has marked the person otherwise.
    """
    refuse_arrival(meeting, now)
    arrival = _Arrival(actor, meeting.pk, meeting.organization_id, person_id, source, now)
    if connection.in_atomic_block:
        _write(arrivals=[arrival], actor=actor)
    else:
        _DOOR.enter(arrival)
    if arrival.outcome == "marked":
        raise Refused(
            "meetings.marked_already",
            "书记已经把您登记为没有到会。",
            next_step="如果您已经到了，请当面告诉支部书记，由书记改过来。",
        )
    return arrival.outcome == "new"


def refuse_arrival(meeting: Meeting, now: datetime) -> None:
    """Refuse where nobody can arrive any more, or not yet; the sentence says which meeting it was."""
    which = "{day.month}月{day.day}日的这次会议".format(day=meeting.date)
    if meeting.state == Meeting.State.CANCELLED:
        raise Refused("meetings.cancelled", which + "已经取消。", next_step="另行召开的，请等支部通知。")
    link: CheckInLink | None = getattr(meeting, "check_in_link", None)
    if link is not None and now < link.opens_at:
        opens = link.opens_at.astimezone(CHINA)
        raise Refused(
            "meetings.early",
            "还没有到签到时间。",
            next_step="{opens.month}月{opens.day}日 {opens:%H:%M} 起可以签到。".format(opens=opens),
        )
    if not meeting.is_open or (link is not None and now >= link.closes_at):
        is_old = now.astimezone(CHINA).date() > meeting.date
        step = "您扫的是以前的二维码，请扫今天会场上的。" if is_old else "需要补登的，请告诉支部书记。"
        raise Refused("meetings.closed_door", which + "签到已经结束。", next_step=step)


@command("meetings.withdraw_arrival")
def withdraw_arrival(*, actor: Actor, meeting: Meeting, person_id: int, now: datetime) -> None:
    """A wrong name was tapped at the door: the same phone takes it back while the door is open."""
    refuse_arrival(meeting, now)
    tapped = Attendance.objects.filter(
        meeting=meeting, person=person_id, source=Attendance.Source.SCAN, mark=Attendance.MarkChoice.PRESENT
    )
    if tapped.delete()[0]:
        note(actor, "meetings.withdraw_arrival", meeting, {"person": person_id})


@dataclass(slots=True)
class _Arrival:
    """One person at the door; ``outcome`` is new, again or marked once it is written."""

    actor: Actor
    meeting_id: int
    organization_id: int
    person_id: int
    source: str
    now: datetime
    outcome: str = ""
    error: BaseException | None = None
    written: threading.Event = field(default_factory=threading.Event)


class _Door:
    """Lets the first of those waiting write for all of them, in one transaction."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Arrival] = []
        self._is_writing = False

    def enter(self, arrival: _Arrival) -> None:
        """Return when the arrival is on disk; raises what went wrong with its batch."""
        with self._lock:
            self._waiting.append(arrival)
            leads = not self._is_writing
            self._is_writing = True
        if leads:
            self._lead()
        arrival.written.wait()
        if arrival.error is not None:
            raise arrival.error

    def _lead(self) -> None:
        while True:
            with self._lock:
                batch, self._waiting = self._waiting[:_MOST_AT_ONCE], self._waiting[_MOST_AT_ONCE:]
                if not batch:
                    self._is_writing = False
                    return
            self._settle(batch)

    def _settle(self, batch: list[_Arrival]) -> None:
        """Write a batch; where that fails each alone, so that one bad arrival harms nobody else."""
        try:
            _write(arrivals=batch, actor=LINK if len(batch) > 1 else batch[0].actor)
        except Exception as error:
            if len(batch) == 1:
                batch[0].error = error
            else:
                for arrival in batch:
                    self._settle([arrival])
        finally:
            for arrival in batch:
                arrival.written.set()


_DOOR = _Door()


@command("meetings.check_in")
def _write(*, actor: Actor, arrivals: Sequence[_Arrival]) -> None:
    """Write the marks of a batch and one audit row for each meeting, which touches no computed view."""
    by_meeting: dict[int, list[_Arrival]] = {}
    for arrival in arrivals:
        by_meeting.setdefault(arrival.meeting_id, []).append(arrival)
    for meeting_id, group in by_meeting.items():
        fresh = _write_marks(meeting_id, group)
        if fresh:
            record(
                actor=actor,
                action="meetings.check_in",
                object_ref="meeting:{id}".format(id=meeting_id),
                org_ids=[group[0].organization_id],
                diff={"persons": sorted(fresh)},
            )


def _write_marks(meeting_id: int, group: Sequence[_Arrival]) -> set[int]:
    """The persons newly marked as present; sets the outcome of every arrival."""
    stands = {
        mark.person_id: mark
        for mark in Attendance.objects.filter(
            meeting_id=meeting_id, person_id__in={arrival.person_id for arrival in group}
        ).order_by()
    }
    fresh: dict[int, _Arrival] = {}
    for arrival in group:
        mark = stands.get(arrival.person_id)
        if mark is not None and mark.mark == Attendance.MarkChoice.PRESENT:
            arrival.outcome = "again"
        elif mark is not None and mark.source == Attendance.Source.SECRETARY:
            arrival.outcome = "marked"
        else:
            arrival.outcome = "again" if arrival.person_id in fresh else "new"
            fresh.setdefault(arrival.person_id, arrival)
    Attendance.objects.bulk_create(
        [
            Attendance(
                meeting_id=meeting_id,
                person_id=one.person_id,
                mark=Attendance.MarkChoice.PRESENT,
                source=one.source,
                marked_at=one.now,
            )
            for one in fresh.values()
        ],
        update_conflicts=True,
        unique_fields=["meeting", "person"],
        update_fields=["mark", "reason", "note", "source", "marked_at"],
    )
    return set(fresh)


@command("meetings.ask_leave_by_link")
def ask_leave_by_link(
    *, actor: Actor, today: date, meeting: Meeting, person: Person, reason: str, words: str = ""
) -> None:
    """Somebody who came by the meeting's address asks leave."""
    write_leave(actor=actor, today=today, meeting=meeting, person=person, reason=reason, words=words)
