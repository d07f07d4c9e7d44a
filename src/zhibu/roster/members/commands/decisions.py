"""The decision behind a change of a person, and the spells that it ends and opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.commands import record
from zhibu.roster.members.commands.sealed_cards import index_card
from zhibu.roster.members.models import (
    Group,
    MembershipSpell,
    Office,
    Person,
    Standing,
    Status,
    StatusChange,
)
from zhibu.roster.members.norms import check_change
from zhibu.roster.organizations.models import Organization

Kind = StatusChange.Kind
Body = StatusChange.Body
COUNT_FROM_APPROVAL = frozenset({Kind.CANCEL, Kind.PERSUADE, Kind.REMOVE, Kind.EXPEL})


@dataclass(frozen=True, slots=True)
class StatusDecision:
    """When something happened to a membership and who decided it. ``effective_date`` is the day it
    counts from.
    """

    effective_date: date
    precision: str = "day"
    body: str = Body.NONE
    decision_date: date | None = None
    approved_date: date | None = None
    filed_date: date | None = None
    from_date: date | None = None
    until_date: date | None = None
    document_number: str = ""
    place: str = ""
    note: str = ""


def allow(actor: Actor, right: str, path: str) -> None:
    """Raise ``NotAllowed`` unless the actor holds the right there."""
    if not actor.may(right, path):
        raise NotAllowed(right)


def check_dates(decision: StatusDecision, today: date) -> None:
    """Refuse what lies in the future, and an approval before the decision."""
    latest = max(
        day for day in (decision.effective_date, decision.decision_date, decision.approved_date) if day
    )
    if latest > today:
        raise Refused("members.future_date", "日期不能晚于今天。", next_step="请核对日期，等办完再登记。")
    if decision.approved_date and decision.decision_date and decision.approved_date < decision.decision_date:
        raise Refused(
            "members.approval_order", "批准日期不能早于支部决定日期。", next_step="请核对两个日期。"
        )


def lock_persons(keys: Iterable[int]) -> None:
    """Make other changes of these persons wait until this one is done; always in one order."""
    wanted = Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(keys))
    list(wanted.order_by("pk").values_list("pk", flat=True))


def open_spell_of(person: Person) -> MembershipSpell:
    """The person's running formal membership, locked for this change and read again.

    Refused where there is none, or where somebody moved the person since ``person`` was read.
    """
    seen = person.organization_id
    lock_persons([person.pk])
    person.refresh_from_db(fields=["organization", "standing"])
    spell = (
        MembershipSpell.objects.select_related("organization", "group")
        .filter(person=person, valid_to__isnull=True, is_belonging=True)
        .first()
    )
    if spell is None:
        raise Refused(
            "members.not_on_roster",
            "{name}现在不在名册上，不能办理这件事。".format(name=person.name),
            next_step="请核对人员，或者先办理转入。",
        )
    if spell.organization_id != seen:
        raise Refused(
            "members.moved_meanwhile",
            "{name}的组织关系刚才已经转到{place}。".format(name=person.name, place=spell.organization),
            next_step="请回到名册重新打开，核对以后再办理。",
        )
    return spell


def check_not_before(spell: MembershipSpell, day: date) -> None:
    """Refuse a change dated before the spell it would end began."""
    if day < spell.valid_from:
        raise Refused(
            "members.before_spell",
            "{name}现在的身份是从{day}起登记的，日期不能早于这一天。".format(
                name=spell.person.name, day=spell.valid_from.isoformat()
            ),
            next_step="请核对日期；如果名册起始日期登错了，请先更正。",
        )


def keep_change(
    *,
    actor: Actor,
    person: Person,
    organization: Organization,
    kind: str,
    decision: StatusDecision,
    counterpart: Organization | None = None,
) -> StatusChange:
    """Write the row of a change, unless a norm forbids it; part of a command."""
    change = StatusChange(
        person=person,
        organization=organization,
        kind=kind,
        date=decision.effective_date,
        precision=decision.precision,
        from_date=decision.from_date,
        until_date=decision.until_date,
        body=decision.body,
        decision_date=decision.decision_date,
        approved_date=decision.approved_date,
        filed_date=decision.filed_date,
        document_number=decision.document_number,
        place=decision.place,
        note=decision.note,
        counterpart=counterpart,
        created_at=utc_now(),
        created_by=actor.label,
    )
    check_change(change)
    change.save(force_insert=True)
    return change


def begin_spell(
    *,
    person: Person,
    organization: Organization,
    status: str,
    day: date,
    change: StatusChange,
    group: Group | None = None,
    is_belonging: bool = True,
) -> MembershipSpell:
    """Open a spell and, if it is the formal one, show it on the card."""
    if is_belonging:
        set_place(person, organization, status)
    return MembershipSpell.objects.create(
        person=person,
        organization=organization,
        group=group,
        status=status,
        is_belonging=is_belonging,
        valid_from=day,
        opened_by=change,
    )


def end_spell(spell: MembershipSpell, day: date, change: StatusChange) -> None:
    """End a spell on a day, with what ended it."""
    spell.valid_to = day
    spell.closed_by = change
    spell.save(update_fields=["valid_to", "closed_by"])


def set_place(person: Person, organization: Organization, standing: str) -> None:
    """Repeat on the card what the open spell says: which organisation answers, and as what."""
    person.organization = organization
    person.standing = standing
    person.save(update_fields=["organization", "standing"])
    index_card(person)


def change_status(
    *, actor: Actor, person: Person, kind: str, status: Status, day: date, decision: StatusDecision
) -> StatusChange:
    """End the running spell and open one of another status in the same place; part of a command."""
    spell = open_spell_of(person)
    check_not_before(spell, day)
    change = keep_change(
        actor=actor, person=person, organization=spell.organization, kind=kind, decision=decision
    )
    end_spell(spell, day, change)
    begin_spell(
        person=person,
        organization=spell.organization,
        status=status,
        day=day,
        change=change,
        group=spell.group,
    )
    return change


def leave_roster(*, actor: Actor, person: Person, kind: str, decision: StatusDecision) -> StatusChange:
    """End every spell and office of somebody who is no longer on the roster; part of a command.

    What a superior has to approve does not count before the approval: until that day the person is a member
    and is called to meetings (ZC-7-3, ZC-9-2, ZC-42-1). A withdrawal counts from the meeting that announces
    it.
    """
    spell = open_spell_of(person)
    check_not_before(spell, decision.effective_date)
    change = keep_change(
        actor=actor, person=person, organization=spell.organization, kind=kind, decision=decision
    )
    end_all(person, day_in_force(kind, decision), change)
    set_place(person, spell.organization, Standing.LEFT)
    return change


def day_in_force(kind: str, decision: StatusDecision) -> date:
    """The day from which somebody is no longer a member: of the approval where one is needed."""
    if kind in COUNT_FROM_APPROVAL and decision.approved_date:
        return max(decision.effective_date, decision.approved_date)
    return decision.effective_date


def end_all(person: Person, day: date, change: StatusChange) -> None:
    """End all open spells (also where the person only takes part) and all offices."""
    for spell in MembershipSpell.objects.filter(person=person, valid_to__isnull=True):
        end_spell(spell, max(day, spell.valid_from), change)
    for office in Office.objects.filter(person=person, valid_to__isnull=True):
        end_office(office, day, change)


def end_office(office: Office, day: date, change: StatusChange) -> None:
    """End an office because of a change, and keep which one it was."""
    office.valid_to = max(day, office.valid_from)
    office.closed_by = change
    office.save(update_fields=["valid_to", "closed_by"])


def record_person(actor: Actor, action: str, person: Person, org_ids: list[int], kind: str = "") -> None:
    """The audit row of a change of one person."""
    record(
        actor=actor,
        action=action,
        object_ref="person:{id}".format(id=person.pk),
        org_ids=org_ids,
        diff={"kind": kind} if kind else {},
    )
