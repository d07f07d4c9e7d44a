"""Writing many rows at once: what bulk commands use beside the one audit row that names their batch.

Django's ``bulk_create`` compiles an INSERT of a few rows at a time, which for wide tables costs more than the
database itself. Here a few long statements (SQLite) or one COPY (PostgreSQL) take them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection, connections, models
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)
_AT_ONCE = 64_000  # rows of one statement × the square of their columns: short rows gain most, wide ones lose
_PARAMETERS = 30_000  # of one statement; SQLite allows 32,766
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
        name = str(meta.pk.attname)
        for key, row in zip(reserve_keys(type(rows[0]), len(rows)), rows, strict=True):
            row.__dict__[name] = key
    fields = sorted(meta.concrete_fields, key=_needs_care)
    send(meta.db_table, [str(field.column) for field in fields], _values(rows, fields))
    alias = connection.alias
    for row in rows:
        row._state.adding = False
        row._state.db = alias


def insert_values(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert rows given as values in the order of ``names`` (``person_id``), where nobody needs objects.

    Fields not named get their defaults. Constraints hold as ever. Must run inside a transaction.
    """
    fields = {
        field.attname: field
        for field in model._meta.concrete_fields
        if not field.primary_key or field.attname in names
    }
    others = [field for name, field in fields.items() if name not in names]
    made = [field for field in others if field.has_default() and callable(field.default)]
    others = [field for field in others if field not in made]
    rest = tuple(_preparer(field)(field.get_default()) for field in others)
    order = sorted(range(len(names)), key=lambda at: _needs_care(fields[names[at]]))
    given = [fields[names[at]] for at in order]
    pick: Any = itemgetter(*order) if len(order) > 1 else tuple
    prepare = _row_preparer(given)
    prepared: Any = ((*prepare(pick(row)), *rest, *(field.get_default() for field in made)) for row in rows)
    columns = [str(field.column) for field in (*given, *others, *made)]
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
        insert = " ".join(("INSERT INTO", quote(table), "(", names, ") VALUES "))
        one = "({marks})".format(marks=", ".join(["%s"] * len(columns)))
        many = max(1, min(_AT_ONCE // len(columns) ** 2, _PARAMETERS // len(columns)))
        values, sizes = iter(rows), [0]
        last: list[Sequence[object]] = []

        def whole_statements() -> Iterator[list[object]]:
            while part := list(islice(values, many)):
                sizes.append(len(part))
                if len(part) < many:
                    last.extend(part)
                    return
                yield list(chain.from_iterable(part))

        statements: Any = whole_statements()
        cursor.executemany(insert + ", ".join([one] * many), statements)
        if last:
            left: Any = list(chain.from_iterable(last))
            cursor.execute(insert + ", ".join([one] * len(last)), left)
    return sum(sizes)


def update_rows(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of existing objects of one model back, each by its primary key."""
    if not rows:
        return
    meta = type(rows[0])._meta
    fields = sorted(map(meta.get_field, names), key=_needs_care)
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


def _values(rows: Sequence[models.Model], fields: Sequence[Any]) -> Iterator[Sequence[object]]:
    prepare = _row_preparer(fields)
    pick = itemgetter(*(field.attname for field in fields))
    return (prepare(pick(row.__dict__)) for row in rows)


def _needs_care(field: Any) -> bool:
    """Whether ordinary values of a field are not what the driver takes: days, instants, JSON."""
    return isinstance(field, models.JSONField | models.DateField)


def _row_preparer(fields: Sequence[Any]) -> Callable[[Sequence[object]], Sequence[object]]:
    """How a row of values of these fields is handed over; quickest where those that need care come last."""
    preparers = [_preparer(field) for field in fields]
    plain = next((at for at, field in enumerate(fields) if _needs_care(field)), len(fields))
    careful = preparers[plain:]

    def prepare(row: Sequence[object]) -> Sequence[object]:
        head = row[:plain]
        if _AS_IT_IS.issuperset(map(type, head)):
            return (*head, *(one(value) for one, value in zip(careful, row[plain:], strict=True)))
        return [one(value) for one, value in zip(preparers, row, strict=True)]

    return prepare


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
