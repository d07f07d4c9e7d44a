"""Annulling a mistaken entry: the last one first, so that what it changed can be taken back whole."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command
from zhibu.roster.access.commands import follow_person
from zhibu.roster.members.commands.decisions import Kind, allow, lock_persons, record_person, set_place
from zhibu.roster.members.commands.situations import recompute
from zhibu.roster.members.models import Exemption, MembershipSpell, Office, Person, Standing, StatusChange
from zhibu.roster.members.queries.annulling import (
    NOTHING_BUILDS_ON,
    Effect,
    comes_back,
    effect_of,
    entries_of,
    get_later_entry,
    list_open_elsewhere,
)
from zhibu.roster.organizations.commands.holding import hold_tree

_SITUATIONS = frozenset({Kind.LOST, Kind.FOUND, Kind.AWAY, Kind.ABROAD, Kind.RETURNED})


@command("members.annul_change")
def annul_change(*, actor: Actor, today: date, change: StatusChange, reason: str) -> None:
    """Mark a mistaken entry as not counting, with the reason, and put back what it changed.

    Spells that it ended run on, spells that it opened count for no day; offices that it ended run again.
    The two halves of a transfer between two of our organisations go together. Refused where a later entry,
    an office or an exemption builds on it, or where what would run again is gone.
    """
    hold_tree()
    lock_persons([change.person_id])
    change.refresh_from_db()
    person = Person.objects.select_related("organization").get(pk=change.person_id)
    allow(actor, "members:edit", change.organization.path)
    entries = entries_of(change)
    effect = effect_of(entries)
    _check(change, entries, reason)
    _check_places(actor, change, entries, effect)
    _check_built_on(person, change, effect)
    _check_can_run_again(person, effect)
    _take_back(change, effect)
    _mark(actor, entries, reason)
    _show_on_card(actor, today, person, change, effect)
    touched = {entry.organization_id for entry in entries} | {
        spell.organization_id for spell in (*effect.opened, *effect.ended)
    }
    record_person(actor, "members.annul_change", person, sorted(touched), change.kind)


def _check(change: StatusChange, entries: list[StatusChange], reason: str) -> None:
    if change.annulled_at:
        raise Refused("members.annulled_already", "这条登记已经作废。")
    if change.person.merged_into_id:
        raise Refused(
            "members.merged_card",
            "这张卡片已经并入另一张卡片。",
            next_step="请先把两张卡片拆开，再来作废。",
        )
    if not reason.strip():
        raise Refused("members.no_reason", "请写明作废的原因。")
    later = None if change.kind in NOTHING_BUILDS_ON else get_later_entry(entries)
    if later is not None:
        raise Refused(
            "members.built_on",
            "{name}后来又登记了“{kind}”（{day}），它是在这条登记的基础上办的。".format(
                name=change.person.name, kind=later.get_kind_display(), day=later.date.isoformat()
            ),
            next_step="请从最后一条登记开始，一条一条往前作废。",
        )


def _check_places(actor: Actor, change: StatusChange, entries: list[StatusChange], effect: Effect) -> None:
    """Refuse what would also change another organisation's roster, out of the actor's hands."""
    places = [entry.organization for entry in entries]
    places += [spell.organization for spell in (*effect.opened, *effect.ended)]
    for place in places:
        if not actor.may("members:edit", place.path):
            raise Refused(
                "members.not_both_places",
                "这条登记还牵涉{place}的名册，一个党支部不能单独作废。".format(place=place.name),
                next_step="请由两个党组织共同的上级来作废。",
            )


def _check_built_on(person: Person, change: StatusChange, effect: Effect) -> None:
    if not effect.opened:
        return
    office = Office.objects.filter(
        person=person, valid_to__isnull=True, created_at__gte=change.created_at
    ).first()
    if office is not None:
        raise Refused(
            "members.built_on",
            "{name}在这之后登记了任{role}。".format(name=person.name, role=office.get_role_display()),
            next_step="请先登记离任，再来作废。",
        )
    if Exemption.objects.filter(
        person=person, valid_to__isnull=True, created_at__gte=change.created_at
    ).exists():
        raise Refused(
            "members.built_on",
            "{name}在这之后登记了不计入或者免除。".format(name=person.name),
            next_step="请先结束那条登记，再来作废。",
        )


def _check_can_run_again(person: Person, effect: Effect) -> None:
    if effect.ended and list_open_elsewhere(person, effect):
        raise Refused(
            "members.built_on",
            "{name}后来又重新登记到名册上了。".format(name=person.name),
            next_step="请从最后一条登记开始，一条一条往前作废。",
        )
    for spell in effect.ended:
        if spell.organization.dissolved_date:
            raise Refused(
                "members.dissolved",
                "{place}已经撤销，组织关系回不到那里。".format(place=spell.organization.name),
                next_step="请改办转接，转到现在的党支部。",
            )
        if spell.group and spell.group.valid_to:
            raise Refused(
                "members.wrong_group",
                "原来所在的{group}已经撤销，不能原样恢复。".format(group=spell.group.name),
                next_step="请再办一次相反的手续，例如恢复、转回。",
            )


def _take_back(change: StatusChange, effect: Effect) -> None:
    """Let spells opened by mistake count for no day, and what was ended run on: nothing is deleted."""
    for spell in effect.opened:
        spell.valid_to, spell.closed_by = spell.valid_from, change
        spell.save(update_fields=["valid_to", "closed_by"])
    for spell in effect.ended:
        spell.valid_to, spell.closed_by = None, None
        spell.save(update_fields=["valid_to", "closed_by"])
    for office in filter(comes_back, effect.offices):
        office.valid_to, office.closed_by = None, None
        try:
            with transaction.atomic():
                office.save(update_fields=["valid_to", "closed_by"])
        except IntegrityError as error:
            raise Refused(
                "members.secretary_there",
                "{place}后来已经有了新的{role}，原来的职务不能恢复。".format(
                    place=office.organization.name, role=office.get_role_display()
                ),
                next_step="请先登记现任离任，或者改办相反的手续。",
            ) from error


def _mark(actor: Actor, entries: list[StatusChange], reason: str) -> None:
    for entry in entries:
        entry.annulled_at = utc_now()
        entry.annulled_reason = reason.strip()
        entry.annulled_by = actor.label
        entry.save(update_fields=["annulled_at", "annulled_reason", "annulled_by"])


def _show_on_card(actor: Actor, today: date, person: Person, change: StatusChange, effect: Effect) -> None:
    """The card repeats what the tables now say, and the roles follow the person."""
    if change.kind == Kind.CONFIRM:
        person.full_date, person.full_precision = None, "day"
        person.save(update_fields=["full_date", "full_precision"])
    if change.kind in _SITUATIONS:
        recompute(person, change.kind)
    if not effect.opened and not effect.ended:
        return
    before = (person.organization_id, person.standing == Standing.LEFT)
    spell = (
        MembershipSpell.objects.filter(person=person, valid_to__isnull=True, is_belonging=True)
        .select_related("organization")
        .first()
    )
    if spell is None:
        set_place(person, change.organization, Standing.LEFT)
    else:
        set_place(person, spell.organization, spell.status)
    if before != (person.organization_id, spell is None):
        follow_person(
            actor=actor,
            today=today,
            person_id=person.pk,
            organization=spell.organization if spell else None,
        )
