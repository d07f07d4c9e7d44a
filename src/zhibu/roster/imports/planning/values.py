"""A card as texts: the one form in which a file and the roster are compared, kept and written.

Dates are ISO texts cut to their precision (``1998-07``), yes and no are ``1`` and ``0``, codes are keys.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from functools import lru_cache
from typing import Any

from zhibu.foundation.sealing.seal import mask_id_number, mask_phone
from zhibu.roster.codes import label_of
from zhibu.roster.imports.tables.headers import fields as known_fields
from zhibu.roster.imports.values.outcome import PartialDate, Value
from zhibu.roster.members.commands.sealed_cards import SEALED, PersonCard
from zhibu.roster.members.models import Person

DATES = {
    "work_start_date": "work_start_precision",
    "applied_date": "applied_precision",
    "joined_date": "joined_precision",
    "full_date": "full_precision",
}
CARD_FIELDS = tuple(field.name for field in fields(PersonCard) if field.name not in DATES.values())
_OF_CARD = frozenset(CARD_FIELDS)
_FROM_FILE = {"party_age_correction": "party_age_correction_months", "remark_text": "remark"}
_CODES = {
    "sex": "sex",
    "ethnicity": "ethnicity",
    "education": "education",
    "education_track": "education_track",
    "degree": "degree",
    "post_code": "post",
    "stratum": "stratum",
    "status": "status",
    "membership_state": "membership_state",
    "lost_circumstance": "lost_circumstance",
}
_FLAGS = frozenset({"is_migrant_worker", "is_lost", "is_mobile"})
_LENGTHS: dict[str, int] = {
    field.name: field.max_length
    for field in Person._meta.concrete_fields
    if field.max_length and field.name in CARD_FIELDS
} | {"landline": 40, "address": 200}
_SHOWN_ADDRESS = 6
# How many characters the card has for each of its fields.
ROOM = tuple((name, _LENGTHS.get(name, sys.maxsize)) for name in CARD_FIELDS)


def card_field(name: str) -> str:
    """The card's field that a field of a file fills; the same name where they agree."""
    return _FROM_FILE.get(name, name)


def text_of(value: Value) -> str:
    """A value of the interpreter as text."""
    if value is None:
        return ""
    if isinstance(value, PartialDate):
        return value.iso()
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def is_too_long(field: str, text: str) -> bool:
    """Whether the roster has no room for the text; it is then kept out and said so."""
    limit = _LENGTHS.get(field)
    return limit is not None and len(text) > limit


def values_of(card: Mapping[str, Any]) -> dict[str, str]:
    """A card, field by field, as texts; what is not known is left out."""
    found: dict[str, str] = {}
    for name in CARD_FIELDS:
        value = card[name]
        if type(value) is str:
            if value:
                found[name] = value
        elif isinstance(value, bool):
            found[name] = "1" if value else "0"
        elif isinstance(value, date):
            found[name] = _cut(value, card[DATES[name]])
        elif value:
            found[name] = str(value)
    return found


def _cut(day: date, precision: str) -> str:
    return day.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)]


def card_with(card: PersonCard, values: dict[str, str]) -> PersonCard:
    """The card with these texts written over it; an empty text empties the field."""
    return replace(card, **typed(values))


def typed(values: dict[str, str]) -> dict[str, Any]:
    """Texts of card fields as the card wants them; what is no field of the card is left out."""
    found: dict[str, Any] = {}
    for name, text in values.items():
        if name in DATES:
            found[name] = day_of(text) if text else None
            found[DATES[name]] = precision_of(text)
        elif name == "is_migrant_worker":
            found[name] = text == "1" if text else None
        elif name == "party_age_correction_months":
            found[name] = int(text or 0)
        elif name in _OF_CARD:
            found[name] = text
    return found


@lru_cache(maxsize=16_384)  # the days of a roster come again and again
def day_of(text: str) -> date:
    """The first day that a partial date can be."""
    return PartialDate.from_iso(text).first_day()


def precision_of(text: str) -> str:
    """``day``, ``month`` or ``year``; day for an empty text."""
    return {4: "year", 7: "month"}.get(len(text), "day")


def differs(field: str, new: str, old: str) -> bool:
    """Whether the file says something else than the roster; a date less exact but in agreement does not."""
    if not new or new == old:
        return False
    if old and (field in DATES or field == "birth") and len(new) < len(old):
        return not old.startswith(new)
    return True


def list_differing(new: Mapping[str, str], old: Mapping[str, str]) -> list[str]:
    """The fields of a card of which a file says something else, in the card's order.

    Nearly every row of a county that comes in again says nothing new: what is equal is sorted out at once.
    """
    names = {name for name, _ in new.items() - old.items()}
    return [name for name in CARD_FIELDS if name in names and differs(name, new[name], old.get(name, ""))]


def label_of_item(field: str) -> str:
    """What a person calls a field."""
    if field == "party_age_correction_months":
        field = "party_age_correction"
    known = known_fields().get(field)
    return known.label if known else field


def shown(field: str, text: str) -> str:
    """A value as a page shows it: codes by their labels, private ones masked (security 4.3)."""
    if not text:
        return ""
    if field == "id_number":
        return mask_id_number(text)
    if field in ("phone", "landline"):
        return mask_phone(text)
    if field == "address":
        return text if len(text) <= _SHOWN_ADDRESS else text[:_SHOWN_ADDRESS] + "……"
    if field == "birth":
        return text[:7] + ("-**" if len(text) == 10 else "")
    if field in _CODES:
        return label_of(_CODES[field], text)
    if field in _FLAGS:
        return "是" if text == "1" else "否"
    return text


def is_private(field: str) -> bool:
    """Whether a field is sealed on the card."""
    return field in SEALED
