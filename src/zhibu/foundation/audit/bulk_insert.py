"""Writing many rows at once: what bulk commands use beside the one audit row that names their batch.

Django's ``bulk_create`` compiles an INSERT of a few rows at a time, which for wide tables costs more than the
database itself. Here a few long statements (SQLite) or one COPY (PostgreSQL) take them all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any, TypeVar

from django.db import connection, connections, models
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)
_PARAMETERS = 8_000  # of one statement; SQLite allows 32,766
_AS_IT_IS = frozenset({str, int, bool, bytes, type(None)})


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert new objects of one model and set their primary keys, in order.

    Every field must be set (defaults are, by the constructor). Constraints hold as ever; no signal is
    sent. Must run inside a transaction, as every command does.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    if isinstance(meta.pk, models.AutoField):
        for key, row in zip(reserve_keys(type(rows[0]), len(rows)), rows, strict=True):
            row.pk = key
    fields = meta.concrete_fields
    send(meta.db_table, [str(field.column) for field in fields], _values(rows, fields))
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def insert_values(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert rows given as values in the order of ``names`` (``person_id``), where nobody needs objects.

    Fields not named get their defaults. Constraints hold as ever. Must run inside a transaction.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    others = [field for name, field in fields.items() if name not in names]
    made = [field for field in others if field.has_default() and callable(field.default)]
    others = [field for field in others if field not in made]
    rest = tuple(_preparer(field)(field.get_default()) for field in others)
    preparers = [_preparer(fields[name]) for name in names]
    others += made
    prepared: Any = (
        (
            *(prepare(value) for prepare, value in zip(preparers, row, strict=True)),
            *rest,
            *(field.get_default() for field in made),
        )
        for row in rows
    )
    columns = [str(field.column) for field in (*(fields[name] for name in names), *others)]
    send(model._meta.db_table, columns, prepared)


def send(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Insert tuples that the driver can take as they are; returns how many.

    One COPY on PostgreSQL. On SQLite many rows a statement: each statement is a savepoint of its own, at
    which the full-text index writes down what it has; one row a statement takes seven times as long.
    """
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(" ".join(("COPY", quote(table), "(", names, ") FROM STDIN"))) as copy:
                for row in rows:
                    copy.write_row(row)
            return int(cursor.rowcount)
        return _send_to_sqlite(
            cursor, " ".join(("INSERT INTO", quote(table), "(", names, ") VALUES ")), len(columns), rows
        )


def _send_to_sqlite(cursor: Any, insert: str, width: int, rows: Iterable[Sequence[object]]) -> int:
    """Past Django's cursor, which would rewrite the thousands of marks of each statement anew."""
    one = "({marks})".format(marks=", ".join(["?"] * width))
    most = max(1, _PARAMETERS // width)
    full = insert + ", ".join([one] * most)
    values, count = iter(rows), 0
    with connection.wrap_database_errors:
        while part := list(islice(values, most)):
            statement = full if len(part) == most else insert + ", ".join([one] * len(part))
            sqlite3.Cursor.execute(cursor.cursor, statement, list(chain.from_iterable(part)))
            count += len(part)
    return count


def update_rows(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of existing objects of one model back, each by its primary key."""
    if not rows:
        return
    meta = type(rows[0])._meta
    fields = [meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    changes = ", ".join(" ".join((quote(str(getattr(field, "column", ""))), "= %s")) for field in fields)
    table, key = quote(meta.db_table), quote(str(meta.pk.column))
    update = " ".join(("UPDATE", table, "SET", changes, "WHERE", key, "= %s"))
    with connection.cursor() as cursor:
        values: Any = _values(rows, [*fields, meta.pk])
        cursor.executemany(update, values)


def maker(model: type[M]) -> Callable[[dict[str, Any]], M]:
    """A quick way to make many new objects of a model from values by attribute name (``person_id``).

    What is not given gets the field's default. Related objects are not cached; nothing is checked.
    """
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    called = [(f.attname, f.default) for f in fields if f.has_default() and callable(f.default)]
    plain = {f.attname: f.get_default() for f in fields if f.attname not in dict(called)}
    key = str(model._meta.pk.attname)

    def make(values: dict[str, Any]) -> M:
        row = model.__new__(model)
        held = row.__dict__
        held["_state"] = ModelState()
        held[key] = None
        held.update(plain)
        for name, default in called:
            if name not in values:
                held[name] = default()
        held.update(values)
        return row

    return make


def reserve_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """Primary keys for ``count`` new rows, for rows that must know theirs before they are written.

    The sequence's next on PostgreSQL; on SQLite those after the last, safe because every command's
    transaction holds the write lock from its beginning.
    """
    meta: Any = model._meta
    table = connection.ops.quote_name(meta.db_table)
    column = connection.ops.quote_name(meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, meta.pk.column, count],
            )
            return [int(key) for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [meta.db_table])
        found = cursor.fetchone()
        cursor.execute(" ".join(("SELECT coalesce(max(", column, "), 0) FROM", table)))
        last = max(int(cursor.fetchone()[0]), int(found[0]) if found else 0)
    return range(last + 1, last + 1 + count)


def _values(rows: Sequence[models.Model], fields: Sequence[Any]) -> Iterator[list[object]]:
    prepared = [(field.attname, _preparer(field)) for field in fields]
    for row in rows:
        values = row.__dict__
        yield [prepare(values[name]) for name, prepare in prepared]


def _preparer(field: Any) -> Callable[[Any], object]:
    """How a field's values are handed to the driver: plain types as they are, all others as Django would."""
    database = connections[connection.alias]  # the proxy looks its own up at every touch
    if isinstance(field, models.JSONField):
        return _once_for_each(lambda value: field.get_db_prep_save(value, database))
    adapt_date = database.ops.adapt_datefield_value
    instant = lru_cache(maxsize=64)(lambda value: field.get_db_prep_save(value, database))

    def prepare(value: Any) -> object:
        kind = type(value)
        if kind in _AS_IT_IS:
            return value
        if kind is date:
            return adapt_date(value)
        if kind is datetime:  # a batch is of one instant
            return instant(value)
        return field.get_db_prep_save(value, database)

    return prepare


def _once_for_each(prepare: Callable[[Any], object]) -> Callable[[Any], object]:
    """The same, worked out once for equal small values: most lists of a batch are empty or one of a few."""
    known: dict[str, object] = {}

    def prepare_once(value: Any) -> object:
        if not isinstance(value, list | dict) or len(value) > 2:
            return prepare(value)
        key = repr(value)
        if key not in known:
            known[key] = prepare(value)
        return known[key]

    return prepare_once
