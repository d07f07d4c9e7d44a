"""Kinds of meeting that a place adds; each counts as one that the regulations know, or as none."""

from __future__ import annotations

from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.orglife.meetings.models import LocalMeetingKind, MeetingKind
from zhibu.roster.organizations.models import Organization


@command("meetings.add_local_kind")
def add_local_kind(
    *, actor: Actor, today: date, organization: Organization, name: str, counts_as: str
) -> LocalMeetingKind:
    """Add a kind for this organisation and all below it."""
    _allow(actor, organization)
    name = name.strip()
    if name in {str(label) for label in MeetingKind.labels}:
        raise Refused("meetings.known_kind", "系统里已经有这个类型。", next_step="请直接选用。")
    if LocalMeetingKind.objects.filter(organization=organization, name=name).exists():
        raise Refused("meetings.known_kind", "这个名称已经用过。", next_step="请换一个名称。")
    kind = LocalMeetingKind.objects.create(organization=organization, name=name, counts_as=counts_as)
    _note(actor, "meetings.add_local_kind", kind)
    return kind


@command("meetings.retire_local_kind")
def retire_local_kind(*, actor: Actor, today: date, kind: LocalMeetingKind) -> None:
    """Offer a kind no longer; meetings of it keep it."""
    _allow(actor, kind.organization)
    kind.is_active = False
    kind.save(update_fields=["is_active"])
    _note(actor, "meetings.retire_local_kind", kind)


def _allow(actor: Actor, organization: Organization) -> None:
    if not actor.may("meetings:complete", organization.path):
        raise NotAllowed("meetings:complete")


def _note(actor: Actor, action: str, kind: LocalMeetingKind) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="meeting_kind:{id}".format(id=kind.pk),
        org_ids=[kind.organization_id],
        diff={"counts_as": kind.counts_as, "is_active": kind.is_active},
    )
