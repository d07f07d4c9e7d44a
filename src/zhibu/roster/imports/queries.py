"""Reading for imports: batches, the organisations a file may name, and the persons it may mean."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from zhibu.common.actor import Scope
from zhibu.foundation.sealing.seal import blind_index
from zhibu.roster.codes import LoadedCode
from zhibu.roster.codes.queries import list_loaded
from zhibu.roster.imports.interpretation import Interpretation
from zhibu.roster.imports.models import ImportBatch, ImportedRow, RememberedMapping
from zhibu.roster.imports.planning.matching import KnownPerson, PersonIndex
from zhibu.roster.imports.planning.plan import Place
from zhibu.roster.imports.planning.values import values_of
from zhibu.roster.imports.tables.columns import ChosenColumns
from zhibu.roster.imports.values.dictionaries import MOST_CODES, TABLE_OF_KIND
from zhibu.roster.imports.values.organizations import KnownOrganization
from zhibu.roster.imports.values.outcome import Outcome
from zhibu.roster.members.commands.sealed_cards import list_open_cards
from zhibu.roster.members.models import Person
from zhibu.roster.organizations.models import Organization, RecordsBegin

_BATCH = 900
_FEW_NAMES = 400
_COLUMNS = (
    "pk",
    "name",
    "id_index",
    "birth_index",
    "birth_month",
    "phone_index",
    "organization_id",
    "standing",
    "version",
    "alias",
)


def list_batches(scope: Scope) -> QuerySet[ImportBatch]:
    """The imports of the scope, newest first."""
    return ImportBatch.objects.visible_to(scope).select_related("organization")


def list_rows(batch: ImportBatch, effect: str = "") -> QuerySet[ImportedRow]:
    """What an applied import did, row by row."""
    rows = ImportedRow.objects.filter(batch=batch)
    return rows.filter(effect=effect) if effect else rows


def list_earlier(batch: ImportBatch) -> QuerySet[ImportBatch]:
    """Imports of the same file for the same organisation that still stand."""
    return ImportBatch.objects.filter(
        organization=batch.organization, file_digest=batch.file_digest, state=ImportBatch.State.APPLIED
    ).exclude(pk=batch.pk)


def remembered_columns(organization: Organization) -> tuple[ChosenColumns, ...]:
    """The columns of file shapes as they were last confirmed here."""
    rows = RememberedMapping.objects.filter(organization=organization)
    return tuple(chosen_columns(row.fingerprint, row.mapping) for row in rows)


def chosen_columns(fingerprint: str, mapping: dict[str, str]) -> ChosenColumns:
    """A stored mapping as the interpreter wants it."""
    return ChosenColumns(fingerprint, tuple((int(index), field) for index, field in sorted(mapping.items())))


def get_loaded_codes() -> tuple[tuple[LoadedCode, ...], bool]:
    """The lines of all dictionaries that cells may be read by; none and False where there are too many."""
    lines = list_loaded(set(TABLE_OF_KIND.values()), MOST_CODES + 1)
    return (tuple(lines), True) if len(lines) <= MOST_CODES else ((), False)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The organisations that a file may name, for the interpreter and for the plan."""

    known: tuple[KnownOrganization, ...]
    places: dict[str, Place]


def get_surroundings(organization: Organization) -> Surroundings:
    """The organisation and all below it that are not dissolved, with the names above them."""
    ids = [int(part) for part in organization.path.split("/") if part]
    above = {org.pk: org for org in Organization.objects.filter(pk__in=ids)}
    here = list(Organization.objects.below(organization.path).current())
    every = above | {org.pk: org for org in here}
    begins = dict(
        RecordsBegin.objects.filter(fact="", organization__in=list(every)).values_list(
            "organization_id", "begin_date"
        )
        if len(every) < _BATCH
        else RecordsBegin.objects.filter(fact="").values_list("organization_id", "begin_date")
    )
    peopled = set(
        Person.objects.current()
        .filter(organization__in=Organization.objects.below(organization.path))
        .values_list("organization_id", flat=True)
        .distinct()
    )
    known, places = [], {}
    for org in here:
        line = [int(part) for part in org.path.split("/") if part]
        names = tuple(every[pk].name for pk in reversed(line[:-1]) if pk in every)
        key = str(org.pk)
        aliases = (org.short_name,) if org.short_name else ()
        known.append(KnownOrganization(key, org.name, org.code, aliases, names))
        begin = next((begins[pk] for pk in reversed(line) if pk in begins), None)
        places[key] = Place(key, org.name, org.established_date, begin, org.pk in peopled)
    return Surroundings(tuple(known), places)


def get_person_index(interpretation: Interpretation, scope: Scope, organization: Organization) -> PersonIndex:
    """The persons that the file may mean, as digests; what lies outside the scope only as taken numbers."""
    names, digests = _keys_of(interpretation)
    visible = Person.objects.visible_to(scope)
    if len(names) <= _FEW_NAMES and len(digests) <= _FEW_NAMES:
        here = Organization.objects.below(organization.path)
        parts = [
            visible.filter(name__in=names),
            visible.filter(id_index__in=digests),
            visible.filter(organization__in=here) if here.count() == 1 else visible.none(),
        ]
        rows = {row[0]: row for part in parts for row in part.values_list(*_COLUMNS).order_by()}
        persons = [_known(row) for row in rows.values()]
    else:
        persons = [_known(row) for row in visible.values_list(*_COLUMNS).order_by().iterator(chunk_size=5000)]
    seen = {person.id_index for person in persons}
    return PersonIndex.of(persons, frozenset(taken_numbers(digests - seen)))


def _keys_of(interpretation: Interpretation) -> tuple[set[str], set[str]]:
    """The names of a file and the digests of every number it holds or might hold."""
    names: set[str] = set()
    numbers: set[str] = set()
    for table in interpretation.tables:
        verdicts = [*table.grid.verdicts.get("name", {}).values()]
        names.update(str(verdict.value) for verdict in verdicts if verdict.value)
        found = list(table.grid.verdicts.get("id_number", {}).values())
        for (_, name), verdict in table.grid.overrides.items():
            if name == "id_number":
                found.append(verdict)
            elif name == "name":
                names.add(str(verdict.value or ""))
        for verdict in found:
            if verdict.value:
                numbers.add(str(verdict.value))
            if verdict.outcome is Outcome.ASK:
                numbers.update(str(choice.value) for choice in verdict.choices if choice.value)
        for verdict in verdicts:
            names.update(str(choice.value) for choice in verdict.choices if choice.value)
    return names - {""}, {blind_index("id", number) for number in numbers}


def _known(row: tuple[object, ...]) -> KnownPerson:
    """A person of the index; what many of them share is kept once, since a county has fifty thousand."""
    pk, name, id_index, birth_index, month, phone_index, organization, standing, version, alias = row
    return KnownPerson(
        int(str(pk)),
        sys.intern(str(name)),
        str(id_index or ""),
        str(birth_index),
        sys.intern(month.isoformat()[:7]) if isinstance(month, date) else "",
        str(phone_index),
        sys.intern(str(organization)),
        sys.intern(str(standing)),
        int(str(version)),
        str(alias),
    )


def taken_numbers(digests: Iterable[str]) -> set[str]:
    """Which of these digests any card anywhere has; one query, however many."""
    wanted = list(digests)
    if not wanted:
        return set()
    if connection.vendor == "postgresql":
        query, values = "SELECT id_index FROM members_person WHERE id_index = ANY(%s)", [wanted]
    else:
        query = "SELECT id_index FROM members_person WHERE id_index IN (SELECT value FROM json_each(%s))"
        values = [json.dumps(wanted)]  # type: ignore[list-item]
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return {row[0] for row in cursor.fetchall()}


def load_values(ids: list[int]) -> dict[int, dict[str, str]]:
    """The cards of persons as texts, with what is particular about them today; a query for each 900."""
    found: dict[int, dict[str, str]] = {}
    for start in range(0, len(ids), _BATCH):
        for pk, card in list_open_cards(ids[start : start + _BATCH], also=("is_lost", "is_mobile")):
            found[pk] = values_of(card)
            found[pk]["is_lost"] = "1" if card["is_lost"] else "0"
            found[pk]["is_mobile"] = "1" if card["is_mobile"] else "0"
    return found


def get_places(keys: Iterable[str]) -> dict[str, str]:
    """The names of organisations by key."""
    found = Organization.objects.filter(pk__in=[int(key) for key in keys])
    return {str(organization.pk): organization.name for organization in found}


def list_newcomers(top: int, scope: Scope) -> dict[str, set[str]]:
    """Persons whose key is higher than ``top``: their names with the digests of birth and phone."""
    found: dict[str, set[str]] = {}
    newer = Person.objects.visible_to(scope).filter(pk__gt=top).order_by()
    for name, birth, phone in newer.values_list("name", "birth_index", "phone_index"):
        found.setdefault(name, set()).update(filter(None, (birth, phone)))
    return found


def newest_person() -> int:
    """The highest key in use: what is higher came after this moment."""
    return Person.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
