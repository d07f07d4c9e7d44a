"""Deciding row by row: what is remembered, who is meant, and what has to be asked."""

from __future__ import annotations

from zhibu.foundation.sealing.seal import blind_index
from zhibu.roster.imports.planning.matching import KnownPerson, Match
from zhibu.roster.imports.planning.plan import PlanContext
from zhibu.roster.imports.planning.reading import Asked, RowTexts
from zhibu.roster.imports.planning.rows import (
    Effect,
    PlannedRow,
    Question,
)
from zhibu.roster.members.models import Standing


class Draft:
    """A row on its way: its texts, the planned row, and who it means."""

    __slots__ = ("found", "person", "planned")

    def __init__(self, found: RowTexts, planned: PlannedRow) -> None:
        self.found = found
        self.planned = planned
        self.person: KnownPerson | None = None


class Desk:
    """What is remembered from row to row: questions, who was seen, who is new, who stands in the file."""

    def __init__(self, context: PlanContext) -> None:
        self.context = context
        self.asked = Asked(context.answers)
        self.seen: dict[int, int] = {}
        self.new: dict[tuple[str, ...], tuple[int, str]] = {}
        self.spoken: set[str] = set()
        self.mentioned: set[int] = set()


_DOUBTS = {
    "number": "名册上有姓名和出生日期（或者电话）相同的人，但身份证号对不上，请确认是不是同一个人。",
    "name": "身份证号和名册上的一个人相同，但姓名不同，请按证件核对。",
    "several": "名册上有几个人的姓名和出生日期（或者电话）都相同，请选择是哪一个。",
    "namesake": "名册上有同名的人，只凭姓名不能断定是不是同一个人，请确认。",
}


def ask_row(desk: Desk, draft: Draft, kind: str, reason: str, labels: list[str]) -> int:
    row = draft.found.row
    told = "\x00".join((kind, str(draft.planned.table), str(row.number), draft.planned.name, *labels))
    key = blind_index("import-question", told)[:24]
    question = Question(key, "这一行", draft.planned.name, reason, labels, is_row=True)
    answer = desk.asked.put(question, draft.planned.sheet, row, draft.planned.name)
    if answer < 0:
        draft.planned.questions.append(key)
    return answer


def match_of(desk: Desk, values: dict[str, str]) -> Match:
    get = values.get
    return desk.context.persons.match(
        get("name", ""), get("id_number", ""), get("birth", ""), get("phone", "")
    )


def mention(desk: Desk, found: RowTexts) -> None:
    """Somebody who stands in the file, even in a row that is not imported, is not missing from it."""
    match = match_of(desk, found.values)
    for person in (match.person, *match.candidates):
        if person:
            desk.mentioned.add(person.person_id)


def who_is_meant(desk: Desk, draft: Draft, match: Match) -> tuple[KnownPerson | None, bool]:
    """Ask who is meant; the person (None: somebody new), and whether that is still open."""
    reason = _DOUBTS[match.doubt]
    labels = ["就是{person}".format(person=_told(desk, person)) for person in match.candidates[:5]]
    can_be_new = match.doubt != "name"
    if can_be_new:
        labels.append("不是，这是另一个人，按新增导入")
    labels.append("这一行先不导入")
    answer = ask_row(desk, draft, match.doubt, reason, labels)
    if answer < 0:
        return None, True
    if answer == len(labels) - 1:
        left_out(draft, "按您的选择，这一行先不导入。")
        return None, False
    if can_be_new and answer == len(labels) - 2:
        return None, False
    return match.candidates[answer], False


def _told(desk: Desk, person: KnownPerson) -> str:
    place = desk.context.places.get(person.organization)
    parts = [person.name + ("（{alias}）".format(alias=person.alias) if person.alias else "")]
    parts.append(place.name if place else "其他党组织")
    parts.append(Standing(person.standing).label)
    if person.birth_month:
        parts.append("{month}出生".format(month=person.birth_month))
    return "，".join(parts)


def left_out(draft: Draft, reason: str) -> Draft:
    draft.planned.effect = Effect.LEFT_OUT.value
    draft.planned.notes.insert(0, reason)
    return draft


def as_asked(draft: Draft) -> Draft:
    draft.planned.effect = Effect.ASKED.value
    return draft
