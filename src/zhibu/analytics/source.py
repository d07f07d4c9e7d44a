"""Reading the fact tables out of a live database, natively and as Arrow, without DuckDB touching the file.

Each module's provider gives one SELECT per fact table in the database's own dialect; ADBC runs it and hands
over Arrow batches (46,645 members with two years of records: a second or two).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import quote

import adbc_driver_postgresql.dbapi
import adbc_driver_sqlite.dbapi
import pyarrow as pa
import pyarrow.compute as pc

from zhibu.analytics.tables import arrow_schema, fact_classes

Selects = Mapping[str, Sequence[str]]  # fact table → the SELECTs of its providers


def connect(url: str) -> AbstractContextManager[Any]:
    """Open ``sqlite:/path`` (read only) or a ``postgresql://`` address."""
    return _connection(url)


@contextmanager
def _connection(url: str) -> Iterator[Any]:
    if url.startswith("sqlite:"):
        uri = f"file:{quote(url.removeprefix('sqlite:'))}?mode=ro"
        connection = adbc_driver_sqlite.dbapi.connect(uri)
    else:
        connection = adbc_driver_postgresql.dbapi.connect(url)
    try:
        yield connection
    finally:
        connection.close()


def read_facts(url: str, selects: Selects) -> dict[str, pa.Table]:
    """Every fact table with the columns and types of the schema, read in one transaction."""
    with connect(url) as connection:
        return {table: _read_table(connection, table, selects.get(table, ())) for table in fact_classes()}


def _read_table(connection: Any, table: str, statements: Sequence[str]) -> pa.Table:
    wanted = arrow_schema(table)
    parts = [_read(connection, statement, wanted) for statement in statements]
    return pa.concat_tables(parts) if parts else wanted.empty_table()


def _read(connection: Any, statement: str, wanted: pa.Schema) -> pa.Table:
    with connection.cursor() as cursor:
        if connection.adbc_get_info()["vendor_name"] == "SQLite":
            _read_types_from_all_rows(cursor)
        cursor.execute(statement)
        raw = cursor.fetch_arrow_table()
    columns = zip(raw.columns, wanted, strict=True)  # by place: a SELECT need not name its columns
    return pa.table([_cast(column, field.type) for column, field in columns], schema=wanted)


def _read_types_from_all_rows(cursor: Any) -> None:
    """SQLite has no column types: a column that is empty in the first batch must not become a number."""
    cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": 50_000_000})


def _cast(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    if column.type == wanted:
        return column
    if pa.types.is_null(column.type):
        return pa.chunked_array([pa.nulls(len(column), wanted)])
    if pa.types.is_date32(wanted) and pa.types.is_integer(column.type):
        return pa.chunked_array([pa.nulls(len(column), wanted)])  # SQLite's way of typing an empty column
    if pa.types.is_boolean(wanted):
        return pc.not_equal(column, 0)
    return column.cast(wanted)
