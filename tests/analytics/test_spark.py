"""The same compiled expressions on Spark: the same rows as on DuckDB, wherever Java and the package are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from pyarrow import feather

from tests.analytics.histories import AS_OF, random_history
from tests.analytics.test_engines import runs
from zhibu.analytics.compiling import compiled
from zhibu.analytics.optional import spark_lacks
from zhibu.analytics.snapshot import write_snapshot
from zhibu.analytics.tables import facts_as_tables
from zhibu.rulebook.loader import national

# A session starts in some twenty seconds on two busy processors, and every statement is planned anew.
SECONDS = 1500
# So many runs get facts near their limits: nearly all of them, in one judgement.
AIMED_AT = 200


def in_child(engine: str, snapshot: Path, folder: Path) -> pa.Table:
    """What the bulk engine's process answers over a snapshot."""
    request = {
        "as_of": AS_OF.isoformat(),
        "packs": sorted(national().packs),
        "answer": str(folder / engine),
        "database": "",
        "selects": {},
        "stored_sql": "",
        "snapshot": str(snapshot),
        "audit_seq": 1,
        "engine": engine,
    }
    subprocess.run(
        [sys.executable, "-m", "zhibu.analytics.child"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    return feather.read_table(folder / engine / "fresh.arrow")


def test_every_expression_compiles_for_spark() -> None:
    """Compiling needs neither Java nor the package, so this always runs."""
    assert compiled("pyspark").keys() == compiled("duckdb").keys()


@pytest.mark.skipif(bool(spark_lacks()), reason=spark_lacks() or "-")
@pytest.mark.timeout(SECONDS)
def test_spark_gives_the_same_rows(tmp_path: Path) -> None:
    """One history aimed at every limit, as a snapshot on disk, judged by both."""
    facts = facts_as_tables(random_history(Random(20260331), runs(), aimed_at=AIMED_AT))
    write_snapshot(tmp_path / "snapshot", facts, as_of=AS_OF, audit_seq=1)
    on_spark = in_child("spark", tmp_path / "snapshot", tmp_path)
    on_duckdb = in_child("bulk", tmp_path / "snapshot", tmp_path)
    assert on_duckdb.num_rows > AIMED_AT
    assert sorted(map(str, on_spark.to_pylist())) == sorted(map(str, on_duckdb.to_pylist()))
