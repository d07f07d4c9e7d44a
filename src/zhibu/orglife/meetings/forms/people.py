"""Persons as choices of a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as civil_date
from typing import Any

from zhibu.orglife.meetings.models import MeetingKind
from zhibu.roster.members.models import Person
from zhibu.roster.members.queries.attendance import expected_attendance
from zhibu.roster.organizations.models import Organization

Data = Mapping[str, Any] | None


def people_of(organization: Organization, day: civil_date) -> list[tuple[str, str]]:
    """The members of a branch on a day as choices, by name."""
    persons = expected_attendance(organization, MeetingKind.GENERAL, day).persons
    return [(p.public_id, p.name + ("（{alias}）".format(alias=p.alias) if p.alias else "")) for p in persons]


def person_of(public_id: str) -> Person | None:
    """The person with this public id; the form's choices say whether it may be chosen."""
    return Person.objects.filter(public_id=public_id).first() if public_id else None
