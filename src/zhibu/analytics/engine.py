"""The bulk engine: facts and runs in, one table of obligations out, on DuckDB or Spark.

The expressions are compiled once for each dialect (`compiling`); after that a judgement is a handful of
statements. The reference and the bulk engine give the same rows.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Literal, Protocol

import duckdb
import pyarrow as pa

from zhibu.analytics.plan import make_plan
from zhibu.rulebook import schema
from zhibu.rulebook.model import Run
from zhibu.rulebook.periods import Window

Dialect = Literal["duckdb", "pyspark"]
# Steps whose rows are kept, in two lanes that need nothing of each other.
LANES = (
    ("org_spells", "subject_spells", "owed"),
    ("placed_events", "amounts", "sums", "reached"),
)
SHAPES = ("frequency", "interval", "bound", "competence", "completeness")
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
    at_once: int  # statements that may run at the same time

    def take(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable under a name, replacing what had it."""

    def keep(self, name: str, sql: str) -> None:
        """Work out a query once and keep its rows under a name."""

    def fetch(self, sql: str) -> pa.Table:
        """The rows of a query."""


class DuckBackend:
    """DuckDB in memory; it loads no extension from anywhere and opens no database file."""

    dialect: Dialect = "duckdb"
    at_once = 2

    def __init__(self, *, threads: int = 2, memory: str = "2GB", folder: Path | None = None) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": str(threads),
            "preserve_insertion_order": "false",  # every answer is ordered where order matters
            "memory_limit": memory,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        if folder is not None:
            settings["temp_directory"] = str(folder)
        self.connection = duckdb.connect(config=settings)

    def take(self, name: str, table: pa.Table) -> None:
        """Copies the table in: the planner then knows its rows, and every cursor sees it."""
        with self.connection.cursor() as cursor:
            cursor.register("taken", table)
            cursor.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM taken")

    def keep(self, name: str, sql: str) -> None:
        """A table in memory."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"CREATE OR REPLACE TABLE {name} AS {sql}")

    def name(self, name: str, sql: str) -> None:
        """A query under a name, worked out wherever the name is read."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"CREATE OR REPLACE VIEW {name} AS {sql}")

    def add(self, name: str, sql: str) -> None:
        """More rows for a table that is kept."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {name} {sql}")

    def fetch(self, sql: str) -> pa.Table:
        """The rows as Arrow."""
        with self.connection.cursor() as cursor:
            return cursor.execute(sql).to_arrow_table()


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
    take_facts(backend, facts)
    return judge_taken(backend, facts, runs, as_of=as_of, window=window, cache_folder=cache_folder)


def take_facts(backend: Backend, facts: Mapping[str, pa.Table]) -> None:
    """Load the fact tables into the engine."""
    for name, table in facts.items():
        backend.take(engine_name(name), table)


def judge_taken(
    backend: Backend,
    facts: Mapping[str, pa.Table],
    runs: Sequence[Run],
    *,
    as_of: date,
    window: Window,
    cache_folder: Path | None = None,
) -> pa.Table:
    """The same for facts that the engine holds already; of ``facts`` only the dates are looked at."""
    names = judge_kept(backend, facts, runs, as_of=as_of, window=window, cache_folder=cache_folder)
    columns = ", ".join(RESULT.names)
    parts = [backend.fetch(f"SELECT {columns} FROM {name}").cast(RESULT) for name in names]
    return pa.concat_tables(parts) if parts else RESULT.empty_table()


def judge_kept(
    backend: Backend,
    facts: Mapping[str, pa.Table],
    runs: Sequence[Run],
    *,
    as_of: date,
    window: Window,
    cache_folder: Path | None = None,
) -> list[str]:
    """The same, left in the engine: the names of the tables, one a shape, with the columns of ``RESULT``."""
    plan = make_plan(runs, facts, as_of=as_of, window=window)
    for name, table in plan.tables.items():
        backend.take(engine_name(name), table)
    statements = statements_for(backend.dialect, cache_folder)
    shapes = [shape for shape in SHAPES if plan.has(shape)]
    _run_statements(backend, statements, shapes)
    return [_judged_by(shape) for shape in shapes]


def _judged_by(shape: str) -> str:
    return f"judged_{shape}"


def _run_statements(backend: Backend, statements: Mapping[str, str], shapes: Sequence[str]) -> None:
    """Judge by each shape. Frequency, the largest, needs both lanes; the others only that of spells."""

    def keep(lane: Iterable[str]) -> None:
        for name in lane:
            backend.keep(engine_name(name), statements[name])

    def judge(some: Iterable[str]) -> None:
        for shape in some:
            backend.keep(_judged_by(shape), statements[shape])

    with ThreadPoolExecutor(backend.at_once) as pool:
        spells, events = (pool.submit(keep, lane) for lane in LANES)
        spells.result()
        others = pool.submit(judge, [shape for shape in shapes if shape != "frequency"])
        events.result()
        frequency = pool.submit(judge, [shape for shape in shapes if shape == "frequency"])
        others.result()
        frequency.result()


def statements_for(dialect: Dialect, folder: Path | None) -> dict[str, str]:
    """The compiled statements, kept in ``folder`` between processes: the compiler takes seconds to load and
    to run, and is not loaded where they are there.
    """
    if folder is None:
        return _compile(dialect)
    kept = folder / "statements-{dialect}-{digest}.json".format(dialect=dialect, digest=_source_digest())
    if kept.exists():
        found: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
        return found
    statements = _compile(dialect)
    partial = kept.with_suffix(".{pid}".format(pid=os.getpid()))
    partial.write_text(json.dumps(statements), encoding="utf-8")
    os.replace(partial, kept)
    return statements


def _compile(dialect: Dialect) -> dict[str, str]:
    found: dict[str, str] = import_module("zhibu.analytics.compiling").compiled(dialect)
    return found


@cache
def _source_digest() -> str:
    """Changes with the code that builds the expressions, the fact schema, and the compiler's version."""
    here = Path(__file__).parent
    sources = [*sorted(here.glob("*.py")), *sorted((here / "shapes").glob("*.py")), Path(schema.__file__)]
    digest = hashlib.sha256(version("ibis-framework").encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def engine_name(name: str) -> str:
    """What a table of facts, of the plan or of a kept step is called in the engine."""
    return f"t_{name}"
