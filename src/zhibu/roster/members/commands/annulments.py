"""Annulling a mistaken entry: only the last one, so that the spells it made can be taken back whole."""

from __future__ import annotations

from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command
from zhibu.roster.members.commands.decisions import Kind, allow, record_person
from zhibu.roster.members.models import StatusChange

_WITHOUT_SPELLS = frozenset(
    {
        Kind.EXTEND,
        Kind.OBSERVE,
        Kind.RIGHTS_SUSPENDED,
        Kind.RIGHTS_RESTORED,
        Kind.SEARCHED,
        Kind.CONTACTED,
        Kind.TRANSFER_START,
    }
)


@command("members.annul_change")
def annul_change(*, actor: Actor, today: date, change: StatusChange, reason: str) -> None:
    """Mark a mistaken entry as not counting, with the reason; it stays readable.

    Entries that began or ended a membership cannot be annulled, since others build on them: they are put
    right by a change of their own (restore, transfer back).
    """
    allow(actor, "members:edit", change.organization.path)
    if change.annulled_at:
        raise Refused("members.annulled_already", "这条登记已经作废。")
    if change.kind not in _WITHOUT_SPELLS:
        raise Refused(
            "members.not_annullable",
            "“{kind}”已经改变了身份或者组织关系，不能直接作废。".format(kind=change.get_kind_display()),
            next_step="请再办一次相反的手续，例如恢复、转回。",
        )
    if not reason.strip():
        raise Refused("members.no_reason", "请写明作废的原因。")
    change.annulled_at = utc_now()
    change.annulled_reason = reason
    change.save(update_fields=["annulled_at", "annulled_reason"])
    record_person(actor, "members.annul_change", change.person, [change.organization_id], change.kind)
