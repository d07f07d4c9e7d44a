"""Writes the roster of a made-up county through the bulk commands: organisations, terms, persons, offices."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from zhibu.cli.demo.records import Change, County, Group, Office, Org, Person, Term
from zhibu.common.actor import Actor
from zhibu.roster.members.commands.bulk import (
    NewChange,
    NewExemption,
    NewOffice,
    NewPerson,
    NewSpell,
    Situation,
    bulk_add_changes,
    bulk_add_persons,
    bulk_exempt,
    bulk_form_groups,
    bulk_take_offices,
)
from zhibu.roster.members.commands.decisions import StatusDecision
from zhibu.roster.members.commands.offices import Appointment
from zhibu.roster.members.commands.sealed_cards import PersonCard
from zhibu.roster.members.models import Group as GroupRow
from zhibu.roster.members.models import Person as PersonRow
from zhibu.roster.organizations.commands.bulk import (
    NewOrganization,
    NewTerm,
    bulk_create_organizations,
    bulk_dissolve_organizations,
    bulk_start_terms,
)
from zhibu.roster.organizations.commands.creation import Contact
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.commands.terms import Election
from zhibu.roster.organizations.models import Organization
from zhibu.roster.organizations.models import Term as TermRow

NUMBER = "砚组〔{year}〕{number}号"
RECORD = "record"


@dataclass(slots=True)
class Written:
    """The rows of the database by the numbers that they had in memory."""

    organizations: dict[int, Organization] = field(default_factory=dict)
    groups: dict[int, GroupRow] = field(default_factory=dict)
    persons: dict[int, PersonRow] = field(default_factory=dict)
    terms: dict[int, TermRow] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # public ids: in memory → in the database
    counts: Counter[str] = field(default_factory=Counter)

    def apart(self) -> Written:
        """For one more county: its rows need not stay in memory once they are written."""
        return Written(organizations=self.organizations, names=self.names, counts=self.counts)


def write_organizations(county: County, actor: Actor, written: Written) -> None:
    """The tree, the groups and the terms, and the branches that are no more."""
    orgs = [
        *([county.top] if county.top and county.top.org_id not in written.organizations else []),
        *county.orgs,
    ]
    made = bulk_create_organizations(
        actor=actor, today=county.today, rows=[_organization(org, county) for org in (*orgs, *county.gone)]
    )
    for org in (*orgs, *county.gone):
        written.organizations[org.org_id] = made[org.code]
    groups = [group for org in county.orgs for group in org.groups]
    rows = [(written.organizations[g.org.org_id], g.name, g.valid_from) for g in groups]
    for group, row in zip(groups, bulk_form_groups(actor=actor, today=county.today, rows=rows), strict=True):
        written.groups[group.group_id] = row
        written.names[group.public_id] = row.public_id
    terms = [term for org in county.orgs for term in org.terms]
    found = bulk_start_terms(actor=actor, today=county.today, rows=[_term(term, written) for term in terms])
    for term, term_row in zip(terms, found, strict=True):
        written.terms[term.term_id] = term_row
    written.counts.update(org.kind for org in county.orgs)
    ended = [_dissolution(org, written) for org in county.gone]
    bulk_dissolve_organizations(actor=actor, today=county.today, rows=ended)


def _organization(org: Org, county: County) -> NewOrganization:
    founding = org.changes[0]
    return NewOrganization(
        code=org.code,
        parent_code=org.parent.code if org.parent else "",
        profile=Profile(
            name=org.name,
            kind=org.kind,
            domain=org.domain,
            short_name=org.short_name,
            has_committee=org.has_committee,
            is_temporary=org.is_temporary,
            is_joint=org.is_joint,
            joint_unit_count=org.joint_unit_count,
            may_approve_admissions=org.may_approve_admissions,
        ),
        decision=Decision(
            effective_date=founding.effective_date,
            applied_date=founding.applied_date,
            approved_date=founding.approved_date,
            document_number=_number(founding.approved_date, founding.change_id),
            is_filed=founding.approved_date is not None,
        ),
        begin_date=min(org.begin, county.begin) if org.begin else county.begin,
        contact=Contact(unit_name=org.unit_name, has_seal=org.kind != "branch", sort_key=org.code),
    )


def _number(day: date | None, number: int) -> str:
    return NUMBER.format(year=day.year, number=number % 400 + 1) if day else ""


def _dissolution(org: Org, written: Written) -> tuple[Organization, Decision]:
    change, row = org.changes[-1], written.organizations[org.org_id]
    decision = Decision(
        effective_date=change.effective_date,
        applied_date=change.applied_date,
        approved_date=change.approved_date,
        approved_by=row if change.is_own else row.parent,
        is_filed=not change.is_own,
    )
    return row, decision


def _term(term: Term, written: Written) -> NewTerm:
    extension = term.extensions[-1] if term.extensions else None
    return NewTerm(
        organization=written.organizations[term.org.org_id],
        election=Election(
            elected_date=term.elected_date,
            formed_by=term.formed_by,
            number=term.number,
            term_years=term.years,
            seats=term.seats,
            secretary_approved_date=term.approved_date,
            members_filed_date=term.filed_date,
            document_number=_number(term.approved_date, term.term_id),
        ),
        ended_date=term.ended_date,
        extended_to=extension.new_end_date if extension else None,
        extension_approved=extension.approved_date if extension else None,
        reminded_dates=(term.reminded_date,) if term.reminded_date else (),
    )


def write_persons(county: County, actor: Actor, written: Written) -> None:
    """The members with their spells and changes, then offices and exemptions."""
    rows = [_person(person, written) for person in county.persons]
    made = bulk_add_persons(actor=actor, today=county.today, rows=rows)
    for person, row in zip(county.persons, made, strict=True):
        written.persons[person.person_id] = row
        written.names[person.public_id] = row.public_id
    written.counts["members"] += sum(1 for person in county.persons if person.spells[-1].valid_to is None)
    changes = [_change(change, written) for change in county.changes if change.kind != RECORD]
    bulk_add_changes(actor=actor, today=county.today, rows=changes)
    offices = [_office(office, written) for org in county.orgs for office in org.offices]
    bulk_take_offices(actor=actor, today=county.today, rows=offices)
    exemptions = [
        NewExemption(
            person=written.persons[item.person.person_id],
            organization=written.organizations[item.org.org_id],
            kind=item.kind,
            circumstance=item.circumstance or "7",
            valid_from=item.valid_from,
            valid_to=item.valid_to,
            superior_approved_date=item.superior_approved_date,
            meeting_passed_date=item.meeting_passed_date,
        )
        for person in county.persons
        for item in person.exemptions
    ]
    bulk_exempt(actor=actor, today=county.today, rows=exemptions)


def _person(person: Person, written: Written) -> NewPerson:
    last = person.spells[-1]
    return NewPerson(
        card=card_of(person),
        organization=written.organizations[last.org.org_id],
        status=last.status if last.valid_to is None else "left",
        since_date=person.spells[0].valid_from,
        group=_group(last.group, written),
        spells=tuple(
            NewSpell(
                written.organizations[spell.org.org_id],
                spell.status,
                spell.valid_from,
                spell.valid_to,
                _group(spell.group, written),
            )
            for spell in person.spells
        ),
        situation=Situation(
            is_mobile=person.is_mobile,
            mobile_since_date=person.mobile_since,
            mobile_destination=person.mobile_destination,
            is_lost=person.is_lost,
            lost_date=person.lost_date,
            lost_circumstance=person.lost_circumstance,
        ),
    )


def _group(group: Group | None, written: Written) -> GroupRow | None:
    return written.groups[group.group_id] if group is not None else None


def card_of(person: Person) -> PersonCard:
    """The card that the roster keeps, in clear; the command seals it."""
    return PersonCard(
        name=person.name,
        alias=person.alias,
        sex=person.sex,
        ethnicity=person.ethnicity,
        native_place=person.native_place,
        birth=person.birth.isoformat(),
        id_number=person.id_number,
        phone=person.phone,
        address=person.address,
        education=person.education,
        education_track=person.education_track,
        degree=person.degree,
        work_start_date=person.work_start,
        post_code=person.post,
        stratum=person.stratum,
        technical_title=person.technical_title,
        unit=person.unit,
        applied_date=person.applied_date,
        joined_date=person.joined_date,
        full_date=person.full_date,
        remark=person.remark,
    )


def _change(change: Change, written: Written) -> NewChange:
    return NewChange(
        person=written.persons[change.person.person_id],
        organization=written.organizations[change.org.org_id],
        kind=change.kind,
        decision=StatusDecision(
            effective_date=change.date,
            body=change.body,
            decision_date=change.decision_date,
            approved_date=change.approved_date,
            filed_date=change.filed_date,
            until_date=change.until_date,
            document_number=_number(change.approved_date, change.change_id),
            place=change.place,
        ),
    )


def _office(office: Office, written: Written) -> NewOffice:
    return NewOffice(
        person=written.persons[office.person.person_id],
        organization=written.organizations[office.org.org_id],
        appointment=Appointment(
            role=office.role,
            valid_from=office.valid_from,
            obtained_by=office.obtained_by,
            approved_date=office.approved_date,
            sort_order=office.sort_order,
        ),
        valid_to=office.valid_to,
        term=written.terms[office.term.term_id] if office.term else None,
        group=_group(office.group, written),
    )
