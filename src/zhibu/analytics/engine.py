"""The bulk engine: facts and runs in, one table of obligations out, on DuckDB or Spark.

The expressions are built over unbound tables and compiled once a process for each dialect; after that a
judgement is a handful of statements. The reference and the bulk engine give the same rows.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

import duckdb
import ibis
import pyarrow as pa
from ibis.expr.types import Table

from zhibu.analytics import population
from zhibu.analytics.plan import make_plan, plan_schemas
from zhibu.analytics.shapes import bound, competence, completeness, frequency, interval
from zhibu.analytics.tables import arrow_schema, fact_classes
from zhibu.rulebook import schema
from zhibu.rulebook.model import Run
from zhibu.rulebook.periods import Window

Dialect = Literal["duckdb", "pyspark"]
Expression = Callable[[population.Tables], Table]
SHARED: dict[str, Expression] = {
    "org_spells": population.org_spells,
    "subject_spells": population.subject_spells,
    "placed_events": frequency.placed_events,
    "owed": frequency.owed,
    "amounts": frequency.amounts,
    "sums": frequency.sums,
    "reached": frequency.reached,
}
SHAPES: dict[str, Expression] = {
    "frequency": frequency.expression,
    "interval": interval.expression,
    "bound": bound.expression,
    "competence": competence.expression,
    "completeness": completeness.expression,
}
RESULT = pa.schema(
    [
        ("run", pa.int64()),
        ("subject_kind", pa.string()),
        ("subject_id", pa.int64()),
        ("org_id", pa.int64()),
        ("period", pa.string()),
        ("opens", pa.date32()),
        ("remind", pa.date32()),
        ("due", pa.date32()),
        ("satisfied", pa.date32()),
        ("verdict", pa.string()),
        ("precision", pa.string()),
        ("reason", pa.string()),
        ("inputs", pa.string()),
        ("waiver", pa.int64()),
    ]
)


class Backend(Protocol):
    """What the engine asks of a database: take Arrow tables, keep a result under a name, give one back."""

    dialect: Dialect

    def take(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable under a name, replacing what had it."""

    def keep(self, name: str, sql: str) -> None:
        """Work out a query once and keep its rows under a name."""

    def fetch(self, sql: str) -> pa.Table:
        """The rows of a query."""


class DuckBackend:
    """DuckDB in memory; it loads no extension from anywhere and opens no database file."""

    dialect: Dialect = "duckdb"

    def __init__(self, *, threads: int = 2, memory: str = "2GB", folder: Path | None = None) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": str(threads),
            "memory_limit": memory,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        if folder is not None:
            settings["temp_directory"] = str(folder)
        self.connection = duckdb.connect(config=settings)

    def take(self, name: str, table: pa.Table) -> None:
        """Registers the Arrow table itself; nothing is copied."""
        self.connection.register(name, table)

    def keep(self, name: str, sql: str) -> None:
        """A temporary table."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    def fetch(self, sql: str) -> pa.Table:
        """The rows as Arrow."""
        return self.connection.execute(sql).to_arrow_table()


def judge_tables(
    backend: Backend,
    facts: Mapping[str, pa.Table],
    runs: Sequence[Run],
    *,
    as_of: date,
    window: Window,
    cache_folder: Path | None = None,
) -> pa.Table:
    """Every obligation that the facts show, for all runs; ``run`` is the place in ``runs``."""
    plan = make_plan(runs, facts, as_of=as_of, window=window)
    for name, table in {**facts, **plan.tables}.items():
        backend.take(_named(name), table)
    statements = statements_for(backend.dialect, cache_folder)
    for name in SHARED:
        backend.keep(_named(name), statements[name])
    parts = [
        backend.fetch(statements[shape]).select(RESULT.names).cast(RESULT)
        for shape in SHAPES
        if plan.has(shape)
    ]
    return pa.concat_tables(parts) if parts else RESULT.empty_table()


def statements_for(dialect: Dialect, folder: Path | None) -> dict[str, str]:
    """The compiled statements, kept in ``folder`` between processes: compiling takes some three seconds."""
    if folder is None:
        return compiled(dialect)
    kept = folder / "statements-{dialect}-{digest}.json".format(dialect=dialect, digest=_source_digest())
    if kept.exists():
        found: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
        return found
    statements = compiled(dialect)
    partial = kept.with_suffix(".{pid}".format(pid=os.getpid()))
    partial.write_text(json.dumps(statements), encoding="utf-8")
    os.replace(partial, kept)
    return statements


@cache
def _source_digest() -> str:
    """Changes with the code that builds the expressions, the fact schema, and the compiler's version."""
    here = Path(__file__).parent
    sources = [*sorted(here.glob("*.py")), *sorted((here / "shapes").glob("*.py")), Path(schema.__file__)]
    digest = hashlib.sha256(ibis.__version__.encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


@cache
def compiled(dialect: Dialect) -> dict[str, str]:
    """The SQL of the shared steps and the five shapes, made once a process."""
    tables = {name: _unbound(name, arrow_schema(name)) for name in fact_classes()}
    tables |= {name: _unbound(name, schema) for name, schema in plan_schemas().items()}
    statements = {}
    for name, expression in SHARED.items():
        built = expression(tables)
        statements[name] = str(ibis.to_sql(built, dialect=dialect))
        tables[name] = _unbound(name, built.schema().to_pyarrow())
    for name, expression in SHAPES.items():
        statements[name] = str(ibis.to_sql(expression(tables), dialect=dialect))
    return statements


def _unbound(name: str, schema: pa.Schema) -> Any:
    loose = pa.schema([field.with_nullable(True) for field in schema])  # so that unions need not care
    return ibis.table(ibis.Schema.from_pyarrow(loose), name=_named(name))


def _named(name: str) -> str:
    return f"t_{name}"
