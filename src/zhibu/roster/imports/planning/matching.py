"""Who of the roster a row means: by identity number, else name and birth, else name and phone.

Never by the name alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from zhibu.common.quick import quick
from zhibu.foundation.sealing.seal import blind_index


@quick
class KnownPerson:
    """What matching needs of somebody on the roster; digests instead of numbers."""

    person_id: int
    name: str
    id_index: str
    birth_index: str
    birth_month: str
    phone_index: str
    organization: str
    standing: str
    version: int
    alias: str = ""


@quick
class Match:
    """Who a row means.

    ``person`` is certain. ``candidates`` are persons whom only somebody who knows them can tell from the
    row: ``doubt`` says why (``number``, ``name``, ``several``, ``namesake``). ``is_elsewhere``: the number
    is taken outside the scope, about which nothing more is said.
    """

    person: KnownPerson | None = None
    candidates: tuple[KnownPerson, ...] = ()
    doubt: str = ""
    is_elsewhere: bool = False


@dataclass(slots=True)
class PersonIndex:
    """The persons of a scope by their keys; ``elsewhere`` holds the digests of numbers taken outside it."""

    elsewhere: frozenset[str] = frozenset()
    by_id: dict[str, KnownPerson] = field(default_factory=dict)
    by_name: dict[str, list[KnownPerson]] = field(default_factory=dict)
    by_pk: dict[int, KnownPerson] = field(default_factory=dict)

    @classmethod
    def of(cls, persons: Iterable[KnownPerson], elsewhere: frozenset[str] = frozenset()) -> PersonIndex:
        """Index the persons of a scope."""
        index = cls(elsewhere)
        for person in persons:
            index.by_pk[person.person_id] = person
            index.by_name.setdefault(person.name, []).append(person)
            if person.id_index:
                index.by_id[person.id_index] = person
        return index

    def match(self, name: str, id_number: str, birth: str, phone: str) -> Match:
        """Who is meant by these accepted values; empty ones prove nothing."""
        digest = blind_index("id", id_number) if id_number else ""
        found = self.by_id.get(digest) if digest else None
        if found is not None:
            return Match(found) if found.name == name else Match(candidates=(found,), doubt="name")
        if digest in self.elsewhere and digest:
            return Match(is_elsewhere=True)
        namesakes = self.by_name.get(name, [])
        if not namesakes:
            return Match()
        return self._by_name(namesakes, digest, birth, phone)

    def _by_name(self, namesakes: list[KnownPerson], digest: str, birth: str, phone: str) -> Match:
        close = [person for person in namesakes if birth and _same_birth(person, birth)]
        if not close and phone:
            phone_index = blind_index("phone", phone)
            close = [
                person
                for person in namesakes
                if person.phone_index == phone_index and not _other_birth(person, birth)
            ]
        agreeing = [person for person in close if not (digest and person.id_index)]
        if len(agreeing) == 1 and len(close) == 1:
            return Match(agreeing[0])
        if close:
            doubt = "several" if len(close) > 1 else "number"
            return Match(candidates=tuple(close), doubt=doubt)
        if digest or birth or phone:
            unknown = [person for person in namesakes if _tells_nothing(person, digest, birth)]
            return Match(candidates=tuple(unknown), doubt="namesake") if unknown else Match()
        return Match(candidates=tuple(namesakes), doubt="namesake")


def _same_birth(person: KnownPerson, birth: str) -> bool:
    """The same day; the same month where one side knows no more."""
    if len(birth) < 7 or person.birth_month != birth[:7]:
        return False
    if person.birth_index == blind_index("birth", birth):
        return True
    return len(birth) == 7 or person.birth_index == blind_index("birth", birth[:7])


def _other_birth(person: KnownPerson, birth: str) -> bool:
    return bool(birth and person.birth_month and not _same_birth(person, birth))


def _tells_nothing(person: KnownPerson, digest: str, birth: str) -> bool:
    """Whether nothing on the card contradicts the row: a card with the name and little else."""
    other_number = bool(digest and person.id_index)
    return not other_number and not (birth and person.birth_month)
