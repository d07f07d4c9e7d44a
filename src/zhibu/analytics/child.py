"""The process in which the bulk engine runs: a request as JSON on standard input, Arrow files as the answer.

Kept apart from every web and worker process: its database drivers carry their own SQLite, which would drop
those processes' file locks. It only reads the live database. Spark, where it is asked for, is started from
here too.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
from pyarrow import feather

from zhibu.analytics.engine import Backend, DuckBackend, judge_tables
from zhibu.analytics.optional import open_spark
from zhibu.analytics.snapshot import read_snapshot, write_snapshot
from zhibu.analytics.source import connect, read_facts
from zhibu.rulebook.loader import national
from zhibu.rulebook.model import Run
from zhibu.rulebook.obligation import Obligation
from zhibu.rulebook.periods import default_window
from zhibu.rulebook.readings import settle

STORED = [
    "org_id",
    "check_id",
    "duty",
    "strength",
    "subject_kind",
    "subject_id",
    "period",
    "reading",
    "opens_date",
    "remind_date",
    "due_date",
    "satisfied_date",
    "verdict",
    "precision",
    "reason",
    "inputs",
    "waiver_id",
]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: facts of a database or a snapshot, judged for a day, compared with what is stored.

    With a ``database`` the facts are read there, and also written to ``snapshot`` where one is named;
    without, the facts are those of the snapshot. ``stored_sql`` is empty where nothing is compared.
    """

    as_of: date
    packs: frozenset[str]
    answer: Path
    database: str
    selects: dict[str, list[str]]
    stored_sql: str
    snapshot: Path | None
    audit_seq: int
    engine: Literal["bulk", "spark"] = "bulk"

    @classmethod
    def from_json(cls, text: str) -> Request:
        """Read a request written by ``oversight.checkup``."""
        raw = json.loads(text)
        return cls(
            as_of=date.fromisoformat(raw["as_of"]),
            packs=frozenset(raw["packs"]),
            answer=Path(raw["answer"]),
            database=raw["database"],
            selects=raw["selects"],
            stored_sql=raw["stored_sql"],
            snapshot=Path(raw["snapshot"]) if raw["snapshot"] else None,
            audit_seq=raw["audit_seq"],
            engine=raw.get("engine", "bulk"),
        )


def main() -> None:
    """Answer one request; rows, seconds and peak memory (MiB) go to standard output as JSON."""
    request = Request.from_json(sys.stdin.read())
    request.answer.mkdir(parents=True, exist_ok=True)
    timings: dict[str, float] = {}
    started = time.perf_counter()
    facts = _facts(request)
    timings["load"] = time.perf_counter() - started
    backend = DuckBackend(folder=request.answer)
    started = time.perf_counter()
    judged = judge_all(backend, facts, request, by=_judging(request, backend))
    timings["judge"] = time.perf_counter() - started
    started = time.perf_counter()
    answer(backend, judged, request)
    feather.write_feather(facts["organizations"], request.answer / "organizations.arrow")
    timings["compare"] = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"rows": judged.num_rows, "seconds": timings, "peak_mib": peak}))


def _judging(request: Request, own: Backend) -> Backend:
    """The engine that judges; what follows is small and always done by our own."""
    return open_spark(request.answer) if request.engine == "spark" else own


def _facts(request: Request) -> Mapping[str, pa.Table]:
    if not request.database:
        assert request.snapshot is not None
        return read_snapshot(request.snapshot)
    facts = read_facts(request.database, request.selects)
    if request.snapshot is not None:
        write_snapshot(request.snapshot, facts, as_of=request.as_of, audit_seq=request.audit_seq)
    return facts


def judge_all(
    backend: DuckBackend, facts: Mapping[str, pa.Table], request: Request, *, by: Backend
) -> pa.Table:
    """Every obligation in the columns in which it is stored, readings settled."""
    runs = national().plan(request.packs)
    window = default_window(request.as_of)
    rows = judge_tables(
        by, facts, runs, as_of=request.as_of, window=window, cache_folder=request.answer.parent
    )
    backend.take("t_organizations", facts["organizations"])
    _described(backend, rows, runs, request.as_of)
    return _settled(backend, request.as_of)


def _described(backend: DuckBackend, rows: pa.Table, runs: tuple[Run, ...], as_of: date) -> None:
    """``judged``: the rows in the columns in which they are stored, with the state of those under readings.

    ``groups``: each duty judged under several readings, and how many different states they give.
    """
    described = pa.table(
        {
            "run": list(range(len(runs))),
            "check_id": [run.check_id for run in runs],
            "duty": [run.duty for run in runs],
            "strength": [run.strength for run in runs],
            "reading": [run.reading for run in runs],
        }
    )
    backend.take("judged_rows", rows)
    backend.take("described_runs", described)
    backend.keep(
        "judged",
        "SELECT org_id, check_id, duty, strength, subject_kind, subject_id, period, reading,"
        " opens AS opens_date, remind AS remind_date, due AS due_date, satisfied AS satisfied_date,"
        " verdict, precision, reason, inputs, waiver AS waiver_id, run"
        " FROM judged_rows JOIN described_runs USING (run)",
    )
    key = ", ".join(_ONE_DUTY)
    backend.keep(
        "groups",
        f"SELECT {key}, min(run) AS first_run, count(DISTINCT {_state(as_of)}) AS states"
        f" FROM judged WHERE reading <> '' GROUP BY {key}",
    )


_ONE_DUTY = ("check_id", "subject_kind", "subject_id", "org_id", "period")


def _state(as_of: date) -> str:
    """SQL for the state of a row on a day, as `rulebook.obligation.state` derives it."""
    day = f"DATE '{as_of.isoformat()}'"
    return (
        "CASE WHEN verdict <> '' THEN verdict"
        f" WHEN satisfied_date <= {day} AND (due_date IS NULL OR satisfied_date <= due_date) THEN 'met'"
        f" WHEN satisfied_date <= {day} THEN 'met_late'"
        f" WHEN due_date IS NULL OR due_date >= {day} THEN 'open' ELSE 'unmet' END"
    )


def _settled(backend: DuckBackend, as_of: date) -> pa.Table:
    """One row a duty: where all readings agree the rulebook's first one stands.

    Those that differ are few, and the reference's own function says how.
    """
    columns = ", ".join("'' AS reading" if name == "reading" else f"j.{name}" for name in STORED)
    same = " AND ".join(f"j.{name} = g.{name}" for name in _ONE_DUTY)
    agreed = backend.fetch(
        f"SELECT {columns} FROM judged j WHERE reading = '' UNION ALL"
        f" SELECT {columns} FROM judged j JOIN groups g ON {same} AND j.run = g.first_run WHERE g.states = 1"
    )
    differing = backend.fetch(
        f"SELECT j.* FROM judged j JOIN groups g ON {same} WHERE j.reading <> '' AND g.states > 1"
        " ORDER BY j.run"
    ).to_pylist()
    settled = settle((_as_obligation(row) for row in differing), as_of)
    joined = pa.Table.from_pylist([_as_stored(row) for row in settled], schema=agreed.schema)
    return pa.concat_tables([agreed, joined])


def _as_obligation(row: dict[str, Any]) -> Obligation:
    fields = {name: row[name] for name in STORED if name not in ("inputs", "waiver_id")}
    inputs = tuple((name, value) for name, value in json.loads(row["inputs"]))
    return Obligation(**fields, inputs=inputs, evidence=(), waiver=row["waiver_id"], citations=())


def _as_stored(row: Obligation) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in STORED if name not in ("inputs", "waiver_id")}
    inputs = json.dumps([list(pair) for pair in row.inputs], ensure_ascii=False)
    return found | {"inputs": inputs, "waiver_id": row.waiver}


def answer(backend: DuckBackend, judged: pa.Table, request: Request) -> None:
    """Write what is new, what is gone, and the counts of each organisation, as Arrow files."""
    backend.take("fresh_rows", judged)
    if request.stored_sql:
        with connect(request.database) as connection, connection.cursor() as cursor:
            cursor.execute(request.stored_sql)
            backend.take("old_rows", _typed(cursor.fetch_arrow_table(), judged.schema))
        same = " AND ".join(f"f.{name} IS NOT DISTINCT FROM s.{name}" for name in STORED)
        fresh = backend.fetch(f"SELECT f.* FROM fresh_rows f ANTI JOIN old_rows s ON {same} ORDER BY org_id")
        gone = backend.fetch(
            f"SELECT s.id, s.org_id FROM old_rows s ANTI JOIN fresh_rows f ON {same} ORDER BY org_id"
        )
    else:
        fresh = backend.fetch("SELECT * FROM fresh_rows ORDER BY org_id")
        gone = pa.table({"id": pa.array([], pa.int64()), "org_id": pa.array([], pa.int64())})
    feather.write_feather(fresh, request.answer / "fresh.arrow", compression="lz4")
    feather.write_feather(gone, request.answer / "gone.arrow", compression="lz4")
    feather.write_feather(_counts(backend, request.as_of), request.answer / "counts.arrow")


def _typed(stored: pa.Table, wanted: pa.Schema) -> pa.Table:
    """SQLite's untyped columns in the types of the judged rows, with the row ids kept."""
    columns = {"id": stored["id"].cast(pa.int64())}
    for name in STORED:
        column, kind = stored[name], wanted.field(name).type
        if pa.types.is_date32(kind) and not pa.types.is_string(column.type) and column.type != kind:
            column = pa.chunked_array([pa.nulls(stored.num_rows, kind)])
        columns[name] = column.cast(kind)
    return pa.table(columns)


def _counts(backend: DuckBackend, as_of: date) -> pa.Table:
    """Counts of each organisation on the day, derived as the rulebook derives states."""
    day = f"DATE '{as_of.isoformat()}'"
    done = f"(satisfied_date IS NOT NULL AND satisfied_date <= {day})"
    unmet = f"(verdict = 'unmet' OR (verdict = '' AND NOT {done} AND due_date < {day}))"
    waiting = f"(verdict = '' AND NOT {done} AND (due_date IS NULL OR due_date >= {day}))"
    return backend.fetch(
        f"SELECT o.org_id, count(*) FILTER ({unmet} AND strength IN ('M', 'X')) AS breaches,"
        f" count(*) FILTER ({unmet} AND strength NOT IN ('M', 'X')) AS notices,"
        f" count(*) FILTER ({waiting} AND remind_date <= {day}) AS reminding,"
        " count(*) FILTER (verdict IN ('unknown', 'depends')) AS doubtful"
        " FROM t_organizations o LEFT JOIN fresh_rows f ON f.org_id = o.org_id GROUP BY o.org_id"
    )


if __name__ == "__main__":
    main()
