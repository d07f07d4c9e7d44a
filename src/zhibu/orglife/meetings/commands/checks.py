"""What every command on a meeting asks first: the right at this place, and whether the record is
still open."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhibu.common.actor import Actor
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.commands import record
from zhibu.orglife.meetings.models import Meeting
from zhibu.orglife.meetings.queries.meetings import may_edit
from zhibu.roster.organizations.models import Organization


def allow_edit(actor: Actor, organization: Organization, group_id: int | None, today: date) -> None:
    """Raise ``NotAllowed`` unless the actor may work on meetings here (a group leader on the own group's)."""
    if not may_edit(actor, organization, group_id, today):
        raise NotAllowed("meetings:edit")


def allow_open(actor: Actor, meeting: Meeting, today: date) -> None:
    """The right, and a meeting that is neither filed nor cancelled."""
    allow_edit(actor, meeting.organization, meeting.group_id, today)
    refuse_closed(meeting)


def refuse_closed(meeting: Meeting) -> None:
    """Refuse changes of what is filed or cancelled."""
    if meeting.state == Meeting.State.COMPLETED:
        raise Refused(
            "meetings.completed",
            "这次会议已经归档，不能直接修改。",
            next_step="需要改动时，请在会议页点“更正”，写明原因，原记录会保留。",
        )
    if meeting.state == Meeting.State.CANCELLED:
        raise Refused("meetings.cancelled", "这次会议已经取消。", next_step="需要开会时，请另行发起。")


def note(actor: Actor, action: str, meeting: Meeting, diff: dict[str, Any]) -> None:
    """The audit row of a change to a meeting."""
    record(
        actor=actor,
        action=action,
        object_ref="meeting:{id}".format(id=meeting.pk),
        org_ids=[meeting.organization_id],
        diff=diff,
    )
