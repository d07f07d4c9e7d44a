"""Opening sealed fields: with a purpose, freshly proved, counted, and readable by the person concerned
(security 4.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.accounts.queries import require_fresh
from zhibu.foundation.audit.bulk_insert import insert_rows
from zhibu.foundation.audit.commands import command
from zhibu.roster.members.commands.decisions import allow, record_person
from zhibu.roster.members.commands.sealed_cards import SEALED, open_value
from zhibu.roster.members.models import Look, Person

LOOKS_A_DAY = 20
ROSTER_PERSONS = 500  # in one file with private fields (the threshold of the 2017 interpretation, art. 5)
ROSTER_PERSONS_A_DAY = 5000
WHOLE_ROSTER = "roster"
ONE_BY_ONE = tuple(choice for choice in Look.Purpose.choices if choice[0] != Look.Purpose.EXPORT)


@command("members.unmask")
def unmask(
    *, actor: Actor, today: date, person: Person, field: str, purpose: str, proved_at: datetime | None
) -> str:
    """One sealed field of one card in clear, for a purpose from the list; at most twenty a day and account.

    ``proved_at`` is when the actor last proved who they are. One's own card is open to oneself without
    counting. Raises ``Refused`` beyond the limit, without a fresh proof, or without something to show.
    """
    if field not in SEALED or purpose not in dict(ONE_BY_ONE):
        raise Refused("members.no_purpose", "请选择要看哪一项、作什么用。")
    is_own = actor.scope.person_id == person.pk
    if not is_own:
        allow(actor, "members:unmask", person.organization.path)
        require_fresh(proved_at)
        _check_limit(actor, today)
    value = open_value(person, field)
    if not value:
        raise Refused("members.nothing_sealed", "这一项还没有填写。")
    if not is_own:
        look_of(actor, today, person, field, purpose).save(force_insert=True)
        record_person(actor, "members.unmask", person, [person.organization_id], field)
    return value


def look_of(
    actor: Actor, today: date, person: Person, field: str, purpose: str, note: str = "", *, name: str = ""
) -> Look:
    """The row of one look, not yet saved; part of a command."""
    return Look(
        person=person,
        account_id=actor.account_id or 0,
        viewer_name=name or name_of(actor),
        field=field,
        purpose=purpose,
        note=note,
        looked_date=today,
        looked_at=utc_now(),
    )


def name_of(actor: Actor) -> str:
    """What the person concerned reads as the viewer."""
    viewer = Account.objects.filter(pk=actor.account_id or 0).first()
    return viewer.display_name if viewer else actor.label


def open_roster(
    *,
    actor: Actor,
    today: date,
    persons: Sequence[Person],
    note: str,
    proved_at: datetime | None,
    most: int,
) -> None:
    """Let the private fields of many leave in one file; part of a command. Each reads it on their own card.

    ``most`` is how many one file may hold: more than usual only where a second person agreed. Raises
    ``Refused`` without a fresh proof or beyond the limits of one file and one day.
    """
    require_fresh(proved_at)
    if len(persons) > most:
        raise Refused(
            "members.too_many_open",
            "带身份证号、电话和住址的名册，一份最多{count}人；这里有{found}人。".format(
                count=most, found=len(persons)
            ),
            next_step="请按党支部或者党总支分开导出，或者不带这些内容。",
        )
    _lock_viewer(actor)
    taken = Look.objects.filter(
        account_id=actor.account_id or 0, looked_date=today, field=WHOLE_ROSTER
    ).count()
    if taken + len(persons) > ROSTER_PERSONS_A_DAY:
        raise Refused(
            "members.too_many_open_today",
            "您今天已经导出过{count}人的完整信息，一天最多{limit}人。".format(
                count=taken, limit=ROSTER_PERSONS_A_DAY
            ),
            next_step="请明天再导出，或者不带身份证号、电话和住址。",
        )
    name = name_of(actor)
    insert_rows(
        [
            look_of(actor, today, person, WHOLE_ROSTER, Look.Purpose.EXPORT, note, name=name)
            for person in persons
        ]
    )


def _lock_viewer(actor: Actor) -> None:
    """Two requests of one account at the same moment are counted one after the other."""
    Account.objects.select_for_update().filter(pk=actor.account_id or 0).first()


def _check_limit(actor: Actor, today: date) -> None:
    _lock_viewer(actor)
    looks = Look.objects.filter(account_id=actor.account_id or 0, looked_date=today)
    if looks.exclude(field=WHOLE_ROSTER).count() >= LOOKS_A_DAY:
        raise Refused(
            "members.looks_used_up",
            "今天已经查看过{count}次完整信息，不能再看了。".format(count=LOOKS_A_DAY),
            next_step="请明天再看；需要整份名册时请用导出，并写明用途。",
        )
