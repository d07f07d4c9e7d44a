"""Loading another system's dictionary. The same version loaded again replaces its rows; none is dropped."""

from __future__ import annotations

from dataclasses import dataclass

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.codes.dictionary import read_dictionary
from zhibu.roster.codes.models import ExternalCode
from zhibu.roster.codes.tables import code_table, table_names

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading: how many codes, and how many of them mean none of our rows."""

    table: str
    count: int
    unknown: int


@command("codes.load_dictionary")
def load_dictionary(*, actor: Actor, table: str, system: str, version: str, raw: bytes) -> Loaded:
    """Load the dictionary of one table from a CSV.

    A line that names no row of ours is matched by its label; what matches nothing is kept with its code.
    """
    if not actor.may("settings:manage"):
        raise NotAllowed("settings:manage")
    if table not in table_names():
        raise Refused("codes.no_table", "没有这个代码表。", next_step="请重新选择。")
    lines = read_dictionary(raw, code_table(table))
    now = utc_now()
    ExternalCode.objects.bulk_create(
        [
            ExternalCode(
                table=table,
                system=system,
                version=version,
                code=line.code,
                label=line.label,
                key=line.key,
                loaded_at=now,
                loaded_by=actor.label,
            )
            for line in lines
        ],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["table", "system", "version", "code"],
        update_fields=["label", "key", "loaded_at", "loaded_by"],
    )
    unknown = sum(1 for line in lines if not line.key)
    record(
        actor=actor,
        action="codes.load_dictionary",
        object_ref="codes:{table}".format(table=table),
        org_ids=[],
        diff={"system": system, "version": version, "count": len(lines), "unknown": unknown},
    )
    return Loaded(table, len(lines), unknown)
