"""The card of a person in clear, how it is sealed into its row, and how it is found again (security 4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any

from zhibu.common.dates import add_years
from zhibu.common.quick import quick
from zhibu.foundation.sealing.seal import blind_index, mask_id_number, mask_phone, seal, unseal
from zhibu.foundation.search.pinyin import initials, readings
from zhibu.roster.members.commands.searching import entry_of, index_persons
from zhibu.roster.members.models import Person

SEALED = ("birth", "id_number", "phone", "landline", "address")
SEALED_COLUMNS = {
    "birth": "birth_sealed",
    "id_number": "id_sealed",
    "phone": "phone_sealed",
    "landline": "landline_sealed",
    "address": "address_sealed",
}


@quick
class PersonCard:
    """Everything that a roster says about a person, open; codes are keys of the code tables.

    ``birth`` is an ISO day (``1966-05-12``) or month (``1966-05``), since old cards know no more.
    """

    name: str
    alias: str = ""
    sex: str = ""
    ethnicity: str = ""
    native_place: str = ""
    birth: str = ""
    id_number: str = ""
    phone: str = ""
    landline: str = ""
    address: str = ""
    education: str = ""
    education_track: str = ""
    degree: str = ""
    school: str = ""
    major: str = ""
    work_start_date: date | None = None
    work_start_precision: str = "day"
    post_code: str = ""
    stratum: str = ""
    technical_title: str = ""
    is_migrant_worker: bool | None = None
    frontline: str = ""
    unit: str = ""
    household_place: str = ""
    archive_place: str = ""
    applied_date: date | None = None
    applied_precision: str = "day"
    joined_date: date | None = None
    joined_precision: str = "day"
    full_date: date | None = None
    full_precision: str = "day"
    party_age_correction_months: int = 0
    introducers: str = ""
    remark: str = ""


DERIVED = (
    "is_of_age_at_application",
    "pinyin",
    "sort_name",
    "birth_month",
    "birth_index",
    "id_index",
    "id_mask",
    "phone_index",
    "phone_mask",
)
PLAIN = tuple(field.name for field in fields(PersonCard) if field.name not in SEALED)
_plain_of, _private_of = attrgetter(*PLAIN), attrgetter(*SEALED)


def place_of(public_id: str, field: str) -> str:
    """Where a sealed value of a person's card belongs; it opens nowhere else."""
    return "members_person.{column}:{public_id}".format(column=SEALED_COLUMNS[field], public_id=public_id)


def open_value(person: Person, field: str) -> str:
    """A sealed field in clear, empty where there is none. Pages call ``looks.unmask``, which records it."""
    sealed = getattr(person, SEALED_COLUMNS[field])
    return unseal(sealed, place=place_of(person.public_id, field)) if sealed else ""


def list_open_cards(ids: Iterable[int], also: Sequence[str] = ()) -> Iterator[tuple[int, dict[str, Any]]]:
    """The cards of persons by key, field by field in clear, for comparing a county's; never for showing.

    ``also`` names further columns. Rows, not objects: making persons of them costs more than their cards.
    """
    columns = (*PLAIN, *also, *SEALED_COLUMNS.values())
    rows = Person.objects.filter(pk__in=ids).order_by()
    for pk, public_id, *values in rows.values_list("pk", "public_id", *columns):
        card: dict[str, Any] = dict(zip((*PLAIN, *also, *SEALED), values, strict=True))
        for field in SEALED:
            sealed = card[field]
            card[field] = unseal(sealed, place=place_of(public_id, field)) if sealed else ""
        yield pk, card


def card_of(person: Person) -> PersonCard:
    """The whole card in clear, for comparing; never for showing."""
    values: dict[str, Any] = dict(zip(PLAIN, _plain_of(person), strict=True))
    values |= {name: open_value(person, name) for name in SEALED}
    return PersonCard(**values)


def write_card(person: Person, card: PersonCard) -> None:
    """Set every field of a row from the card, sealing what is private; saves nothing."""
    person.__dict__.update(zip(PLAIN, _plain_of(card), strict=True))  # plain columns: no descriptor sets them
    for name, text in zip(SEALED, _private_of(card), strict=True):
        setattr(
            person, SEALED_COLUMNS[name], seal(text, place=place_of(person.public_id, name)) if text else None
        )
    person.pinyin = initials(card.name)[:60]
    person.sort_name = sort_key(card.name, card.alias)
    person.birth_month = month_of(card.birth)
    person.is_of_age_at_application = _of_age(card)
    person.birth_index = blind_index("birth", card.birth) if card.birth else ""
    person.id_index = blind_index("id", card.id_number) if card.id_number else None
    person.id_mask = mask_id_number(card.id_number)
    person.phone_index = blind_index("phone", card.phone) if card.phone else ""
    person.phone_mask = mask_phone(card.phone) if card.phone else ""


def _of_age(card: PersonCard) -> bool | None:
    """Whether the person was 18 when applying (ZC-1-1): kept beside the sealed birth, None if unknown."""
    if not card.birth or card.applied_date is None:
        return None
    return not under_eighteen(card.birth, card.applied_date)


def sort_key(name: str, alias: str) -> str:
    """The order of a roster: by the pinyin of the name's first reading, then by the characters themselves."""
    return " ".join((*readings(name)[0], name, alias)).strip()[:160]


def month_of(birth: str) -> date | None:
    """The first day of the month of birth, which alone stays plain."""
    return date(int(birth[:4]), int(birth[5:7]), 1) if len(birth) >= 7 else None


def under_eighteen(birth: str, joined: date) -> bool:
    """Whether somebody was certainly too young: a birth known to the month counts from its first day."""
    first = month_of(birth)
    if first is None:
        return False
    born = date.fromisoformat(birth) if len(birth) == 10 else first
    return joined < add_years(born, 18)


def index_card(person: Person, card: PersonCard | None = None) -> None:
    """Bring the search entry up to date after a change of the card or the place."""
    shown = card or card_of(person)
    phones = tuple(filter(None, (shown.phone, shown.landline)))
    index_persons([entry_of(person, person.organization, phones=phones, id_number=shown.id_number)])


def label_of_field(field: str) -> str:
    """What a person calls a field of the card."""
    column = Person._meta.get_field(SEALED_COLUMNS.get(field, field))
    return str(getattr(column, "verbose_name", field))
