"""What each column is used as: exact headers, headers decided by values, and what the user chose."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from zhibu.roster.imports.sheets.model import Kind, Sheet
from zhibu.roster.imports.tables.clashes import decide
from zhibu.roster.imports.tables.headers import field_of_path, fields, full_form, hint_of, suggested_field
from zhibu.roster.imports.tables.regions import Region

_SAMPLE = 300
_TWICE = {"joined_date": "joined_date_again", "phone": "phone_again", "introducers": "introducer_2"}
_MORE_EXACT = {
    "joined_date": ("加入党组织日期", "支部大会通过日期", "入党日期"),
    "phone": ("手机号码", "手机号", "移动电话", "手机"),
    "id_number": (),
    "branch": ("所在党支部", "所属党支部", "党支部名称", "编入党支部"),
    "unit": ("工作单位及职务", "工作单位"),
    "address": ("家庭住址", "现居住地"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its use.

    ``field`` is empty where the column is not imported; ``note`` says why it is used so. ``basis`` is
    ``header`` (named exactly), ``values`` (decided by what stands below), ``chosen`` (by the user) or
    ``none``; ``suggestion`` is a field a person may want, never used unasked.
    """

    index: int
    header: str
    hint: str
    field: str
    kind: str
    basis: str
    note: str = ""
    suggestion: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class ChosenColumns:
    """A mapping somebody made or confirmed before: column index and field (empty: do not import)."""

    fingerprint: str
    columns: tuple[tuple[int, str], ...]


def fingerprint_of(paths: tuple[tuple[int, tuple[str, ...]], ...]) -> str:
    """The same for every file with the same headers in the same order, whatever its data."""
    forms = "|".join("/".join(full_form(part) for part in segments) for _, segments in paths)
    return hashlib.sha256(forms.encode("utf-8")).hexdigest()


def map_columns(sheet: Sheet, region: Region, chosen: ChosenColumns | None) -> tuple[Column, ...]:
    """The columns of a region with their use."""
    named = [_named(index, segments) for index, segments in region.paths]
    is_development = sum(_group(column.field) == "development" for column in named) >= 2
    named = _decided(sheet, region, named, is_development)
    named = _months(named)
    named = _no_meetings(named)
    named = _once_each(sheet, region, named)
    choices = dict(chosen.columns) if chosen else {}
    found = [_chosen(column, choices) if column.index in choices else column for column in named]
    return tuple(replace(column, is_hidden=column.index in sheet.hidden_columns) for column in found)


def sample_of(sheet: Sheet, region: Region, column: int) -> list[str]:
    """Up to 300 distinct texts below a header."""
    vector = sheet.columns.get(column)
    if vector is None:
        return []
    indexes = list(dict.fromkeys(vector[region.last_header + 1 : region.end]))[:_SAMPLE]
    return [sheet.cells[index].text for index in indexes if sheet.cells[index].kind is not Kind.EMPTY]


def parts_of(columns: tuple[Column, ...]) -> list[tuple[Column, ...]]:
    """Tables printed side by side: each begins where the first field of the row comes again."""
    names = [column for column in columns if column.field == "name"]
    if len(names) < 2:
        return [columns]
    first = next(column.field for column in columns if column.field)
    starts = [column.index for column in columns if column.field == first]
    if len(starts) != len(names):
        starts = [column.index for column in names]
        starts[0] = columns[0].index
    bounds = [*starts[1:], columns[-1].index + 1]
    return [
        tuple(c for c in columns if start <= c.index < stop)
        for start, stop in zip(starts, bounds, strict=True)
    ]


def _named(index: int, segments: tuple[str, ...]) -> Column:
    header = "/".join(" ".join(part.split()) for part in segments)
    hint = hint_of(" ".join(segments))
    field = field_of_path(segments)
    if field:
        return Column(index, header, hint, field, _kind(field), "header")
    suggestion = suggested_field(segments[-1])
    note = "表头“{header}”不认识，这一列不导入，请指定它的用途。".format(header=header[:40])
    return Column(index, header, hint, "", "", "none", note, suggestion)


def _decided(sheet: Sheet, region: Region, named: list[Column], is_development: bool) -> list[Column]:
    known = {column.field for column in named}
    decided = []
    for column in named:
        if column.field.startswith("?"):
            field, note = decide(
                column.field[1:], sample_of(sheet, region, column.index), known, is_development
            )
            column = replace(
                column, field=field, kind=_kind(field), basis="values" if field else "none", note=note
            )
            known.add(field)
        decided.append(column)
    return decided


def _months(named: list[Column]) -> list[Column]:
    """Months are dues only in a table that speaks of dues; elsewhere they count meetings or the like."""
    has_dues = any(_group(column.field) == "dues" for column in named)
    has_name = any(column.field == "name" for column in named)
    has_meetings = any(_group(column.field) == "meeting" for column in named)
    found = []
    for column in named:
        if column.field.startswith("month_"):
            field = "dues_" + column.field if has_name and (has_dues or not has_meetings) else ""
            column = replace(column, field=field, kind=_kind(field), basis="header" if field else "none")
        found.append(column)
    return found


def _no_meetings(named: list[Column]) -> list[Column]:
    """时间 or 地点 alone in a table of persons is not a meeting's: nobody can say what it means."""
    meetings = [column for column in named if _group(column.field) == "meeting"]
    if len(meetings) > 1 or not any(column.field == "name" for column in named):
        return named
    note = "表头“{header}”看不出是什么，这一列不导入，请指定它的用途。"
    return [
        replace(column, field="", kind="", basis="none", note=note.format(header=column.header[:40]))
        if column in meetings
        else column
        for column in named
    ]


def _once_each(sheet: Sheet, region: Region, named: list[Column]) -> list[Column]:
    """A field comes once in a table: the more exact header keeps it, the other is compared or left out."""
    if sum(column.field == "name" for column in named) > 1:
        return named
    keepers: dict[str, int] = {}
    for column in named:
        if column.field and (column.field not in keepers or _is_better(column, named, keepers[column.field])):
            keepers[column.field] = column.index
    found = []
    taken = set(keepers)
    for column in named:
        if column.field and keepers[column.field] != column.index and column.kind != "ignored":
            again = _TWICE.get(column.field, "")
            again = "" if again in taken else again
            taken.add(again)
            note = (
                "“{header}”和另一列说的是同一件事，只用来核对。"
                if again
                else "“{header}”和另一列重复，这一列不导入，请核对。"
            )
            column = replace(
                column,
                field=again,
                kind=_kind(again),
                basis="values" if again else "none",
                note=note.format(header=column.header[:40]),
                suggestion=column.field,
            )
        found.append(column)
    return found


def _is_better(column: Column, named: list[Column], keeper: int) -> bool:
    exact = [full_form(text) for text in _MORE_EXACT.get(column.field, ())]
    other = next(c for c in named if c.index == keeper)
    mine, theirs = full_form(column.header.split("/")[-1]), full_form(other.header.split("/")[-1])
    rank = {form: number for number, form in enumerate(exact)}
    return rank.get(mine, 99) < rank.get(theirs, 99)


def _chosen(column: Column, choices: Mapping[int, str]) -> Column:
    field = choices[column.index]
    known = fields()
    if field and field not in known:
        return replace(
            column, field="", kind="", basis="none", note="没有“{field}”这个项目。".format(field=field)
        )
    return replace(column, field=field, kind=_kind(field), basis="chosen", note="", suggestion="")


def _kind(field: str) -> str:
    known = fields().get(field)
    return known.kind if known else ""


def _group(field: str) -> str:
    known = fields().get(field)
    return known.group if known else ""
