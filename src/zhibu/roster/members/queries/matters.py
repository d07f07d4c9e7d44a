"""What is open on the roster of an organisation on the day its work is handed over."""

from __future__ import annotations

from datetime import date

from zhibu.common.dates import add_years
from zhibu.roster.access.queries import Matter
from zhibu.roster.members.models import Exemption, Person, Standing
from zhibu.roster.members.queries.transit import list_leaving
from zhibu.roster.organizations.models import Organization


def list_matters(organization: Organization, today: date) -> list[Matter]:
    """Transfers under way, probations that end, exemptions that lack an approval, the term's end."""
    return [
        *_transfers(organization),
        *_probations(organization),
        *_exemptions(organization),
        *_term(organization),
    ]


def _transfers(organization: Organization) -> list[Matter]:
    return [
        Matter(
            "组织关系转接",
            "{name}的组织关系正转往{place}，还没有收到回执。".format(
                name=change.person.name, place=change.counterpart or change.place
            ),
        )
        for change in list_leaving(organization)
    ]


def _probations(organization: Organization) -> list[Matter]:
    people = Person.objects.filter(
        organization=organization, standing=Standing.PROBATIONARY, joined_date__isnull=False
    )
    return [
        Matter("预备党员", "{name}的预备期。".format(name=person.name), add_years(person.joined_date, 1))
        for person in people
        if person.joined_date
    ]


def _exemptions(organization: Organization) -> list[Matter]:
    waiting = Exemption.objects.filter(
        organization=organization, kind=Exemption.Kind.EXCLUDED, valid_to__isnull=True
    ).select_related("person")
    return [
        Matter("不计入应到会", "{name}还缺上级同意或者党员大会通过。".format(name=row.person.name))
        for row in waiting
        if row.superior_approved_date is None or row.meeting_passed_date is None
    ]


def _term(organization: Organization) -> list[Matter]:
    term = organization.terms.filter(ended_date__isnull=True).first()
    return [Matter("换届", "本届届满。", term.end_date)] if term else []
