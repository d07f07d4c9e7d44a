"""Finding: what people type becomes words of the index; the count is exact, the order by name.

The caller hands in the organisations in scope as a query of ids (None: the whole installation). Names
that begin with what was typed come first, then all others, each in the order of the names. Where only a
few entries are in scope they are read one by one; long answers are read along the name index, so that a
page costs the same wherever its words are common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from zhibu.foundation.search.phrases import (
    Phrase,
    is_plain_chinese,
    parse,
    to_fts5,
    to_like,
    to_tsquery,
)
from zhibu.foundation.search.tokens import normalise

PAGE_SIZE = 20
TAIL_LIMIT = 2000  # the most organisations in which the end of a phone number is looked up at once
_SORTED_LIMIT = 4000
_FEW = 3000  # entries in scope up to which reading them is cheaper than asking the index
_COLUMNS = "e.kind, e.ref_id, e.public_id, e.org_id, e.label, e.note"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    kind: str
    ref_id: int
    public_id: str
    org_id: int
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Found:
    """One page of one kind, and how many there are."""

    kind: str
    total: int
    hits: tuple[Hit, ...]


def search(
    text: str,
    *,
    kinds: Sequence[str],
    org_ids: QuerySet[Any, int] | None,
    page: int = 1,
    page_size: int = PAGE_SIZE,
) -> list[Found]:
    """For each kind the exact count and one page of what matches ``text`` within the organisations.

    All words must match. Chinese matches anywhere, Latin letters match the beginning of a word, of the
    initials or of the pinyin; eleven digits a phone number, four its end, eighteen an ID number.
    """
    phrases = parse(text, tail_org_ids=_tail_orgs(text, org_ids))
    if not phrases:
        return [Found(kind, 0, ()) for kind in kinds]
    window = Window((max(page, 1) - 1) * page_size, page_size)
    return [_found(kind, phrases, org_ids, normalise(text).strip(), window) for kind in kinds]


def _tail_orgs(text: str, org_ids: QuerySet[Any, int] | None) -> list[int]:
    """The organisations whose phone ends are tried: none unless four digits were typed and they are few."""
    if org_ids is None or not (text.strip().isdigit() and len(text.strip()) == 4):
        return []
    found = list(org_ids[: TAIL_LIMIT + 1])
    return found if len(found) <= TAIL_LIMIT else []


def _found(
    kind: str, phrases: list[list[Phrase]], org_ids: QuerySet[Any, int] | None, text: str, window: Window
) -> Found:
    walked, places = _within(org_ids, tested=False), _within(org_ids, tested=True)
    with connection.cursor() as cursor:
        if org_ids is not None and _count(cursor, _few(kind, walked)) <= _FEW:
            match = _by_reading(phrases, walked)
        else:
            match = _by_index(kind, phrases, places)
        total = _count(cursor, match.counted(kind))
        if not total:
            return Found(kind, 0, ())
        hits = _first_those_that_begin(cursor, kind, text, match, places, window, total)
    return Found(kind, total, tuple(hits))


def _first_those_that_begin(
    cursor: Any, kind: str, text: str, match: Match, places: Clause, window: Window, total: int
) -> list[Hit]:
    """The page: labels that begin with the text (a range of the name index), then all others."""
    if not is_plain_chinese(text):
        return _rows(cursor, match.page(kind, Clause("", []), window, is_long=total > _SORTED_LIMIT))
    begins = Clause("AND e.label >= %s AND e.label < %s", [text, text + chr(0x10FFFF)])
    beginning = _count(cursor, _beginning(kind, begins, places))
    hits: list[Hit] = []
    if window.offset < beginning:
        hits = _rows(cursor, _beginning_page(kind, begins, places, window))
    if len(hits) < window.size and total > beginning:
        rest = Window(max(0, window.offset - beginning), window.size - len(hits))
        others = Clause("AND NOT (e.label >= %s AND e.label < %s)", begins.arguments)
        hits += _rows(cursor, match.page(kind, others, rest, is_long=False))
    return hits


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of a long answer are wanted."""

    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of SQL with its arguments."""

    sql: str
    arguments: list[Any]


@dataclass(frozen=True, slots=True)
class Match:
    """The condition that an entry matches, and how its rows are best walked."""

    condition: Clause
    places: Clause
    uses_index: bool

    def counted(self, kind: str) -> Clause:
        """The statement that counts all matches of a kind."""
        if self.uses_index and not self.places.sql:
            return Clause(f"SELECT count(*) FROM ({self.condition.sql}) AS hit", self.condition.arguments)  # noqa: S608
        table = "search_entry e" + _hint("search_entry_place" if self.uses_index else "search_entry_org")
        asked, arguments = ("", []) if self.uses_index else ("AND e.kind = %s", [kind])
        return Clause(
            f"SELECT count(*) FROM {table} WHERE {self._where()} {asked} {self.places.sql}",  # noqa: S608
            [*self.condition.arguments, *arguments, *self.places.arguments],
        )

    def page(self, kind: str, also: Clause, window: Window, *, is_long: bool) -> Clause:
        """The statement that reads one page: along the name index if there are many hits, else sorted."""
        index = "search_entry_label" if is_long else ("" if self.uses_index else "search_entry_org")
        return Clause(
            f"SELECT {_COLUMNS} FROM search_entry e{_hint(index)} "  # noqa: S608
            f"WHERE {self._where()} AND e.kind = %s {self.places.sql} {also.sql} "
            "ORDER BY e.label, e.id LIMIT %s OFFSET %s",
            [
                *self.condition.arguments,
                kind,
                *self.places.arguments,
                *also.arguments,
                window.size,
                window.offset,
            ],
        )

    def _where(self) -> str:
        return f"e.id IN ({self.condition.sql})" if self.uses_index else self.condition.sql


def _by_index(kind: str, phrases: list[list[Phrase]], places: Clause) -> Match:
    """Through the full-text index of the engine."""
    if connection.vendor == "sqlite":
        sql, query = "SELECT rowid FROM search_fts WHERE search_fts MATCH %s", to_fts5(kind, phrases)
    else:
        sql = "SELECT id FROM search_entry WHERE to_tsvector('simple', tokens) @@ to_tsquery('simple', %s)"
        query = to_tsquery(kind, phrases)
    return Match(Clause(sql, [query]), places, uses_index=True)


def _by_reading(phrases: list[list[Phrase]], places: Clause) -> Match:
    """By reading the words of the few entries in scope: cheaper than the index where a word is common."""
    parts = to_like(phrases)
    sql = " AND ".join(
        "({})".format(" OR ".join(["' ' || e.tokens || ' ' LIKE %s"] * len(part))) for part in parts
    )
    return Match(Clause(sql, [pattern for part in parts for pattern in part]), places, uses_index=False)


def _few(kind: str, places: Clause) -> Clause:
    """Counts the entries in scope, but no further than needed."""
    return Clause(
        f"SELECT count(*) FROM (SELECT 1 FROM search_entry e{_hint('search_entry_org')} "  # noqa: S608
        f"WHERE e.kind = %s {places.sql} LIMIT {_FEW + 1}) AS near",
        [kind, *places.arguments],
    )


def _beginning(kind: str, begins: Clause, places: Clause) -> Clause:
    return Clause(
        f"SELECT count(*) FROM search_entry e{_hint('search_entry_label')} "  # noqa: S608
        f"WHERE e.kind = %s {begins.sql} {places.sql}",
        [kind, *begins.arguments, *places.arguments],
    )


def _beginning_page(kind: str, begins: Clause, places: Clause, window: Window) -> Clause:
    return Clause(
        f"SELECT {_COLUMNS} FROM search_entry e{_hint('search_entry_label')} "  # noqa: S608
        f"WHERE e.kind = %s {begins.sql} {places.sql} ORDER BY e.label, e.id LIMIT %s OFFSET %s",
        [kind, *begins.arguments, *places.arguments, window.size, window.offset],
    )


def _within(org_ids: QuerySet[Any, int] | None, *, tested: bool) -> Clause:
    """The organisations in scope; ``tested`` row by row, or walked through their own index.

    SQLite would multiply rows by organisations if it walked both; the plus sign tells it to test.
    """
    if org_ids is None:
        return Clause("", [])
    sql, arguments = org_ids.order_by().query.sql_with_params()
    plus = "+" if tested and connection.vendor == "sqlite" else ""
    return Clause(f"AND {plus}e.org_id IN ({sql})", list(arguments))


def _hint(index: str) -> str:
    """SQLite has no statistics here, so it is told which index to walk."""
    return f" INDEXED BY {index}" if index and connection.vendor == "sqlite" else ""


def _count(cursor: Any, clause: Clause) -> int:
    cursor.execute(clause.sql, clause.arguments)
    return int(cursor.fetchone()[0])


def _rows(cursor: Any, clause: Clause) -> list[Hit]:
    cursor.execute(clause.sql, clause.arguments)
    return [Hit(*row) for row in cursor.fetchall()]
