"""Writing many persons, offices, groups and changes at once, for import and demo: one audit row a batch.

Nothing is judged here: rows come from a checked file or from the generator, which also records what was not
as it should have been. The database's constraints hold all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed
from zhibu.common.quick import quick
from zhibu.foundation.audit.bulk_insert import insert_rows, insert_values, maker, reserve_keys
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.members.commands.decisions import Kind, StatusDecision
from zhibu.roster.members.commands.offices import Appointment
from zhibu.roster.members.commands.sealed_cards import PersonCard, write_card
from zhibu.roster.members.commands.searching import entry_of, index_new_persons
from zhibu.roster.members.models import (
    Exemption,
    Group,
    MembershipSpell,
    Office,
    Person,
    Standing,
    Status,
    StatusChange,
)
from zhibu.roster.organizations.models import Organization, Term

_new_card = maker(Person)
_OPENING = ("id", "person_id", "organization_id", "kind", "date", "created_at", "created_by")
_SPELL = (
    "person_id",
    "organization_id",
    "group_id",
    "status",
    "is_belonging",
    "valid_from",
    "valid_to",
    "opened_by_id",
)


@quick
class NewSpell:
    """One spell of a person's past or present."""

    organization: Organization
    status: str
    valid_from: date
    valid_to: date | None = None
    group: Group | None = None
    is_belonging: bool = True


@quick
class Situation:
    """What is particular about a person today: lost, away, abroad."""

    lost_date: date | None = None
    lost_precision: str = "day"
    lost_circumstance: str = ""
    mobile_since_date: date | None = None
    mobile_destination: str = ""
    abroad_since_date: date | None = None
    is_lost: bool = False
    is_mobile: bool = False


@quick
class NewPerson:
    """One person of a batch.

    ``spells`` in order of time, the open one (if any) last and formal; with none given, one spell of
    ``status`` begins on ``since_date`` (two, where the conversion lies after that day).
    """

    card: PersonCard
    organization: Organization
    status: str
    since_date: date
    group: Group | None = None
    spells: tuple[NewSpell, ...] = ()
    situation: Situation = Situation()
    kind: str = Kind.RECORD
    kept_originals: tuple[tuple[str, str], ...] = ()


@quick
class NewChange:
    """One change of status, belonging or situation in a person's past."""

    person: Person
    organization: Organization
    kind: str
    decision: StatusDecision
    counterpart: Organization | None = None


@dataclass(frozen=True, slots=True)
class NewOffice:
    """One office of a batch, running or past."""

    person: Person
    organization: Organization
    appointment: Appointment
    valid_to: date | None = None
    term: Term | None = None
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class NewExemption:
    """One exemption of a batch."""

    person: Person
    organization: Organization
    kind: str
    circumstance: str
    valid_from: date
    valid_to: date | None = None
    superior_approved_date: date | None = None
    meeting_passed_date: date | None = None


@command("members.bulk_add")
def bulk_add_persons(*, actor: Actor, today: date, rows: Sequence[NewPerson]) -> list[Person]:
    """Put many persons on the roster, with sealing, indexes, spells and search entries; same order back.

    Raises ``NotAllowed`` where the right is missing at one of the organisations, ``IntegrityError`` for an
    identity number that is in use or given twice: the caller has matched before.
    """
    _allow(actor, (row.organization for row in rows))
    people = put_persons(actor=actor, rows=rows)
    _record(actor, "members.bulk_add", (row.organization for row in rows), len(rows))
    return people


def put_persons(*, actor: Actor, rows: Sequence[NewPerson]) -> list[Person]:
    """The same as part of a command that has asked for the right and writes the audit row of the batch."""
    now = utc_now()
    people = [_person(row, now) for row in rows]
    if not people:
        return people
    insert_rows(people)
    changes = reserve_keys(StatusChange, len(rows))
    opened = list(zip(rows, people, changes, strict=True))
    insert_values(
        StatusChange,
        _OPENING,
        (
            (change, person.pk, row.organization.pk, row.kind, row.since_date, now, actor.label)
            for row, person, change in opened
        ),
    )
    insert_rows(_situations(actor, rows, people, now))
    insert_values(
        MembershipSpell,
        _SPELL,
        (
            (
                person.pk,
                spell.organization.pk,
                spell.group.pk if spell.group else None,
                spell.status,
                spell.is_belonging,
                spell.valid_from,
                spell.valid_to,
                change,
            )
            for row, person, change in opened
            for spell in (row.spells or _spells(row))
        ),
    )
    index_new_persons(
        entry_of(
            person,
            row.organization,
            phones=tuple(filter(None, (row.card.phone, row.card.landline))),
            id_number=row.card.id_number,
        )
        for row, person in zip(rows, people, strict=True)
    )
    return people


def _person(row: NewPerson, now: datetime) -> Person:
    situation = row.situation
    person = _new_card(
        {
            "organization_id": row.organization.pk,
            "standing": row.status,
            "created_at": now,
            "is_lost": situation.is_lost,
            "lost_date": situation.lost_date,
            "lost_precision": situation.lost_precision,
            "lost_circumstance": situation.lost_circumstance,
            "is_mobile": situation.is_mobile,
            "mobile_since_date": situation.mobile_since_date,
            "mobile_destination": situation.mobile_destination,
            "abroad_since_date": situation.abroad_since_date,
            "kept_originals": dict(row.kept_originals),
        }
    )
    person._state.fields_cache["organization"] = row.organization
    write_card(person, row.card)
    return person


def _situations(
    actor: Actor, rows: Sequence[NewPerson], people: Sequence[Person], now: datetime
) -> list[StatusChange]:
    """The changes behind what a card says of today: lost since, away since, abroad since."""
    return [
        StatusChange(
            person=person,
            organization=row.organization,
            kind=kind,
            date=day,
            precision=precision,
            place=place,
            created_at=now,
            created_by=actor.label,
        )
        for row, person in zip(rows, people, strict=True)
        for kind, day, precision, place in (
            (Kind.LOST, row.situation.lost_date, row.situation.lost_precision, ""),
            (Kind.AWAY, row.situation.mobile_since_date, "day", row.situation.mobile_destination),
            (Kind.ABROAD, row.situation.abroad_since_date, "day", ""),
        )
        if day
    ]


def _spells(row: NewPerson) -> tuple[NewSpell, ...]:
    if row.status == Standing.LEFT:
        return ()
    full = row.card.full_date if row.status == Status.FULL else None
    if full and full > row.since_date:
        return (
            NewSpell(row.organization, Status.PROBATIONARY, row.since_date, full, row.group),
            NewSpell(row.organization, row.status, full, None, row.group),
        )
    return (NewSpell(row.organization, row.status, row.since_date, None, row.group),)


@command("members.bulk_change")
def bulk_add_changes(*, actor: Actor, today: date, rows: Sequence[NewChange]) -> int:
    """Record many past changes as history; the spells and cards they led to are given with the persons."""
    _allow(actor, (row.organization for row in rows))
    now = utc_now()
    insert_values(StatusChange, _CHANGE, (_change_values(row, actor, now) for row in rows))
    _record(actor, "members.bulk_change", (row.organization for row in rows), len(rows))
    return len(rows)


_CHANGE = (
    "person_id",
    "organization_id",
    "kind",
    "date",
    "precision",
    "from_date",
    "until_date",
    "body",
    "decision_date",
    "approved_date",
    "filed_date",
    "document_number",
    "place",
    "note",
    "counterpart_id",
    "created_at",
    "created_by",
)


def _change_values(row: NewChange, actor: Actor, now: datetime) -> tuple[object, ...]:
    of = row.decision
    return (
        row.person.pk,
        row.organization.pk,
        row.kind,
        of.effective_date,
        of.precision,
        of.from_date,
        of.until_date,
        of.body,
        of.decision_date,
        of.approved_date,
        of.filed_date,
        of.document_number,
        of.place,
        of.note,
        row.counterpart.pk if row.counterpart else None,
        now,
        actor.label,
    )


@command("members.bulk_offices")
def bulk_take_offices(*, actor: Actor, today: date, rows: Sequence[NewOffice]) -> list[Office]:
    """Record many offices, running and past; same order back."""
    _allow(actor, (row.organization for row in rows))
    now = utc_now()
    order = list(Office.Role.values)
    offices = [
        Office(
            person=row.person,
            organization=row.organization,
            term=row.term,
            group=row.group,
            role=row.appointment.role,
            obtained_by=row.appointment.obtained_by,
            valid_from=row.appointment.valid_from,
            valid_to=row.valid_to,
            approved_date=row.appointment.approved_date,
            document_number=row.appointment.document_number,
            sort_order=row.appointment.sort_order or order.index(row.appointment.role),
            created_at=now,
            created_by=actor.label,
        )
        for row in rows
    ]
    insert_rows(offices)
    _record(actor, "members.bulk_offices", (row.organization for row in rows), len(rows))
    return offices


@command("members.bulk_groups")
def bulk_form_groups(
    *, actor: Actor, today: date, rows: Sequence[tuple[Organization, str, date]]
) -> list[Group]:
    """Form many groups, each given as branch, name and first day; same order back."""
    _allow(actor, (organization for organization, _, _ in rows))
    groups = put_groups(rows=rows)
    _record(actor, "members.bulk_groups", (branch for branch, _, _ in rows), len(rows))
    return groups


def put_groups(*, rows: Sequence[tuple[Organization, str, date]]) -> list[Group]:
    """The same as part of a larger command."""
    groups = [Group(organization=branch, name=name, valid_from=day) for branch, name, day in rows]
    insert_rows(groups)
    return groups


@command("members.bulk_exemptions")
def bulk_exempt(*, actor: Actor, today: date, rows: Sequence[NewExemption]) -> int:
    """Record many exemptions with whatever approvals they have."""
    _allow(actor, (row.organization for row in rows))
    now = utc_now()
    insert_rows(
        [
            Exemption(
                person=row.person,
                organization=row.organization,
                kind=row.kind,
                circumstance=row.circumstance,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                superior_approved_date=row.superior_approved_date,
                meeting_passed_date=row.meeting_passed_date,
                created_at=now,
                created_by=actor.label,
            )
            for row in rows
        ]
    )
    _record(actor, "members.bulk_exemptions", (row.organization for row in rows), len(rows))
    return len(rows)


def _allow(actor: Actor, organizations: Iterable[Organization]) -> None:
    """The right at every organisation of the batch."""
    for path in {organization.path for organization in organizations}:
        if not actor.may("members:edit", path):
            raise NotAllowed("members:edit")


def _record(actor: Actor, action: str, organizations: Iterable[Organization], count: int) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="batch:members",
        org_ids={organization.pk for organization in organizations},
        diff={"count": count},
    )
