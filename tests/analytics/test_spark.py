"""The same compiled expressions on Spark: the same rows as on DuckDB, wherever Java and the package are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.analytics.histories import AS_OF, random_history
from tests.analytics.test_engines import WINDOW, backend, runs
from zhibu.analytics.engine import Backend, compiled, judge_tables
from zhibu.analytics.optional import open_spark, spark_lacks
from zhibu.analytics.snapshot import read_snapshot, write_snapshot
from zhibu.analytics.tables import facts_as_tables

# A session starts in some twenty seconds, and every statement is planned anew.
SECONDS = 1500
# So many runs get facts near their limits: nearly all of them, in one judgement.
AIMED_AT = 200


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """One local session for the module."""
    lacking = spark_lacks()
    if lacking:
        pytest.skip(lacking)
    session = open_spark(tmp_path_factory.mktemp("spark"))
    yield session
    session.close()  # type: ignore[attr-defined]


def test_every_expression_compiles_for_spark() -> None:
    """Compiling needs neither Java nor the package, so this always runs."""
    assert compiled("pyspark").keys() == compiled("duckdb").keys()


@pytest.mark.timeout(SECONDS)
@pytest.mark.xdist_group("spark")
def test_spark_gives_the_same_rows(spark: Backend, tmp_path: Path) -> None:
    """One history aimed at every limit, through a snapshot on disk, judged by both."""
    facts = facts_as_tables(random_history(Random(20260331), runs(), aimed_at=AIMED_AT))
    write_snapshot(tmp_path / "snapshot", facts, as_of=AS_OF, audit_seq=1)
    stored = read_snapshot(tmp_path / "snapshot")
    on_spark = judge_tables(spark, stored, runs(), as_of=AS_OF, window=WINDOW)
    on_duckdb = judge_tables(backend(), stored, runs(), as_of=AS_OF, window=WINDOW)
    assert on_duckdb.num_rows > AIMED_AT
    assert sorted(map(str, on_spark.to_pylist())) == sorted(map(str, on_duckdb.to_pylist()))
