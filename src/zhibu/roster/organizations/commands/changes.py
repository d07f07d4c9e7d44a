"""Renaming, adjusting, moving, merging, splitting and dissolving organisations (支部工作条例 7；党章 13)."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from zhibu.common.actor import Actor
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.organizations import norms
from zhibu.roster.organizations.commands.creation import MAX_PATH, check_place
from zhibu.roster.organizations.commands.decisions import (
    PROFILE_FIELDS,
    Decision,
    Profile,
    allow,
    check_decision,
    close_state,
    obstacles_to_dissolution,
    open_state,
    record_change,
)
from zhibu.roster.organizations.commands.holding import (
    check_past_of_move,
    hold_tree,
    sentence_on_later_children,
)
from zhibu.roster.organizations.commands.searching import index_organizations
from zhibu.roster.organizations.models import Organization, OrganizationChange
from zhibu.roster.organizations.queries.placement import may_stand_under

Kind = OrganizationChange.Kind


@command("organizations.rename")
def rename_organization(
    *,
    actor: Actor,
    today: date,
    organization: Organization,
    name: str,
    short_name: str,
    decision: Decision,
) -> None:
    """Give an organisation another name from a day on; the old one stays in its history."""
    hold_tree(organization)
    profile = Profile.of(organization).renamed(name, short_name)
    _apply(actor, today, organization, profile, decision, Kind.RENAME)


@command("organizations.adjust")
def adjust_organization(
    *, actor: Actor, today: date, organization: Organization, profile: Profile, decision: Decision
) -> None:
    """Change kind, domain, committee or flags from a day on.

    Refused where what stands below could not stand below the new kind.
    """
    hold_tree(organization)
    if organization.parent is not None:
        check_place(profile.kind, organization.parent)
    for child in organization.children.filter(dissolved_date__isnull=True).order_by("id"):
        if not may_stand_under(child.kind, profile.kind):
            raise Refused(
                "organizations.wrong_place",
                "下面还有{child}，改了类别以后它不能再设在这里。".format(child=child.name),
                next_step="请先调整下级党组织的隶属关系。",
            )
    _apply(actor, today, organization, profile, decision, Kind.ADJUST)


def _apply(
    actor: Actor, today: date, organization: Organization, profile: Profile, decision: Decision, kind: str
) -> None:
    allow(actor, "organizations:restructure", organization.path)
    check_decision(decision, today=today, organization=organization)
    before = Profile.of(organization)
    changed = [field for field in PROFILE_FIELDS if getattr(before, field) != getattr(profile, field)]
    if not changed:
        raise Refused("organizations.nothing_changed", "没有改动，不用保存。")
    profile.write_to(organization)
    organization.save(update_fields=changed)
    index_organizations([organization])
    open_state(
        organization, record_change(actor=actor, kind=kind, organization=organization, decision=decision)
    )
    _record(actor, "organizations.{kind}".format(kind=kind), organization, fields=changed)


@command("organizations.move")
def move_organization(
    *, actor: Actor, today: date, organization: Organization, parent: Organization, decision: Decision
) -> None:
    """Put an organisation, with all below it, under another one. Needs the right at both places.

    The paths of the whole subtree are rewritten in one statement. Raises ``Refused`` where it would come
    to stand below itself, or where its kind may not stand.
    """
    hold_tree(organization, parent)
    allow(actor, "organizations:restructure", organization.path)
    allow(actor, "organizations:restructure", parent.path)
    check_decision(decision, today=today, organization=organization)
    _check_move(organization, parent)
    check_past_of_move(organization, parent, decision.effective_date)
    old_parent_id = organization.parent_id
    move_subtree(organization, parent)
    change = record_change(
        actor=actor, kind=Kind.MOVE, organization=organization, decision=decision, other=parent
    )
    open_state(organization, change)
    _record(
        actor,
        "organizations.move",
        organization,
        also=[parent.pk, *([old_parent_id] if old_parent_id else [])],
    )


def _check_move(organization: Organization, parent: Organization) -> None:
    if parent.path.startswith(organization.path):
        raise Refused(
            "organizations.cycle",
            "不能把{name}调整到它自己或者它的下级党组织下面。".format(name=organization.name),
            next_step="请另选上级党组织。",
        )
    if parent.dissolved_date:
        raise Refused(
            "organizations.parent_not_there", "选的上级党组织已经撤销。", next_step="请另选上级党组织。"
        )
    if parent.pk == organization.parent_id:
        raise Refused("organizations.nothing_changed", "它本来就在这个党组织下面，不用调整。")
    check_place(organization.kind, parent)


def move_subtree(organization: Organization, parent: Organization) -> int:
    """Rewrite the paths of an organisation and all below it in one statement; returns how many rows."""
    old_path, new_path = organization.path, "{above}{id}/".format(above=parent.path, id=organization.pk)
    shift = parent.depth + 1 - organization.depth
    subtree = Organization.objects.below(old_path)
    longest = max((len(path) for path in subtree.values_list("path", flat=True).iterator()), default=0)
    if longest - len(old_path) + len(new_path) > MAX_PATH:
        raise Refused("organizations.too_deep", "调整以后层级太深，请另选上级党组织。")
    moved = subtree.order_by().update(
        path=Concat(Value(new_path), Substr("path", len(old_path) + 1)), depth=F("depth") + shift
    )
    organization.parent = parent
    organization.path = new_path
    organization.depth = parent.depth + 1
    organization.save(update_fields=["parent"])
    return moved


@command("organizations.dissolve")
def dissolve_organization(
    *,
    actor: Actor,
    today: date,
    organization: Organization,
    decision: Decision,
    kind: str = Kind.DISSOLVE,
    other: Organization | None = None,
) -> None:
    """End an organisation. Its members must have moved, what is below it too, its term must be closed.

    ``kind`` and ``other`` say that it went into another one (merge). Nothing is deleted: its records stay
    where they are and remain readable to who could read them.
    """
    hold_tree(organization)
    allow(actor, "organizations:restructure", organization.path)
    check_decision(decision, today=today, organization=organization)
    _check_empty(organization, decision.effective_date)
    record_change(actor=actor, kind=kind, organization=organization, decision=decision, other=other)
    close_state(organization, decision.effective_date)
    organization.dissolved_date = decision.effective_date
    organization.save(update_fields=["dissolved_date"])
    _record(
        actor,
        "organizations.dissolve",
        organization,
        also=[pk for pk in (organization.parent_id, other.pk if other else None) if pk],
    )


def _check_empty(organization: Organization, day: date) -> None:
    obstacles = obstacles_to_dissolution(organization, day)
    if organization.children.filter(dissolved_date__isnull=True).exists():
        obstacles.insert(0, "下面还有没撤销的党组织。")
    elif later := sentence_on_later_children(organization, day):
        obstacles.insert(0, later)
    if organization.terms.filter(ended_date__isnull=True).exists():
        obstacles.append("本届任期还没有登记结束。")
    if obstacles:
        raise Refused(
            "organizations.not_empty",
            "{name}现在还不能撤销：{reasons}".format(name=organization.name, reasons="".join(obstacles)),
            clause=norms.DISSOLUTION,
            next_step="请先把党员组织关系、下级党组织和任期处理好，再来登记撤销。",
        )


@command("organizations.record_split")
def record_split(
    *, actor: Actor, today: date, organization: Organization, part: Organization, decision: Decision
) -> None:
    """Note that ``part`` was set up out of ``organization``; the members' own transfers are made
    beside it.
    """
    allow(actor, "organizations:restructure", organization.path)
    check_decision(decision, today=today, organization=organization)
    record_change(actor=actor, kind=Kind.SPLIT, organization=organization, decision=decision, other=part)
    _record(actor, "organizations.record_split", organization, also=[part.pk])


def _record(
    actor: Actor,
    action: str,
    organization: Organization,
    *,
    also: list[int] | None = None,
    fields: list[str] | None = None,
) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="organization:{id}".format(id=organization.pk),
        org_ids=[organization.pk, *(also or [])],
        diff={"fields": fields} if fields else {},
    )
