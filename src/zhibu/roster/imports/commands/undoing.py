"""Undoing an import within seven days: row by row, none that anybody touched since; one transaction."""

from __future__ import annotations

import json
from datetime import date, timedelta

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.bulk_insert import update_rows
from zhibu.foundation.audit.commands import command, record
from zhibu.foundation.sealing.seal import unseal
from zhibu.roster.imports.commands.applying import source_of, undo_place
from zhibu.roster.imports.models import ImportBatch, ImportedRow
from zhibu.roster.imports.planning.values import card_with, typed
from zhibu.roster.members.commands.bulk_corrections import (
    Correction,
    drop_unused_groups,
    lock_persons,
    lock_places,
    put_corrections,
    take_back_persons,
    used_persons,
)
from zhibu.roster.members.commands.sealed_cards import card_of

UNDO_FOR = timedelta(days=7)
_CHUNK = 500
State = ImportBatch.State
Done = ImportedRow.Effect
_TOUCHED = "导入以后有人改过这个人的信息，没有撤销，请在人员页面核对。"
_IN_USE = "导入以后这个人已经有了别的记录（任职、会议、账号等），没有撤销，请在人员页面办理。"
_GONE = "这个人的卡片已经不在，没有可以撤销的。"
_TAKEN_BACK = "已撤销"


@command("imports.begin_undo")
def begin_undo(*, actor: Actor, today: date, batch: ImportBatch) -> ImportBatch:
    """Note that a big import is to be undone and waits for the worker."""
    locked = _locked(actor, batch)
    if locked.state == State.APPLIED:
        locked.state = State.UNDOING
        locked.undone_by = actor.label
        locked.save(update_fields=["state", "undone_by"])
        _record(actor, locked, "imports.begin_undo", {locked.organization_id}, {})
    return locked


@command("imports.undo")
def undo_import(*, actor: Actor, today: date, batch: ImportBatch) -> ImportBatch:
    """Undo what an import wrote: changed cards get their old values back, added ones are taken off again.

    A row that was touched since stays, with a sentence. Done once: asking again changes nothing. Raises
    ``Refused`` (``imports.undo_too_late``, ``imports.not_applied``) and ``NotAllowed``.
    """
    locked = _locked(actor, batch)
    if locked.state == State.UNDONE:
        return locked
    touched: set[int] = {locked.organization_id}
    counts = {"changed": 0, "added": 0, "refused": 0}
    rows = ImportedRow.objects.filter(batch=locked, undo_result="").order_by("pk")
    while chunk := list(rows.filter(effect=Done.CHANGED)[:_CHUNK]):
        _restore(actor, locked, chunk, touched, counts)
    _take_back(locked, touched, counts)
    drop_unused_groups(ids=locked.summary.get("groups", []))
    locked.state = State.UNDONE
    locked.undone_at = utc_now()
    locked.undone_by = actor.label
    locked.summary = {**locked.summary, "undone": counts}
    locked.save(update_fields=["state", "undone_at", "undone_by", "summary"])
    _record(actor, locked, "imports.undo", touched, dict(counts))
    return locked


@command("imports.release_undo")
def release_undo(*, actor: Actor, batch: ImportBatch, reason: str) -> None:
    """Put a batch back after the worker could not undo it, and keep why."""
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state == State.UNDOING:
        locked.state, locked.refusal = State.APPLIED, reason[:300]
        locked.save(update_fields=["state", "refusal"])
        _record(actor, locked, "imports.release_undo", {locked.organization_id}, {})


def _locked(actor: Actor, batch: ImportBatch) -> ImportBatch:
    locked = (
        ImportBatch.objects.select_for_update(of=("self",)).select_related("organization").get(pk=batch.pk)
    )
    for right in ("imports:use", "members:edit"):
        if not actor.may(right, locked.organization.path):
            raise NotAllowed(right)
    if locked.state == State.UNDONE:
        return locked
    if locked.state not in (State.APPLIED, State.UNDOING) or locked.applied_at is None:
        raise Refused("imports.not_applied", "这个文件还没有导入，没有可以撤销的。")
    if locked.state == State.APPLIED and utc_now() > locked.applied_at + UNDO_FOR:
        raise Refused(
            "imports.undo_too_late",
            "导入已经超过7天，不能整批撤销。",
            next_step="请在人员页面逐个更正。",
        )
    return locked


def _restore(
    actor: Actor, batch: ImportBatch, rows: list[ImportedRow], touched: set[int], counts: dict[str, int]
) -> None:
    persons = lock_persons(row.person_id for row in rows if row.person_id)
    corrections: list[Correction] = []
    for row in rows:
        person = persons.get(row.person_id or 0)
        if person is None or person.version != row.person_version:
            row.undo_result = _TOUCHED if person else _GONE
            counts["refused"] += 1
            continue
        place = undo_place(batch, row.table_number, row.row_number)
        old: dict[str, str] = json.loads(unseal(row.undo_sealed or b"", place=place))
        corrections.append(Correction(person, card_with(card_of(person), old), tuple(typed(old))))
        touched.add(person.organization_id)
        row.undo_result = _TAKEN_BACK
        counts["changed"] += 1
    put_corrections(actor=actor, rows=corrections, source=("撤销" + source_of(batch))[:60])
    update_rows(rows, ["undo_result"])


def _take_back(batch: ImportBatch, touched: set[int], counts: dict[str, int]) -> None:
    """Take added cards off again; those that must stay are told row by row, all others in one go."""
    rows = ImportedRow.objects.filter(batch=batch, effect=Done.ADDED, undo_result="").order_by()
    added = dict(rows.values_list("person_id", "person_version"))
    ids = rows.values("person_id")
    persons = lock_places(ids)
    used = used_persons(ids, batch.applied_at or utc_now())
    staying: dict[str, list[int | None]] = {_GONE: [], _TOUCHED: [], _IN_USE: []}
    for pk, version in added.items():
        person = persons.get(pk or 0)
        if person is None:
            staying[_GONE].append(pk)
        elif person.version != version:
            staying[_TOUCHED].append(pk)
        elif pk in used:
            staying[_IN_USE].append(pk)
        else:
            counts["added"] += 1
            touched.add(person.organization_id)
    for reason, keys in staying.items():
        counts["refused"] += len(keys)
        for start in range(0, len(keys), _CHUNK):
            rows.filter(person_id__in=keys[start : start + _CHUNK]).update(undo_result=reason)
    rows.update(undo_result=_TAKEN_BACK)
    done = ImportedRow.objects.filter(batch=batch, effect=Done.ADDED, undo_result=_TAKEN_BACK).order_by()
    take_back_persons(ids=done.values_list("person_id", flat=True))


def _record(
    actor: Actor, batch: ImportBatch, action: str, org_ids: set[int], diff: dict[str, object]
) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="import:{id}".format(id=batch.pk),
        org_ids=org_ids,
        diff=diff,
    )
