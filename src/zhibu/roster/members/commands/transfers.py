"""Transfers of the formal relation: in, out, between two of our organisations, and between groups
(JY-25-3).
"""

from __future__ import annotations

from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command
from zhibu.roster.access.commands import follow_person
from zhibu.roster.members import norms
from zhibu.roster.members.commands.cards import add_person
from zhibu.roster.members.commands.decisions import (
    Kind,
    StatusDecision,
    allow,
    begin_spell,
    check_dates,
    check_not_before,
    end_all,
    end_office,
    end_spell,
    keep_change,
    leave_roster,
    open_spell_of,
    record_person,
)
from zhibu.roster.members.commands.sealed_cards import PersonCard
from zhibu.roster.members.models import (
    Group,
    MembershipSpell,
    Office,
    Person,
    Status,
    StatusChange,
)
from zhibu.roster.members.queries.transit import get_pending_transfer
from zhibu.roster.organizations.commands.holding import hold_tree
from zhibu.roster.organizations.models import Organization


@command("members.transfer_in")
def transfer_in(
    *,
    actor: Actor,
    today: date,
    organization: Organization,
    card: PersonCard,
    status: Status,
    decision: StatusDecision,
    group: Group | None = None,
) -> Person:
    """Take in a member from outside the system; ``decision.place`` says from where."""
    if not decision.place:
        raise Refused("members.no_place", "请填写从哪个党组织转来。", clause=norms.TRANSFER)
    return add_person(
        actor=actor,
        today=today,
        organization=organization,
        card=card,
        status=status,
        since_date=decision.effective_date,
        group=group,
        kind=Kind.TRANSFER_IN,
        decision=decision,
    )


@command("members.start_transfer")
def start_transfer(
    *,
    actor: Actor,
    today: date,
    person: Person,
    decision: StatusDecision,
    destination: Organization | None = None,
) -> StatusChange:
    """Send a member's relation off. Until it is received the present branch still answers (JY-25-3).

    ``destination`` is one of our organisations, or ``decision.place`` names one elsewhere.
    """
    allow(actor, "members:edit", person.organization.path)
    check_dates(decision, today)
    spell = open_spell_of(person)
    check_not_before(spell, decision.effective_date)
    if destination is None and not decision.place:
        raise Refused("members.no_place", "请填写转到哪个党组织。", clause=norms.TRANSFER)
    if destination is not None and destination.pk == spell.organization_id:
        raise Refused("members.same_place", "{name}本来就在这个党组织。".format(name=person.name))
    if get_pending_transfer(person) is not None:
        raise Refused(
            "members.already_in_transit",
            "{name}的组织关系已经在转接途中。".format(name=person.name),
            next_step="请先登记对方是否接收，或者收回介绍信。",
        )
    change = keep_change(
        actor=actor,
        person=person,
        organization=spell.organization,
        kind=Kind.TRANSFER_START,
        decision=decision,
        counterpart=destination,
    )
    touched = [spell.organization_id, *([destination.pk] if destination else [])]
    record_person(actor, "members.start_transfer", person, touched)
    return change


@command("members.cancel_transfer")
def cancel_transfer(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """Take a transfer back: the letter expired or was returned."""
    allow(actor, "members:edit", person.organization.path)
    check_dates(decision, today)
    start = _require_pending(person)
    change = keep_change(
        actor=actor,
        person=person,
        organization=start.organization,
        kind=Kind.TRANSFER_CANCEL,
        decision=decision,
        counterpart=start.counterpart,
    )
    record_person(actor, "members.cancel_transfer", person, [start.organization_id])
    return change


@command("members.complete_transfer_out")
def complete_transfer_out(
    *, actor: Actor, today: date, person: Person, decision: StatusDecision
) -> StatusChange:
    """The receipt came back from outside: from ``decision.effective_date`` the person is no longer ours."""
    allow(actor, "members:edit", person.organization.path)
    check_dates(decision, today)
    start = _require_pending(person)
    if start.counterpart is not None:
        raise Refused(
            "members.receiver_confirms",
            "这次是转到{name}，请由对方在系统里接收。".format(name=start.counterpart.name),
            clause=norms.TRANSFER,
        )
    if decision.effective_date < start.date:
        raise Refused("members.date_order", "接收日期不能早于介绍信日期。", next_step="请核对日期。")
    change = leave_roster(actor=actor, person=person, kind=Kind.TRANSFER_OUT, decision=decision)
    follow_person(actor=actor, today=today, person_id=person.pk, organization=None)
    record_person(actor, "members.complete_transfer_out", person, [change.organization_id])
    return change


@command("members.receive_transfer")
def receive_transfer(
    *,
    actor: Actor,
    today: date,
    person: Person,
    decision: StatusDecision,
    group: Group | None = None,
) -> StatusChange:
    """The destination takes in somebody sent by another of our organisations."""
    hold_tree()
    start = _require_pending(person)
    if start.counterpart is None:
        raise Refused("members.not_sent_here", "这次转接不是转到本系统内的党组织。")
    allow(actor, "members:edit", start.counterpart.path)
    check_dates(decision, today)
    if decision.effective_date < start.date:
        raise Refused("members.date_order", "接收日期不能早于介绍信日期。", next_step="请核对日期。")
    return _put(actor, today, person, start.counterpart, decision, group, "members.receive_transfer")


@command("members.transfer_between")
def transfer_between(
    *,
    actor: Actor,
    today: date,
    person: Person,
    destination: Organization,
    decision: StatusDecision,
    group: Group | None = None,
) -> StatusChange:
    """Put a member into another organisation at once, by somebody with the right at both places."""
    hold_tree(destination)
    allow(actor, "members:edit", person.organization.path)
    allow(actor, "members:edit", destination.path)
    check_dates(decision, today)
    if destination.pk == person.organization_id:
        raise Refused("members.same_place", "{name}本来就在这个党组织。".format(name=person.name))
    return _put(actor, today, person, destination, decision, group, "members.transfer_between")


def _put(
    actor: Actor,
    today: date,
    person: Person,
    destination: Organization,
    decision: StatusDecision,
    group: Group | None,
    action: str,
) -> StatusChange:
    if destination.dissolved_date:
        raise Refused("members.dissolved", "对方党组织已经撤销。", next_step="请另选党组织。")
    check_group(group, destination)
    spell = open_spell_of(person)
    check_not_before(spell, decision.effective_date)
    origin, status = spell.organization, spell.status
    out = keep_change(
        actor=actor,
        person=person,
        organization=origin,
        kind=Kind.TRANSFER_OUT,
        decision=decision,
        counterpart=destination,
    )
    end_all(person, decision.effective_date, out)
    change = keep_change(
        actor=actor,
        person=person,
        organization=destination,
        kind=Kind.TRANSFER_IN,
        decision=decision,
        counterpart=origin,
    )
    begin_spell(
        person=person,
        organization=destination,
        status=status,
        day=decision.effective_date,
        change=change,
        group=group,
    )
    follow_person(actor=actor, today=today, person_id=person.pk, organization=destination)
    record_person(actor, action, person, [origin.pk, destination.pk])
    return change


@command("members.move_group")
def move_group(*, actor: Actor, today: date, person: Person, group: Group | None, day: date) -> StatusChange:
    """Put a member into another party group of the same branch, or into none; a group's leader lays
    that down.
    """
    allow(actor, "members:edit", person.organization.path)
    decision = StatusDecision(effective_date=day)
    check_dates(decision, today)
    spell = open_spell_of(person)
    check_group(group, spell.organization)
    if spell.group_id == (group.pk if group else None):
        raise Refused("members.same_group", "{name}本来就在这个党小组。".format(name=person.name))
    check_not_before(spell, day)
    change = keep_change(
        actor=actor,
        person=person,
        organization=spell.organization,
        kind=Kind.MOVE_GROUP,
        decision=decision,
    )
    end_spell(spell, day, change)
    for office in Office.objects.filter(person=person, role=Office.Role.GROUP_LEADER, valid_to__isnull=True):
        end_office(office, day, change)
    begin_spell(
        person=person,
        organization=spell.organization,
        status=spell.status,
        day=day,
        change=change,
        group=group,
    )
    record_person(actor, "members.move_group", person, [spell.organization_id])
    return change


@command("members.take_part")
def take_part(
    *,
    actor: Actor,
    today: date,
    person: Person,
    organization: Organization,
    decision: StatusDecision,
    group: Group | None = None,
) -> StatusChange:
    """Let somebody whose relation stays elsewhere take part in this branch's life (ZB-16-4)."""
    hold_tree(organization)
    allow(actor, "members:edit", organization.path)
    check_dates(decision, today)
    check_group(group, organization)
    if organization.dissolved_date:
        raise Refused("members.dissolved", "这个党组织已经撤销。", next_step="请另选党组织。")
    spell = open_spell_of(person)
    if spell.organization_id == organization.pk:
        raise Refused("members.same_place", "{name}的组织关系就在这里。".format(name=person.name))
    if MembershipSpell.objects.filter(
        person=person, organization=organization, valid_to__isnull=True
    ).exists():
        raise Refused(
            "members.already_takes_part", "{name}已经编入这里参加组织生活。".format(name=person.name)
        )
    change = keep_change(
        actor=actor, person=person, organization=organization, kind=Kind.TAKE_PART, decision=decision
    )
    begin_spell(
        person=person,
        organization=organization,
        status=spell.status,
        day=decision.effective_date,
        change=change,
        group=group,
        is_belonging=False,
    )
    record_person(actor, "members.take_part", person, [organization.pk, spell.organization_id])
    return change


@command("members.end_taking_part")
def end_taking_part(
    *,
    actor: Actor,
    today: date,
    person: Person,
    organization: Organization,
    decision: StatusDecision,
) -> StatusChange:
    """End somebody's taking part in a branch that does not hold the relation."""
    allow(actor, "members:edit", organization.path)
    check_dates(decision, today)
    spell = MembershipSpell.objects.filter(
        person=person, organization=organization, valid_to__isnull=True, is_belonging=False
    ).first()
    if spell is None:
        raise Refused("members.does_not_take_part", "{name}没有编入这里。".format(name=person.name))
    check_not_before(spell, decision.effective_date)
    change = keep_change(
        actor=actor, person=person, organization=organization, kind=Kind.TAKE_PART_END, decision=decision
    )
    end_spell(spell, decision.effective_date, change)
    record_person(actor, "members.end_taking_part", person, [organization.pk])
    return change


def _require_pending(person: Person) -> StatusChange:
    start = get_pending_transfer(person)
    if start is None:
        raise Refused(
            "members.not_in_transit",
            "{name}没有正在转接的组织关系。".format(name=person.name),
            next_step="请先登记开出组织关系介绍信。",
        )
    return start


def check_group(group: Group | None, organization: Organization) -> None:
    """Refuse a group of another branch or one that ended."""
    if group is not None and (group.organization_id != organization.pk or group.valid_to):
        raise Refused("members.wrong_group", "选的党小组不在这个党支部，请另选。")
