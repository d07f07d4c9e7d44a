"""A snapshot: the fact tables as Parquet with a versioned schema and no sealed value."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from zhibu.analytics.tables import arrow_schema, fact_classes
from zhibu.rulebook.schema import SCHEMA_VERSION


class SnapshotError(Exception):
    """A snapshot that cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds: schema version, as-of day, the audit row it saw, rows per table."""

    schema_version: int
    as_of: date
    audit_seq: int
    rows: dict[str, int]


def write_snapshot(folder: Path, tables: Mapping[str, pa.Table], *, as_of: date, audit_seq: int) -> Manifest:
    """Write every table and, last, the manifest: a folder without a manifest is no snapshot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
    manifest = Manifest(SCHEMA_VERSION, as_of, audit_seq, {name: t.num_rows for name, t in tables.items()})
    content = {
        "schema_version": manifest.schema_version,
        "as_of": as_of.isoformat(),
        "audit_seq": audit_seq,
        "rows": manifest.rows,
    }
    partial = folder / "manifest.json.part"
    partial.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(partial, folder / "manifest.json")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot; raises ``SnapshotError`` for an unfinished or foreign one."""
    path = folder / "manifest.json"
    if not path.exists():
        raise SnapshotError("这个文件夹里没有完整的数据快照，请重新生成。")
    content = json.loads(path.read_text(encoding="utf-8"))
    if content["schema_version"] != SCHEMA_VERSION:
        raise SnapshotError("数据快照的版本与现在的程序不一致，请用同一版本重新生成。")
    return Manifest(
        content["schema_version"],
        date.fromisoformat(content["as_of"]),
        content["audit_seq"],
        {name: int(rows) for name, rows in content["rows"].items()},
    )


def read_snapshot(folder: Path) -> dict[str, pa.Table]:
    """The tables of a snapshot, checked against the schema."""
    read_manifest(folder)
    found = {}
    for name in fact_classes():
        table = pq.read_table(folder / f"{name}.parquet")
        if table.schema.names != arrow_schema(name).names:
            raise SnapshotError("数据快照的列与现在的程序不一致，请重新生成。")
        found[name] = table.cast(arrow_schema(name))
    return found
