"""Merging and splitting organisations with their people, groups and what stands below them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command
from zhibu.roster.members.commands.decisions import StatusDecision, allow, lock_persons
from zhibu.roster.members.commands.groups import carry_groups, leaders_of, seat_leaders
from zhibu.roster.members.commands.transfers import end_taking_part, take_part, transfer_between
from zhibu.roster.members.models import Group, MembershipSpell, Office, Person
from zhibu.roster.members.queries.transit import list_leaving
from zhibu.roster.organizations.commands.changes import (
    dissolve_organization,
    move_organization,
    record_split,
)
from zhibu.roster.organizations.commands.creation import create_organization
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.commands.holding import hold_tree
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
    """Bring everything of ``source`` into ``target`` and dissolve it; returns how many members moved.

    Members come with their groups and those who take part; what stands below comes too. Offices and the
    term of the source end the same day.
    """
    hold_tree(source, target)
    _check_merge(source, target, decision.effective_date)
    members = _members(source)
    groups = _running_groups(source)
    leaders = leaders_of(groups)
    taken = carry_groups(
        actor=actor, today=today, groups=groups, destination=target, day=decision.effective_date
    )
    _move(actor, today, members, target, decision, taken)
    _bring_guests(actor, today, source, target, decision)
    seat_leaders(
        actor=actor,
        today=today,
        leaders=leaders,
        organization=target,
        day=decision.effective_date,
        taken=taken,
    )
    _bring_below(actor, today, _below(source), target, decision)
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


def _check_merge(source: Organization, target: Organization, day: date) -> None:
    if source.pk == target.pk:
        raise Refused("members.same_place", "请选两个不同的党组织。")
    if source.kind != target.kind:
        raise Refused(
            "members.merge_kinds",
            "{source}是{one}，{target}是{other}，类别不同，不能合并。".format(
                source=source, one=source.get_kind_display(), target=target, other=target.get_kind_display()
            ),
            next_step="请选同一类别的党组织，或者先调整设置。",
        )
    if target.dissolved_date:
        raise Refused(
            "members.dissolved", "{name}已经撤销。".format(name=target.name), next_step="请另选党组织。"
        )
    if target.path.startswith(source.path):
        raise Refused(
            "organizations.cycle",
            "{target}设在{source}下面，不能反过来并进去。".format(target=target.name, source=source.name),
            next_step="请另选党组织，或者先调整隶属关系。",
        )
    if target.established_date and target.established_date > day:
        raise Refused(
            "members.before_branch",
            "{name}是{day}成立的，合并不能早于这一天。".format(
                name=target.name, day=target.established_date.isoformat()
            ),
            next_step="请核对生效日期。",
        )
    leaving = [change.person.name for change in list_leaving(source)]
    if leaving:
        raise Refused(
            "members.already_in_transit",
            "{names}的组织关系正在转接途中。".format(names="、".join(leaving)),
            next_step="请先登记对方是否接收，或者收回介绍信，再来合并。",
        )


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
    children: Sequence[Organization] = (),
) -> Organization:
    """Set up a new organisation beside ``source`` and bring some of its members, or of what is below, there.

    A group whose members all go comes with them, its leader too.
    """
    hold_tree(source, *children)
    if source.parent is None:
        raise Refused(
            "organizations.wrong_place",
            "{name}是最上级的党组织，不能在这里分设。".format(name=source.name),
            next_step="请改为成立下级党组织。",
        )
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
    day = decision.effective_date
    groups = _whole_groups(source, people)
    leaders = leaders_of(groups)
    taken = carry_groups(actor=actor, today=today, groups=groups, destination=part, day=day)
    _move(actor, today, people, part, decision, taken)
    seat_leaders(actor=actor, today=today, leaders=leaders, organization=part, day=day, taken=taken)
    for group in groups:
        group.valid_to = max(day, group.valid_from)
        group.save(update_fields=["valid_to"])
    _bring_below(actor, today, children, part, decision)
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
    """Who belongs there, each locked, so that nobody is sent elsewhere meanwhile."""
    belonging = MembershipSpell.objects.filter(
        organization=organization, valid_to__isnull=True, is_belonging=True
    )
    lock_persons(belonging.values_list("person", flat=True))
    spells = belonging.select_related("person__organization").order_by("person_id")
    return [spell.person for spell in spells]


def _running_groups(organization: Organization) -> list[Group]:
    return list(Group.objects.filter(organization=organization, valid_to__isnull=True).order_by("name", "id"))


def _whole_groups(source: Organization, people: Sequence[Person]) -> list[Group]:
    """The groups of which everybody goes."""
    going = {person.pk for person in people}
    whole = []
    for group in _running_groups(source):
        members = set(group.spells.filter(valid_to__isnull=True).values_list("person", flat=True))
        if members and members <= going:
            whole.append(group)
    return whole


def _below(organization: Organization) -> list[Organization]:
    return list(organization.children.filter(dissolved_date__isnull=True).order_by("sort_key", "code", "id"))


def _bring_below(
    actor: Actor,
    today: date,
    children: Iterable[Organization],
    parent: Organization,
    decision: Decision,
) -> None:
    for child in children:
        move_organization(actor=actor, today=today, organization=child, parent=parent, decision=decision)


def _move(
    actor: Actor,
    today: date,
    people: Sequence[Person],
    destination: Organization,
    decision: Decision,
    taken: Mapping[int, Group],
) -> None:
    lock_persons(person.pk for person in people)
    groups = dict(
        MembershipSpell.objects.filter(
            person__in=people, valid_to__isnull=True, is_belonging=True
        ).values_list("person", "group")
    )
    for person in people:
        transfer_between(
            actor=actor,
            today=today,
            person=person,
            destination=destination,
            decision=_of(decision),
            group=taken.get(groups.get(person.pk) or 0),
        )


def _of(decision: Decision) -> StatusDecision:
    return StatusDecision(effective_date=decision.effective_date, document_number=decision.document_number)


def _bring_guests(
    actor: Actor, today: date, source: Organization, target: Organization, decision: Decision
) -> None:
    """Who only takes part in the source takes part in the target from then on."""
    guests = MembershipSpell.objects.filter(
        organization=source, valid_to__isnull=True, is_belonging=False
    ).select_related("person__organization")
    for spell in guests.order_by("person_id"):
        person = spell.person
        end_taking_part(actor=actor, today=today, person=person, organization=source, decision=_of(decision))
        if not person.spells.filter(organization=target, valid_to__isnull=True).exists():
            take_part(actor=actor, today=today, person=person, organization=target, decision=_of(decision))
