"""Forms with one person each (姓名 | 王军 | 性别 | 男 …) laid out again as a table of one row a person.

Every value keeps the place where it stands, so that what is said about it names the cell of the form.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from zhibu.roster.imports.sheets.model import EMPTY_CELL, Kind, RawCell, Sheet, address
from zhibu.roster.imports.tables.headers import field_named, is_header_text
from zhibu.roster.imports.tables.regions import SheetScan
from zhibu.roster.imports.values.text import squeezed

_MOST_ROWS = 20_000
_LONGEST_LABEL = 40
_NO_LABEL = re.compile(r"签字|签名|盖章|签章|采集员|填表|审核")
_NUMBERED_LABEL = re.compile(r"^\d{1,2}[.、．]\s*\S{2,}")
_INLINE = re.compile(r"^([^:：]{2,30})[:：]\s*(.*)$", re.DOTALL)
_OPTION = re.compile(r"([^□☐☑√✓✔■]*)([□☐☑√✓✔■])")
_OPTION_BEFORE = re.compile(r"([□☐☑√✓✔■])([^□☐☑√✓✔■]*)")
_BOXES = "□☐☑√✓✔■"
_EMPTY_BOXES = "□☐"
_LOST_SINCE = re.compile(r"失去联系日期\D{0,3}((?:19|20)\d{2}\s*[年.\-/]\s*\d{1,2}\s*月?)")
_GONE_TO = re.compile(r"外出流向[:：]?\s*([^□☐☑√✓✔■_]{2,60})")


@dataclass(slots=True)
class _Card:
    """One form: its first row, and for each label the value with its place."""

    row: int
    values: dict[str, tuple[RawCell, int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CardSheet:
    """A sheet laid out again, how many persons it holds, and the filled cells nobody could place."""

    sheet: Sheet
    persons: int
    left_over: tuple[str, ...]


def cards_of(sheet: Sheet) -> CardSheet | None:
    """The forms of a sheet as a table, or None where the sheet is something else."""
    if not 2 <= len(sheet.rows) <= _MOST_ROWS or not _looks_like_forms(sheet):
        return None
    cards: list[_Card] = []
    left_over: list[str] = []
    for position in range(len(sheet.rows)):
        for label, value, row, column in _pairs(sheet, position, left_over):
            if field_named(label) == "name" and value.text.strip():
                if not cards or any(field_named(known) == "name" for known in cards[-1].values):
                    cards.append(_Card(row))
            elif not cards:
                cards.append(_Card(row))
            _put(cards[-1], label, value, row, column) if cards else None
    people = [card for card in cards if any(field_named(label) == "name" for label in card.values)]
    return CardSheet(_laid_out(sheet, people), len(people), tuple(left_over)) if people else None


def _looks_like_forms(sheet: Sheet) -> bool:
    """Labels and values alternate in at least two rows, and no header stands over a table of names."""
    scan = SheetScan(sheet)
    rows = range(len(sheet.rows))
    headers = [at for at in rows if scan.is_header_row(at) and scan.has_name(at)]
    forms = [position for position in rows if scan.is_card_row(position)]
    if len(forms) >= 2 or (forms and sum(scan.hits) >= 4):
        return not any(at < forms[0] for at in headers) and len(forms) * 12 >= len(sheet.rows)
    written = [pair for cell in sheet.cells[:2_000] if (pair := _inline(cell)) and pair[1].text]
    return not headers and len(written) >= 3 and any(field_named(label) == "name" for label, _ in written)


def _pairs(sheet: Sheet, position: int, left_over: list[str]) -> Iterator[tuple[str, RawCell, int, int]]:
    """The labels of a row with their values and where these stand; a label without a value is empty."""
    row = sheet.rows[position]
    label, parts = "", list[tuple[int, RawCell]]()
    for column in sheet.columns:
        cell = sheet.cell(position, column)
        if cell.kind is Kind.EMPTY or not cell.text.strip():
            continue
        inline = _inline(cell)
        if inline is not None or _is_label(cell):
            yield from _told(label, parts, row)
            label, parts = (inline[0], [(column, inline[1])]) if inline else (cell.text.strip(), [])
            if inline and not inline[1].text:
                parts = []
        elif label:
            parts.append((column, cell))
        elif not _NO_LABEL.search(cell.text) and len(sheet.columns) > 1 and position > 0:
            left_over.append(address(row, column))
    yield from _told(label, parts, row)


def _told(label: str, parts: list[tuple[int, RawCell]], row: int) -> Iterator[tuple[str, RawCell, int, int]]:
    if not label or _NO_LABEL.search(label) or not parts:
        return
    column, cell = parts[0]
    if len(parts) > 5 and all(re.fullmatch(r"[\dXx]", squeezed(part.text)) for _, part in parts):
        cell = RawCell(Kind.TEXT, "".join(squeezed(part.text) for _, part in parts))  # a box for each digit
    elif len(parts) > 1:
        cell = RawCell(Kind.TEXT, " ".join(part.text for _, part in parts))
    for name, value in _unticked(label, cell):
        yield name, value, row, column


def _unticked(label: str, cell: RawCell) -> Iterator[tuple[str, RawCell]]:
    """``正常☑ 停止党籍□`` as 正常; what is written beside a ticked box comes under its own label."""
    text = cell.text
    if cell.kind is not Kind.TEXT or not any(box in text for box in _BOXES) or len(text) > 300:
        yield label, cell
        return
    is_before = text.lstrip()[:1] in _BOXES
    found = [
        (m[2], m[1]) if is_before else (m[1], m[2])
        for m in (_OPTION_BEFORE if is_before else _OPTION).finditer(text)
    ]
    ticked = [_option(word) for word, box in found if box not in _EMPTY_BOXES and _option(word)]
    if len(ticked) == 1:
        yield label, RawCell(Kind.TEXT, ticked[0], is_struck=cell.is_struck)
    elif ticked:
        yield label, cell  # several boxes ticked: a person has to look
    for name, pattern in (("失去联系日期", _LOST_SINCE), ("外出流向", _GONE_TO)):
        if ticked and (beside := pattern.search(text)) and squeezed(beside[1]):
            yield name, RawCell(Kind.TEXT, beside[1].strip())


def _option(text: str) -> str:
    """The word of an option: what stands right beside its box."""
    words = text.split()
    return words[-1].strip("：:，,；;") if words else ""


def _inline(cell: RawCell) -> tuple[str, RawCell] | None:
    """``姓名：王军`` in one cell."""
    if cell.kind is not Kind.TEXT or len(cell.text) > 300:
        return None
    found = _INLINE.match(cell.text.strip())
    if found is None or not is_header_text(found[1].strip()):
        return None
    text = found[2].strip()
    value = RawCell(Kind.TEXT, text, is_struck=cell.is_struck) if text else EMPTY_CELL
    return found[1].strip(), value


def _is_label(cell: RawCell) -> bool:
    if cell.kind is not Kind.TEXT or len(cell.text) > _LONGEST_LABEL:
        return False
    text = cell.text.strip()
    return is_header_text(text) or bool(_NUMBERED_LABEL.match(text)) or bool(_NO_LABEL.search(text))


def _put(card: _Card, label: str, value: RawCell, row: int, column: int) -> None:
    """Keep a value; a second one under the same label stays apart and is not mixed up with the first."""
    name = " ".join(label.split())
    while name in card.values:
        name += "（另一处）"
    card.values[name] = (value, row, column)


def _laid_out(sheet: Sheet, cards: list[_Card]) -> Sheet:
    labels = list(dict.fromkeys(label for card in cards for label in card.values))[:64]
    cells: list[RawCell] = [EMPTY_CELL, *(RawCell(Kind.TEXT, label) for label in labels)]
    columns = {number: array("I", [number + 1]) for number in range(len(labels))}
    origins: dict[tuple[int, int], tuple[int, int]] = {}
    for position, card in enumerate(cards, start=1):
        for number, label in enumerate(labels):
            value, row, column = card.values.get(label, (EMPTY_CELL, 0, 0))
            columns[number].append(len(cells) if value is not EMPTY_CELL else 0)
            if value is not EMPTY_CELL:
                cells.append(value)
                origins[position, number] = (row, column)
    return Sheet(
        name=sheet.name,
        is_hidden=sheet.is_hidden,
        rows=array("I", [cards[0].row, *(card.row for card in cards)]),
        columns=columns,
        cells=cells,
        hidden_rows=frozenset(card.row for card in cards if card.row in sheet.hidden_rows),
        hidden_columns=frozenset(),
        merges=(),
        origins=origins,
        width=max(sheet.columns, default=0) + 1,
    )
