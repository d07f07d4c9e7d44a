"""Examples for the guards: a roster that the east branch has sent and not yet confirmed."""

from __future__ import annotations

from tests.roster.imports.made import xlsx
from tests.world import SYSTEM, TODAY, World
from zhibu.roster.imports.commands.staging import Sent, prepare_import, stage_upload

_ROWS = [["姓名", "性别", "出生日期", "入党时间"], ["冯大山", "男", "1950-03-30", "1972-07-01"]]


def examples(world: World) -> dict[str, dict[str, object]]:
    """Kwargs by name of address."""
    sent = Sent("花名册.xlsx", xlsx({"花名册": _ROWS}))
    batch = stage_upload(actor=SYSTEM, today=TODAY, organization=world.branch, sent=sent)
    prepare_import(actor=SYSTEM, today=TODAY, batch=batch)
    names = ("answers", "apply", "batch", "columns", "discard", "handback", "undo")
    return {"imports:" + name: {"public_id": batch.public_id} for name in names}
