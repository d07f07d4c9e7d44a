"""Filing a meeting, and correcting what was filed: a new version, with the reason; the old ones stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.commands import command
from zhibu.orglife.meetings.commands.checks import allow_open, note
from zhibu.orglife.meetings.commands.meetings import index_meeting
from zhibu.orglife.meetings.commands.votes import refuse_void_votes, refuse_voided, valid_items
from zhibu.orglife.meetings.models import ItemConflict, Meeting, MeetingClosure, MinutesVersion
from zhibu.orglife.meetings.queries.attendance import get_roll
from zhibu.orglife.meetings.queries.meetings import list_items
from zhibu.orglife.meetings.queries.record import compose_record, record_as_json


@command("meetings.complete")
def complete_meeting(*, actor: Actor, today: date, meeting: Meeting) -> MinutesVersion:
    """File the record: counts and names are kept as they are now, and the meeting counts for its duties.

    Three lines of minutes are enough; what the page flags does not stop it. Raises ``Refused`` before the
    day, without a roll, or while two texts wait to be merged.
    """
    allow_open(actor, meeting, today)
    if not (actor.may("meetings:complete", meeting.organization.path) or meeting.group_id is not None):
        raise NotAllowed("meetings:complete")
    if meeting.date > today:
        raise Refused("meetings.not_yet", "会议还没有召开，不能归档。", next_step="请在会后点“完成”。")
    if not meeting.basis:
        raise Refused("meetings.no_roll", "还没有登记到会情况。", next_step="请先点“全到”，再改没有到的人。")
    if ItemConflict.objects.filter(item__meeting=meeting, merged_at__isnull=True).exists():
        raise Refused(
            "meetings.unmerged",
            "有两位同志写的文字还没有合并。",
            next_step="请在标出的议题下对照合并，再点“完成”。",
        )
    refuse_void_votes(meeting, get_roll(meeting), today)
    version = _keep_version(actor, today, meeting, "")
    meeting.state = Meeting.State.COMPLETED
    meeting.version += 1
    meeting.save()
    MeetingClosure.objects.create(
        meeting=meeting, kind="completed", closed_date=today, closed_at=utc_now(), closed_by=actor.label
    )
    index_meeting(meeting)
    note(
        actor,
        "meetings.complete",
        meeting,
        {"expected": meeting.expected_count, "present": meeting.present_count},
    )
    return version


@command("meetings.correct")
def correct_meeting(
    *,
    actor: Actor,
    today: date,
    meeting: Meeting,
    reason: str,
    apply: Callable[[Meeting], None],
    declared_void: frozenset[int] = frozenset(),
) -> MinutesVersion:
    """Correct a filed meeting: ``apply`` makes the changes, and a new version with the reason is kept.

    ``declared_void`` are the matters whose votes the paper record itself shows as void.

    All in one transaction: refused changes leave everything as it was. The first version is kept before it,
    where the record came in bulk and had none.
    """
    if not actor.may("meetings:complete", meeting.organization.path):
        raise NotAllowed("meetings:complete")
    if meeting.state != Meeting.State.COMPLETED:
        raise Refused("meetings.not_completed", "这次会议还没有归档，可以直接修改。")
    if not reason.strip():
        raise Refused("meetings.reason", "请写明更正的原因。", next_step="原因会写进记录，原来的版本会保留。")
    if not MinutesVersion.objects.filter(meeting=meeting).exists():
        _keep_version(actor, today, meeting, "")
    meeting.state = Meeting.State.HELD
    meeting.save(update_fields=["state"])
    were_valid = valid_items(meeting)
    apply(meeting)
    refuse_void_votes(meeting, get_roll(meeting), today)
    refuse_voided(meeting, were_valid, declared_void)
    meeting.state = Meeting.State.COMPLETED
    meeting.version += 1
    version = _keep_version(actor, today, meeting, reason.strip())
    meeting.save()
    note(actor, "meetings.correct", meeting, {"version": version.number})
    return version


def _keep_version(actor: Actor, today: date, meeting: Meeting, reason: str) -> MinutesVersion:
    """Keep the record as it stands as the next version, and its counts on the meeting."""
    roll = get_roll(meeting)
    meeting.expected_count, meeting.present_count = roll.expected_count, roll.present_count
    meeting.expected_voting_count = roll.voting_count
    meeting.present_voting_count = roll.present_voting_count
    last = MinutesVersion.objects.filter(meeting=meeting).order_by("-number").first()
    return MinutesVersion.objects.create(
        meeting=meeting,
        number=last.number + 1 if last else 1,
        content=record_as_json(compose_record(meeting, roll, list_items(meeting))),
        reason=reason,
        created_date=today,
        created_at=utc_now(),
        created_by=actor.label,
    )
