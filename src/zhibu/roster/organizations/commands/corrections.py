"""Correcting a term that was entered wrongly: the new values count, the old ones are kept with the reason."""

from __future__ import annotations

from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import add_years, utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.organizations import norms
from zhibu.roster.organizations.commands.decisions import allow
from zhibu.roster.organizations.commands.holding import hold_tree
from zhibu.roster.organizations.commands.terms import Election, check_papers, check_term_years
from zhibu.roster.organizations.models import Term, TermCorrection

CORRECTED = (
    "number",
    "elected_date",
    "term_years",
    "end_date",
    "formed_by",
    "seats",
    "secretary_approved_date",
    "members_filed_date",
    "document_number",
)


@command("organizations.correct_term")
def correct_term(*, actor: Actor, today: date, term: Term, election: Election, reason: str) -> TermCorrection:
    """Replace what was entered of a term by what is right; the end is computed again (RQ-1-1).

    What stood before is kept in a row of its own, with the reason and who did it. The term before, where it
    ended with this election, ends on the corrected day. Refused without a reason, without a change, or where
    the order of the terms or an approved extension would no longer hold.
    """
    organization = term.organization
    hold_tree(organization)
    term = Term.objects.select_for_update(of=("self",)).get(pk=term.pk)
    allow(actor, "organizations:edit", organization.path)
    check_term_years(election)
    years = election.term_years or term.term_years
    values: dict[str, object] = {name: getattr(election, name) for name in CORRECTED if name != "end_date"}
    values |= {"term_years": years, "end_date": add_years(election.elected_date, years)}
    before = {name: getattr(term, name) for name in CORRECTED}
    changed = sorted(name for name in CORRECTED if values[name] != before[name])
    _check(term, election, reason, changed, today)
    _check_norms(term, election, years, today)
    organization.terms.filter(ended_date=term.elected_date, elected_date__lt=term.elected_date).update(
        ended_date=election.elected_date
    )
    for name, value in values.items():
        setattr(term, name, value)
    term.save(update_fields=list(CORRECTED))
    correction = TermCorrection.objects.create(
        term=term,
        before={name: _kept(before[name]) for name in changed},
        reason=reason.strip(),
        created_at=utc_now(),
        created_by=actor.label,
    )
    record(
        actor=actor,
        action="organizations.correct_term",
        object_ref="term:{id}".format(id=term.pk),
        org_ids=[organization.pk],
        diff={"fields": changed},
    )
    return correction


def _kept(value: object) -> str:
    """A value as the row of the correction keeps it: dates as ISO text, nothing as an empty one."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _check(term: Term, election: Election, reason: str, changed: list[str], today: date) -> None:
    if not reason.strip():
        raise Refused("organizations.no_reason", "请写明更正的原因。")
    if not changed:
        raise Refused(
            "organizations.nothing_corrected",
            "填的和已经登记的一样，没有需要更正的。",
            next_step="请核对内容。",
        )
    day = election.elected_date
    if day > today:
        raise Refused("organizations.future_date", "选举日期不能晚于今天。", next_step="请核对日期。")
    others = term.organization.terms.exclude(pk=term.pk)
    earlier = others.filter(elected_date__lt=term.elected_date).order_by("-elected_date").first()
    later = others.filter(elected_date__gt=term.elected_date).order_by("elected_date").first()
    is_out_of_order = (earlier and day <= earlier.elected_date) or (later and day >= later.elected_date)
    if is_out_of_order or (term.ended_date and day >= term.ended_date):
        raise Refused(
            "organizations.term_order",
            "更正以后的选举日期要在上一届选举之后、本届结束之前。",
            next_step="请核对日期；前后几届都登记错了的，请从最早的一届开始更正。",
        )
    if term.extensions.filter(new_end_date__lte=day).exists():
        raise Refused(
            "organizations.term_order",
            "这一届登记过延期（或提前）换届，选举日期不能晚于那个日期。",
            next_step="请核对日期。",
        )


def _check_norms(term: Term, election: Election, years: int, today: date) -> None:
    day = election.elected_date
    norms.check_election(term.organization, election.formed_by, day, add_years(day, years), today)
    dates: dict[str, date | None] = {
        "elected": day,
        "secretary_approved": election.secretary_approved_date,
        "members_filed": election.members_filed_date,
    }
    check_papers(term.organization, dates, today)
