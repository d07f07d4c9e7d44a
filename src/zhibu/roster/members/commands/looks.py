"""Opening one sealed field: with a purpose, counted, and readable by the person concerned (security 4.3)."""

from __future__ import annotations

from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.audit.commands import command
from zhibu.roster.members.commands.decisions import allow, record_person
from zhibu.roster.members.commands.sealed_cards import SEALED, open_value
from zhibu.roster.members.models import Look, Person

LOOKS_A_DAY = 20


@command("members.unmask")
def unmask(*, actor: Actor, today: date, person: Person, field: str, purpose: str) -> str:
    """One sealed field of one card in clear, for a purpose from the list; at most twenty a day and account.

    One's own card is open to oneself without counting. Raises ``Refused`` beyond the limit or without
    something to show.
    """
    if field not in SEALED or purpose not in Look.Purpose.values:
        raise Refused("members.no_purpose", "请选择要看哪一项、作什么用。")
    is_own = actor.scope.person_id == person.pk
    if not is_own:
        allow(actor, "members:unmask", person.organization.path)
        _check_limit(actor, today)
    value = open_value(person, field)
    if not value:
        raise Refused("members.nothing_sealed", "这一项还没有填写。")
    if not is_own:
        viewer = Account.objects.filter(pk=actor.account_id or 0).first()
        Look.objects.create(
            person=person,
            account_id=actor.account_id or 0,
            viewer_name=viewer.display_name if viewer else actor.label,
            field=field,
            purpose=purpose,
            looked_date=today,
            looked_at=utc_now(),
        )
        record_person(actor, "members.unmask", person, [person.organization_id], field)
    return value


def _check_limit(actor: Actor, today: date) -> None:
    if Look.objects.filter(account_id=actor.account_id or 0, looked_date=today).count() >= LOOKS_A_DAY:
        raise Refused(
            "members.looks_used_up",
            "今天已经查看过{count}次完整信息，不能再看了。".format(count=LOOKS_A_DAY),
            next_step="请明天再看；需要整份名册时请用导出，并写明用途。",
        )
