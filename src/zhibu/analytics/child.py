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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
from pyarrow import feather

from zhibu.analytics.engine import RESULT, Backend, DuckBackend, judge_kept, judge_taken, take_facts
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
    backend = DuckBackend(folder=request.answer)
    facts = _facts(request)
    by = _judging(request, backend)
    take_facts(by, facts)
    timings["load"] = time.perf_counter() - started
    started = time.perf_counter()
    judge_all(backend, facts, request, by=by)
    timings["judge"] = time.perf_counter() - started
    started = time.perf_counter()
    answer(backend, request)
    feather.write_feather(facts["organizations"], request.answer / "organizations.arrow")
    timings["compare"] = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rows = backend.fetch("SELECT count(*) AS rows FROM fresh_rows")["rows"][0].as_py()
    print(json.dumps({"rows": rows, "seconds": timings, "peak_mib": peak}))


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


def judge_all(backend: DuckBackend, facts: Mapping[str, pa.Table], request: Request, *, by: Backend) -> None:
    """Every obligation in the columns in which it is stored, readings settled, kept as ``fresh_rows``."""
    runs = national().plan(request.packs)
    window = default_window(request.as_of)
    cache = request.answer.parent
    if by is backend:
        names = judge_kept(by, facts, runs, as_of=request.as_of, window=window, cache_folder=cache)
    else:
        rows = judge_taken(by, facts, runs, as_of=request.as_of, window=window, cache_folder=cache)
        backend.take("judged_elsewhere", rows)
        backend.take("t_organizations", facts["organizations"])
        names = ["judged_elsewhere"]
    _describe(backend, names, runs)
    _settle(backend, request.as_of)


def _describe(backend: DuckBackend, names: Sequence[str], runs: Sequence[Run]) -> None:
    """``judged``: the rows in the columns in which they are stored, beside the number of their run.

    ``choice`` numbers the checks that have several readings; the rows of all others stand as they are.
    """
    readings = sorted({run.check_id for run in runs if run.reading})
    described = pa.table(
        {
            "run": list(range(len(runs))),
            "check_id": [run.check_id for run in runs],
            "duty": [run.duty for run in runs],
            "strength": [run.strength for run in runs],
            "reading": [run.reading for run in runs],
            "choice": pa.array([readings.index(r.check_id) if r.reading else None for r in runs], pa.int32()),
        }
    )
    backend.take("described_runs", described)
    columns = ", ".join(RESULT.names)
    rows = " UNION ALL ".join(f"SELECT {columns} FROM {name}" for name in names)
    backend.name(
        "judged",
        "SELECT org_id, check_id, duty, strength, subject_kind, subject_id, period, reading,"
        " opens AS opens_date, remind AS remind_date, due AS due_date, satisfied AS satisfied_date,"
        f" verdict, precision, reason, inputs, waiver AS waiver_id, run, choice FROM ({rows})"
        " JOIN described_runs USING (run)",
    )


def _state(as_of: date) -> str:
    """SQL for the state of a row on a day, as `rulebook.obligation.state` derives it."""
    day = f"DATE '{as_of.isoformat()}'"
    return (
        "CASE WHEN verdict <> '' THEN verdict"
        f" WHEN satisfied_date <= {day} AND (due_date IS NULL OR satisfied_date <= due_date) THEN 'met'"
        f" WHEN satisfied_date <= {day} THEN 'met_late'"
        f" WHEN due_date IS NULL OR due_date >= {day} THEN 'open' ELSE 'unmet' END"
    )


def _settle(backend: DuckBackend, as_of: date) -> None:
    """``fresh_rows``: one row a duty; where all readings agree the rulebook's first one stands.

    Those that differ are few, and the reference's own function says how.
    """
    key, state = "choice, subject_kind, subject_id, org_id, period", _state(as_of)
    backend.keep(
        "readings",
        f"SELECT {key}, min(run) AS first_run, min({state}) = max({state}) AS agree"
        f" FROM judged WHERE choice IS NOT NULL GROUP BY {key}",
    )
    columns = ", ".join("'' AS reading" if name == "reading" else f"j.{name}" for name in STORED)
    same = " AND ".join(f"j.{name} = g.{name}" for name in key.split(", ")[1:])
    backend.keep(
        "agreed_rows",
        f"SELECT {columns} FROM judged j JOIN readings g ON {same} AND j.run = g.first_run WHERE g.agree",
    )
    differing = backend.fetch(
        f"SELECT j.* FROM judged j JOIN readings g ON {same} AND j.choice = g.choice WHERE NOT g.agree"
        " ORDER BY j.run"
    ).to_pylist()
    settled = settle((_as_obligation(row) for row in differing), as_of)
    schema = backend.fetch("SELECT * FROM agreed_rows LIMIT 0").schema
    backend.take("settled_rows", pa.Table.from_pylist([_as_stored(row) for row in settled], schema=schema))
    stored = ", ".join(STORED)
    backend.name(
        "fresh_rows",
        f"SELECT {stored} FROM judged WHERE choice IS NULL UNION ALL"
        f" SELECT {stored} FROM agreed_rows UNION ALL SELECT {stored} FROM settled_rows",
    )


def _as_obligation(row: dict[str, Any]) -> Obligation:
    fields = {name: row[name] for name in STORED if name not in ("inputs", "waiver_id")}
    inputs = tuple((name, value) for name, value in json.loads(row["inputs"]))
    return Obligation(**fields, inputs=inputs, evidence=(), waiver=row["waiver_id"], citations=())


def _as_stored(row: Obligation) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in STORED if name not in ("inputs", "waiver_id")}
    inputs = json.dumps([list(pair) for pair in row.inputs], ensure_ascii=False)
    return found | {"inputs": inputs, "waiver_id": row.waiver}


# As the index of the stored rows has them: what is written in its order is written fast.
_STORED_ORDER = "org_id, check_id, subject_kind, subject_id, period, reading"


def answer(backend: DuckBackend, request: Request) -> None:
    """Write what is new, what is gone, and the counts of each organisation, as Arrow files."""
    if request.stored_sql:
        judged = backend.fetch("SELECT * FROM fresh_rows LIMIT 0")
        with connect(request.database) as connection, connection.cursor() as cursor:
            cursor.execute(request.stored_sql)
            backend.take("old_rows", _typed(cursor.fetch_arrow_table(), judged.schema))
        same = " AND ".join(f"f.{name} IS NOT DISTINCT FROM s.{name}" for name in STORED)
        fresh = backend.fetch(
            f"SELECT f.* FROM fresh_rows f ANTI JOIN old_rows s ON {same} ORDER BY {_STORED_ORDER}"
        )
        gone = backend.fetch(
            f"SELECT s.id, s.org_id FROM old_rows s ANTI JOIN fresh_rows f ON {same} ORDER BY org_id"
        )
    else:
        fresh = backend.fetch(f"SELECT * FROM fresh_rows ORDER BY {_STORED_ORDER}")
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
