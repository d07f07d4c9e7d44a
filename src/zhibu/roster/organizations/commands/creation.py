"""Setting up organisations (支部工作条例 6；党章 13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from zhibu.common.actor import Actor
from zhibu.common.errors import Refused
from zhibu.foundation.audit.bulk_insert import reserve_keys
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.organizations.commands.decisions import (
    Decision,
    Profile,
    allow,
    check_decision,
    open_state,
    record_change,
)
from zhibu.roster.organizations.commands.holding import hold_tree
from zhibu.roster.organizations.commands.searching import index_organizations
from zhibu.roster.organizations.models import Organization, OrganizationChange, OrgKind, RecordsBegin
from zhibu.roster.organizations.queries.placement import may_stand_under

MAX_PATH = 200


@dataclass(frozen=True, slots=True)
class Contact:
    """What an organisation may correct about itself without a decision."""

    unit_name: str = ""
    phone: str = ""
    address: str = ""
    has_seal: bool = False
    document_prefix: str = ""
    sort_key: str = ""


@command("organizations.create")
def create_organization(
    *,
    actor: Actor,
    today: date,
    code: str,
    profile: Profile,
    decision: Decision,
    parent: Organization | None = None,
    contact: Contact | None = None,
) -> Organization:
    """Set up an organisation under ``parent`` (none: a root, which only the system makes).

    Its records begin on the day it is entered, unless another day is set later. Raises ``Refused`` for a
    code in use, a place that its kind may not have, or a decision that cannot be.
    """
    hold_tree(parent)
    allow(actor, "organizations:restructure", parent.path if parent else "/")
    check_decision(decision, today=today)
    _check_place(profile.kind, parent, decision.effective_date)
    organization = Organization(code=code, parent=parent, established_date=decision.effective_date)
    profile.write_to(organization)
    _write_contact(organization, contact or Contact())
    insert(organization)
    kind = OrganizationChange.Kind.CREATE
    open_state(
        organization, record_change(actor=actor, kind=kind, organization=organization, decision=decision)
    )
    RecordsBegin.objects.create(organization=organization, begin_date=today)
    index_organizations([organization])
    record(
        actor=actor,
        action="organizations.create",
        object_ref="organization:{id}".format(id=organization.pk),
        org_ids=[organization.pk, *([parent.pk] if parent else [])],
        diff={"kind": profile.kind, "domain": profile.domain},
    )
    return organization


def _check_place(kind: str, parent: Organization | None, day: date) -> None:
    if parent is None:
        return
    check_place(kind, parent)
    if parent.dissolved_date or (parent.established_date and parent.established_date > day):
        raise Refused(
            "organizations.parent_not_there",
            "上级党组织在这一天还没有成立，或者已经撤销。",
            next_step="请核对生效日期和上级党组织。",
        )


def check_place(kind: str, parent: Organization) -> None:
    """Refuse a kind that may not stand directly below the parent's kind."""
    if not may_stand_under(kind, parent.kind):
        raise Refused(
            "organizations.wrong_place",
            "{parent}是{parent_kind}，下面不能直接设{kind}。".format(
                parent=parent, parent_kind=parent.get_kind_display(), kind=OrgKind(kind).label
            ),
            next_step="请另选上级党组织。",
        )


def insert(organization: Organization) -> None:
    """Save a new organisation with its path: its key is known beforehand, so that one row is written once."""
    parent = organization.parent
    organization.pk = reserve_keys(Organization, 1)[0]
    organization.depth = parent.depth + 1 if parent else 0
    organization.path = "{above}{id}/".format(above=parent.path if parent else "/", id=organization.pk)
    if len(organization.path) > MAX_PATH:
        raise Refused("organizations.too_deep", "层级太深，不能再往下设立党组织。")
    try:
        with transaction.atomic():
            organization.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            "organizations.code_in_use",
            "党组织编码“{code}”已经有别的党组织在用。".format(code=organization.code),
            next_step="请核对编码。",
        ) from error


@command("organizations.correct_contact")
def correct_contact(*, actor: Actor, organization: Organization, contact: Contact) -> None:
    """Correct telephone, address and the like, which need no decision."""
    allow(actor, "organizations:edit", organization.path)
    changed = [
        field
        for field in Contact.__dataclass_fields__
        if getattr(organization, field) != getattr(contact, field)
    ]
    if not changed:
        return
    _write_contact(organization, contact)
    organization.save(update_fields=changed)
    record(
        actor=actor,
        action="organizations.correct_contact",
        object_ref="organization:{id}".format(id=organization.pk),
        org_ids=[organization.pk],
        diff={"fields": changed},
    )


def _write_contact(organization: Organization, contact: Contact) -> None:
    organization.unit_name = contact.unit_name
    organization.phone = contact.phone
    organization.address = contact.address
    organization.has_seal = contact.has_seal
    organization.document_prefix = contact.document_prefix
    organization.sort_key = contact.sort_key
