"""Annulling a term that was entered for the wrong organisation: its values stay, it counts nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.organizations.commands.decisions import allow
from zhibu.roster.organizations.commands.holding import hold_tree
from zhibu.roster.organizations.models import Term

TermGuard = Callable[[Term], list[Refused]]
_guards: list[TermGuard] = []


def register_term_guard(guard: TermGuard) -> None:
    """Register what else may build on a term in the modules above: refusals, none if nothing does."""
    if guard not in _guards:
        _guards.append(guard)


@command("organizations.annul_term")
def annul_term(*, actor: Actor, today: date, term: Term, reason: str) -> None:
    """Mark a term as not counting, with the reason; the one before it runs again as it did.

    Only the last term of an organisation can be annulled, so that nothing between two others is missing.
    Raises ``Refused`` without a reason, or where a later term, an approved extension or anything of the
    modules above builds on it.
    """
    organization = term.organization
    hold_tree(organization)
    term = Term.with_annulled.select_for_update(of=("self",)).get(pk=term.pk)
    allow(actor, "organizations:edit", organization.path)
    if term.annulled_at:
        raise Refused("organizations.annulled_already", "这一届已经作废。")
    if not reason.strip():
        raise Refused("organizations.no_reason", "请写明作废的原因。")
    for obstacle in obstacles_to_annulment(term):
        raise obstacle
    term.annulled_at, term.annulled_reason, term.annulled_by = utc_now(), reason.strip(), actor.label
    term.save(update_fields=["annulled_at", "annulled_reason", "annulled_by"])
    # What this election had ended goes on as long as the mistaken term did: usually until now.
    organization.terms.filter(ended_date=term.elected_date, elected_date__lt=term.elected_date).update(
        ended_date=term.ended_date
    )
    record(
        actor=actor,
        action="organizations.annul_term",
        object_ref="term:{id}".format(id=term.pk),
        org_ids=[organization.pk],
        diff={"elected_date": term.elected_date.isoformat(), "end_date": term.end_date.isoformat()},
    )


def obstacles_to_annulment(term: Term) -> list[Refused]:
    """What builds on a term: each a sentence and what to do first; none if it can be annulled."""
    found = []
    later = term.organization.terms.filter(elected_date__gt=term.elected_date).order_by("-elected_date")
    if newest := later.first():
        found.append(
            Refused(
                "organizations.built_on",
                "后来又登记了{day}产生的一届，它是接着这一届换的。".format(
                    day=newest.elected_date.isoformat()
                ),
                next_step="请从最后一届开始，一届一届往前作废。",
            )
        )
    if extension := term.extensions.order_by("id").last():
        found.append(
            Refused(
                "organizations.built_on",
                "这一届登记过延期（或提前）换届到{day}，那是按这一届批的。".format(
                    day=extension.new_end_date.isoformat()
                ),
                next_step="请先核对批复是给哪个党组织的；确实是给本组织的，这一届就不能作废，请用“更正”。",
            )
        )
    return found + [obstacle for guard in _guards for obstacle in guard(term)]
