"""Reads the rows of a table as texts, column by column, with the answers given to what was asked."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from zhibu.foundation.sealing.seal import blind_index
from zhibu.roster.imports.interpretation import FROM_LINES, PersonRow, Table
from zhibu.roster.imports.planning.rows import Question
from zhibu.roster.imports.planning.values import card_field, is_private, shown, text_of
from zhibu.roster.imports.tables.headers import fields as known_fields
from zhibu.roster.imports.values.outcome import BLANK, Choice, Extra, Outcome, Verdict

# Without an answer to one of these nobody can say who a row means or where they belong.
IDENTITY = frozenset({"name", "id_number", "branch", "branch_code"})
_ONLY_KEPT = frozenset({"office"})
_PER_ROW = frozenset({"id_number", "name"})
# Health and family say more than a roster may keep in the open (security 4.3, class A).
_NEVER_KEPT = frozenset({"health", "marriage", "current_residence", "is_difficult", "police_station"})
_LONGEST_KEPT = 120
_HELD_LABELS = ["仍是在册党员，照常导入，备注原样保留", "备注说得对，这一行不导入"]


@dataclass(slots=True)
class Reading:
    """What one cell gives a row: texts for fields, an open question, the original text that stays."""

    pairs: tuple[tuple[str, str], ...] = ()
    question: str = ""
    kept: str = ""
    note: str = ""
    is_fixed: bool = False
    answer: str = ""
    hints: tuple[Extra, ...] = ()


@dataclass(slots=True)
class RowTexts:
    """One row as texts. ``values`` are accepted, ``kept`` are originals by header, ``hints`` suggestions."""

    row: PersonRow
    values: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    open: dict[str, str] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    hints: list[Extra] = field(default_factory=list)
    fixes: int = 0


@dataclass(slots=True)
class Asked:
    """The questions of a file by key, in the order in which they come up, with the answers given so far."""

    answers: Mapping[str, int]
    questions: dict[str, Question] = field(default_factory=dict)

    def put(self, question: Question, sheet: str, row: PersonRow, name: str) -> int:
        """Count a question for a row and return its answer, -1 while there is none."""
        known = self.questions.get(question.key)
        if known is None:
            known = self.questions[question.key] = question
            question.first_sheet, question.first_row, question.first_name = sheet, row.number, name
            answer = self.answers.get(question.key, -1)
            question.answer = answer if answer < len(question.labels) else -1
        known.count += 1
        return known.answer

    def take_back(self, key: str) -> None:
        """One row asks this no longer; a question that nobody asks is gone."""
        question = self.questions.get(key)
        if question is not None:
            question.count -= 1
            if not question.count:
                del self.questions[key]


_EMPTY = Reading()


@dataclass(frozen=True, slots=True)
class _ColumnTexts:
    """A column as it is walked: ``is_direct`` where a plain value goes straight to its field."""

    name: str
    target: str
    vector: array[int]
    verdicts: Mapping[int, Verdict]
    is_direct: bool


def _is_direct(name: str) -> bool:
    known = known_fields().get(name)
    return known is not None and (known.group in ("person", "common", "check") or name == "applied_date")


class TableReader:
    """Walks through one table; each distinct cell of a column is read once."""

    def __init__(self, table: Table, asked: Asked) -> None:
        self.table = table
        self.asked = asked
        self._fields = {column.field: column for column in table.columns if column.field}
        self._overrides: dict[int, dict[str, Verdict]] = {}
        for (position, name), verdict in table.grid.overrides.items():
            self._overrides.setdefault(position, {})[name] = verdict
        grid = table.grid
        self._columns = [
            _ColumnTexts(name, card_field(name), grid.vectors[name], grid.verdicts[name], _is_direct(name))
            for name in self._fields
            if name in grid.vectors
        ]

    def rows(self) -> Iterator[RowTexts]:
        """Every person of the table."""
        return map(self._row, self.table.rows)

    def _row(self, row: PersonRow) -> RowTexts:
        found = RowTexts(row)
        position = row.position
        special = self._overrides.get(position, {})
        values = found.values
        for column in self._columns:
            index = column.vector[position]
            if special and column.name in special:
                self._add(found, column.name, self._of_verdict(row, column.name, special[column.name], index))
            elif index:
                verdict = column.verdicts[index]
                is_plain = verdict.outcome is Outcome.OK and not (verdict.suggestions or verdict.extras)
                if column.is_direct and is_plain:
                    value = verdict.value
                    if value is not None:
                        values.setdefault(column.target, value if type(value) is str else text_of(value))
                else:
                    self._add(found, column.name, self._of_verdict(row, column.name, verdict, index))
        for name in FROM_LINES if special else ():
            if name in special and name not in self.table.grid.vectors:
                self._add(found, name, self._of_verdict(row, name, special[name], 0))
        return found

    def _add(self, found: RowTexts, name: str, reading: Reading) -> None:
        values = found.values
        for target, text in reading.pairs:
            values.setdefault(target, text)
        if reading.is_fixed:
            found.fixes += 1
        if reading.kept:
            header = self._fields[name].header if name in self._fields else name
            found.kept[header[:40]] = reading.kept
        if reading.note:
            found.notes.append(reading.note)
        if reading.question:
            found.open[name] = reading.question
        if reading.answer:
            found.answered[name] = reading.answer
        if reading.hints:
            found.hints.extend(reading.hints)

    def _of_verdict(self, row: PersonRow, name: str, verdict: Verdict, index: int) -> Reading:
        """The reading of a cell with its answer; cells that are not asked about are read as they are."""
        if verdict is BLANK:
            return _EMPTY
        if verdict.outcome is not Outcome.ASK:
            return self._reading(name, verdict, index)
        if not _is_direct(name) or name in _ONLY_KEPT:  # nothing would be written: no need to ask anybody
            kept = "" if name in _NEVER_KEPT else self._original(index)[:_LONGEST_KEPT]
            return Reading(kept=kept)
        question = self._question(row, name, verdict, index)
        answer = self.asked.put(question, self.table.sheet_name, row, self._name_of(row))
        if answer < 0:
            kept = "" if is_private(card_field(name)) else self._original(index)[:_LONGEST_KEPT]
            return Reading(question=question.key, kept=kept, hints=verdict.suggestions)
        return self._answered(name, verdict, verdict.choices[answer])

    def _answered(self, name: str, verdict: Verdict, choice: Choice) -> Reading:
        if name == "remark" and choice.value == "apply":
            texts = [c.value for c in verdict.choices if c.value != "apply"]
            kept = (("remark", text_of(texts[0])),) if texts else ()
            return Reading(kept, answer="apply", hints=verdict.suggestions)
        value = text_of(choice.value)
        pairs = self._pairs(name, value, verdict.extras)
        if name == "is_mobile" and value == "1":
            pairs += tuple((extra.field, text_of(extra.value)) for extra in verdict.suggestions)
        return Reading(pairs, answer=value or "-")

    def _name_of(self, row: PersonRow) -> str:
        verdict = row.verdict("name")
        return str(verdict.value or "") if verdict.is_accepted else ""

    def _question(self, row: PersonRow, name: str, verdict: Verdict, index: int) -> Question:
        original = self._original(index)
        field_name = card_field(name)
        labels = [self._label(field_name, choice) for choice in verdict.choices]
        if name == "remark" and row.is_held:
            labels = _HELD_LABELS[: len(labels)]
        place = (
            "{table}:{row}".format(table=self.table.fingerprint, row=row.number) if name in _PER_ROW else ""
        )
        told = "\x00".join((name, original, verdict.reason, place, *labels))
        header = self._fields[name].header if name in self._fields else label_of_field(name)
        return Question(
            key=blind_index("import-question", told)[:24],
            header=header,
            original=shown(field_name, original)
            if is_private(field_name) and field_name != "birth"
            else original,
            reason=self._told(field_name, verdict.reason, original),
            labels=labels,
        )

    def _label(self, field_name: str, choice: Choice) -> str:
        if field_name in ("id_number", "phone", "landline", "address") and choice.value:
            return shown(field_name, text_of(choice.value))
        return choice.label

    def _told(self, field_name: str, reason: str, original: str) -> str:
        """The reason without a private number that it may quote."""
        if is_private(field_name) and field_name != "birth" and original:
            return reason.replace(original, shown(field_name, original))
        return reason

    def _original(self, index: int) -> str:
        return self.table.grid.sheet.cells[index].text if index else ""

    def _reading(self, name: str, verdict: Verdict, index: int) -> Reading:
        if verdict.outcome is Outcome.REJ:
            field_name = card_field(name)
            original = self._original(index)
            kept = "" if is_private(field_name) else original[:_LONGEST_KEPT]
            told = "{header}：{reason}".format(
                header=label_of_field(name), reason=self._told(field_name, verdict.reason, original)
            )
            return Reading(kept=kept, note=told)
        value = text_of(verdict.value)
        is_fixed = verdict.outcome is Outcome.FIX
        if not _is_direct(name):
            return self._kept(name, value, is_fixed)
        pairs = self._pairs(name, value, verdict.extras)
        return Reading(pairs, is_fixed=is_fixed, hints=verdict.suggestions)

    def _kept(self, name: str, value: str, is_fixed: bool) -> Reading:
        if not value or name in _NEVER_KEPT:
            return Reading(is_fixed=is_fixed)
        return Reading(kept=value[:_LONGEST_KEPT], is_fixed=is_fixed)

    def _pairs(self, name: str, value: str, extras: tuple[Extra, ...]) -> tuple[tuple[str, str], ...]:
        if name in ("education",) and ";" in value:
            level, track = value.split(";", 1)
            return (("education", level), ("education_track", track))
        pairs = [(card_field(name), value)] if value else []
        pairs += [
            (card_field(extra.field), text_of(extra.value)) for extra in extras if extra.value is not None
        ]
        return tuple(pairs)


def label_of_field(name: str) -> str:
    """The label of a field of a file."""
    known = known_fields().get(name)
    return known.label if known else name
