"""Two cards of one person made one, and made two again (重复人员)."""

from __future__ import annotations

from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.foundation.search.commands import remove_entry
from zhibu.roster.members.commands.decisions import allow
from zhibu.roster.members.commands.sealed_cards import index_card
from zhibu.roster.members.commands.searching import KIND
from zhibu.roster.members.models import MembershipSpell, Person, PersonMerge, Standing


@command("members.merge")
def merge_persons(*, actor: Actor, today: date, kept: Person, absorbed: Person, reason: str) -> PersonMerge:
    """Fold one card into another: its spells move, it disappears from lists, nothing of it is lost.

    Only somebody with the right to both. Refused where both stand on a roster today: one must leave first,
    since the two may be two persons after all.
    """
    allow(actor, "members:edit", kept.organization.path)
    allow(actor, "members:edit", absorbed.organization.path)
    if kept.pk == absorbed.pk or absorbed.merged_into_id or kept.merged_into_id:
        raise Refused("members.merge_not_two", "请选两张不同的、没有合并过的卡片。")
    if Standing.LEFT not in (kept.standing, absorbed.standing):
        raise Refused(
            "members.merge_both_current",
            "两张卡片现在都在册，不能直接合并。",
            next_step="请先把其中一张办理转出或者撤回错误登记，再来合并。",
        )
    if absorbed.standing != Standing.LEFT:
        raise Refused("members.merge_direction", "要保留现在在册的那一张，请把两张卡片调换过来。")
    spells = list(MembershipSpell.objects.filter(person=absorbed).values_list("pk", flat=True))
    MembershipSpell.objects.filter(pk__in=spells).update(person=kept)
    absorbed.merged_into = kept
    absorbed.save(update_fields=["merged_into"])
    remove_entry(kind=KIND, ref_id=absorbed.pk)
    merge = PersonMerge.objects.create(
        kept=kept,
        absorbed=absorbed,
        reason=reason,
        merged_at=utc_now(),
        merged_by=actor.label,
        moved_spells=spells,
    )
    _record(actor, "members.merge", merge)
    return merge


@command("members.split")
def split_persons(*, actor: Actor, today: date, merge: PersonMerge) -> None:
    """Undo a merge: the spells that moved go back, the card stands on its own again."""
    allow(actor, "members:edit", merge.kept.organization.path)
    if merge.split_at:
        raise Refused("members.split_already", "这两张卡片已经拆开了。")
    MembershipSpell.objects.filter(pk__in=merge.moved_spells, person=merge.kept).update(person=merge.absorbed)
    merge.absorbed.merged_into = None
    merge.absorbed.save(update_fields=["merged_into"])
    merge.split_at = utc_now()
    merge.split_by = actor.label
    merge.save(update_fields=["split_at", "split_by"])
    index_card(merge.absorbed)
    _record(actor, "members.split", merge)


def _record(actor: Actor, action: str, merge: PersonMerge) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="person:{id}".format(id=merge.kept_id),
        org_ids=[merge.kept.organization_id, merge.absorbed.organization_id],
        diff={"merge": merge.pk},
    )
