"""Merging and splitting branches with their people: the members' side of a change of the tree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command
from zhibu.roster.members.commands.decisions import StatusDecision, allow
from zhibu.roster.members.commands.transfers import transfer_between
from zhibu.roster.members.models import Group, MembershipSpell, Office, Person
from zhibu.roster.organizations.commands.changes import dissolve_organization, record_split
from zhibu.roster.organizations.commands.creation import create_organization
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.commands.terms import end_term
from zhibu.roster.organizations.models import Organization, OrganizationChange


@command("members.merge_organizations")
def merge_organizations(
    *,
    actor: Actor,
    today: date,
    source: Organization,
    target: Organization,
    decision: Decision,
) -> int:
    """Bring all members of ``source`` into ``target`` and dissolve it; returns how many moved.

    Offices, groups and the term of the source end the same day.
    """
    if source.pk == target.pk:
        raise Refused("members.same_place", "请选两个不同的党组织。")
    members = _members(source)
    _move(actor, today, members, target, decision)
    close_offices(actor=actor, today=today, organization=source, day=decision.effective_date)
    dissolve_organization(
        actor=actor,
        today=today,
        organization=source,
        decision=decision,
        kind=OrganizationChange.Kind.MERGE,
        other=target,
    )
    return len(members)


@command("members.split_organization")
def split_organization(
    *,
    actor: Actor,
    today: date,
    source: Organization,
    code: str,
    profile: Profile,
    people: Sequence[Person],
    decision: Decision,
) -> Organization:
    """Set up a new organisation beside ``source`` and bring some of its members there."""
    strangers = [person.name for person in people if person.organization_id != source.pk]
    if strangers:
        raise Refused(
            "members.not_of_branch",
            "{names}的组织关系不在{name}。".format(names="、".join(strangers), name=source.name),
        )
    part = create_organization(
        actor=actor, today=today, code=code, profile=profile, decision=decision, parent=source.parent
    )
    record_split(actor=actor, today=today, organization=source, part=part, decision=decision)
    _move(actor, today, people, part, decision)
    return part


@command("members.close_offices")
def close_offices(*, actor: Actor, today: date, organization: Organization, day: date) -> None:
    """End the offices, groups and term of an organisation about to be dissolved."""
    allow(actor, "organizations:restructure", organization.path)
    for office in Office.objects.filter(organization=organization, valid_to__isnull=True):
        office.valid_to = max(day, office.valid_from)
        office.save(update_fields=["valid_to"])
    for group in Group.objects.filter(organization=organization, valid_to__isnull=True):
        group.valid_to = max(day, group.valid_from)
        group.save(update_fields=["valid_to"])
    for term in organization.terms.filter(ended_date__isnull=True):
        end_term(actor=actor, today=today, term=term, ended_date=day)


def _members(organization: Organization) -> list[Person]:
    spells = MembershipSpell.objects.filter(
        organization=organization, valid_to__isnull=True, is_belonging=True
    ).select_related("person__organization")
    return [spell.person for spell in spells.order_by("person_id")]


def _move(
    actor: Actor,
    today: date,
    people: Sequence[Person],
    destination: Organization,
    decision: Decision,
) -> None:
    for person in people:
        transfer_between(
            actor=actor,
            today=today,
            person=person,
            destination=destination,
            decision=StatusDecision(
                effective_date=decision.effective_date, document_number=decision.document_number
            ),
        )
