"""Reads of the code tables: ours, with what was loaded from other systems beside it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from zhibu.roster.codes.models import ExternalCode
from zhibu.roster.codes.tables import Code, LoadedCode, code_table, label_of, table_names


@dataclass(frozen=True, slots=True)
class TableView:
    """One table in the overview: how many rows are ours, how many were loaded, how many mean none of ours."""

    name: str
    label: str
    own: int
    loaded: int
    unknown: int


@dataclass(frozen=True, slots=True)
class CodeView:
    """One row of ours with the codes that other systems use for it."""

    code: Code
    external: tuple[str, ...]


def list_tables() -> list[TableView]:
    """Every code table with its counts: one query."""
    rows = ExternalCode.objects.order_by().values_list("table")
    counted = {
        table: (loaded, unknown)
        for table, loaded, unknown in rows.annotate(loaded=Count("pk"), unknown=Count("pk", filter=Q(key="")))
    }
    return [
        TableView(name, code_table(name).label, len(code_table(name).codes), *counted.get(name, (0, 0)))
        for name in table_names()
    ]


def list_codes(name: str) -> list[CodeView]:
    """The rows of a table, each with the codes of other systems, built in or loaded."""
    loaded: dict[str, list[str]] = {}
    for row in ExternalCode.objects.filter(table=name).exclude(key=""):
        loaded.setdefault(row.key, []).append(_named(row.system, row.version, row.code))
    return [
        CodeView(
            code,
            (
                *(_named(one.system, one.version, one.code) for one in code.external),
                *loaded.get(code.key, ()),
            ),
        )
        for code in code_table(name).codes
    ]


_SYSTEM_NAMES = {  # those built in that have no Chinese name of their own
    "party-post": "党内统计",
    "party-stratum": "党内统计",
    "provincial": "省级平台",
    "sichuan-lost": "省级失联登记表",
}


def _named(system: str, version: str, code: str) -> str:
    return " ".join(filter(None, (_SYSTEM_NAMES.get(system, system), version, code)))


def list_unknown(name: str) -> QuerySet[ExternalCode]:
    """Loaded codes of a table that mean no row of ours."""
    return ExternalCode.objects.filter(table=name, key="")


def list_more_choices(names: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """For each table what may be chosen besides our rows: loaded codes that mean none of them. One query."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = ExternalCode.objects.filter(table__in=names, key="").order_by("table", "code", "-version")
    for table, code, label in rows.values_list("table", "code", "label"):
        choices = found.setdefault(table, [])
        if code not in code_table(table).by_key and (not choices or choices[-1][0] != code):
            choices.append((code, label))
    return found


def list_loaded(names: Collection[str], most: int) -> list[LoadedCode]:
    """What was loaded into these tables, in the order of tables, systems and versions; at most ``most``."""
    rows = ExternalCode.objects.filter(table__in=names).order_by("table", "system", "version", "code")
    fields = ("table", "system", "version", "code", "label", "key")
    return [LoadedCode(*row) for row in rows.values_list(*fields)[:most]]


def label_of_any(name: str, key: str) -> str:
    """The label of a key of ours or of a loaded code; the key itself where nobody knows it."""
    if key in code_table(name).by_key:
        return label_of(name, key)
    known = ExternalCode.objects.filter(table=name, code=key, key="").order_by("-version").first()
    return known.label if known else key


def find_key(name: str, system: str, code: str) -> str:
    """Our key for another system's code, built in or loaded; empty where it means none of ours."""
    loaded = ExternalCode.objects.filter(table=name, system=system, code=code).order_by("-version").first()
    if loaded is not None:
        return loaded.key
    row = code_table(name).of_external(system, code)
    return row.key if row else ""
