"""Setting up many organisations, terms and groups of records at once: one audit row a batch that names
them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import add_years, utc_now
from zhibu.common.errors import NotAllowed
from zhibu.foundation.audit.bulk_insert import reserve_keys
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.organizations.commands.creation import Contact
from zhibu.roster.organizations.commands.decisions import Decision, Profile, close_state, draft_change
from zhibu.roster.organizations.commands.searching import index_organizations
from zhibu.roster.organizations.commands.terms import Election
from zhibu.roster.organizations.models import (
    Organization,
    OrganizationChange,
    OrganizationState,
    RecordsBegin,
    Term,
    TermExtension,
    TermReminder,
)
from zhibu.roster.organizations.queries.placement import term_years

_BATCH = 500


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """One organisation of a batch; ``parent_code`` names one of the batch or of the database, empty
    for a root.
    """

    code: str
    parent_code: str
    profile: Profile
    decision: Decision
    begin_date: date
    contact: Contact = field(default_factory=Contact)


@dataclass(frozen=True, slots=True)
class NewTerm:
    """One term of a batch: with its end if it is over, its extension and reminders if there were any."""

    organization: Organization
    election: Election
    ended_date: date | None = None
    extended_to: date | None = None
    extension_approved: date | None = None
    reminded_dates: tuple[date, ...] = ()


@command("organizations.bulk_create")
def bulk_create_organizations(
    *, actor: Actor, today: date, rows: Sequence[NewOrganization]
) -> dict[str, Organization]:
    """Set up a whole tree, one level after the other; returns the organisations by code.

    Nothing is judged here: rows come from the generator or a checked file. Raises ``KeyError`` for a
    parent that exists nowhere.
    """
    if not actor.may("organizations:restructure"):
        raise NotAllowed("organizations:restructure")
    made = _made_tree(rows)
    _history(actor, rows, made)
    index_organizations(made.values())
    record(
        actor=actor,
        action="organizations.bulk_create",
        object_ref="batch:organizations",
        org_ids=[organization.pk for organization in made.values()],
        diff={"count": len(made)},
    )
    return made


def _made_tree(rows: Sequence[NewOrganization]) -> dict[str, Organization]:
    given = {row.code for row in rows}
    outside = {row.parent_code for row in rows if row.parent_code and row.parent_code not in given}
    known = {found.code: found for found in Organization.objects.filter(code__in=outside)}
    made: dict[str, Organization] = {}
    waiting = list(rows)
    while waiting:
        ready = [row for row in waiting if not row.parent_code or row.parent_code in known]
        if not ready:
            raise KeyError(waiting[0].parent_code)
        level = [_organization(row, known.get(row.parent_code)) for row in ready]
        for key, organization in zip(reserve_keys(Organization, len(level)), level, strict=True):
            above = organization.parent.path if organization.parent else "/"
            organization.pk = key
            organization.path = "{above}{id}/".format(above=above, id=key)
        Organization.objects.bulk_create(level, batch_size=_BATCH)
        made |= {organization.code: organization for organization in level}
        known |= made
        waiting = [row for row in waiting if row.code not in made]
    return made


def _organization(row: NewOrganization, parent: Organization | None) -> Organization:
    organization = Organization(
        code=row.code,
        parent=parent,
        depth=parent.depth + 1 if parent else 0,
        established_date=row.decision.effective_date,
        unit_name=row.contact.unit_name,
        phone=row.contact.phone,
        address=row.contact.address,
        has_seal=row.contact.has_seal,
        document_prefix=row.contact.document_prefix,
        sort_key=row.contact.sort_key,
    )
    row.profile.write_to(organization)
    return organization


def _approver(row: NewOrganization, organization: Organization) -> Organization | None:
    """The superior, where there is an approval at all."""
    return organization.parent if row.decision.approved_date else None


def _history(actor: Actor, rows: Sequence[NewOrganization], made: Mapping[str, Organization]) -> None:
    now = utc_now()
    changes = OrganizationChange.objects.bulk_create(
        [
            OrganizationChange(
                kind=OrganizationChange.Kind.CREATE,
                organization=made[row.code],
                effective_date=row.decision.effective_date,
                applied_date=row.decision.applied_date,
                approved_date=row.decision.approved_date,
                approved_by=row.decision.approved_by or _approver(row, made[row.code]),
                document_number=row.decision.document_number,
                is_filed=row.decision.is_filed,
                note=row.decision.note,
                created_at=now,
                created_by=actor.label,
            )
            for row in rows
        ],
        batch_size=_BATCH,
    )
    states = []
    for row, change in zip(rows, changes, strict=True):
        state = OrganizationState(
            organization=made[row.code],
            parent=made[row.code].parent,
            change=change,
            valid_from=row.decision.effective_date,
        )
        row.profile.write_to(state)
        states.append(state)
    OrganizationState.objects.bulk_create(states, batch_size=_BATCH)
    RecordsBegin.objects.bulk_create(
        [RecordsBegin(organization=made[row.code], begin_date=row.begin_date) for row in rows],
        batch_size=_BATCH,
    )


@command("organizations.bulk_dissolve")
def bulk_dissolve_organizations(
    *, actor: Actor, today: date, rows: Sequence[tuple[Organization, Decision]]
) -> None:
    """Record that organisations were dissolved, and by whom. Nothing is judged: it is how it was."""
    if not actor.may("organizations:restructure"):
        raise NotAllowed("organizations:restructure")
    for organization, decision in rows:
        change = draft_change(
            by=actor.label,
            kind=OrganizationChange.Kind.DISSOLVE,
            organization=organization,
            decision=decision,
        )
        change.save(force_insert=True)
        close_state(organization, decision.effective_date)
        organization.dissolved_date = decision.effective_date
        organization.save(update_fields=["dissolved_date"])
    _record(actor, "organizations.bulk_dissolve", (organization for organization, _ in rows), len(rows))


@command("organizations.bulk_start_terms")
def bulk_start_terms(*, actor: Actor, today: date, rows: Sequence[NewTerm]) -> list[Term]:
    """Record many terms as they were: running and past, with extensions and reminders. Returns them in
    order.
    """
    if not actor.may("organizations:edit"):
        raise NotAllowed("organizations:edit")
    now = utc_now()
    terms = Term.objects.bulk_create([_term(actor, row) for row in rows], batch_size=_BATCH)
    pairs = list(zip(rows, terms, strict=True))
    TermExtension.objects.bulk_create(
        [
            TermExtension(
                term=term,
                new_end_date=row.extended_to,
                approved_date=row.extension_approved,
                created_at=now,
                created_by=actor.label,
            )
            for row, term in pairs
            if row.extended_to
        ],
        batch_size=_BATCH,
    )
    TermReminder.objects.bulk_create(
        [
            TermReminder(term=term, reminded_date=day, created_at=now, created_by=actor.label)
            for row, term in pairs
            for day in row.reminded_dates
        ],
        batch_size=_BATCH,
    )
    _record(actor, "organizations.bulk_start_terms", (row.organization for row in rows), len(terms))
    return terms


def _term(actor: Actor, row: NewTerm) -> Term:
    election = row.election
    years = election.term_years or term_years(row.organization.domain, row.organization.kind) or 5
    return Term(
        organization=row.organization,
        number=election.number,
        elected_date=election.elected_date,
        term_years=years,
        end_date=add_years(election.elected_date, years),
        ended_date=row.ended_date,
        formed_by=election.formed_by,
        seats=election.seats,
        secretary_approved_date=election.secretary_approved_date,
        members_filed_date=election.members_filed_date,
        document_number=election.document_number,
        created_at=utc_now(),
        created_by=actor.label,
    )


def _record(actor: Actor, action: str, organizations: Iterable[Organization], count: int) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="batch:organizations",
        org_ids=[organization.pk for organization in organizations],
        diff={"count": count},
    )
