"""Attendance by exception: all present, then those who were not; leave asked for; make-ups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.commands import command
from zhibu.orglife.meetings.commands.checks import allow_edit, allow_open, note, refuse_closed
from zhibu.orglife.meetings.commands.votes import rejudge_votes
from zhibu.orglife.meetings.models import Attendance, MakeUp, Meeting, audience_of
from zhibu.orglife.meetings.queries.attendance import Roll, get_roll
from zhibu.roster.members.models import Person

MARKS = Attendance.MarkChoice
_KEPT_REASONS = frozenset({MARKS.LEAVE, MARKS.ABSENT})


@dataclass(frozen=True, slots=True)
class MarkChange:
    """One person's new mark; an empty mark takes an earlier one back."""

    person_id: int
    mark: str
    reason: str = ""
    note: str = ""


@command("meetings.take_roll")
def take_roll(*, actor: Actor, today: date, meeting: Meeting, changes: Sequence[MarkChange] = ()) -> Roll:
    """全到: everybody expected was there, except the marks that stand and those given here."""
    allow_open(actor, meeting, today)
    _refuse_future(meeting, today)
    if audience_of(meeting.kind) == "listed":
        raise Refused(
            "meetings.listed", "这类活动按名单登记，请逐个选择参加的人。", next_step="请在名单中点“到”。"
        )
    _apply(meeting, changes)
    meeting.basis, meeting.state = Meeting.Basis.EXPECTED, Meeting.State.HELD
    meeting.save(update_fields=["basis", "state"])
    roll = get_roll(meeting)
    rejudge_votes(meeting, roll)
    note(actor, "meetings.take_roll", meeting, _counts(roll, len(changes)))
    return roll


@command("meetings.mark")
def mark_attendance(*, actor: Actor, today: date, meeting: Meeting, changes: Sequence[MarkChange]) -> Roll:
    """Mark some persons; what is not named stays. Leave may be noted before the meeting, presence not."""
    allow_open(actor, meeting, today)
    if any(change.mark in (MARKS.PRESENT, MARKS.ABSENT) for change in changes):
        _refuse_future(meeting, today)
    _apply(meeting, changes)
    if audience_of(meeting.kind) == "listed" and not meeting.basis and changes:
        meeting.basis, meeting.state = Meeting.Basis.LISTED, Meeting.State.HELD
        meeting.save(update_fields=["basis", "state"])
    roll = get_roll(meeting)
    rejudge_votes(meeting, roll)
    note(actor, "meetings.mark", meeting, _counts(roll, len(changes)))
    return roll


def _counts(roll: Roll, changes: int) -> dict[str, int]:
    return {"expected": roll.expected_count, "present": roll.present_count, "changes": changes}


def _refuse_future(meeting: Meeting, today: date) -> None:
    if meeting.date > today:
        raise Refused(
            "meetings.not_yet", "会议还没有召开，不能登记到会情况。", next_step="请假可以现在登记。"
        )


def _apply(meeting: Meeting, changes: Iterable[MarkChange]) -> None:
    """Write the marks: one statement for all that are new or changed."""
    wanted = {change.person_id: change for change in changes}
    if not wanted:
        return
    known = {row.person_id for row in get_roll(meeting).rows}
    if not wanted.keys() <= known:
        raise Refused("meetings.not_on_roll", "有人不在本次会议的名单里。", next_step="请刷新页面后再登记。")
    gone = [person for person, change in wanted.items() if not change.mark]
    Attendance.objects.filter(meeting=meeting, person_id__in=gone).delete()
    now = utc_now()
    Attendance.objects.bulk_create(
        [
            Attendance(
                meeting=meeting,
                person_id=change.person_id,
                mark=change.mark,
                reason=change.reason if change.mark == MARKS.LEAVE else "",
                note=change.note.strip()[:100] if change.mark in _KEPT_REASONS else "",
                source=Attendance.Source.SECRETARY,
                marked_at=now,
            )
            for change in wanted.values()
            if change.mark
        ],
        update_conflicts=True,
        unique_fields=["meeting", "person"],
        update_fields=["mark", "reason", "note", "source", "marked_at"],
    )


@command("meetings.ask_leave")
def ask_leave(
    *, actor: Actor, today: date, meeting: Meeting, person: Person, reason: str, words: str = ""
) -> None:
    """A member asks leave, for oneself; the secretary sees it on the roll, nobody has to approve it here."""
    if actor.scope.person_id != person.pk:
        raise NotAllowed("meetings:view_own")
    write_leave(actor=actor, today=today, meeting=meeting, person=person, reason=reason, words=words)


def write_leave(
    *, actor: Actor, today: date, meeting: Meeting, person: Person, reason: str, words: str
) -> None:
    """The part shared by the signed-in member and the personal address."""
    refuse_closed(meeting)
    if reason not in Attendance.Reason.values:
        raise Refused("meetings.leave_reason", "请选择请假的原因。")
    rows = {row.person_id: row for row in get_roll(meeting).rows}
    if person.pk not in rows:
        raise Refused("meetings.not_on_roll", "您不在本次会议的名单里。", next_step="请与支部书记联系。")
    if rows[person.pk].source == Attendance.Source.SECRETARY:
        raise Refused(
            "meetings.marked_already",
            "书记已经登记了您的到会情况。",
            next_step="需要改动的，请告诉支部书记。",
        )
    Attendance.objects.update_or_create(
        meeting=meeting,
        person=person,
        defaults={
            "mark": MARKS.LEAVE,
            "reason": reason,
            "note": words.strip()[:100],
            "source": Attendance.Source.SELF,
            "marked_at": utc_now(),
        },
    )
    note(actor, "meetings.ask_leave", meeting, {"person": person.pk})


@command("meetings.withdraw_leave")
def withdraw_leave(*, actor: Actor, today: date, meeting: Meeting, person: Person, by_link: bool) -> None:
    """Somebody can come after all, and takes the own leave back; what the secretary marked stays."""
    if not by_link and actor.scope.person_id != person.pk:
        raise NotAllowed("meetings:view_own")
    refuse_closed(meeting)
    own = Attendance.objects.filter(
        meeting=meeting, person=person, mark=MARKS.LEAVE, source=Attendance.Source.SELF
    )
    if own.delete()[0]:
        note(actor, "meetings.withdraw_leave", meeting, {"person": person.pk})


@command("meetings.withdraw_make_up")
def withdraw_make_up(*, actor: Actor, today: date, meeting: Meeting, person: Person) -> None:
    """Take back a make-up that was tapped for the wrong person or meeting."""
    allow_edit(actor, meeting.organization, meeting.group_id, today)
    if MakeUp.objects.filter(meeting=meeting, person=person).delete()[0]:
        note(actor, "meetings.withdraw_make_up", meeting, {"person": person.pk})


@command("meetings.make_up")
def record_make_up(
    *,
    actor: Actor,
    today: date,
    meeting: Meeting,
    person: Person,
    way: str,
    done_date: date,
    by_person: Person | None = None,
) -> MakeUp:
    """Record that somebody made up for a missed meeting, or that it was brought home; by whoever visited."""
    allow_edit(actor, meeting.organization, meeting.group_id, today)
    if meeting.state == Meeting.State.CANCELLED or not meeting.date <= done_date <= today:
        raise Refused("meetings.make_up_date", "补课日期应当在会议之后、今天之前。", next_step="请核对日期。")
    row = {row.person_id: row for row in get_roll(meeting).rows}.get(person.pk)
    if row is None or row.is_present:
        raise Refused("meetings.not_away", "这名党员没有缺席这次会议，不需要补课。")
    if row.made_up:
        raise Refused("meetings.made_up_already", "这次缺席已经补过。")
    made = MakeUp.objects.create(
        meeting=meeting,
        person=person,
        way=way,
        done_date=done_date,
        by_person=by_person,
        recorded_by=actor.label,
        recorded_at=utc_now(),
    )
    note(actor, "meetings.make_up", meeting, {"person": person.pk, "way": way})
    return made
