"""Which entries of a person's history can be taken back, and what that would restore."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from zhibu.roster.members.models import MembershipSpell, Office, Person, StatusChange

Kind = StatusChange.Kind
NOTHING_BUILDS_ON = frozenset({Kind.SEARCHED, Kind.CONTACTED})


@dataclass(frozen=True, slots=True)
class Effect:
    """What some entries did: the spells they opened, the spells and offices they ended."""

    opened: tuple[MembershipSpell, ...]
    ended: tuple[MembershipSpell, ...]
    offices: tuple[Office, ...]


def entries_of(change: StatusChange) -> list[StatusChange]:
    """The entry and, for a transfer between two of our organisations, its other half."""
    if change.counterpart_id is None or change.kind not in (Kind.TRANSFER_OUT, Kind.TRANSFER_IN):
        return [change]
    is_in = change.kind == Kind.TRANSFER_IN
    halves = StatusChange.objects.filter(
        person=change.person_id,
        kind=Kind.TRANSFER_OUT if is_in else Kind.TRANSFER_IN,
        organization=change.counterpart_id,
        counterpart=change.organization_id,
        annulled_at__isnull=True,
    )
    near = halves.filter(pk__lt=change.pk).order_by("-pk") if is_in else halves.filter(pk__gt=change.pk)
    other = near.select_related("organization", "counterpart").first()
    return [change, other] if other else [change]


def get_later_entry(entries: list[StatusChange]) -> StatusChange | None:
    """The last entry of the same person that was made after these and still counts; None if there is none."""
    last = max(entry.pk for entry in entries)
    later = StatusChange.objects.filter(
        person=entries[0].person_id, annulled_at__isnull=True, pk__gt=last
    ).exclude(kind__in=NOTHING_BUILDS_ON)
    return later.order_by("-pk").first()


def list_annullable(person: Person) -> set[int]:
    """The entries that may be taken back now: the last one with its other half, and mere notes."""
    entries = list(StatusChange.objects.filter(person=person, annulled_at__isnull=True).order_by("pk"))
    notes = {entry.pk for entry in entries if entry.kind in NOTHING_BUILDS_ON}
    changes = [entry for entry in entries if entry.kind not in NOTHING_BUILDS_ON]
    if not changes:
        return notes
    return notes | {entry.pk for entry in entries_of(changes[-1])}


def effect_of(entries: list[StatusChange]) -> Effect:
    """What the entries opened and ended, as it stands in the tables."""
    keys = [entry.pk for entry in entries]
    spells = MembershipSpell.objects.select_related("organization", "group")
    opened = spells.filter(opened_by__in=keys)
    ended = spells.filter(closed_by__in=keys).exclude(opened_by__in=keys)
    offices = Office.objects.filter(closed_by__in=keys).select_related("organization", "term", "group")
    return Effect(tuple(opened.order_by("pk")), tuple(ended.order_by("pk")), tuple(offices.order_by("pk")))


def comes_back(office: Office) -> bool:
    """Whether an office that ended with an entry would run again: not after its term or its group ended."""
    return not (office.term and office.term.ended_date) and not (office.group and office.group.valid_to)


def list_consequences(change: StatusChange) -> list[str]:
    """What annulling would do, in whole sentences."""
    entries = entries_of(change)
    effect = effect_of(entries)
    sentences = ["只有登记错了才作废；真实办过的事请办相反的手续。原来的登记划掉保留，写明原因。"]
    if len(entries) > 1:
        sentences.append("转出和转入是同一次转接，两条一起作废。")
    sentences += [
        "{place}“{status}”的经历从{day}起不再算数。".format(
            place=spell.organization, status=spell.get_status_display(), day=spell.valid_from.isoformat()
        )
        for spell in effect.opened
    ]
    sentences += [
        "{place}“{status}”的经历接着算，起点仍是{day}。".format(
            place=spell.organization, status=spell.get_status_display(), day=spell.valid_from.isoformat()
        )
        for spell in effect.ended
    ]
    sentences += [
        "{place}的{role}职务接着算。".format(place=office.organization, role=office.get_role_display())
        for office in effect.offices
        if comes_back(office)
    ]
    is_taken_off = any(spell.is_belonging for spell in effect.opened)
    if is_taken_off and not any(spell.is_belonging for spell in effect.ended):
        sentences.append("作废以后，这个人不在名册上。")
    return sentences


def list_open_elsewhere(person: Person, effect: Effect) -> list[MembershipSpell]:
    """Formal memberships that run today and were not opened by these entries."""
    own = [spell.pk for spell in effect.opened]
    return list(
        MembershipSpell.objects.filter(
            ~Q(pk__in=own), person=person, valid_to__isnull=True, is_belonging=True
        )
    )
