"""Adding a person's card, and correcting it without losing anybody's correction."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from django.db.models import F

from zhibu.common.actor import Actor
from zhibu.common.dates import CHINA, utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command
from zhibu.foundation.sealing.seal import blind_index, seal
from zhibu.roster.members import norms
from zhibu.roster.members.commands.decisions import (
    Kind,
    StatusDecision,
    allow,
    begin_spell,
    check_dates,
    end_spell,
    keep_change,
    record_person,
)
from zhibu.roster.members.commands.sealed_cards import (
    DERIVED,
    PLAIN,
    SEALED,
    SEALED_COLUMNS,
    PersonCard,
    card_of,
    index_card,
    label_of_field,
    under_eighteen,
    write_card,
)
from zhibu.roster.members.models import FieldChange, Group, Person, Status, StatusChange
from zhibu.roster.organizations.commands.holding import hold_tree
from zhibu.roster.organizations.models import Organization

CLASH = "无法保存，请联系上级组织核对。"


@command("members.add")
def add_person(
    *,
    actor: Actor,
    today: date,
    organization: Organization,
    card: PersonCard,
    status: Status,
    since_date: date,
    group: Group | None = None,
    kind: str = Kind.RECORD,
    decision: StatusDecision | None = None,
) -> Person:
    """Put a person on an organisation's roster from ``since_date``.

    Somebody full whose conversion lies after that day was probationary until then, and both spells are
    made. A clash of identity numbers outside the actor's scope is answered neutrally (security 4.3).
    """
    hold_tree(organization)
    allow(actor, "members:edit", organization.path)
    decided = decision or StatusDecision(effective_date=since_date)
    check_dates(decided, today)
    check_card(card, organization, today)
    _check_place(organization, since_date)
    check_identity(actor, card)
    person = Person(organization=organization, standing=status, created_at=utc_now())
    write_card(person, card)
    person.save(force_insert=True)
    change = keep_change(actor=actor, person=person, organization=organization, kind=kind, decision=decided)
    _begin(person, organization, status, since_date, change, group)
    index_card(person, card)
    record_person(actor, "members.add", person, [organization.pk], kind)
    return person


def _begin(
    person: Person,
    organization: Organization,
    status: Status,
    since: date,
    change: StatusChange,
    group: Group | None,
) -> None:
    """The spell that runs today, after a probationary one where the conversion came later."""
    full = person.full_date if status == Status.FULL else None
    first = Status.PROBATIONARY if full and full > since else status
    spell = begin_spell(
        person=person, organization=organization, status=first, day=since, change=change, group=group
    )
    if full and full > since:
        end_spell(spell, full, change)
        begin_spell(
            person=person, organization=organization, status=status, day=full, change=change, group=group
        )


def _check_place(organization: Organization, day: date) -> None:
    if organization.dissolved_date:
        raise Refused("members.dissolved", "这个党组织已经撤销，不能再编入党员。", next_step="请另选党组织。")
    if organization.established_date and day < organization.established_date:
        raise Refused(
            "members.before_branch",
            "{name}是{day}成立的，编入日期不能早于这一天。".format(
                name=organization.name, day=organization.established_date.isoformat()
            ),
            next_step="请核对日期。",
        )


def check_card(card: PersonCard, organization: Organization, today: date) -> None:
    """Refuse a card without name, with impossible dates, or with dates against their order."""
    if not card.name.strip():
        raise Refused("members.no_name", "请填写姓名。")
    if card.joined_date and card.joined_date > today:
        raise Refused("members.future_date", "加入党组织日期不能晚于今天。", next_step="请核对日期。")
    if card.joined_date and card.full_date and card.full_date < card.joined_date:
        raise Refused(
            "members.date_order", "转为正式党员日期不能早于加入党组织日期。", next_step="请核对两个日期。"
        )
    if card.joined_date and under_eighteen(card.birth, card.joined_date):
        norms.check_adult(organization, card.joined_date, today)


def check_identity(actor: Actor, card: PersonCard, person: Person | None = None) -> None:
    """Refuse an identity number that another card has: by name where the actor may see that card, else
    neutrally.
    """
    if not card.id_number:
        return
    others = Person.objects.filter(id_index=blind_index("id", card.id_number))
    if person is not None:
        others = others.exclude(pk=person.pk)
    other = others.first()
    if other is None:
        return
    if Person.objects.visible_to(actor.scope).filter(pk=other.pk).exists():
        raise Refused(
            "members.identity_clash",
            "名册上的{name}（{organization}）已经用了这个公民身份号码。".format(
                name=other.name, organization=other.organization
            ),
            next_step="如果是同一个人，请不要重复登记；如果不是，请核对号码。",
        )
    raise Refused("members.identity_clash", CLASH)


@command("members.correct")
def correct_person(
    *,
    actor: Actor,
    today: date,
    person: Person,
    card: PersonCard,
    expected_version: int,
    source: str = "",
) -> Person:
    """Correct a card that was opened at ``expected_version``; every old value is kept.

    Raises ``Refused`` (``members.changed_meanwhile``) with both values in words where somebody corrected
    the same card in between. A card without a difference changes nothing.
    """
    allow(actor, "members:edit", person.organization.path)
    check_card(card, person.organization, today)
    old = card_of(person)
    changed = [
        field.name for field in fields(PersonCard) if getattr(old, field.name) != getattr(card, field.name)
    ]
    taken = Person.objects.filter(pk=person.pk, version=expected_version).update(version=F("version") + 1)
    if not taken:
        raise Refused(
            "members.changed_meanwhile",
            _both(person, card, expected_version),
            next_step="请对照以后再保存一次；没有提到的项目已经按您填的保留在表里。",
        )
    if not changed:
        Person.objects.filter(pk=person.pk).update(version=expected_version)
        return person
    check_identity(actor, card, person)
    _keep_old(actor, person, old, card, changed, expected_version + 1, source)
    write_card(person, card)
    person.version = expected_version + 1
    person.save(update_fields=[*PLAIN, *SEALED_COLUMNS.values(), *DERIVED])
    index_card(person, card)
    record_person(actor, "members.correct", person, [person.organization_id])
    return person


def _both(person: Person, card: PersonCard, expected_version: int) -> str:
    """What another editor wrote and what this one wants, field by field, sealed values untold."""
    changes = FieldChange.objects.filter(person=person, version__gt=expected_version).order_by("id")
    parts = []
    for change in changes:
        label = label_of_field(change.field)
        if change.field in SEALED:
            parts.append("{label}已被改动".format(label=label))
            continue
        parts.append(
            "{label}现在是“{theirs}”，您填的是“{mine}”".format(
                label=label, theirs=change.new_text, mine=_text(getattr(card, change.field))
            )
        )
    when = changes.last()
    moment = when.changed_at.astimezone(CHINA).strftime("%H:%M") if when else ""
    return "您打开这张卡片以后，别人在{moment}先改了它：{parts}。".format(
        moment=moment, parts="；".join(parts)
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)[:300]


def _keep_old(
    actor: Actor,
    person: Person,
    old: PersonCard,
    new: PersonCard,
    changed: list[str],
    version: int,
    source: str,
) -> None:
    """One row for each corrected field; what was sealed stays sealed, for its own place."""
    now = utc_now()
    FieldChange.objects.bulk_create(
        FieldChange(
            person=person,
            version=version,
            field=name,
            old_text="" if name in SEALED else _text(getattr(old, name)),
            new_text="" if name in SEALED else _text(getattr(new, name)),
            old_sealed=_sealed_old(person, version, name, getattr(old, name)) if name in SEALED else None,
            source=source,
            changed_at=now,
            changed_by=actor.label,
        )
        for name in changed
    )


def _sealed_old(person: Person, version: int, field: str, text: str) -> bytes | None:
    place = "members_field_change.old:{public_id}:{version}:{field}".format(
        public_id=person.public_id, version=version, field=field
    )
    return seal(text, place=place) if text else None
