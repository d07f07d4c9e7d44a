"""Who is left out of the expected attendance (XJ-YD-1) or not held to activities (JY-23-1)."""

from __future__ import annotations

from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.members import norms
from zhibu.roster.members.commands.decisions import allow, open_spell_of
from zhibu.roster.members.models import Exemption, Person


@command("members.exempt")
def exempt_person(
    *,
    actor: Actor,
    today: date,
    person: Person,
    kind: str,
    circumstance: str,
    valid_from: date,
    superior_approved_date: date | None = None,
    superior_document: str = "",
    meeting_passed_date: date | None = None,
) -> Exemption:
    """Record that somebody is left out, or not held to activities.

    Leaving out of the expected attendance counts only from the day when both the superior's and the
    members' meeting's approval are there; either may be added later. Raises ``Refused`` for a
    circumstance that does not belong to the kind.
    """
    allow(actor, "members:edit", person.organization.path)
    spell = open_spell_of(person)
    _check(kind, circumstance, valid_from, superior_approved_date, meeting_passed_date, today)
    if Exemption.objects.filter(
        person=person, organization=spell.organization, kind=kind, valid_to__isnull=True
    ).exists():
        raise Refused(
            "members.already_exempt",
            "{name}已经有同样的登记。".format(name=person.name),
            next_step="需要更改时，请先把原来的登记结束。",
        )
    exemption = Exemption.objects.create(
        person=person,
        organization=spell.organization,
        kind=kind,
        circumstance=circumstance,
        valid_from=valid_from,
        superior_approved_date=superior_approved_date,
        superior_document=superior_document,
        meeting_passed_date=meeting_passed_date,
        created_at=utc_now(),
        created_by=actor.label,
    )
    _record(actor, "members.exempt", exemption)
    return exemption


def _check(
    kind: str,
    circumstance: str,
    valid_from: date,
    superior_approved_date: date | None,
    meeting_passed_date: date | None,
    today: date,
) -> None:
    is_activities = kind == Exemption.Kind.ACTIVITIES
    if (circumstance == Exemption.Circumstance.FRAIL) != is_activities:
        raise Refused(
            "members.wrong_circumstance",
            "选的情形和登记的种类对不上。",
            clause=norms.CIRCUMSTANCES[Exemption.Kind(kind)],
            next_step="请重新选择情形。",
        )
    dates = [day for day in (valid_from, superior_approved_date, meeting_passed_date) if day]
    if max(dates) > today:
        raise Refused("members.future_date", "日期不能晚于今天。", next_step="请核对日期。")


@command("members.approve_exemption")
def approve_exemption(
    *,
    actor: Actor,
    today: date,
    exemption: Exemption,
    superior_approved_date: date | None,
    superior_document: str,
    meeting_passed_date: date | None,
) -> None:
    """Add the approvals that have come since; only both together take somebody out of the count."""
    allow(actor, "members:edit", exemption.organization.path)
    for day in (superior_approved_date, meeting_passed_date):
        if day and day > today:
            raise Refused("members.future_date", "日期不能晚于今天。", next_step="请核对日期。")
    if exemption.superior_approved_date and superior_approved_date is None:
        superior_approved_date = exemption.superior_approved_date
    if exemption.meeting_passed_date and meeting_passed_date is None:
        meeting_passed_date = exemption.meeting_passed_date
    exemption.superior_approved_date = superior_approved_date
    exemption.superior_document = superior_document or exemption.superior_document
    exemption.meeting_passed_date = meeting_passed_date
    exemption.save(update_fields=["superior_approved_date", "superior_document", "meeting_passed_date"])
    _record(actor, "members.approve_exemption", exemption)


@command("members.end_exemption")
def end_exemption(*, actor: Actor, today: date, exemption: Exemption, valid_to: date) -> None:
    """End an exemption: from ``valid_to`` the person counts again."""
    allow(actor, "members:edit", exemption.organization.path)
    if exemption.valid_to:
        raise Refused("members.exemption_ended", "这条登记已经结束。")
    if not exemption.valid_from <= valid_to <= today:
        raise Refused("members.date_order", "结束日期应当在起始日期和今天之间。", next_step="请核对日期。")
    exemption.valid_to = valid_to
    exemption.save(update_fields=["valid_to"])
    _record(actor, "members.end_exemption", exemption)


def _record(actor: Actor, action: str, exemption: Exemption) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="person:{id}".format(id=exemption.person_id),
        org_ids=[exemption.organization_id],
        diff={"kind": exemption.kind, "exemption": exemption.pk},
    )
