"""Somebody who had left comes back to the roster: the old card goes on, no second one is made."""

from __future__ import annotations

from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command
from zhibu.roster.access.commands import follow_person
from zhibu.roster.members import norms
from zhibu.roster.members.commands.decisions import (
    Kind,
    StatusDecision,
    allow,
    begin_spell,
    check_dates,
    keep_change,
    lock_persons,
    record_person,
)
from zhibu.roster.members.models import Person, Standing, Status, StatusChange
from zhibu.roster.organizations.commands.holding import hold_tree
from zhibu.roster.organizations.models import Organization

_ENDED = (Kind.CANCEL, Kind.WITHDRAW, Kind.REMOVE, Kind.PERSUADE, Kind.EXPEL, Kind.DIED)


@command("members.return")
def return_to_roster(
    *,
    actor: Actor,
    today: date,
    person: Person,
    organization: Organization,
    decision: StatusDecision,
) -> StatusChange:
    """Take in again somebody whose relation went elsewhere, or whose entry was annulled.

    ``decision.place`` says from where. Refused where the membership itself ended: that is a new admission,
    or a mistake to be annulled.
    """
    hold_tree(organization)
    allow(actor, "members:edit", organization.path)
    check_dates(decision, today)
    lock_persons([person.pk])
    person.refresh_from_db(fields=["organization", "standing"])
    allow(actor, "members:edit", person.organization.path)
    _check(person, organization, decision)
    change = keep_change(
        actor=actor,
        person=person,
        organization=organization,
        kind=Kind.TRANSFER_IN,
        decision=decision,
    )
    status = Status.FULL if person.full_date else Status.PROBATIONARY
    touched = [person.organization_id, organization.pk]
    begin_spell(
        person=person, organization=organization, status=status, day=decision.effective_date, change=change
    )
    follow_person(actor=actor, today=today, person_id=person.pk, organization=organization)
    record_person(actor, "members.return", person, touched)
    return change


def _check(person: Person, organization: Organization, decision: StatusDecision) -> None:
    if person.standing != Standing.LEFT or person.merged_into_id:
        raise Refused("members.wrong_status", "{name}已经在名册上。".format(name=person.name))
    if organization.dissolved_date:
        raise Refused(
            "members.dissolved",
            "{name}已经撤销，不能转回那里。".format(name=organization.name),
            next_step="请选现在的党支部。",
        )
    if not decision.place:
        raise Refused("members.no_place", "请填写从哪个党组织转来。", clause=norms.TRANSFER)
    last = StatusChange.objects.filter(person=person, annulled_at__isnull=True).order_by("pk").last()
    if last is not None and last.kind in _ENDED:
        raise Refused(
            "members.membership_ended",
            "{name}登记的是“{kind}”，不能当作转入。".format(name=person.name, kind=last.get_kind_display()),
            next_step="登记错了的，请在经历里作废那一条；重新入党的，按接收预备党员办理。",
        )
    ended = person.spells.order_by("valid_to").last()
    if ended is not None and ended.valid_to and decision.effective_date < ended.valid_to:
        raise Refused(
            "members.date_order",
            "{name}到{day}才转走，转回不能早于这一天。".format(
                name=person.name, day=ended.valid_to.isoformat()
            ),
            next_step="请核对日期。",
        )
