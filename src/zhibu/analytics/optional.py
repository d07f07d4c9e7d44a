"""Apache Spark is optional: whether it can be used here, and opening it only when it is asked for."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from zhibu.analytics.engine import Backend


class SparkLacking(Exception):
    """Spark cannot be used on this computer; the text says what is missing and what to do."""


def spark_lacks() -> str:
    """What is missing for Spark, as a sentence; empty where nothing is."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and Path(home, "bin", "java").exists()):
        return (
            "这台电脑没有 Java，不能使用 Spark。请安装 Java 17（例如 apt install openjdk-17-jre-headless）。"
        )
    if find_spec("pyspark") is None:
        return "还没有安装 Spark。请先运行 ./zhibu setup spark。"
    return ""


def open_spark(folder: Path, *, master: str = "") -> Backend:
    """A Spark session of its own, or one on a cluster (``spark://…``); raises ``SparkLacking``."""
    lacking = spark_lacks()
    if lacking:
        raise SparkLacking(lacking)
    chosen = master or os.environ.get("ZHIBU_SPARK_MASTER", "local[2]")
    backend: Backend = import_module("zhibu.analytics.spark").SparkBackend(folder, master=chosen)
    return backend
