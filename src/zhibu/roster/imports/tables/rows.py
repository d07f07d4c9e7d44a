"""Which rows are persons, and what the others are: groups, sums, notes, signatures, samples, repeated
headers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from zhibu.common.quick import quick
from zhibu.roster.imports.sheets.model import Kind, Sheet
from zhibu.roster.imports.tables.columns import Column
from zhibu.roster.imports.tables.headers import is_header_text
from zhibu.roster.imports.tables.regions import Region
from zhibu.roster.imports.values.names import NOT_A_NAME
from zhibu.roster.imports.values.text import clean, squeezed

_TOTAL = re.compile(
    r"^(?:第?[\d一二三四五六七八九十]*(?:小组|支部|页)?)?(?:小计|合计|总计|共计|累计|总人数|本页|党员总数|党员人数|党员合计|人数合计)"
)
_NOTE = re.compile(r"^(?:[注※]\s*[:：\d一二三1-9.、]|注意|备注[:：]|说明[:：]|填表说明|填报说明|填写说明)")
_BRACKETED_LINE = re.compile(r"^[（(].*[)）]$")
_SIGNATURE = re.compile(
    r"(?:签字|签名|签章|盖章|审核人|填表人|填报人|制表|负责人|联系人|填报单位|填报时间|填表时间|报送单位)"
)
_GROUP = re.compile(
    r"(?:党小组|小组|支部|党支部|总支|党委|组|[（(].{1,6}[)）])$|^第.{1,3}(?:组|部分)|^[一二三四五六七八九十]+[、.．]"
)
_SECTION = re.compile(
    r"(?:正式|预备|转出|去世|死亡|已故|减少|历史)党员|积极分子|发展对象|申请人|"
    r"^(?:[一二三四五六七八九十]、)?(?:已?转出|去世|已故|停止党籍|出党)(?:人员|名单)?[:：]?$"
)
_SAMPLE_WORD = re.compile(r"^(?:示例|样例|范例|例如|例[:：]?|举例|填写示例|样表)")
_SAMPLE_NAMES = frozenset(
    ["张三", "李四", "王五", "赵六", "某某", "某某某", "XXX", "xxx", "×××", "XX", "张某某"]
)
_SUM_ALONE = re.compile(
    r"(?:合计|总计|共计|小计|总人数|党员总数|党员人数)[:：]?(\d{1,6})(?=$|正式|预备|男|女|其中|[,，;；(（])"
)
_UNIT_LINE = re.compile(r"^[（(]?单位[:：].{1,8}[)）]?$")


class RowKind(StrEnum):
    """What a row is."""

    PERSON = "person"
    GROUP = "group"
    TOTAL = "total"
    NOTE = "note"
    SIGNATURE = "signature"
    SAMPLE = "sample"
    HEADER = "header"
    NAMELESS = "nameless"
    CONTINUED = "continued"
    BLANK = "blank"


@quick
class FoundRow:
    """A row of a table: its position among the used rows, what it is, its text, and the group it stands
    under.
    """

    position: int
    kind: RowKind
    text: str = ""
    section: str = ""


class RowSorter:
    """Tells the rows of one table apart; the common case, a filled row with an ordinary name, is decided
    first.
    """

    def __init__(self, sheet: Sheet, columns: tuple[Column, ...], region: Region) -> None:
        self.sheet = sheet
        self.region = region
        self.columns = columns
        used = [sheet.columns[column.index] for column in columns if column.index in sheet.columns]
        self.vectors = used
        by_field = {column.field: sheet.columns.get(column.index) for column in columns}
        self.fields: Mapping[str, object] = by_field
        self.name = by_field.get("name")
        self.id_number = by_field.get("id_number")
        self.anchor = (
            self.name if self.name is not None else by_field.get("org_name") or by_field.get("branch")
        )
        self.ignored = {c.index for c in columns if c.field in ("seq", "signature")}
        self.continued = self._continued_rows()
        self._plain_names: dict[int, bool] = {}

    def rows(self) -> list[FoundRow]:
        """Every used row of the region below its header."""
        found: list[FoundRow] = []
        section = ""
        for position in range(self.region.last_header + 1, self.region.end):
            if self._is_ordinary(position):
                found.append(FoundRow(position, RowKind.PERSON, "", section))
                continue
            row = self._sorted(position, section)
            if row.kind is RowKind.GROUP:
                section = row.text
            elif row.kind is RowKind.TOTAL:
                section = ""  # what follows a sum no longer belongs to the group above it
            found.append(row)
        return found

    def _is_ordinary(self, position: int) -> bool:
        if self.name is None:
            return False
        index = self.name[position]
        known = self._plain_names.get(index)
        if known is None:
            known = self._plain_names[index] = self._is_plain_name(index)
        if not known or self.sheet.rows[position] in self.continued:
            return False
        return sum(1 for vector in self.vectors[:8] if vector[position]) >= 3

    def _is_plain_name(self, index: int) -> bool:
        cell = self.sheet.cells[index]
        text = squeezed(cell.text)
        if cell.kind is not Kind.TEXT or text in _SAMPLE_NAMES or is_header_text(text):
            return False
        return bool(text) and not _is_special(text) and len(text) <= 20

    def _sorted(self, position: int, section: str) -> FoundRow:
        texts = self._texts(position)
        content = [
            text for index, text in texts if index not in self.ignored or not re.fullmatch(r"[\d.]+", text)
        ]
        joined = " ".join(dict.fromkeys(content))
        if not content:
            return FoundRow(position, RowKind.BLANK)
        kind = self._kind(position, content, len(texts))
        return FoundRow(position, kind, clean(joined)[:300], section)

    def _kind(self, position: int, content: list[str], filled: int) -> RowKind:
        first = squeezed(content[0])
        if sum(1 for text in content if is_header_text(text)) * 2 > len(content) and len(content) > 2:
            return RowKind.HEADER
        if is_header_text(squeezed(self._text(self.name, position))):
            return RowKind.HEADER
        if _SAMPLE_WORD.match(first) or self._is_sample_person(position):
            return RowKind.SAMPLE
        if _TOTAL.match(first) or any(_TOTAL.match(squeezed(text)) for text in content[:3]):
            return RowKind.TOTAL
        is_bracketed = _BRACKETED_LINE.match(content[0]) and len(content) == 1
        if _NOTE.match(content[0]) or _UNIT_LINE.match(first) or is_bracketed:
            return RowKind.NOTE
        if self.sheet.rows[position] in self.continued:
            return RowKind.CONTINUED
        if len(content) <= 2 and _SIGNATURE.search(first):
            return RowKind.SIGNATURE
        return self._by_name(position, content, first)

    def _by_name(self, position: int, content: list[str], first: str) -> RowKind:
        name = self._text(self.anchor, position)
        if len(content) == 1 and (_SECTION.search(first) and len(first) <= 40):
            return RowKind.GROUP
        if len(content) == 1 and name != content[0].strip():
            return RowKind.GROUP if _GROUP.search(first) and len(first) <= 40 else RowKind.NOTE
        if len(content) == 1 and (_GROUP.search(first) or NOT_A_NAME.search(first) or len(first) > 6):
            is_group = _GROUP.search(first) or NOT_A_NAME.search(first)
            return RowKind.GROUP if is_group and len(first) <= 40 else RowKind.NOTE
        if name or self._text(self.id_number, position):
            return RowKind.PERSON
        if any(":" in text or "：" in text for text in content) and len(content) <= 4:
            return RowKind.SIGNATURE
        return RowKind.NAMELESS

    def _is_sample_person(self, position: int) -> bool:
        """张三 with an impossible number or phone in the first rows is how forms show what to write."""
        name = squeezed(self._text(self.name, position))
        if name not in _SAMPLE_NAMES or position > self.region.last_header + 2:
            return name in ("某某", "某某某", "XXX", "xxx", "×××", "XX")
        number = squeezed(self._text(self.id_number, position))
        return not re.fullmatch(r"\d{17}[\dXx]", number) or number.startswith(("12345", "00000", "11111"))

    def _texts(self, position: int) -> list[tuple[int, str]]:
        found = []
        for column in self.columns:
            cell = self.sheet.cell(position, column.index)
            if cell.kind is not Kind.EMPTY and clean(cell.text):
                found.append((column.index, cell.text))
        return found

    def _text(self, vector: object, position: int) -> str:
        if vector is None:
            return ""
        return self.sheet.cells[vector[position]].text.strip()  # type: ignore[index]

    def _continued_rows(self) -> frozenset[int]:
        """Rows whose name lies in a merged cell that began above: a second line of the same person."""
        names = [column.index for column in self.columns if column.field == "name"]
        if not names:
            return frozenset()
        rows: set[int] = set()
        for merge in self.sheet.merges:
            if merge.first_column <= names[0] <= merge.last_column and merge.last_row > merge.first_row:
                rows.update(range(merge.first_row + 1, min(merge.last_row, merge.first_row + 5_000) + 1))
        return frozenset(rows)


def _is_special(text: str) -> bool:
    return bool(
        _TOTAL.match(text)
        or _NOTE.match(text)
        or _SAMPLE_WORD.match(text)
        or _SIGNATURE.search(text)
        or _UNIT_LINE.match(text)
        or text.endswith(("小组", "支部", "党委", "总支"))
    )


def counts_in(text: str) -> tuple[tuple[str, int], ...]:
    """The numbers of persons a sum line states: 合计：正式28人 预备4人 → (("full", 28), ("probationary",
    4)).
    """
    plain = squeezed(text)
    found: list[tuple[str, int]] = []
    for word, key in (("正式", "full"), ("预备", "probationary"), ("男", "male"), ("女", "female")):
        if match := re.search(word + r"(?:党员)?[:：]?(\d{1,6})", plain):
            found.append((key, int(match[1])))
    everybody = re.search(
        r"(?:合计|总计|共计|小计|共|总人数|总数|党员)[:：]?(?:党员)?(\d{1,6})(?:人|名)", plain
    )
    if everybody is None:  # the number in a cell of its own: 合计 | 32
        everybody = re.match(_SUM_ALONE, plain)
    if everybody:
        found.append(("all", int(everybody[1])))
    return tuple(found)
