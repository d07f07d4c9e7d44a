"""Reminding a branch: one line on its workbench, at most once a week and duty."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.foundation.notifications.models import Notice
from zhibu.oversight.supervision.models import Reminder
from zhibu.oversight.supervision.queries import TERM_DUTY, iso_week
from zhibu.roster.organizations.commands.terms import remind_of_election
from zhibu.roster.organizations.models import Organization


@command("supervision.remind")
def remind(
    *, actor: Actor, today: date, organization: Organization, sender: Organization, duty: str, text: str
) -> Reminder:
    """Put one reminder about one duty on a branch's workbench; refused if this week's was sent already.

    A reminder of the term is recorded with the term too: it is what the superior owes (ZB-21-3).
    """
    if not actor.may("supervision:remind", organization.path):
        raise NotAllowed("supervision:remind")
    if not text.strip():
        raise Refused(
            "supervision.empty", "提醒的内容是空的。", next_step="请写一句要提醒的话，再点“发出提醒”。"
        )
    try:
        with transaction.atomic():
            reminder = Reminder.objects.create(
                organization=organization,
                sender=sender,
                duty=duty,
                text=text.strip(),
                iso_week=iso_week(today),
                sent_at=utc_now(),
                sent_by=actor.label,
            )
    except IntegrityError:
        raise Refused(
            "supervision.reminded",
            "本周已经就这件事提醒过{name}。".format(name=organization.name),
            next_step="同一件事一周只提醒一次；急事请直接打电话联系。",
        ) from None
    if duty == TERM_DUTY:
        _record_with_term(actor, today, organization)
    Notice.objects.create(
        org_id=organization.pk,
        kind="reminder",
        text=reminder.text,
        source=sender.name,
        source_key="reminder:{pk}".format(pk=reminder.pk),
        created_at=reminder.sent_at,
    )
    record(
        actor=actor,
        action="supervision.remind",
        object_ref="reminder:{pk}".format(pk=reminder.pk),
        org_ids=[organization.pk],
    )
    return reminder


def _record_with_term(actor: Actor, today: date, organization: Organization) -> None:
    """Only the superior itself can do that; a reminder from elsewhere stays a line on the workbench."""
    term = organization.terms.filter(ended_date__isnull=True).first()
    above = organization.parent.path if organization.parent else organization.path
    if term is not None and actor.may("supervision:remind", above):
        remind_of_election(actor=actor, today=today, term=term)
