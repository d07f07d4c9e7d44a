"""Lets a test database be emptied: the record is append only, so its guards are lifted for that moment
alone.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

GUARDS = importlib.import_module("zhibu.foundation.migrations.0004_append_only")


@pytest.fixture(autouse=True, scope="session")
def emptying_lifts_the_guards() -> Iterator[None]:
    """Around every flush of a transactional test the triggers are dropped and made again."""
    operations = type(connection.ops)
    real = operations.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> None:
        _run(GUARDS.reopening(connection.vendor))
        real(self, sql_list)
        _run(GUARDS.statements(connection.vendor))

    operations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    operations.execute_sql_flush = real  # type: ignore[method-assign]


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
