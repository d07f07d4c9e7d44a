"""The sender's workbook, given back with what was found in it; giving it out leaves an audit row."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path, PurePath

from zhibu.common.actor import Actor
from zhibu.common.errors import NotAllowed
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.imports.commands.staging import check_staged, interpret_batch
from zhibu.roster.imports.handback import hand_back
from zhibu.roster.imports.models import ImportBatch
from zhibu.roster.imports.staging import read_upload


def handed_back(*, actor: Actor, batch: ImportBatch, today: date) -> tuple[bytes, str]:
    """The workbook with its 校核 column and a name for it; raises ``Refused`` once the file has expired."""
    if not actor.may("imports:use", batch.organization.path):
        raise NotAllowed("imports:use")
    check_staged(batch)
    interpretation = interpret_batch(batch, today)
    with tempfile.TemporaryDirectory(prefix="zhibu-handback-") as folder:
        path = Path(folder) / "sent"
        path.write_bytes(read_upload(batch.staged_file, batch.public_id))
        content = hand_back(path, interpretation)
    _record_handback(actor=actor, batch=batch)
    return content, "{stem}（校核）.xlsx".format(stem=PurePath(batch.file_name).stem)


@command("imports.hand_back")
def _record_handback(*, actor: Actor, batch: ImportBatch) -> None:
    record(
        actor=actor,
        action="imports.hand_back",
        object_ref="import:{id}".format(id=batch.pk),
        org_ids=[batch.organization_id],
        diff={},
    )
