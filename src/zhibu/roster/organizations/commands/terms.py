"""Terms of office: begun by an election, extended by an approval, ended by the next (支部工作条例
21；任期意见).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import add_years, utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.organizations import norms
from zhibu.roster.organizations.commands.decisions import allow
from zhibu.roster.organizations.commands.holding import hold_tree
from zhibu.roster.organizations.models import (
    DutyWaiver,
    Organization,
    RecordsBegin,
    Term,
    TermExtension,
    TermReminder,
)
from zhibu.roster.organizations.queries.placement import term_years

MAX_TERM_YEARS = 5  # of any term there ever was; what holds today is asked of the rulebook


@dataclass(frozen=True, slots=True)
class Election:
    """What an election or appointment left on paper."""

    elected_date: date
    formed_by: str = Term.FormedBy.GENERAL_MEETING
    number: int | None = None
    term_years: int | None = None
    seats: int | None = None
    secretary_approved_date: date | None = None
    members_filed_date: date | None = None
    document_number: str = ""


@command("organizations.start_term")
def start_term(*, actor: Actor, today: date, organization: Organization, election: Election) -> Term:
    """Begin a term on the election's day (K-13) and end the one before; its years follow RQ-1-1.

    ``election.term_years`` names other years where a superior said so, or for terms begun before
    2018-07-12 (RQ-1-2). Raises ``Refused`` for a future day, or one not after the running term's beginning.
    """
    hold_tree(organization)
    allow(actor, "organizations:edit", organization.path)
    _check_election(organization, election, today)
    years = election.term_years or term_years(organization.domain, organization.kind)
    if years is None:
        raise Refused(
            "organizations.no_term",
            "{kind}由上级任命，没有换届选举，不用登记届期。".format(kind=organization.get_kind_display()),
        )
    ends = add_years(election.elected_date, years)
    norms.check_election(organization, election.formed_by, election.elected_date, ends, today)
    dates: dict[str, date | None] = {
        "elected": election.elected_date,
        "secretary_approved": election.secretary_approved_date,
        "members_filed": election.members_filed_date,
    }
    check_papers(organization, dates, today)
    _end_running(organization, election.elected_date)
    term = Term.objects.create(
        organization=organization,
        number=election.number,
        elected_date=election.elected_date,
        term_years=years,
        end_date=ends,
        formed_by=election.formed_by,
        seats=election.seats,
        secretary_approved_date=election.secretary_approved_date,
        members_filed_date=election.members_filed_date,
        document_number=election.document_number,
        created_at=utc_now(),
        created_by=actor.label,
    )
    _record(actor, "organizations.start_term", organization, term)
    return term


def _check_election(organization: Organization, election: Election, today: date) -> None:
    if election.elected_date > today:
        raise Refused(
            "organizations.future_date", "选举日期不能晚于今天。", next_step="请等选举结束后再登记。"
        )
    check_term_years(election)
    last = organization.terms.order_by("-elected_date").first()
    if last and election.elected_date <= last.elected_date:
        raise Refused(
            "organizations.term_order",
            "已经登记的一届是{day}选举产生的，新一届的选举日期应当在这之后。".format(
                day=last.elected_date.isoformat()
            ),
            next_step="请核对选举日期；如果登记过一次，请不要重复登记。",
        )


def check_term_years(election: Election) -> None:
    """Refuse years that no term ever had; part of a command."""
    if election.term_years is not None and not 1 <= election.term_years <= MAX_TERM_YEARS:
        raise Refused("organizations.term_years", "任期年数应当在1到5年之间。", next_step="请核对任期年数。")


def check_papers(organization: Organization, dates: dict[str, date | None], today: date) -> None:
    """Refuse approvals and filings out of order; part of a command."""
    norms.check_papers(organization, dates, today)
    elected = dates["elected"]
    if any(day and elected and day < elected for day in dates.values()):
        raise Refused(
            "organizations.approval_order", "批复和备案日期不能早于选举日期。", next_step="请核对日期。"
        )


def _end_running(organization: Organization, day: date) -> None:
    for term in organization.terms.filter(ended_date__isnull=True):
        term.ended_date = day
        term.save(update_fields=["ended_date"])


@command("organizations.extend_term")
def extend_term(
    *,
    actor: Actor,
    today: date,
    term: Term,
    new_end_date: date,
    approved_date: date | None,
    applied_date: date | None = None,
    document_number: str = "",
    reason: str = "",
) -> TermExtension:
    """Record an approved extension or an early election (ZB-21-3, RQ-2-1).

    More than a year is recorded, since that is what was approved, and shown as a finding by the check-up;
    an end before the election, or an approval in the future, is refused.
    """
    allow(actor, "organizations:edit", term.organization.path)
    if term.ended_date:
        raise Refused("organizations.term_ended", "这一届已经结束，不能再登记延期。")
    if new_end_date <= term.elected_date:
        raise Refused(
            "organizations.term_order", "新的届满日期应当在选举日期之后。", next_step="请核对日期。"
        )
    if approved_date and approved_date > today:
        raise Refused("organizations.future_date", "批复日期不能晚于今天。", next_step="请等批复下来再登记。")
    extension = TermExtension.objects.create(
        term=term,
        new_end_date=new_end_date,
        applied_date=applied_date,
        approved_date=approved_date,
        document_number=document_number,
        reason=reason,
        created_at=utc_now(),
        created_by=actor.label,
    )
    _record(actor, "organizations.extend_term", term.organization, term)
    return extension


@command("organizations.complete_term_papers")
def complete_term_papers(
    *,
    actor: Actor,
    term: Term,
    secretary_approved_date: date | None,
    members_filed_date: date | None,
    document_number: str,
) -> None:
    """Add the superior's approval of the secretaries and the filing of the members (ZB-21-2) when they
    come.
    """
    allow(actor, "organizations:edit", term.organization.path)
    dates: dict[str, date | None] = {
        "elected": term.elected_date,
        "secretary_approved": secretary_approved_date,
        "members_filed": members_filed_date,
    }
    check_papers(term.organization, dates, max(day for day in dates.values() if day))
    term.secretary_approved_date = secretary_approved_date
    term.members_filed_date = members_filed_date
    term.document_number = document_number
    term.save(update_fields=["secretary_approved_date", "members_filed_date", "document_number"])
    _record(actor, "organizations.complete_term_papers", term.organization, term)


@command("organizations.remind_of_election")
def remind_of_election(*, actor: Actor, today: date, term: Term) -> TermReminder:
    """The superior reminds an organisation that its term runs out (ZB-21-3); once a day at most."""
    parent = term.organization.parent
    allow(actor, "supervision:remind", parent.path if parent else term.organization.path)
    if term.ended_date:
        raise Refused("organizations.term_ended", "这一届已经结束，不用提醒。")
    reminder, is_new = TermReminder.objects.get_or_create(
        term=term,
        reminded_date=today,
        defaults={"created_at": utc_now(), "created_by": actor.label},
    )
    if is_new:
        _record(actor, "organizations.remind_of_election", term.organization, term)
    return reminder


@command("organizations.waive_duty")
def waive_duty(
    *,
    actor: Actor,
    today: date,
    organization: Organization,
    duty: str,
    valid_from: date,
    valid_to: date | None,
    superior_approved_date: date,
    reason: str,
    document_number: str = "",
) -> DutyWaiver:
    """Record that a superior agreed to a duty not being done for a time; it is shown as 豁免 with its
    reason.
    """
    allow(actor, "organizations:restructure", organization.path)
    if superior_approved_date > today:
        raise Refused("organizations.future_date", "上级同意日期不能晚于今天。", next_step="请核对日期。")
    if valid_to and valid_to <= valid_from:
        raise Refused("organizations.term_order", "结束日期应当在起始日期之后。", next_step="请核对日期。")
    waiver = DutyWaiver.objects.create(
        organization=organization,
        duty=duty,
        valid_from=valid_from,
        valid_to=valid_to,
        superior_approved_date=superior_approved_date,
        document_number=document_number,
        reason=reason,
        created_at=utc_now(),
        created_by=actor.label,
    )
    record(
        actor=actor,
        action="organizations.waive_duty",
        object_ref="organization:{id}".format(id=organization.pk),
        org_ids=[organization.pk],
        diff={"duty": duty},
    )
    return waiver


@command("organizations.end_term")
def end_term(*, actor: Actor, today: date, term: Term, ended_date: date) -> None:
    """End a term without a next one (before the organisation is dissolved)."""
    allow(actor, "organizations:edit", term.organization.path)
    if term.ended_date:
        raise Refused("organizations.term_ended", "这一届已经登记过结束。")
    if not term.elected_date <= ended_date <= today:
        raise Refused(
            "organizations.term_order", "结束日期应当在选举日期和今天之间。", next_step="请核对日期。"
        )
    term.ended_date = ended_date
    term.save(update_fields=["ended_date"])
    _record(actor, "organizations.end_term", term.organization, term)


@command("organizations.set_records_begin")
def set_records_begin(
    *, actor: Actor, today: date, organization: Organization, begin_date: date, fact: str = ""
) -> None:
    """Set from which day an organisation's records of one kind (all, if empty) are kept here."""
    allow(actor, "organizations:edit", organization.path)
    if begin_date > today:
        raise Refused("organizations.future_date", "启用日期不能晚于今天。", next_step="请核对日期。")
    RecordsBegin.objects.update_or_create(
        organization=organization, fact=fact, defaults={"begin_date": begin_date}
    )
    record(
        actor=actor,
        action="organizations.set_records_begin",
        object_ref="organization:{id}".format(id=organization.pk),
        org_ids=[organization.pk],
        diff={"fact": fact, "begin_date": begin_date.isoformat()},
    )


def _record(actor: Actor, action: str, organization: Organization, term: Term) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="term:{id}".format(id=term.pk),
        org_ids=[organization.pk],
        diff={"end_date": term.end_date.isoformat()},
    )
