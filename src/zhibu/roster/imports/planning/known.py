"""Rows that mean somebody on the roster: what changes, what only a procedure may change."""

from __future__ import annotations

from zhibu.roster.imports.planning.desk import (
    Desk,
    Draft,
    left_out,
)
from zhibu.roster.imports.planning.matching import KnownPerson
from zhibu.roster.imports.planning.rows import (
    Effect,
    PlannedRow,
)
from zhibu.roster.imports.planning.values import (
    card_field,
    is_too_long,
    label_of_item,
    list_differing,
    shown,
    text_of,
)
from zhibu.roster.members.models import Standing, Status

_PROCEDURES = (
    ("is_lost", "失联", ("lost_date", "lost_circumstance")),
    ("is_mobile", "流动", ("mobile_since_date", "mobile_destination")),
)


def known_person(desk: Desk, draft: Draft, person: KnownPerson) -> Draft:
    desk.mentioned.add(person.person_id)
    planned = draft.planned
    planned.person_id, planned.version = person.person_id, person.version
    planned.organization = person.organization
    if person.standing == Standing.LEFT:
        return left_out(draft, "这个人已经不在册；如果是转回或者恢复，请在人员页面办理。")
    first = desk.seen.get(person.person_id)
    if first is not None:
        return left_out(draft, "和第{row}行是同一个人，没有重复导入。".format(row=first))
    desk.seen[person.person_id] = planned.number
    desk.spoken.add(person.organization)
    draft.person = person
    planned.effect = Effect.CHANGED.value
    return draft


def _settle(desk: Desk, draft: Draft, card: dict[str, str]) -> None:
    """Take back a question whose answer the roster knows: one of the choices stands there already."""
    for name, key in list(draft.found.open.items()):
        known = card.get(card_field(name), "")
        choices = draft.found.row.verdict(name).choices
        if known and any(text_of(choice.value) == known for choice in choices):
            desk.asked.take_back(key)
            draft.planned.questions.remove(key)
            draft.found.open.pop(name)


def compare(desk: Desk, draft: Draft, card: dict[str, str]) -> None:
    _settle(desk, draft, card)
    planned, values = draft.planned, draft.found.values
    for name in list_differing(values, card):
        new = values[name]
        if is_refused(desk, planned, name, new):
            continue
        if name == "full_date" and draft.person and draft.person.standing == Standing.PROBATIONARY:
            planned.notes.append("名册上是预备党员，表里有转正日期；请办理转正，名册导入不改变身份。")
            continue
        planned.values[name], planned.old[name] = new, card.get(name, "")
    planned.notes.extend(_suggestions(desk, draft, card))
    planned.effect = Effect.CHANGED.value if planned.values else Effect.SAME.value


def is_refused(desk: Desk, planned: PlannedRow, name: str, text: str) -> bool:
    """What the card has no room or no form for is told and left as it was."""
    if is_too_long(name, text):
        planned.notes.append("{label}太长，没有写入，请缩短后再导入。".format(label=label_of_item(name)))
        return True
    if name == "birth" and len(text) < 7:
        planned.notes.append("出生日期只写了年份，没有写入，请补上月份。")
        return True
    return False


def _suggestions(desk: Desk, draft: Draft, card: dict[str, str]) -> list[str]:
    """What the file says about matters that have a procedure of their own."""
    values, person = draft.found.values, draft.person
    told: list[str] = []
    if person is None:
        return told
    home = desk.context.home if desk.context.home_is_branch else ""
    place = values.get("branch_code") or values.get("branch") or home
    if place and place != person.organization:
        new, old = desk.context.places.get(place), desk.context.places.get(person.organization)
        told.append(
            "名册上在“{old}”，表里写的是“{new}”；请办理组织关系转接，名册导入不改变隶属。".format(
                old=old.name if old else "其他党组织", new=new.name if new else place
            )
        )
    status = values.get("status", "")
    if status in (Status.FULL, Status.PROBATIONARY) and status != person.standing:
        told.append(
            "名册上是{old}，表里写的是{new}；身份的变动请在人员页面办理。".format(
                old=Standing(person.standing).label, new=shown("status", status)
            )
        )
    for name, words, details in _PROCEDURES:
        flag = values.get(name, "")
        if flag and flag != card.get(name, "0"):
            told.append("表里“是否{words}党员”和名册不同，请在人员页面登记。".format(words=words))
        elif not flag and card.get(name, "0") != "1" and any(values.get(detail) for detail in details):
            told.append("表里写着{words}的情况，名册上没有，请在人员页面登记。".format(words=words))
    return told
