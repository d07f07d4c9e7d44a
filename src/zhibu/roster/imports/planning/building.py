"""Builds the plan: each row is read, matched and compared; nothing doubtful is decided here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from zhibu.common.quick import uncollected
from zhibu.roster.imports.interpretation import Interpretation, Table
from zhibu.roster.imports.planning.desk import (
    Desk,
    Draft,
    as_asked,
    left_out,
    match_of,
    mention,
    who_is_meant,
)
from zhibu.roster.imports.planning.known import compare, known_person
from zhibu.roster.imports.planning.newcomers import new_person
from zhibu.roster.imports.planning.plan import Plan, PlanContext
from zhibu.roster.imports.planning.reading import IDENTITY, RowTexts, TableReader
from zhibu.roster.imports.planning.rows import (
    Effect,
    Missing,
    PlannedRow,
)
from zhibu.roster.imports.planning.samples import samples_of
from zhibu.roster.imports.planning.values import (
    day_of,
    shown,
)
from zhibu.roster.members.models import Standing

_CHUNK = 2_000


def build_plan(interpretation: Interpretation, context: PlanContext) -> Plan:
    """The plan of an interpreted file."""
    desk = Desk(context)
    plan = Plan()
    for number, table in enumerate(interpretation.tables):
        if table.is_selected:
            with uncollected():
                for row in _table(desk, number, table):
                    plan.put(row)
    plan.close()
    plan.questions = list(desk.asked.questions.values())
    plan.missing = _missing(desk)
    plan.samples = samples_of(interpretation)
    return plan


def _table(desk: Desk, number: int, table: Table) -> Iterator[PlannedRow]:
    """The rows of one table, compared chunk by chunk with the cards they mean."""
    rows = TableReader(table, desk.asked).rows()
    while chunk := list(islice(rows, _CHUNK)):
        drafts = [_draft(desk, number, table, found) for found in chunk]
        wanted = [d.person.person_id for d in drafts if d.person and d.planned.effect == Effect.CHANGED]
        cards = desk.context.load_values(wanted) if wanted else {}
        for draft in drafts:
            if draft.person and draft.planned.effect == Effect.CHANGED:
                compare(desk, draft, cards.get(draft.person.person_id, {}))
            yield draft.planned


def _missing(desk: Desk) -> list[Missing]:
    """Who is on the roster of the organisations that the file speaks of, and not in the file."""
    spoken = desk.spoken | ({desk.context.home} if desk.context.home_is_branch else set())
    found = [
        person
        for person in desk.context.persons.by_pk.values()
        if person.organization in spoken
        and person.standing != Standing.LEFT
        and person.person_id not in desk.mentioned
    ]
    places = desk.context.places
    return [
        Missing(p.person_id, p.name + p.alias, places[p.organization].name, Standing(p.standing).label)
        for p in found
        if p.organization in places
    ]


def _draft(desk: Desk, number: int, table: Table, found: RowTexts) -> Draft:
    row = found.row
    planned = PlannedRow(number, table.sheet_name, row.number, is_hidden=row.is_hidden, fixes=found.fixes)
    planned.name = found.values.get("name", "")
    planned.notes = found.notes
    planned.questions = list(found.open.values())
    draft = Draft(found, planned)
    reason = _reason_to_leave_out(desk, found)
    if reason:
        mention(desk, found)
        _ask_no_more(desk, draft)
        return left_out(draft, reason)
    if any(name in IDENTITY for name in found.open):
        mention(desk, found)
        return as_asked(draft)
    return _placed(desk, draft)


def _ask_no_more(desk: Desk, draft: Draft) -> None:
    """A row that stays out asks nothing but whether its remark is right."""
    for name, key in list(draft.found.open.items()):
        if name != "remark":
            desk.asked.take_back(key)
            draft.planned.questions.remove(key)


def _reason_to_leave_out(desk: Desk, found: RowTexts) -> str:
    row = found.row
    if row.is_hidden and desk.context.skips_hidden:
        return "这一行在表里是隐藏的，按您的选择不导入。"
    if found.open.get("name") is None and not found.values.get("name"):
        chosen = found.answered.get("name") == "-"
        return "按您的选择，这一行不导入。" if chosen else "没有姓名，不能导入。"
    if row.held:
        return row.held
    if row.is_held and found.answered.get("remark", "") in ("", "apply"):
        return _held_reason(found)
    joined = found.values.get("joined_date", "")
    if joined and day_of(joined) > desk.context.today:
        return "加入党组织日期晚于今天，请核对。"
    return ""


def _placed(desk: Desk, draft: Draft) -> Draft:
    values = draft.found.values
    match = match_of(desk, values)
    if match.is_elsewhere:
        return left_out(draft, "这一行无法保存，请联系上级组织核对。")
    person = match.person
    if match.candidates:
        desk.mentioned.update(candidate.person_id for candidate in match.candidates)
        person, is_open = who_is_meant(desk, draft, match)
        if is_open:
            return as_asked(draft)
        if person is None and draft.planned.effect == Effect.LEFT_OUT:
            return draft
    return known_person(desk, draft, person) if person else new_person(desk, draft)


def _held_reason(found: RowTexts) -> str:
    status = found.values.get("status", "")
    if status in ("applicant", "activist", "development_target"):
        return "人员类别是{status}，还不是党员，没有作为党员导入。".format(status=shown("status", status))
    hints = {str(hint.value) for hint in found.hints if hint.field == "remark_hint"}
    if "deceased" in hints:
        return "备注里写着已经去世，没有作为在册党员导入；需要时请在人员页面登记。"
    if "transferred_out" in hints:
        return "备注里写着已经转出，没有作为在册党员导入；需要时请办理转接。"
    return "这一行的备注或者党籍状态说明不是在册党员，没有导入，请核对。"
