"""Tables of persons, their belonging and their offices: facts and history, never overwritten."""

from __future__ import annotations

from zhibu.roster.members.models.offices import Exemption, Office
from zhibu.roster.members.models.persons import (
    FieldChange,
    Look,
    Person,
    PersonMerge,
    PersonQuerySet,
    Standing,
)
from zhibu.roster.members.models.spells import Group, MembershipSpell, Status, StatusChange

__all__ = [
    "Exemption",
    "FieldChange",
    "Group",
    "Look",
    "MembershipSpell",
    "Office",
    "Person",
    "PersonMerge",
    "PersonQuerySet",
    "Standing",
    "Status",
    "StatusChange",
]
