"""Reading a roster for export: typed rows, sealed fields opened only where a purpose was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db.models import Q, QuerySet

from zhibu.common.actor import Actor, Scope
from zhibu.foundation.accounts.models import Account
from zhibu.roster.access.models import Grant
from zhibu.roster.access.queries import running
from zhibu.roster.access.rights import ROLE_RIGHTS
from zhibu.roster.exports.models import ExportApproval
from zhibu.roster.exports.rows import MemberRow
from zhibu.roster.members.commands.sealed_cards import open_value
from zhibu.roster.members.models import MembershipSpell, Office, Person, Standing
from zhibu.roster.organizations.models import Organization

_CUT = {"year": 4, "month": 7}


def list_persons(scope: Scope, organization: Organization) -> QuerySet[Person]:
    """Everybody on the roster of an organisation and below it, by branch and name."""
    return (
        Person.objects.visible_to(scope)
        .current()
        .filter(organization__in=Organization.objects.below(organization.path))
        .select_related("organization")
        .order_by("organization__path", "name", "alias", "id")
    )


def list_open_approvals(actor: Actor, now: datetime) -> list[ExportApproval]:
    """What waits for a second person or for being used, where the actor may export: newest first."""
    found = (
        ExportApproval.objects.visible_to(actor.scope)
        .filter(used_at__isnull=True, expires_at__gt=now)
        .select_related("organization", "asked_by", "approved_by")
    )
    return [approval for approval in found if actor.may("exports:use", approval.organization.path)]


def find_approval(actor: Actor, public_id: str) -> ExportApproval | None:
    """An approval that lies in the actor's scope."""
    found = ExportApproval.objects.visible_to(actor.scope).filter(public_id=public_id)
    return found.select_related("organization", "asked_by").first()


def list_approvers(organization: Organization, asker: Account, today: date) -> list[Grant]:
    """The grants of those who can agree: another person with the right to export at this organisation."""
    ids = [int(part) for part in organization.path.split("/") if part]
    roles = [role for role, rights in ROLE_RIGHTS.items() if "exports:use" in rights]
    reaching = Q(organization=organization) | Q(organization__in=ids, with_subtree=True)
    grants = running(Grant.objects.filter(reaching, role__in=roles, account__is_active=True), today)
    return list(grants.exclude(account=asker).select_related("account").order_by("organization__path", "id"))


def list_member_rows(
    persons: Iterable[Person], organization: Organization, *, is_open: bool
) -> list[MemberRow]:
    """Those persons as rows; ``is_open`` includes identity number, phones, address and the day of birth,
    which the caller has recorded.
    """
    below = Organization.objects.below(organization.path)
    groups = dict(
        MembershipSpell.objects.filter(
            organization__in=below, valid_to__isnull=True, is_belonging=True, group__isnull=False
        ).values_list("person_id", "group__name")
    )
    offices: dict[int, list[str]] = {}
    running = Office.objects.filter(organization__in=below, valid_to__isnull=True).order_by(
        "sort_order", "id"
    )
    for person_id, role in running.values_list("person_id", "role"):
        offices.setdefault(person_id, []).append(role)
    return list(_rows(persons, groups, offices, is_open=is_open))


def _rows(
    persons: Iterable[Person], groups: dict[int, str], offices: dict[int, list[str]], *, is_open: bool
) -> Iterator[MemberRow]:
    for person in persons:
        yield _row(person, groups.get(person.pk, ""), offices.get(person.pk, []), is_open=is_open)


def _row(person: Person, group: str, offices: list[str], *, is_open: bool) -> MemberRow:
    month = person.birth_month.isoformat()[:7] if person.birth_month else ""
    is_suspended = person.standing == Standing.SUSPENDED
    status = person.standing if not is_suspended else "full" if person.full_date else "probationary"
    return MemberRow(
        name=person.name,
        alias=person.alias,
        id_number=open_value(person, "id_number") if is_open else "",
        sex=person.sex,
        ethnicity=person.ethnicity,
        birth=open_value(person, "birth") if is_open else month,
        native_place=person.native_place,
        education=person.education,
        education_track=person.education_track,
        degree=person.degree,
        school=person.school,
        major=person.major,
        work_start_date=_day(person.work_start_date, person.work_start_precision),
        status=status,
        membership_state="suspended" if is_suspended else "normal",
        branch_name=person.organization.name,
        branch_code=person.organization.code,
        party_group=group,
        office=";".join(offices),
        joined_date=_day(person.joined_date, person.joined_precision),
        full_date=_day(person.full_date, person.full_precision),
        introducers=person.introducers,
        post_code=person.post_code,
        unit=person.unit,
        technical_title=person.technical_title,
        stratum=person.stratum,
        is_migrant_worker=person.is_migrant_worker,
        frontline=person.frontline,
        phone=open_value(person, "phone") if is_open else "",
        landline=open_value(person, "landline") if is_open else "",
        address=open_value(person, "address") if is_open else "",
        household_place=person.household_place,
        archive_place=person.archive_place,
        is_lost=person.is_lost,
        lost_date=_day(person.lost_date, person.lost_precision),
        lost_circumstance=person.lost_circumstance,
        is_mobile=person.is_mobile,
        mobile_destination=person.mobile_destination,
        mobile_since_date=_day(person.mobile_since_date, "day"),
        party_age_correction=person.party_age_correction_months or None,
        remark=person.remark,
    )


def _day(day: date | None, precision: str) -> str:
    return day.isoformat()[: _CUT.get(precision, 10)] if day else ""
