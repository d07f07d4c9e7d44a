"""What a person is found by: the search entry written with every change of a card or a place."""

from __future__ import annotations

from collections.abc import Iterable

from zhibu.foundation.search.commands import Entry, index_entries, index_new_entries
from zhibu.roster.members.models import Person, Standing
from zhibu.roster.organizations.models import Organization

KIND = "person"
_STANDINGS = {str(value): str(label) for value, label in Standing.choices}


def entry_of(
    person: Person, organization: Organization, *, phones: tuple[str, ...] = (), id_number: str = ""
) -> Entry:
    """The entry of a person, found by name, pinyin, phone and identity number inside the scope."""
    return Entry(
        kind=KIND,
        ref_id=person.pk,
        public_id=person.public_id,
        org_id=organization.pk,
        label=person.name,
        note="{organization} · {standing}".format(
            organization=organization, standing=_STANDINGS.get(person.standing, person.standing)
        ),
        texts=(person.alias,) if person.alias else (),
        is_name=True,
        phones=phones,
        id_number=id_number,
    )


def index_persons(entries: Iterable[Entry]) -> None:
    """Write the entries in the running transaction."""
    index_entries(entries=entries)


def index_new_persons(entries: Iterable[Entry]) -> None:
    """The same for persons who were just put on the roster."""
    index_new_entries(entries=entries)
