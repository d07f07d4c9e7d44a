"""Changes of status (党章 7、9、41、42；党员教育管理条例 24、31).

Who decides, who approves and how long something lasts is asked of the rulebook where a change is written
(`decisions.keep_change`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import add_years
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command
from zhibu.roster.access.commands import follow_person
from zhibu.roster.members import norms
from zhibu.roster.members.commands.cards import add_person
from zhibu.roster.members.commands.decisions import (
    Kind,
    StatusDecision,
    allow,
    change_status,
    check_dates,
    keep_change,
    leave_roster,
    open_spell_of,
    record_person,
)
from zhibu.roster.members.commands.sealed_cards import PersonCard
from zhibu.roster.members.models import Group, MembershipSpell, Person, Status, StatusChange
from zhibu.roster.organizations.models import Organization


@command("members.accept")
def accept_probationary(
    *,
    actor: Actor,
    today: date,
    organization: Organization,
    card: PersonCard,
    decision: StatusDecision,
    group: Group | None = None,
) -> Person:
    """Put a newly accepted probationary member on the roster; membership runs from the meeting (JY-24-1)."""
    allow(actor, "members:edit", organization.path)
    if card.joined_date != decision.effective_date:
        raise Refused(
            "members.joined_on_meeting",
            "加入党组织日期就是支部党员大会通过的日期，两处应当一致。",
            clause=norms.MEMBERSHIP_DAY,
            next_step="请核对大会日期。",
        )
    return add_person(
        actor=actor,
        today=today,
        organization=organization,
        card=card,
        status=Status.PROBATIONARY,
        since_date=decision.effective_date,
        group=group,
        kind=Kind.ACCEPT,
        decision=decision,
    )


@command("members.confirm")
def confirm_full(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """Turn a probationary member into a full one, once the probation is over, by meeting and approval.

    The party age runs from the end of the probation (ZC-7-4), which is computed and never asked;
    ``decision.effective_date`` is the meeting. Voting begins with the approval.
    """
    _begin(actor, today, person, decision)
    _require_status(person, Status.PROBATIONARY)
    change = change_status(
        actor=actor,
        person=person,
        kind=Kind.CONFIRM,
        status=Status.FULL,
        day=decision.approved_date or decision.effective_date,
        decision=decision,
    )
    end = probation_end(person)
    person.full_date = end or decision.effective_date
    person.full_precision = person.joined_precision if end else "day"
    person.save(update_fields=["full_date", "full_precision"])
    return _done(actor, "members.confirm", person, change)


@command("members.extend")
def extend_probation(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """Extend a probation once, by at least half a year and at most a year (FZ-32-2, ZC-7-3).

    ``decision.until_date`` is the day on which the extended probation is over.
    """
    spell = _begin(actor, today, person, decision)
    _require_status(person, Status.PROBATIONARY)
    change = keep_change(
        actor=actor,
        person=person,
        organization=spell.organization,
        kind=Kind.EXTEND,
        decision=replace(decision, from_date=probation_end(person)),
    )
    return _done(actor, "members.extend", person, change)


@command("members.cancel")
def cancel_probation(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """End a probationary membership: the qualification is cancelled by meeting and approval (ZC-7-3)."""
    _begin(actor, today, person, decision)
    _require_status(person, Status.PROBATIONARY)
    return _leave(actor, today, "members.cancel", person, Kind.CANCEL, decision)


@command("members.suspend")
def suspend_membership(
    *, actor: Actor, today: date, person: Person, decision: StatusDecision
) -> StatusChange:
    """Suspend a membership: lost for at least six months and searched for (JY-24-3), or gone abroad
    (JY-24-2).
    """
    _begin(actor, today, person, decision)
    if person.standing == Status.SUSPENDED:
        raise Refused("members.wrong_status", "{name}已经停止党籍。".format(name=person.name))
    _check_reason_to_suspend(person)
    change = change_status(
        actor=actor,
        person=person,
        kind=Kind.SUSPEND,
        status=Status.SUSPENDED,
        day=decision.effective_date,
        decision=decision,
    )
    return _done(actor, "members.suspend", person, change)


def _check_reason_to_suspend(person: Person) -> None:
    if not (person.is_lost and person.lost_date) and person.abroad_since_date is None:
        raise Refused(
            "members.no_reason_to_suspend",
            "停止党籍要有原因：先登记失去联系，或者出国（境）长期未归。",
            clause=norms.LOST,
            next_step="请先登记失去联系日期或者出国（境）日期。",
        )


@command("members.restore")
def restore_membership(
    *, actor: Actor, today: date, person: Person, decision: StatusDecision
) -> StatusChange:
    """Restore a suspended membership (JY-24-5)."""
    _begin(actor, today, person, decision)
    _require_status(person, Status.SUSPENDED)
    status = Status.FULL if person.full_date else Status.PROBATIONARY
    change = change_status(
        actor=actor,
        person=person,
        kind=Kind.RESTORE,
        status=status,
        day=decision.effective_date,
        decision=decision,
    )
    return _done(actor, "members.restore", person, change)


@command("members.withdraw")
def withdraw(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """End the membership of somebody who asked to leave: the meeting discusses and announces it (ZC-9-1)."""
    _begin(actor, today, person, decision)
    return _leave(actor, today, "members.withdraw", person, Kind.WITHDRAW, decision)


@command("members.remove")
def remove_from_party(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """Strike somebody off by meeting and approval (ZC-9-2, ZC-9-3); the suspended not before two years
    (JY-24-4).
    """
    _begin(actor, today, person, decision)
    return _leave(actor, today, "members.remove", person, Kind.REMOVE, decision)


@command("members.persuade")
def persuade_to_leave(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """End a membership by persuasion to leave: the meeting decides, the superior approves (ZC-9-2)."""
    _begin(actor, today, person, decision)
    return _leave(actor, today, "members.persuade", person, Kind.PERSUADE, decision)


@command("members.expel")
def expel(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """Expel by decision of the meeting or a superior, approved from above (ZC-42-1)."""
    _begin(actor, today, person, decision)
    return _leave(actor, today, "members.expel", person, Kind.EXPEL, decision)


@command("members.observe")
def put_under_observation(
    *, actor: Actor, today: date, person: Person, decision: StatusDecision
) -> StatusChange:
    """留党察看, at most two years (ZC-41-1): the person comes to meetings and does not vote."""
    spell = _begin(actor, today, person, decision)
    change = keep_change(
        actor=actor, person=person, organization=spell.organization, kind=Kind.OBSERVE, decision=decision
    )
    return _done(actor, "members.observe", person, change)


@command("members.suspend_rights")
def suspend_rights(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """Suspend a detained or arrested member's rights by the organ that may (XJ-5-2)."""
    spell = _begin(actor, today, person, decision)
    change = keep_change(
        actor=actor,
        person=person,
        organization=spell.organization,
        kind=Kind.RIGHTS_SUSPENDED,
        decision=decision,
    )
    return _done(actor, "members.suspend_rights", person, change)


@command("members.restore_rights")
def restore_rights(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """End an observation or a suspension of rights by a decision."""
    spell = _begin(actor, today, person, decision)
    if not _count(person, Kind.OBSERVE) and not _count(person, Kind.RIGHTS_SUSPENDED):
        raise Refused(
            "members.rights_not_suspended",
            "{name}没有被留党察看或者中止权利的记录，不用恢复。".format(name=person.name),
        )
    change = keep_change(
        actor=actor,
        person=person,
        organization=spell.organization,
        kind=Kind.RIGHTS_RESTORED,
        decision=decision,
    )
    return _done(actor, "members.restore_rights", person, change)


@command("members.record_death")
def record_death(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """A member died: the card stays readable, the person is no longer on the roster."""
    _begin(actor, today, person, decision)
    return _leave(actor, today, "members.record_death", person, Kind.DIED, decision)


def probation_end(person: Person) -> date | None:
    """The day on which the probation is over (K-07), after an extension if there was one; None if unknown."""
    extension = (
        StatusChange.objects.filter(person=person, kind=Kind.EXTEND, annulled_at__isnull=True)
        .order_by("-date", "-id")
        .first()
    )
    if extension and extension.until_date:
        return extension.until_date
    return add_years(person.joined_date, 1) if person.joined_date else None


def _begin(actor: Actor, today: date, person: Person, decision: StatusDecision) -> MembershipSpell:
    """Permission at the organisation that answers for the person, and sensible dates."""
    allow(actor, "members:edit", person.organization.path)
    check_dates(decision, today)
    return open_spell_of(person)


def _require_status(person: Person, status: Status) -> None:
    if person.standing != status:
        raise Refused(
            "members.wrong_status",
            "{name}现在是{standing}，不能办理这件事。".format(
                name=person.name, standing=person.get_standing_display()
            ),
            next_step="请核对人员。",
        )


def _count(person: Person, kind: str) -> int:
    return StatusChange.objects.filter(person=person, kind=kind, annulled_at__isnull=True).count()


def _leave(
    actor: Actor, today: date, action: str, person: Person, kind: str, decision: StatusDecision
) -> StatusChange:
    """Off the roster, and with it out of the rooms: the roles held as one of this roster end at once."""
    change = leave_roster(actor=actor, person=person, kind=kind, decision=decision)
    follow_person(actor=actor, today=today, person_id=person.pk, organization=None)
    return _done(actor, action, person, change)


def _done(actor: Actor, action: str, person: Person, change: StatusChange) -> StatusChange:
    record_person(actor, action, person, [change.organization_id], change.kind)
    return change
