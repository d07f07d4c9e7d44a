"""Party offices and groups: electing, appointing, leaving, forming groups (支部工作条例 13、20、21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.members import norms
from zhibu.roster.members.commands.decisions import allow, open_spell_of
from zhibu.roster.members.commands.transfers import check_group
from zhibu.roster.members.models import Group, MembershipSpell, Office, Person, Status
from zhibu.roster.organizations.models import Organization, OrgKind, Term


@dataclass(frozen=True, slots=True)
class Appointment:
    """How somebody came into an office: from when, elected or appointed, with which paper."""

    role: str
    valid_from: date
    obtained_by: str = "elected"
    approved_date: date | None = None
    document_number: str = ""
    sort_order: int = 0


@command("members.take_office")
def take_office(
    *,
    actor: Actor,
    today: date,
    person: Person,
    organization: Organization,
    appointment: Appointment,
    term: Term | None = None,
    group: Group | None = None,
) -> Office:
    """Put a member into a party office of an organisation.

    Only a full member whose rights are whole may hold one in a committee; there is one secretary. An
    elected office belongs to the running term. Raises ``Refused`` otherwise.
    """
    allow(actor, "members:edit", organization.path)
    if appointment.valid_from > today:
        raise Refused("members.future_date", "任职日期不能晚于今天。", next_step="请核对日期。")
    spell = open_spell_of(person)
    check_group(group, organization)
    _check_holder(person, spell, organization, appointment, group)
    norms.check_office(organization, appointment.role, appointment.obtained_by, appointment.valid_from, today)
    if term is None and appointment.role != Office.Role.GROUP_LEADER:
        term = organization.terms.filter(
            ended_date__isnull=True, elected_date__lte=appointment.valid_from
        ).first()
    office = Office(
        person=person,
        organization=organization,
        term=term,
        group=group,
        role=appointment.role,
        obtained_by=appointment.obtained_by,
        valid_from=appointment.valid_from,
        approved_date=appointment.approved_date,
        document_number=appointment.document_number,
        sort_order=appointment.sort_order or _ORDER.index(appointment.role),
        created_at=utc_now(),
        created_by=actor.label,
    )
    try:
        with transaction.atomic():
            office.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(office) from error
    _record(actor, "members.take_office", office)
    return office


_ORDER = list(Office.Role.values)


def _check_holder(
    person: Person,
    spell: MembershipSpell,
    organization: Organization,
    appointment: Appointment,
    group: Group | None,
) -> None:
    if appointment.role == Office.Role.GROUP_LEADER:
        if group is None:
            raise Refused("members.no_group", "请选择是哪个党小组的组长。", clause=norms.GROUPS)
    elif appointment.role != Office.Role.ORGANIZER and spell.status != Status.FULL:
        raise Refused(
            "members.not_electable",
            "{name}是{standing}，没有被选举权，不能担任{role}。".format(
                name=person.name,
                standing=person.get_standing_display(),
                role=Office.Role(appointment.role).label,
            ),
            clause=norms.NO_VOTE,
            next_step="请核对人选。",
        )
    is_branch = organization.kind == OrgKind.BRANCH
    if is_branch and spell.organization_id != organization.pk and appointment.obtained_by == "elected":
        raise Refused(
            "members.not_of_branch",
            "{name}的组织关系不在{organization}，不能在这里选举产生。".format(
                name=person.name, organization=organization.name
            ),
            next_step="请先办理组织关系转接；上级指派的请选“指派”。",
        )


def _taken(office: Office) -> Refused:
    if office.role == Office.Role.SECRETARY:
        return Refused(
            "members.secretary_there",
            "{organization}已经有书记在任。".format(organization=office.organization.name),
            next_step="请先登记现任书记离任。",
        )
    return Refused(
        "members.office_there",
        "{name}已经担任{role}。".format(name=office.person.name, role=office.get_role_display()),
    )


@command("members.leave_office")
def leave_office(*, actor: Actor, today: date, office: Office, valid_to: date) -> None:
    """End an office: resignation, removal, the end of the term."""
    allow(actor, "members:edit", office.organization.path)
    if office.valid_to:
        raise Refused("members.office_ended", "这个职务已经登记过离任。")
    if not office.valid_from <= valid_to <= today:
        raise Refused("members.date_order", "离任日期应当在任职日期和今天之间。", next_step="请核对日期。")
    office.valid_to = valid_to
    office.save(update_fields=["valid_to"])
    _record(actor, "members.leave_office", office)


def _record(actor: Actor, action: str, office: Office) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="person:{id}".format(id=office.person_id),
        org_ids=[office.organization_id],
        diff={"role": office.role, "office": office.pk},
    )


@command("members.form_group")
def form_group(
    *, actor: Actor, today: date, organization: Organization, name: str, valid_from: date
) -> Group:
    """Form a party group in a branch (ZB-13-1)."""
    allow(actor, "members:edit", organization.path)
    if organization.kind != OrgKind.BRANCH:
        raise Refused("members.no_groups_here", "党小组只设在党支部里。", clause=norms.GROUPS)
    if valid_from > today:
        raise Refused("members.future_date", "日期不能晚于今天。", next_step="请核对日期。")
    group = Group(organization=organization, name=name.strip(), valid_from=valid_from)
    try:
        with transaction.atomic():
            group.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("members.group_there", "已经有一个叫“{name}”的党小组。".format(name=name)) from error
    _record_group(actor, "members.form_group", group)
    return group


@command("members.end_group")
def end_group(*, actor: Actor, today: date, group: Group, valid_to: date) -> None:
    """Dissolve a group; its members must have been put elsewhere."""
    allow(actor, "members:edit", group.organization.path)
    if group.spells.filter(valid_to__isnull=True).exists():
        raise Refused(
            "members.group_not_empty",
            "{name}里还有党员，不能撤销。".format(name=group.name),
            next_step="请先把他们调到别的党小组。",
        )
    if not group.valid_from <= valid_to <= today:
        raise Refused("members.date_order", "撤销日期应当在成立日期和今天之间。", next_step="请核对日期。")
    for office in group.offices.filter(valid_to__isnull=True):
        office.valid_to = max(valid_to, office.valid_from)
        office.save(update_fields=["valid_to"])
    group.valid_to = valid_to
    group.save(update_fields=["valid_to"])
    _record_group(actor, "members.end_group", group)


def _record_group(actor: Actor, action: str, group: Group) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="group:{id}".format(id=group.pk),
        org_ids=[group.organization_id],
    )
