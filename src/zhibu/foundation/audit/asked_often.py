"""Queries that are asked very often: made into SQL once a process, then asked with other values.

Turning a queryset into SQL costs Django some ten times as much as the database needs to answer it from an
index. That matters only where many people ask the same at the same moment, as at the door of a meeting.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Expression, Field, QuerySet


class Blank(Expression):
    """The place of a value in a query; ``name`` says which one goes there."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """A placeholder, and the blank itself among the parameters until ``ask`` fills it in."""
        return "%s", (self,)


class AskedOften:
    """One query with blanks; ``build`` makes it as a ``values_list``, which must not depend on the values."""

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._made: dict[str, tuple[str, tuple[Any, ...], Any, Any]] = {}

    def ask(self, **values: object) -> list[tuple[Any, ...]]:
        """All rows for these values (texts, whole numbers, days)."""
        made = self._made.get(connection.vendor) or self._compile()
        sql, parameters, compiler, converters = made
        filled = [_plain(values[one.name]) if isinstance(one, Blank) else one for one in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, filled)
            rows = cursor.fetchall()
        return list(map(tuple, compiler.apply_converters(rows, converters))) if converters else rows

    def _compile(self) -> tuple[str, tuple[Any, ...], Any, Any]:
        compiler: Any = self._build().query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])
        made = (sql, tuple(parameters), compiler, converters)
        self._made[connection.vendor] = made
        return made


def _plain(value: object) -> Any:
    """As the driver takes it; a day is text on SQLite. An instant is not: its form depends on the column."""
    if isinstance(value, datetime):
        raise TypeError(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
