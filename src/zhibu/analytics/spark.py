"""Apache Spark as a bulk engine: the same compiled statements over the same Parquet, for a province or more.

Loaded by `optional.open_spark` alone, when somebody asks for it: the package is an optional group (456 MB)
and needs Java 17.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

from zhibu.analytics.engine import Dialect

# Spark's own defaults are for a cluster: 200 parts of a shuffle, a web page of its own, an open port.
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.parquet.enableVectorizedReader": "true",
    "spark.sql.autoBroadcastJoinThreshold": "64m",
}
# One machine has little data and few processors: compiling each stage would cost more than it saves.
_LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.default.parallelism": "2",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}


class SparkBackend:
    """One session; Arrow tables go over as Parquet in ``folder``, which every worker must be able to read."""

    dialect: Dialect = "pyspark"
    at_once = 1

    def __init__(self, folder: Path, *, master: str = "local[2]", memory: str = "2g") -> None:
        self.folder = folder
        # The workers must run the interpreter that runs us, whatever else is on the path.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master(master).appName("zhibu-checkup")
        settings = _SETTINGS | (_LOCAL if master.startswith("local") else {})
        settings |= {
            "spark.driver.memory": memory,
            "spark.driver.maxResultSize": "0",  # the answer is what we came for
            "spark.local.dir": str(folder / "scratch"),
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
        }
        for name, value in settings.items():
            builder = builder.config(name, value)
        self.session: SparkSession = builder.getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")
        self._kept: dict[str, DataFrame] = {}
        self._turn = 0

    def take(self, name: str, table: pa.Table) -> None:
        """Writes the table and reads it where it is joined; a new file each time, since Spark is lazy."""
        self._turn += 1
        path = self.folder / "taken" / f"{name}-{self._turn}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, compression="zstd")
        self.open(name, path)

    def open(self, name: str, path: Path) -> None:
        """Read Parquet where it lies: a file, or a folder of parts (province=37/…)."""
        self.session.read.parquet(str(path)).createOrReplaceTempView(name)

    def keep(self, name: str, sql: str) -> None:
        """Works the query out once and holds its rows in the workers' memory, on disk where that is full."""
        if name in self._kept:
            self._kept.pop(name).unpersist()
        frame = self.session.sql(sql).persist()
        frame.count()
        frame.createOrReplaceTempView(name)
        self._kept[name] = frame

    def fetch(self, sql: str) -> pa.Table:
        """The rows as Arrow."""
        found: pa.Table = self.session.sql(sql).toArrow()
        return found

    def write(self, sql: str, path: Path) -> None:
        """The rows as Parquet beside the facts, without passing through this process."""
        self.session.sql(sql).write.mode("overwrite").parquet(str(path), compression="zstd")

    def close(self) -> None:
        """Ends the session and removes what was written for it."""
        self.session.stop()
        for name in ("taken", "scratch", "warehouse"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
