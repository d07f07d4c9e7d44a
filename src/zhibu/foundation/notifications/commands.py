"""Putting a notice away: what was taken note of no longer stands on the workbench."""

from __future__ import annotations

from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed
from zhibu.foundation.audit.commands import command, record
from zhibu.foundation.notifications.models import Notice


@command("notifications.put_away")
def put_away(*, actor: Actor, today: date, notice: Notice, path: str) -> None:
    """Put one notice of the organisation with this path away; a second time changes nothing.

    Nobody is told: whether a notice was read stays with its readers.
    """
    if not actor.may("meetings:edit", path):
        raise NotAllowed("meetings:edit")
    if notice.closed_at is not None:
        return
    notice.closed_at = utc_now()
    notice.save(update_fields=["closed_at"])
    record(
        actor=actor,
        action="notifications.put_away",
        object_ref="notice:{pk}".format(pk=notice.pk),
        org_ids=[notice.org_id] if notice.org_id else [],
    )
