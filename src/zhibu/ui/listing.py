"""Lists of many rows: sorting by a few named columns, pages of 20, 50 or all, and the addresses for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest

from zhibu.ui.forms import carried_number

T = TypeVar("T")

PAGE_SIZES = (20, 50)
ALL_LIMIT = 2000  # the most rows a page shows at once; the export has no limit


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head. ``sort`` names the key of ``sorts`` it sorts by, empty where it does not.

    ``align`` is start, end (numbers) or center.
    """

    label: str
    sort: str = ""
    align: str = "start"


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One page of a list: its rows, where it stands, and how it is sorted.

    ``total`` counts all rows; ``number`` is the page from 1; ``size`` the rows a page, 0 for all.
    """

    rows: Sequence[T]
    total: int
    number: int
    size: int
    sort: str
    columns: tuple[Column, ...]
    query: dict[str, str]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size)) if self.size else 1

    @property
    def first(self) -> int:
        """The place of the first row shown, from 1; 0 in an empty list."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The place of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def is_cut(self) -> bool:
        """Whether 全部 was asked for and there are more rows than one page may show."""
        return not self.size and self.total > len(self.rows)

    def address(self, changes: dict[str, str]) -> str:
        """The address of this list with some query words changed; an empty value removes the word."""
        merged = {**self.query, **changes}
        return "?" + urlencode({key: value for key, value in merged.items() if value})

    def shown_pages(self) -> list[int]:
        """The numbers offered in the pager; 0 stands for a gap."""
        near = {1, self.pages, *range(max(1, self.number - 2), min(self.pages, self.number + 2) + 1)}
        shown: list[int] = []
        for number in sorted(near):
            if shown and number - shown[-1] > 1:
                shown.append(0)
            shown.append(number)
        return shown


def list_page(
    request: HttpRequest,
    rows: QuerySet[Any] | Sequence[Any],
    *,
    columns: Sequence[Column],
    sorts: dict[str, tuple[str, ...]] | None = None,
    default_sort: str = "",
    total: int | None = None,
    is_wide: bool = False,
) -> Listing[Any]:
    """The page of ``rows`` that the request asks for with ``page``, ``size`` and ``sort``.

    ``sorts`` maps a sort key to the fields of a total order (they end in the primary key); ``-key``
    turns it round. Rows that are already a sequence keep their order. ``total`` saves the count query
    where it is known. ``is_wide``: rows of many columns out of many thousands; the ids of the page are sorted
    out first, by an index that holds the keys, and only those rows are read.
    """
    query = {key: str(value) for key, value in request.GET.items() if key != "page" and value}
    sort = _known_sort(request.GET.get("sort", ""), sorts or {}, default_sort)
    if isinstance(rows, QuerySet):
        if sort and sorts:
            rows = rows.order_by(*_directed(sorts[sort.lstrip("-")], turned=sort.startswith("-")))
        count = rows.count() if total is None else total
    else:
        count = len(rows) if total is None else total
    size = _size(request.GET.get("size", ""))
    pages = max(1, -(-count // size)) if size else 1
    number = min(_positive(request.GET.get("page", "")), pages)
    start = (number - 1) * size if size else 0
    end = start + (size or ALL_LIMIT)
    shown = _by_ids(rows, start, end) if is_wide and isinstance(rows, QuerySet) else list(rows[start:end])
    return Listing(shown, count, number, size, sort, tuple(columns), query)


def _by_ids(rows: QuerySet[Any], start: int, end: int) -> list[Any]:
    ids = list(rows.values_list("pk", flat=True)[start:end])
    found = {row.pk: row for row in rows.filter(pk__in=ids).order_by()}
    return [found[pk] for pk in ids]


def _known_sort(asked: str, sorts: dict[str, tuple[str, ...]], default: str) -> str:
    return asked if asked.lstrip("-") in sorts else default


def _directed(fields: tuple[str, ...], *, turned: bool) -> list[str]:
    if not turned:
        return list(fields)
    return [field[1:] if field.startswith("-") else "-" + field for field in fields]


def _size(asked: str) -> int:
    if asked == "all":
        return 0
    return int(asked) if asked in {str(size) for size in PAGE_SIZES} else PAGE_SIZES[0]


def _positive(asked: str) -> int:
    return max(1, carried_number(asked))
