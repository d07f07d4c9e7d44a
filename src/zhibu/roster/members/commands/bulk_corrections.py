"""Correcting many cards at once, and taking back cards that a batch had put on the roster by mistake.

Both are parts of a larger command, which asks for the right and writes the one audit row of the batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.audit.bulk_insert import insert_rows, update_rows
from zhibu.foundation.sealing.seal import seal
from zhibu.foundation.search.commands import remove_entries
from zhibu.roster.members.commands.sealed_cards import (
    DERIVED,
    PLAIN,
    SEALED,
    SEALED_COLUMNS,
    PersonCard,
    card_of,
    write_card,
)
from zhibu.roster.members.commands.searching import KIND, entry_of, index_persons
from zhibu.roster.members.models import FieldChange, Group, MembershipSpell, Person, StatusChange

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Correction:
    """A card to be written over the one that stood at ``person.version``; ``changed`` names its fields."""

    person: Person
    card: PersonCard
    changed: tuple[str, ...]


def lock_persons(ids: Iterable[int]) -> dict[int, Person]:
    """These persons by key, locked for the running transaction, with their organisations."""
    wanted = list(ids)
    found: dict[int, Person] = {}
    for start in range(0, len(wanted), _BATCH):
        persons = (
            Person.objects.select_for_update(of=("self",))
            .select_related("organization")
            .filter(pk__in=wanted[start : start + _BATCH])
        )
        found.update((person.pk, person) for person in persons)
    return found


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a card stands and how often it was changed."""

    organization_id: int
    version: int


def lock_places(ids: QuerySet[Any, Any]) -> dict[int, Placed]:
    """Only place and version of these persons by key, locked for the running transaction."""
    rows = Person.objects.select_for_update().filter(pk__in=ids).order_by()
    found = rows.values_list("pk", "organization_id", "version")
    return {pk: Placed(organization_id, version) for pk, organization_id, version in found}


def put_corrections(*, actor: Actor, rows: Sequence[Correction], source: str) -> None:
    """Write the cards, keep every old value, count the versions on, and bring the search up to date.

    Part of a command, which has locked the persons and compared their versions.
    """
    now = utc_now()
    kept = [change for row in rows for change in _old_values(actor, row, source, now)]
    for row in rows:
        write_card(row.person, row.card)
        row.person.version += 1
    insert_rows(kept)
    update_rows([row.person for row in rows], [*PLAIN, *SEALED_COLUMNS.values(), *DERIVED, "version"])
    index_persons(
        entry_of(
            row.person,
            row.person.organization,
            phones=tuple(filter(None, (row.card.phone, row.card.landline))),
            id_number=row.card.id_number,
        )
        for row in rows
    )


def _old_values(actor: Actor, row: Correction, source: str, now: datetime) -> list[FieldChange]:
    """One row for each corrected field; what was sealed stays sealed, for its own place."""
    old, person, version = card_of(row.person), row.person, row.person.version + 1
    return [
        FieldChange(
            person=person,
            version=version,
            field=name,
            old_text="" if name in SEALED else _text(getattr(old, name)),
            new_text="" if name in SEALED else _text(getattr(row.card, name)),
            old_sealed=_sealed_old(person, version, name, getattr(old, name)) if name in SEALED else None,
            source=source,
            changed_at=now,
            changed_by=actor.label,
        )
        for name in row.changed
    ]


def _sealed_old(person: Person, version: int, field: str, text: str) -> bytes | None:
    place = "members_field_change.old:{public_id}:{version}:{field}".format(
        public_id=person.public_id, version=version, field=field
    )
    return seal(text, place=place) if text else None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)[:300]


def used_persons(ids: QuerySet[Any, Any], opened_at: datetime) -> set[int]:
    """Those of these new cards that anything else refers to: a later change, an office, an account …

    ``ids`` selects their keys, so that each table is asked once however many they are; ``opened_at`` is
    when the batch put them on the roster: what it wrote itself does not count.
    """
    accounts = Account.objects.filter(person_id__in=ids).values_list("person_id", flat=True)
    found = {pk for pk in accounts if pk is not None}
    for model, column in _references():
        rows = model._default_manager.filter(**{column + "__in": ids})
        if model is StatusChange:
            rows = rows.filter(created_at__gt=opened_at)
        elif model is MembershipSpell:
            rows = rows.filter(opened_by__created_at__gt=opened_at)
        found.update(rows.order_by().values_list(column, flat=True))
    return found


def _references() -> list[tuple[type[Model], str]]:
    """Every table with a column that points at a person."""
    return [
        (relation.related_model, relation.field.name)
        for relation in Person._meta.related_objects
        if isinstance(relation.related_model, type)
    ]


def drop_unused_groups(*, ids: Sequence[int]) -> None:
    """Remove groups that a batch had formed, unless anybody or anything is in them."""
    free = Group.objects.filter(pk__in=ids)
    for relation in Group._meta.related_objects:
        free = free.filter(**{relation.name + "__isnull": True})
    Group.objects.filter(pk__in=list(free.values_list("pk", flat=True))).delete()


def take_back_persons(*, ids: QuerySet[Any, Any]) -> None:
    """Remove cards that a batch added by mistake and that nothing refers to, with the spells it opened.

    A name that never belonged on this roster is no record of it: keeping somebody's number without ground
    is not allowed (个人信息保护法 第四十七条). What was done stays told by the batch and its audit rows.
    """
    gone = list(ids)
    MembershipSpell.objects.filter(person__in=ids)._raw_delete("default")
    StatusChange.objects.filter(person__in=ids)._raw_delete("default")
    remove_entries(kind=KIND, ref_ids=gone)
    Person.objects.filter(pk__in=ids)._raw_delete("default")
