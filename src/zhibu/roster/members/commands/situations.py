"""Where members are and whether they are in touch: lost, searched for, away, abroad, contacted, back
(JY-24, 25, 32, 34).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command
from zhibu.roster.codes.tables import code_table, label_of
from zhibu.roster.members import norms
from zhibu.roster.members.commands.decisions import (
    Kind,
    StatusDecision,
    allow,
    check_dates,
    keep_change,
    lock_persons,
    open_spell_of,
    record_person,
)
from zhibu.roster.members.models import Person, StatusChange


@command("members.record_lost")
def record_lost(
    *, actor: Actor, today: date, person: Person, decision: StatusDecision, circumstance: str
) -> StatusChange:
    """A member cannot be reached since ``decision.effective_date`` (the last contact);
    ``circumstance`` is a code.
    """
    _read_again(person)
    if person.is_lost:
        raise Refused("members.already_lost", "{name}已经登记为失联党员。".format(name=person.name))
    person.is_lost = True
    person.lost_date = decision.effective_date
    person.lost_precision = decision.precision
    person.lost_circumstance = circumstance
    return _keep(
        actor,
        today,
        person,
        Kind.LOST,
        replace(decision, note=label_of("lost_circumstance", circumstance) if circumstance else ""),
        ["is_lost", "lost_date", "lost_precision", "lost_circumstance"],
    )


@command("members.record_search")
def record_search(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """One attempt to find a lost member; ``decision.note`` says by which way."""
    _read_again(person)
    if not person.is_lost:
        raise Refused("members.not_lost", "{name}没有登记为失联党员。".format(name=person.name))
    if not decision.note:
        raise Refused("members.no_way", "请写明用什么方式查找，例如“电话联系家属”。", clause=norms.LOST)
    return _keep(actor, today, person, Kind.SEARCHED, decision, [])


@command("members.record_found")
def record_found(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """A lost member was reached again."""
    _read_again(person)
    if not person.is_lost:
        raise Refused("members.not_lost", "{name}没有登记为失联党员。".format(name=person.name))
    if person.lost_date and decision.effective_date < person.lost_date:
        raise Refused("members.date_order", "恢复联系日期不能早于失去联系日期。", next_step="请核对日期。")
    person.is_lost = False
    person.lost_date = None
    person.lost_circumstance = ""
    return _keep(actor, today, person, Kind.FOUND, decision, ["is_lost", "lost_date", "lost_circumstance"])


@command("members.record_away")
def record_away(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """A member left to live or work elsewhere; ``decision.place`` says where (JY-32-1)."""
    _read_again(person)
    if not decision.place:
        raise Refused("members.no_place", "请填写外出流向（省、市、县）。", clause=norms.MOBILE)
    person.is_mobile = True
    person.mobile_since_date = decision.effective_date
    person.mobile_destination = decision.place
    return _keep(
        actor,
        today,
        person,
        Kind.AWAY,
        decision,
        ["is_mobile", "mobile_since_date", "mobile_destination"],
    )


@command("members.record_abroad")
def record_abroad(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """A member went abroad and the relation stays with us (JY-34-2)."""
    _read_again(person)
    person.abroad_since_date = decision.effective_date
    return _keep(actor, today, person, Kind.ABROAD, decision, ["abroad_since_date"])


@command("members.record_contact")
def record_contact(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """The branch was in touch with a member who is away or abroad (JY-32-1, JY-34-2)."""
    return _keep(actor, today, person, Kind.CONTACTED, decision, [])


@command("members.record_return")
def record_return(*, actor: Actor, today: date, person: Person, decision: StatusDecision) -> StatusChange:
    """A member who was away or abroad is back."""
    _read_again(person)
    since = [day for day in (person.mobile_since_date, person.abroad_since_date) if day]
    if not since:
        raise Refused("members.not_away", "{name}没有登记外出或者出国（境）。".format(name=person.name))
    if decision.effective_date < max(since):
        raise Refused("members.date_order", "返回日期不能早于外出日期。", next_step="请核对日期。")
    person.is_mobile = False
    person.mobile_since_date = None
    person.mobile_destination = ""
    person.abroad_since_date = None
    return _keep(
        actor,
        today,
        person,
        Kind.RETURNED,
        decision,
        ["is_mobile", "mobile_since_date", "mobile_destination", "abroad_since_date"],
    )


_SITUATION = (
    "is_lost",
    "lost_date",
    "lost_precision",
    "lost_circumstance",
    "is_mobile",
    "mobile_since_date",
    "mobile_destination",
    "abroad_since_date",
)


def _read_again(person: Person) -> None:
    """Wait for others who change the same person, and see what they wrote."""
    lock_persons([person.pk])
    person.refresh_from_db(fields=_SITUATION)


def recompute(person: Person, kind: str) -> None:
    """Set what a card says about a loss or an absence again from the entries that still count.

    Part of annulling one of them; only the side that ``kind`` belongs to is touched.
    """
    _read_again(person)
    entries = StatusChange.objects.filter(person=person, annulled_at__isnull=True).order_by("id")
    if kind in (Kind.LOST, Kind.FOUND):
        last = entries.filter(kind__in=(Kind.LOST, Kind.FOUND)).last()
        lost = last if last is not None and last.kind == Kind.LOST else None
        known = code_table("lost_circumstance").exact(lost.note) if lost else None
        person.is_lost = lost is not None
        person.lost_date = lost.date if lost else None
        person.lost_precision = lost.precision if lost else "day"
        person.lost_circumstance = known.key if known else ""
    else:
        back = entries.filter(kind=Kind.RETURNED).last()
        since = entries.filter(pk__gt=back.pk) if back else entries
        away = since.filter(kind=Kind.AWAY).last()
        abroad = since.filter(kind=Kind.ABROAD).last()
        person.is_mobile = away is not None
        person.mobile_since_date = away.date if away else None
        person.mobile_destination = away.place if away else ""
        person.abroad_since_date = abroad.date if abroad else None
    person.save(update_fields=_SITUATION)


def _keep(
    actor: Actor,
    today: date,
    person: Person,
    kind: str,
    decision: StatusDecision,
    fields: list[str],
) -> StatusChange:
    allow(actor, "members:edit", person.organization.path)
    check_dates(decision, today)
    spell = open_spell_of(person)
    change = keep_change(
        actor=actor, person=person, organization=spell.organization, kind=kind, decision=decision
    )
    if fields:
        person.save(update_fields=fields)
    record_person(actor, "members.{kind}".format(kind=kind), person, [spell.organization_id])
    return change
