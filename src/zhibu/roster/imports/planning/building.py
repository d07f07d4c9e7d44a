"""Builds the plan: each row is read, matched and compared; nothing doubtful is decided here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from zhibu.common.dates import add_years
from zhibu.foundation.sealing.seal import blind_index
from zhibu.roster.imports.interpretation import Interpretation, PersonRow, Table
from zhibu.roster.imports.planning.matching import KnownPerson, Match, PersonIndex
from zhibu.roster.imports.planning.reading import IDENTITY, Asked, RowTexts, TableReader
from zhibu.roster.imports.planning.rows import (
    Effect,
    Missing,
    PlannedRow,
    Question,
    packed_rows,
    unpacked_rows,
)
from zhibu.roster.imports.planning.samples import TableSample, samples_of
from zhibu.roster.imports.planning.values import (
    CARD_FIELDS,
    DATES,
    card_field,
    day_of,
    differs,
    is_too_long,
    label_of_item,
    shown,
    text_of,
)
from zhibu.roster.members.models import Standing, Status

PIECE = 200  # rows packed together
_CHUNK = 2_000
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


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation that rows may name."""

    key: str
    name: str
    established_date: date | None
    begin_date: date | None
    has_members: bool


@dataclass(frozen=True, slots=True)
class PlanContext:
    """What a plan is made against.

    ``home`` is the organisation the file is imported for; ``places`` all that rows may name, by key.
    ``answers`` are choices by question key. ``load_values`` gives the cards of persons as texts, many at
    once, together with their lost and mobile state.
    """

    today: date
    home: str
    home_is_branch: bool
    places: Mapping[str, Place]
    persons: PersonIndex
    answers: Mapping[str, int]
    skips_hidden: bool
    load_values: Callable[[list[int]], dict[int, dict[str, str]]]


@dataclass(slots=True)
class Plan:
    """The whole plan. Rows are kept packed by effect, ``PIECE`` at a time, since a county has many."""

    pieces: dict[str, list[tuple[bytes, int]]] = field(
        default_factory=lambda: {effect.value: [] for effect in Effect}
    )
    waiting: dict[str, list[PlannedRow]] = field(
        default_factory=lambda: {effect.value: [] for effect in Effect}
    )
    questions: list[Question] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    samples: list[TableSample] = field(default_factory=list)

    organizations: set[str] = field(default_factory=set)
    fixes: int = 0

    def put(self, row: PlannedRow) -> None:
        """Take a row in; those of one effect stay in the order of the file."""
        waiting = self.waiting[row.effect]
        waiting.append(row)
        self.fixes += row.fixes
        if row.effect in (Effect.ADDED, Effect.CHANGED):
            self.organizations.add(row.organization)
        if len(waiting) == PIECE:
            self._pack(row.effect)

    def close(self) -> None:
        """Pack what waits; nothing is put in afterwards."""
        for effect, rows in self.waiting.items():
            if rows:
                self._pack(effect)

    def _pack(self, effect: str) -> None:
        rows = self.waiting[effect]
        self.pieces[effect].append((packed_rows(rows), len(rows)))
        rows.clear()

    def rows(self, effect: str) -> Iterator[PlannedRow]:
        """The rows of an effect."""
        for content, _ in self.pieces[effect]:
            yield from unpacked_rows(content)

    def counts(self) -> dict[str, int]:
        """How many rows have each effect."""
        return {effect: sum(count for _, count in pieces) for effect, pieces in self.pieces.items()}


class _Draft:
    """A row on its way: its texts, the planned row, and who it means."""

    __slots__ = ("found", "person", "planned")

    def __init__(self, found: RowTexts, planned: PlannedRow) -> None:
        self.found = found
        self.planned = planned
        self.person: KnownPerson | None = None


def build_plan(interpretation: Interpretation, context: PlanContext) -> Plan:
    """The plan of an interpreted file."""
    builder = _Builder(context)
    plan = Plan()
    for number, table in enumerate(interpretation.tables):
        if table.is_selected:
            for row in builder.table(number, table):
                plan.put(row)
    plan.close()
    plan.questions = list(builder.asked.questions.values())
    plan.missing = builder.missing()
    plan.samples = samples_of(interpretation)
    return plan


class _Builder:
    def __init__(self, context: PlanContext) -> None:
        self.context = context
        self.asked = Asked(context.answers)
        self.seen: dict[int, int] = {}
        self.new: dict[tuple[str, ...], tuple[int, str]] = {}
        self.spoken: set[str] = set()
        self.mentioned: set[int] = set()

    def table(self, number: int, table: Table) -> Iterator[PlannedRow]:
        """The rows of one table, compared chunk by chunk with the cards they mean."""
        rows = TableReader(table, self.asked).rows()
        while chunk := list(islice(rows, _CHUNK)):
            drafts = [self._draft(number, table, found) for found in chunk]
            wanted = [d.person.person_id for d in drafts if d.person and d.planned.effect == Effect.CHANGED]
            cards = self.context.load_values(wanted) if wanted else {}
            for draft in drafts:
                if draft.person and draft.planned.effect == Effect.CHANGED:
                    self._compare(draft, cards.get(draft.person.person_id, {}))
                yield draft.planned

    def missing(self) -> list[Missing]:
        """Who is on the roster of the organisations that the file speaks of, and not in the file."""
        spoken = self.spoken | ({self.context.home} if self.context.home_is_branch else set())
        found = [
            person
            for person in self.context.persons.by_pk.values()
            if person.organization in spoken
            and person.standing != Standing.LEFT
            and person.person_id not in self.mentioned
        ]
        places = self.context.places
        return [
            Missing(p.person_id, p.name + p.alias, places[p.organization].name, Standing(p.standing).label)
            for p in found
            if p.organization in places
        ]

    def _draft(self, number: int, table: Table, found: RowTexts) -> _Draft:
        row = found.row
        planned = PlannedRow(number, table.sheet_name, row.number, is_hidden=row.is_hidden, fixes=found.fixes)
        planned.name = found.values.get("name", "")
        planned.notes = found.notes
        planned.questions = list(found.open.values())
        draft = _Draft(found, planned)
        reason = self._reason_to_leave_out(found)
        if reason:
            self._mention(found)
            return _left_out(draft, reason)
        if any(name in IDENTITY for name in found.open):
            self._mention(found)
            return _asked(draft)
        return self._placed(draft)

    def _reason_to_leave_out(self, found: RowTexts) -> str:
        row = found.row
        if row.is_hidden and self.context.skips_hidden:
            return "这一行在表里是隐藏的，按您的选择不导入。"
        if found.open.get("name") is None and not found.values.get("name"):
            return "没有姓名，不能导入。"
        if row.is_held and found.answered.get("remark", "") in ("", "apply"):
            return _held_reason(found)
        joined = found.values.get("joined_date", "")
        if joined and day_of(joined) > self.context.today:
            return "加入党组织日期晚于今天，请核对。"
        return ""

    def _mention(self, found: RowTexts) -> None:
        """Somebody who stands in the file, even in a row that is not imported, is not missing from it."""
        match = self._match(found.values)
        for person in (match.person, *match.candidates):
            if person:
                self.mentioned.add(person.person_id)

    def _match(self, values: dict[str, str]) -> Match:
        get = values.get
        return self.context.persons.match(
            get("name", ""), get("id_number", ""), get("birth", ""), get("phone", "")
        )

    def _placed(self, draft: _Draft) -> _Draft:
        values = draft.found.values
        match = self._match(values)
        if match.is_elsewhere:
            return _left_out(draft, "这一行无法保存，请联系上级组织核对。")
        person = match.person
        if match.candidates:
            self.mentioned.update(candidate.person_id for candidate in match.candidates)
            person, is_open = self._who(draft, match)
            if is_open:
                return _asked(draft)
            if person is None and draft.planned.effect == Effect.LEFT_OUT:
                return draft
        return self._known(draft, person) if person else self._new(draft)

    def _who(self, draft: _Draft, match: Match) -> tuple[KnownPerson | None, bool]:
        """Ask who is meant; the person (None: somebody new), and whether that is still open."""
        reason = _DOUBTS[match.doubt]
        labels = ["就是{person}".format(person=self._told(person)) for person in match.candidates[:5]]
        can_be_new = match.doubt != "name"
        if can_be_new:
            labels.append("不是，这是另一个人，按新增导入")
        labels.append("这一行先不导入")
        answer = self._ask_row(draft, match.doubt, reason, labels)
        if answer < 0:
            return None, True
        if answer == len(labels) - 1:
            _left_out(draft, "按您的选择，这一行先不导入。")
            return None, False
        if can_be_new and answer == len(labels) - 2:
            return None, False
        return match.candidates[answer], False

    def _told(self, person: KnownPerson) -> str:
        place = self.context.places.get(person.organization)
        parts = [person.name + ("（{alias}）".format(alias=person.alias) if person.alias else "")]
        parts.append(place.name if place else "其他党组织")
        parts.append(Standing(person.standing).label)
        if person.birth_month:
            parts.append("{month}出生".format(month=person.birth_month))
        return "，".join(parts)

    def _ask_row(self, draft: _Draft, kind: str, reason: str, labels: list[str]) -> int:
        row = draft.found.row
        told = "\x00".join((kind, str(draft.planned.table), str(row.number), draft.planned.name, *labels))
        key = blind_index("import-question", told)[:24]
        question = Question(key, "这一行", draft.planned.name, reason, labels, is_row=True)
        answer = self.asked.put(question, draft.planned.sheet, row, draft.planned.name)
        if answer < 0:
            draft.planned.questions.append(key)
        return answer

    def _known(self, draft: _Draft, person: KnownPerson) -> _Draft:
        self.mentioned.add(person.person_id)
        planned = draft.planned
        planned.person_id, planned.version = person.person_id, person.version
        planned.organization = person.organization
        if person.standing == Standing.LEFT:
            return _left_out(draft, "这个人已经不在册；如果是转回或者恢复，请在人员页面办理。")
        first = self.seen.get(person.person_id)
        if first is not None:
            return _left_out(draft, "和第{row}行是同一个人，没有重复导入。".format(row=first))
        self.seen[person.person_id] = planned.number
        self.spoken.add(person.organization)
        draft.person = person
        planned.effect = Effect.CHANGED.value
        return draft

    def _settle(self, draft: _Draft, card: dict[str, str]) -> None:
        """Take back a question whose answer the roster knows: one of the choices stands there already."""
        for name, key in list(draft.found.open.items()):
            known = card.get(card_field(name), "")
            choices = draft.found.row.verdict(name).choices
            if known and any(text_of(choice.value) == known for choice in choices):
                self.asked.take_back(key)
                draft.planned.questions.remove(key)
                draft.found.open.pop(name)

    def _compare(self, draft: _Draft, card: dict[str, str]) -> None:
        self._settle(draft, card)
        planned, values = draft.planned, draft.found.values
        for name in CARD_FIELDS:
            new = values.get(name, "")
            if not new or not differs(name, new, card.get(name, "")):
                continue
            if self._is_refused(planned, name, new):
                continue
            if name == "full_date" and draft.person and draft.person.standing == Standing.PROBATIONARY:
                planned.notes.append("名册上是预备党员，表里有转正日期；请办理转正，名册导入不改变身份。")
                continue
            planned.values[name], planned.old[name] = new, card.get(name, "")
        planned.notes.extend(self._suggestions(draft, card))
        planned.effect = Effect.CHANGED.value if planned.values else Effect.SAME.value

    def _is_refused(self, planned: PlannedRow, name: str, text: str) -> bool:
        """What the card has no room or no form for is told and left as it was."""
        if is_too_long(name, text):
            planned.notes.append("{label}太长，没有写入，请缩短后再导入。".format(label=label_of_item(name)))
            return True
        if name == "birth" and len(text) < 7:
            planned.notes.append("出生日期只写了年份，没有写入，请补上月份。")
            return True
        return False

    def _suggestions(self, draft: _Draft, card: dict[str, str]) -> list[str]:
        """What the file says about matters that have a procedure of their own."""
        values, person = draft.found.values, draft.person
        told: list[str] = []
        if person is None:
            return told
        place = values.get("branch_code") or values.get("branch", "")
        if place and place != person.organization:
            new, old = self.context.places.get(place), self.context.places.get(person.organization)
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
        for name, words in (("is_lost", "失联"), ("is_mobile", "流动")):
            flag = values.get(name, "")
            if flag and flag != card.get(name, "0"):
                told.append("表里“是否{words}党员”和名册不同，请在人员页面登记。".format(words=words))
        return told

    def _new(self, draft: _Draft) -> _Draft:
        planned, values = draft.planned, draft.found.values
        twin = self._twin(draft)
        if twin is not None:
            return twin
        planned.organization = self._place_of(draft)
        if not planned.organization:
            return draft
        planned.status = self._status_of(draft)
        if not planned.status:
            return draft
        place = self.context.places[planned.organization]
        planned.since = _since(place, values.get("joined_date", ""), self.context.today).isoformat()
        planned.group = values.get("party_group", "")[:60]
        planned.values = {
            name: values[name]
            for name in CARD_FIELDS
            if values.get(name) and not self._is_refused(planned, name, values[name])
        }
        planned.kept = draft.found.kept
        if values.get("office"):
            planned.kept["党内职务"] = shown("office", values["office"])
            planned.notes.append("党内职务请在班子里登记，这里只保留原文。")
        planned.situation = _situation(draft)
        if _is_under_age(values):
            planned.notes.append("按出生日期算，入党时不满18周岁，请核对。")
        planned.effect = Effect.ADDED.value
        self.spoken.add(planned.organization)
        return draft

    def _twin(self, draft: _Draft) -> _Draft | None:
        """Another row of the file that may be the same new person."""
        values = draft.found.values
        name, number = values["name"], values.get("id_number", "")
        keys: list[tuple[str, ...]] = [("id", number)] if number else []
        keys += [(name, kind, values[kind]) for kind in ("birth", "phone") if values.get(kind)]
        if not keys:
            keys.append((name, "name"))
        for key in keys:
            first = self.new.get(key)
            if first is None:
                continue
            row, other = first
            if key[0] == "id":
                return _left_out(draft, "和第{row}行的身份证号相同，没有重复导入。".format(row=row))
            if number and other and other != number:
                continue
            labels = ["是同一个人，这一行不导入", "是两个人，都导入"]
            reason = "和第{row}行的姓名相同，好像是同一个人，请确认。".format(row=row)
            answer = self._ask_row(draft, "twin", reason, labels)
            if answer < 0:
                return _asked(draft)
            if answer == 0:
                return _left_out(draft, "按您的选择，这一行和第{row}行是同一个人。".format(row=row))
        for key in keys:
            self.new.setdefault(key, (draft.planned.number, number))
        return None

    def _place_of(self, draft: _Draft) -> str:
        """The organisation a new person is entered in; empty where the row says nothing usable."""
        values, places = draft.found.values, self.context.places
        code, name = values.get("branch_code", ""), values.get("branch", "")
        if code and name and code != name:
            _left_out(draft, "党组织的名称和编码不是同一个党组织，请核对。")
            return ""
        key = code or name
        if key:
            if key in places:
                return key
            _left_out(draft, "这个党组织不在您的管理范围内，请联系上级组织核对。")
            return ""
        if self._was_refused(draft):
            _left_out(draft, "看不出属于哪个党支部，请核对以后再导入。")
            return ""
        if self.context.home_is_branch:
            return self.context.home
        _left_out(draft, _NEXT_BRANCH)
        return ""

    def _was_refused(self, draft: _Draft) -> bool:
        """Whether the row names an organisation that could not be read or was left empty by choice."""
        row = draft.found.row
        return any(
            row.verdict(name).reason and not row.value(name) and name not in draft.found.values
            for name in ("branch", "branch_code")
        )

    def _status_of(self, draft: _Draft) -> str:
        values = draft.found.values
        state, status = values.get("membership_state", ""), values.get("status", "")
        if state == "suspended":
            return Status.SUSPENDED.value
        if status in (Status.FULL, Status.PROBATIONARY):
            return status
        if "status" in draft.found.open:
            _asked(draft)
            return ""
        full = values.get("full_date", "")
        if full and day_of(full) <= self.context.today:
            draft.planned.notes.append("没有写人员类别，按转正日期是正式党员。")
            return Status.FULL.value
        labels = ["都是正式党员", "都是预备党员", "这些人先不导入"]
        key = blind_index("import-question", "status-missing")[:24]
        question = Question(key, "人员类别", "", _STATUS_ASKED, labels)
        answer = self.asked.put(question, draft.planned.sheet, draft.found.row, draft.planned.name)
        if answer == 2:
            _left_out(draft, "没有人员类别，按您的选择先不导入。")
            return ""
        if answer < 0:
            draft.planned.questions.append(key)
            _asked(draft)
            return ""
        return (Status.FULL if answer == 0 else Status.PROBATIONARY).value


_DOUBTS = {
    "number": "名册上有姓名和出生日期（或者电话）相同的人，但身份证号对不上，请确认是不是同一个人。",
    "name": "身份证号和名册上的一个人相同，但姓名不同，请按证件核对。",
    "several": "名册上有几个人的姓名和出生日期（或者电话）都相同，请选择是哪一个。",
    "namesake": "名册上有同名的人，只凭姓名不能断定是不是同一个人，请确认。",
}


def _left_out(draft: _Draft, reason: str) -> _Draft:
    draft.planned.effect = Effect.LEFT_OUT.value
    draft.planned.notes.insert(0, reason)
    return draft


def _asked(draft: _Draft) -> _Draft:
    draft.planned.effect = Effect.ASKED.value
    return draft


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


def _since(place: Place, joined: str, today: date) -> date:
    """From when a new name stands on the roster: a first roster counts from the start of the records."""
    floor = today if place.has_members else (place.begin_date or today)
    days = [floor, place.established_date or floor]
    if joined:
        days.append(min(day_of(joined), today))
    return max(days)


def _situation(draft: _Draft) -> dict[str, str]:
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


__all__ = ["DATES", "PersonRow", "Place", "Plan", "PlanContext", "build_plan"]
