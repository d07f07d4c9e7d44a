"""Finding: what people type becomes words of the index; the count is exact, the order by name.

The caller hands in the organisations in scope as a query of ids (None: the whole installation). Lists
below a few thousand hits are sorted after matching; longer ones are read in the order of the name index
and stop at the page's end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from zhibu.foundation.search.phrases import Phrase, parse, to_fts5, to_tsquery

PAGE_SIZE = 20
TAIL_LIMIT = 2000  # the most organisations in which the end of a phone number is looked up at once
_SORTED_LIMIT = 4000


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
    return [_found(kind, phrases, org_ids, page, page_size) for kind in kinds]


def _tail_orgs(text: str, org_ids: QuerySet[Any, int] | None) -> list[int]:
    """The organisations whose phone ends are tried: none unless four digits were typed and they are few."""
    if org_ids is None or not (text.strip().isdigit() and len(text.strip()) == 4):
        return []
    found = list(org_ids[: TAIL_LIMIT + 1])
    return found if len(found) <= TAIL_LIMIT else []


def _found(
    kind: str, phrases: list[list[Phrase]], org_ids: QuerySet[Any, int] | None, page: int, size: int
) -> Found:
    matches, arguments = _matches(kind, phrases)
    within, org_arguments = _within(org_ids)
    with connection.cursor() as cursor:
        if org_ids is None:
            cursor.execute(f"SELECT count(*) FROM ({matches}) AS hit", arguments)  # noqa: S608
        else:
            cursor.execute(
                f"SELECT count(*) FROM search_entry e WHERE e.id IN ({matches}) {within}",  # noqa: S608
                [*arguments, *org_arguments],
            )
        total = cursor.fetchone()[0]
        if not total:
            return Found(kind, 0, ())
        cursor.execute(
            _page_sql(matches, within, is_long=total > _SORTED_LIMIT),
            [kind, *arguments, *org_arguments, size, (max(page, 1) - 1) * size],
        )
        return Found(kind, total, tuple(Hit(*row) for row in cursor.fetchall()))


def _page_sql(matches: str, within: str, *, is_long: bool) -> str:
    table = "search_entry e"
    if connection.vendor == "sqlite":
        # With many hits the name index is walked until the page is full; with few they are sorted.
        table += " INDEXED BY search_entry_label" if is_long else " NOT INDEXED"
    return (
        f"SELECT e.kind, e.ref_id, e.public_id, e.org_id, e.label, e.note FROM {table} "  # noqa: S608
        f"WHERE e.kind = %s AND e.id IN ({matches}) {within} "
        "ORDER BY e.label, e.id LIMIT %s OFFSET %s"
    )


def _matches(kind: str, phrases: list[list[Phrase]]) -> tuple[str, list[str]]:
    if connection.vendor == "sqlite":
        return "SELECT rowid FROM search_fts WHERE search_fts MATCH %s", [to_fts5(kind, phrases)]
    return (
        "SELECT id FROM search_entry WHERE to_tsvector('simple', tokens) @@ to_tsquery('simple', %s)",
        [to_tsquery(kind, phrases)],
    )


def _within(org_ids: QuerySet[Any, int] | None) -> tuple[str, list[Any]]:
    if org_ids is None:
        return "", []
    sql, arguments = org_ids.order_by().query.sql_with_params()
    return f"AND e.org_id IN ({sql})", list(arguments)
