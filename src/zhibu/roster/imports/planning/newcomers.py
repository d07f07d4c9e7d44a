"""Rows that mean somebody new: where, as what, from when, and whether the file names them twice."""

from __future__ import annotations

from datetime import date

from zhibu.common.dates import add_years
from zhibu.foundation.sealing.seal import blind_index
from zhibu.roster.imports.planning.desk import (
    Desk,
    Draft,
    as_asked,
    ask_row,
    left_out,
)
from zhibu.roster.imports.planning.known import is_refused
from zhibu.roster.imports.planning.plan import Place
from zhibu.roster.imports.planning.rows import (
    Effect,
    Question,
)
from zhibu.roster.imports.planning.values import (
    ROOM,
    day_of,
    shown,
)
from zhibu.roster.members.models import Status

_SITUATION = (
    "is_lost",
    "lost_date",
    "lost_circumstance",
    "is_mobile",
    "mobile_since_date",
    "mobile_destination",
)
_STATUS_ASKED = "没有写人员类别，也没有转正日期，请选择这些人现在是什么身份。"
_NEXT_BRANCH = "表里没有写明党支部，请补上以后再导入，或者到支部的页面导入。"


def new_person(desk: Desk, draft: Draft) -> Draft:
    planned, values = draft.planned, draft.found.values
    twin = _twin(desk, draft)
    if twin is not None:
        return twin
    planned.organization = _place_of(desk, draft)
    if not planned.organization:
        return draft
    planned.status = _status_of(desk, draft)
    if not planned.status:
        return draft
    place = desk.context.places[planned.organization]
    planned.since = _since(place, values.get("joined_date", ""), desk.context.today).isoformat()
    planned.group = values.get("party_group", "")[:60]
    planned.values = {
        name: text
        for name, room in ROOM
        if (text := values.get(name))
        and ((len(text) <= room and name != "birth") or not is_refused(desk, planned, name, text))
    }
    planned.kept = draft.found.kept
    if values.get("office"):
        planned.kept["党内职务"] = shown("office", values["office"])
        planned.notes.append("党内职务请在班子里登记，这里只保留原文。")
    planned.situation = _situation(draft)
    if _is_under_age(values):
        planned.notes.append("按出生日期算，入党时不满18周岁，请核对。")
    planned.effect = Effect.ADDED.value
    desk.spoken.add(planned.organization)
    return draft


def _twin(desk: Desk, draft: Draft) -> Draft | None:
    """Another row of the file that may be the same new person."""
    values = draft.found.values
    name, number = values["name"], values.get("id_number", "")
    keys: list[tuple[str, ...]] = [("id", number)] if number else []
    keys += [(name, kind, values[kind]) for kind in ("birth", "phone") if values.get(kind)]
    if not keys:
        keys.append((name, "name"))
    for key in keys:
        first = desk.new.get(key)
        if first is None:
            continue
        row, other = first
        if key[0] == "id":
            return left_out(draft, "和第{row}行的身份证号相同，没有重复导入。".format(row=row))
        if number and other and other != number:
            continue
        labels = ["是同一个人，这一行不导入", "是两个人，都导入"]
        reason = "和第{row}行的姓名相同，好像是同一个人，请确认。".format(row=row)
        answer = ask_row(desk, draft, "twin", reason, labels)
        if answer < 0:
            return as_asked(draft)
        if answer == 0:
            return left_out(draft, "按您的选择，这一行和第{row}行是同一个人。".format(row=row))
    for key in keys:
        desk.new.setdefault(key, (draft.planned.number, number))
    return None


def _place_of(desk: Desk, draft: Draft) -> str:
    """The organisation a new person is entered in; empty where the row says nothing usable."""
    values, places = draft.found.values, desk.context.places
    code, name = values.get("branch_code", ""), values.get("branch", "")
    if code and name and code != name:
        left_out(draft, "党组织的名称和编码不是同一个党组织，请核对。")
        return ""
    key = code or name
    if key:
        if key in places:
            return key
        left_out(draft, "这个党组织不在您的管理范围内，请联系上级组织核对。")
        return ""
    if _was_refused(desk, draft):
        left_out(draft, "看不出属于哪个党支部，请核对以后再导入。")
        return ""
    if desk.context.home_is_branch:
        return desk.context.home
    left_out(draft, _NEXT_BRANCH)
    return ""


def _was_refused(desk: Desk, draft: Draft) -> bool:
    """Whether the row names an organisation that could not be read or was left empty by choice."""
    row = draft.found.row
    return any(
        row.verdict(name).reason and not row.value(name) and name not in draft.found.values
        for name in ("branch", "branch_code")
    )


def _status_of(desk: Desk, draft: Draft) -> str:
    values = draft.found.values
    state, status = values.get("membership_state", ""), values.get("status", "")
    if state == "suspended":
        return Status.SUSPENDED.value
    if status in (Status.FULL, Status.PROBATIONARY):
        return status
    if "status" in draft.found.open:
        as_asked(draft)
        return ""
    full = values.get("full_date", "")
    if full and day_of(full) <= desk.context.today:
        draft.planned.notes.append("没有写人员类别，按转正日期是正式党员。")
        return Status.FULL.value
    labels = ["都是正式党员", "都是预备党员", "这些人先不导入"]
    key = blind_index("import-question", "status-missing")[:24]
    question = Question(key, "人员类别", "", _STATUS_ASKED, labels)
    answer = desk.asked.put(question, draft.planned.sheet, draft.found.row, draft.planned.name)
    if answer == 2:
        left_out(draft, "没有人员类别，按您的选择先不导入。")
        return ""
    if answer < 0:
        draft.planned.questions.append(key)
        as_asked(draft)
        return ""
    return (Status.FULL if answer == 0 else Status.PROBATIONARY).value


def _since(place: Place, joined: str, today: date) -> date:
    """From when a new name stands on the roster: a first roster counts from the start of the records."""
    floor = today if place.has_members else (place.begin_date or today)
    days = [floor, place.established_date or floor]
    if joined:
        days.append(min(day_of(joined), today))
    return max(days)


def _situation(draft: Draft) -> dict[str, str]:
    values = dict(draft.found.values)
    if draft.found.answered.get("remark") == "apply":
        hints = {hint.field: hint.value for hint in draft.found.hints}
        words = {str(hint.value) for hint in draft.found.hints if hint.field == "remark_hint"}
        if "lost" in words:
            values["is_lost"] = "1"
        if "mobile" in words:
            values["is_mobile"] = "1"
            values.setdefault("mobile_destination", str(hints.get("mobile_destination") or ""))
    found = {name: values[name] for name in _SITUATION if values.get(name)}
    if found.get("lost_date") and found.get("is_lost") != "0":
        found["is_lost"] = "1"
    return found


def _is_under_age(values: dict[str, str]) -> bool:
    birth, joined = values.get("birth", ""), values.get("joined_date", "")
    if len(birth) < 7 or not joined or day_of(joined) < date(1982, 9, 6):
        return False
    return day_of(joined) < add_years(day_of(birth), 18)
