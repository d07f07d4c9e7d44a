"""What titles, sheet names and group lines say about the rows below them: a branch, a group, a status, or
that these people are no members (any more).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhibu.roster.codes import label_of
from zhibu.roster.imports.interpretation import Grid
from zhibu.roster.imports.tables.rows import FoundRow
from zhibu.roster.imports.values.organizations import OrganizationIndex, kind_and_core
from zhibu.roster.imports.values.outcome import LEAVE_EMPTY, Choice, Outcome, Verdict, ask, fix
from zhibu.roster.imports.values.text import squeezed

_LONGEST_LINE = 40
_BEFORE = re.compile(r"积极分子|发展对象|申请人|申请入党|拟(?:吸收|接收|发展|确定|转正)")
_GONE = re.compile(
    r"去世|死亡|已故|病故|亡故|转出|迁出|减少党员|历史党员|除名|开除|"
    r"[出退脱]党(?![员支委组总])|停止党籍|注销|不在册"
)
_MIXED = re.compile(r"[、和及与/]|含|包括|转入")
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十\d]{1,3}[、.．)）]|[（(][一二三四五六七八九十\d]{1,3}[)）])"
)
_BEHIND = re.compile(r"[（(][^（()）]{0,20}[)）]$|[:：].{0,20}$|(?:共|合计)?\d{1,4}(?:人|名)$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a line says: the status of everybody below it, or why they are not imported."""

    status: str = ""
    held: str = ""


NOTHING = Meaning()


def meaning_of(line: str) -> Meaning:
    """The meaning of one line; a line that names several kinds of people says nothing about one of them."""
    plain = squeezed(line)
    if not plain or len(plain) > _LONGEST_LINE or _MIXED.search(_NUMBERING.sub("", plain)):
        return NOTHING
    shown = plain[:30]
    if _GONE.search(plain):
        told = "标题“{line}”说明不是在册党员，没有导入；如果仍然在册，请把这一行移到别的表里再导入。"
        return Meaning(held=told.format(line=shown))
    if _BEFORE.search(plain):
        told = "标题“{line}”说明还不是党员，没有作为党员导入。"
        return Meaning(held=told.format(line=shown))
    full, probationary = "正式党员" in plain, "预备党员" in plain
    if full != probationary and "转正" not in plain:
        return Meaning(status="full" if full else "probationary")
    return NOTHING


def is_section_line(line: str) -> bool:
    """Whether a line without a person says something about the rows below it."""
    return meaning_of(line) is not NOTHING


class Sections:
    """Gives the rows of one table what the lines above them say."""

    def __init__(
        self, grid: Grid, title: tuple[str, ...], index: OrganizationIndex, *, tells_status: bool
    ) -> None:
        self.grid = grid
        self.index = index
        self.tells_status = tells_status
        self.table = self._of_table(title)
        self._branches: dict[str, Verdict | None] = {}
        self._has_branch = "branch" in grid.vectors or "branch_code" in grid.vectors
        self._table_branch = None if self._has_branch else self._branch_of_table(title)

    def _of_table(self, title: tuple[str, ...]) -> Meaning:
        found = [meaning_of(line) for line in (*title, self.grid.sheet.name)]
        return next((meaning for meaning in found if meaning is not NOTHING), NOTHING)

    def meaning(self, section: str) -> Meaning:
        """What is said about a row: by its group line first, else by the title or the sheet's name."""
        found = meaning_of(section) if section else NOTHING
        return found if found is not NOTHING else self.table

    def apply(self, rows: list[FoundRow]) -> None:
        """Write branch, group and status into the rows that do not say them themselves."""
        if not (self._table_branch or self.table.status or any(row.section for row in rows)):
            return
        for row in rows:
            self._branch(row)
            self._group(row)
            self._status(row)

    def _is_blank(self, position: int, name: str) -> bool:
        vector = self.grid.vectors.get(name)
        is_empty = vector is None or not vector[position]
        return is_empty and (position, name) not in self.grid.overrides

    def _branch(self, row: FoundRow) -> None:
        if not (self._is_blank(row.position, "branch") and self._is_blank(row.position, "branch_code")):
            return
        section = row.section
        if section and section not in self._branches:
            self._branches[section] = self._branch_of_section(section)
        verdict = self._branches.get(section) or self._table_branch
        if verdict is not None:
            self.grid.overrides[row.position, "branch"] = verdict

    def _group(self, row: FoundRow) -> None:
        name = _named(row.section)
        if (
            name.endswith("小组")
            and len(name) <= _LONGEST_LINE
            and self._is_blank(row.position, "party_group")
        ):
            told = fix(name, "按分组“{section}”。".format(section=row.section[:40]))
            self.grid.overrides[row.position, "party_group"] = told

    def _status(self, row: FoundRow) -> None:
        status = self.meaning(row.section).status
        if not (status and self.tells_status and self._is_blank(row.position, "status")):
            return
        told = fix(status, "按标题，是“{label}”。".format(label=label_of("status", status)))
        self.grid.overrides[row.position, "status"] = told

    def _branch_of_table(self, title: tuple[str, ...]) -> Verdict | None:
        found = self._named_branch(self.grid.sheet.name, "按工作表的名称“{text}”")
        for line in title:
            found = found or self._named_branch(_title_branch(line), "按标题“{text}”")
        return found

    def _branch_of_section(self, section: str) -> Verdict | None:
        """A group line that names a branch nobody can find, or several have, is asked about."""
        found = self._named_branch(section, "按分组“{text}”")
        name = _named(section)
        if found is not None or kind_and_core(name)[0] != "branch" or not self.index.organizations:
            return found
        near = self.index.matches(name) or self.index.similar(name)
        choices = [Choice(org.key, org.name) for org in near[:20]]
        reason = "分组“{section}”是哪个党支部，请选择。".format(section=section[:40])
        return ask(reason, *choices, LEAVE_EMPTY)

    def _named_branch(self, text: str, reason: str) -> Verdict | None:
        name = _named(text)
        if not kind_and_core(name)[0] or not self.index.organizations:
            return None
        found = self.index.matches(name)
        if len(found) != 1:
            return None
        told = reason.format(text=name[:40])
        return Verdict(
            Outcome.FIX, found[0].key, "{told}，是“{name}”。".format(told=told, name=found[0].name)
        )


def _named(text: str) -> str:
    """The name in a line: 一、第一党支部（12人） → 第一党支部."""
    plain = _NUMBERING.sub("", text.strip()[:200]).strip()
    return _BEHIND.sub("", plain).strip()


def _title_branch(line: str) -> str:
    """The organisation in a title: 中共××县××镇××村党支部党员花名册 → 中共××县××镇××村党支部."""
    for ending in ("支部委员会", "党支部", "支部"):
        head, mark, _ = line.partition(ending)
        if mark:
            return (head + mark).rpartition("：")[2].rpartition(":")[2].strip()
    return ""
