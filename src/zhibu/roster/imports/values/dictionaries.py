"""What the dictionaries that an office loaded say of a cell: other systems' codes and local labels.

A dictionary is one system in one version. Each one that knows a cell is a voice, and so is our own reading;
one meaning is taken, two are asked about, and a bare number that nobody explains is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from zhibu.roster.codes import LoadedCode, code_table, label_of, normal_form
from zhibu.roster.imports.values.outcome import LEAVE_EMPTY, Choice, Outcome, Verdict, ask
from zhibu.roster.imports.values.text import squeezed

# The tables that cells are read by, by the kind of their column.
TABLE_OF_KIND = {
    "sex": "sex",
    "ethnicity": "ethnicity",
    "education": "education",
    "education_track": "education_track",
    "degree": "degree",
    "status": "status",
    "membership_state": "membership_state",
    "post": "post",
    "stratum": "stratum",
    "lost_circumstance": "lost_circumstance",
}
# Where a card may hold another system's code as it stands, and how many characters it has for it.
ROOM_FOR_CODES = {
    "ethnicity": 2,
    "education": 4,
    "education_track": 40,
    "degree": 4,
    "post": 6,
    "stratum": 4,
}
MOST_CODES = 20_000  # lines handed to the interpreter: as many as one dictionary may have
_CODE_FIRST = re.compile(r"([0-9A-Za-z]{1,40})\s*[_|:：\-.、\s]\s*([^\d\s].*)")
_CODE_LAST = re.compile(r"(.*[^\d\s])\s*[（(]\s*([0-9A-Za-z]{1,40})\s*[)）]")
_READ_BY = "“{text}”按《{dictionary}》的字典读作“{label}”。"
_SEVERAL = "“{text}”有几种读法：{meanings}，请选择。"
_NO_MEANING = "“{text}”在《{dictionary}》的字典里是“{label}”，没有对应本系统的代码，请选择。"
_LOST_ZERO = "“{text}”可能丢了前面的0：{meanings}，请确认。"
_OWN = "本系统"


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The loaded lines of one code table, found by code, by code without leading zeros, and by label."""

    table: str
    by_code: dict[str, list[LoadedCode]] = field(default_factory=dict)
    by_short_code: dict[str, list[LoadedCode]] = field(default_factory=dict)
    by_label: dict[str, list[LoadedCode]] = field(default_factory=dict)

    def put(self, line: LoadedCode) -> None:
        """Take one line in."""
        code = _plain_code(line.code)
        self.by_code.setdefault(code, []).append(line)
        self.by_short_code.setdefault(code.lstrip("0"), []).append(line)
        self.by_label.setdefault(normal_form(line.label), []).append(line)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell taken apart: ``code`` and ``label`` are both filled for ``01_汉族``, else both are the text."""

    text: str
    code: str
    label: str
    is_bare: bool


def dictionaries_of(lines: Iterable[LoadedCode]) -> dict[str, Dictionary]:
    """The lines as one dictionary for each table that has any."""
    found: dict[str, Dictionary] = {}
    for line in lines:
        found.setdefault(line.table, Dictionary(line.table)).put(line)
    return found


def consulted(own: Verdict, text: str, dictionary: Dictionary) -> Verdict:
    """The verdict on a cell once the dictionaries were asked; ``own`` is our reading without them.

    A cell that says that somebody is gone keeps its own verdict.
    """
    if own.suggestions:
        return own
    cell = _taken_apart(text)
    lines = _lines(cell, dictionary)
    own_key = own.value if own.is_accepted and isinstance(own.value, str) else ""
    if not lines:
        return own if own_key else _with_lost_zero(own, cell, dictionary)
    if own_key and not cell.is_bare:
        lines = [line for line in lines if line.key or normal_form(line.label) != normal_form(cell.label)]
    keys = {line.key for line in lines} | ({own_key} if own_key else set())
    if len(keys) > 1 or "" in keys:
        return _asked(own, own_key, cell, dictionary.table, lines)
    return own if own.outcome is Outcome.OK or (own.extras and own_key) else _read(cell, lines)


def _taken_apart(text: str) -> _Cell:
    shape = _CODE_FIRST.fullmatch(text.strip())
    if shape:
        return _Cell(text, _plain_code(shape[1]), shape[2], is_bare=False)
    shape = _CODE_LAST.fullmatch(text.strip())
    if shape:
        return _Cell(text, _plain_code(shape[2]), shape[1], is_bare=False)
    return _Cell(text, _plain_code(text), text, is_bare=True)


def _plain_code(text: str) -> str:
    return squeezed(text).upper()


def _lines(cell: _Cell, dictionary: Dictionary) -> list[LoadedCode]:
    """The lines that know the cell; those that know its code and its label alike speak alone."""
    by_code = dictionary.by_code.get(cell.code, [])
    by_label = dictionary.by_label.get(normal_form(cell.label), [])
    by_both = [line for line in by_code if line in by_label] if not cell.is_bare else []
    return by_both or list(dict.fromkeys([*by_code, *by_label]))


def _with_lost_zero(own: Verdict, cell: _Cell, dictionary: Dictionary) -> Verdict:
    """A number may have lost the zeros before it in the office program; that is asked, never taken."""
    if not (cell.is_bare and cell.code.isdecimal()):
        return own
    lines = [line for line in dictionary.by_short_code.get(cell.code.lstrip("0"), []) if line.key]
    if not lines:
        return own
    reason = _LOST_ZERO.format(text=cell.text[:40], meanings=_meanings(lines, ""))
    return ask(reason, *_choices(dictionary.table, lines, own))


def _read(cell: _Cell, lines: list[LoadedCode]) -> Verdict:
    first = lines[0]
    label = label_of(first.table, first.key)
    reason = _READ_BY.format(text=cell.text[:40], dictionary=_name(first), label=label)
    return Verdict(Outcome.FIX, first.key, reason, dictionary=_name(first))


def _asked(own: Verdict, own_key: str, cell: _Cell, table: str, lines: list[LoadedCode]) -> Verdict:
    """Two meanings, or a code that a dictionary leaves without one."""
    own_label = label_of(table, own_key) if own_key else ""
    if not own_key and not any(line.key for line in lines):
        reason = _NO_MEANING.format(text=cell.text[:40], dictionary=_name(lines[0]), label=lines[0].label)
    else:
        reason = _SEVERAL.format(text=cell.text[:40], meanings=_meanings(lines, own_label))
    found = replace(own, choices=(Choice(own_key, own_label),)) if own_key else own
    return ask(reason, *_choices(table, lines, found))


def _choices(table: str, lines: list[LoadedCode], own: Verdict) -> list[Choice]:
    """Ours and the dictionaries' meanings, the codes that a card may hold as they stand, and nothing."""
    keyed = [Choice(line.key, label_of(table, line.key)) for line in lines if line.key]
    room = ROOM_FOR_CODES.get(table, 0)
    kept = [
        Choice(line.code, "{label}（{code}，照原代码保留）".format(label=line.label, code=line.code))
        for line in lines
        if not line.key and len(line.code) <= room and line.code not in code_table(table).by_key
    ]
    by_value = {choice.value: choice for choice in reversed([*own.choices, *keyed, *kept]) if choice.value}
    return [*reversed(by_value.values()), LEAVE_EMPTY]


def _meanings(lines: list[LoadedCode], own_label: str) -> str:
    told = ["{own}是“{label}”".format(own=_OWN, label=own_label)] if own_label else []
    for line in lines:
        meaning = label_of(line.table, line.key) if line.key else line.label + "，没有对应"
        told.append("《{dictionary}》是“{label}”".format(dictionary=_name(line), label=meaning))
    return "、".join(dict.fromkeys(told[:6]))


def _name(line: LoadedCode) -> str:
    return "{system} {version}".format(system=line.system, version=line.version)
