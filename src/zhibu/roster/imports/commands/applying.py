"""Applying a plan: exactly what was shown, in one transaction, with one audit row; bad rows stay out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.bulk_insert import insert_values
from zhibu.foundation.audit.commands import command, record
from zhibu.foundation.sealing.seal import blind_index, seal
from zhibu.roster.imports.commands.staging import check_staged
from zhibu.roster.imports.models import ImportBatch, ImportedRow
from zhibu.roster.imports.planning.rows import Effect, PlannedRow
from zhibu.roster.imports.planning.values import card_with, day_of, precision_of, typed
from zhibu.roster.imports.queries import list_newcomers, taken_numbers
from zhibu.roster.imports.staging import StagedPlan, open_plan
from zhibu.roster.members.commands.bulk import NewPerson, Situation, put_groups, put_persons
from zhibu.roster.members.commands.bulk_corrections import Correction, lock_persons, put_corrections
from zhibu.roster.members.commands.sealed_cards import PersonCard, card_of
from zhibu.roster.members.models import Group, Person
from zhibu.roster.organizations.models import Organization

_CHUNK = 2_000
State = ImportBatch.State
Done = ImportedRow.Effect
_ROW = (
    "batch_id",
    "table_number",
    "sheet",
    "row_number",
    "person_id",
    "name",
    "effect",
    "person_version",
    "undo_sealed",
    "note",
)
_Values = tuple[object, ...]
_CHANGED_MEANWHILE = "您看过预览以后，别人改过这个人的信息，这一行没有写入；请重新上传再核对一次。"
_TAKEN_MEANWHILE = "您看过预览以后，名册上已经有了这个人，这一行没有写入；请重新上传再核对一次。"
_GONE_MEANWHILE = "您看过预览以后，这个党组织或者这个人有了变动，这一行没有写入。"


@dataclass(slots=True)
class _Work:
    """What an application carries along."""

    actor: Actor
    today: date
    batch: ImportBatch
    organizations: dict[str, Organization]
    groups: dict[tuple[int, str], Group]
    touched: set[int] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Done.values, 0))
    new_groups: list[int] = field(default_factory=list)


@command("imports.begin_apply")
def begin_apply(*, actor: Actor, today: date, batch: ImportBatch, stamp: int) -> ImportBatch:
    """Note that a big import was confirmed and waits for the worker."""
    locked = _locked(actor, batch, stamp)
    if locked.state == State.STAGED:
        locked.state = State.APPLYING
        locked.applied_by = actor.label
        locked.save(update_fields=["state", "applied_by"])
        _record(actor, locked, "imports.begin_apply", {locked.organization_id}, {"stamp": stamp})
    return locked


@command("imports.apply")
def apply_import(*, actor: Actor, today: date, batch: ImportBatch, stamp: int) -> ImportBatch:
    """Write the plan with this stamp. Applied once: confirming again changes nothing.

    Rows whose person was changed since the preview are left out with a sentence. Raises ``Refused``
    (``imports.plan_changed``, ``imports.expired``, ``imports.not_staged``) and ``NotAllowed``.
    """
    locked = _locked(actor, batch, stamp)
    if locked.state == State.APPLIED:
        return locked
    plan = open_plan(locked.plan_file, locked.public_id)
    work = _begin(actor, today, locked, plan)
    for rows in _chunks(plan, Effect.SAME):
        _keep(_done(work, row, Done.SAME, row.version) for row in rows)
    for rows in _chunks(plan, Effect.CHANGED):
        _change(work, rows)
    newcomers = _Newcomers(int(locked.summary.get("top", 0)), actor)
    for rows in _chunks(plan, Effect.ADDED):
        _add(work, rows, newcomers)
    return _finish(work)


@command("imports.release_apply")
def release_apply(*, actor: Actor, batch: ImportBatch, reason: str) -> None:
    """Put a batch back to be decided on after the worker could not apply it, and keep why."""
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state == State.APPLYING:
        locked.state, locked.refusal = State.STAGED, reason[:300]
        locked.save(update_fields=["state", "refusal"])
        _record(actor, locked, "imports.release_apply", {locked.organization_id}, {})


def _locked(actor: Actor, batch: ImportBatch, stamp: int) -> ImportBatch:
    locked = (
        ImportBatch.objects.select_for_update(of=("self",)).select_related("organization").get(pk=batch.pk)
    )
    for right in ("imports:use", "members:edit"):
        if not actor.may(right, locked.organization.path):
            raise NotAllowed(right)
    if locked.state == State.APPLIED and locked.stamp == stamp:
        return locked
    if locked.state not in (State.STAGED, State.APPLYING):
        raise Refused(
            "imports.not_staged",
            "这个文件的状态是“{state}”，不能导入。".format(state=locked.get_state_display()),
            next_step="需要时请重新上传。",
        )
    if locked.state == State.STAGED:
        check_staged(locked)
    if locked.stamp != stamp:
        raise Refused(
            "imports.plan_changed",
            "您看的预览已经不是最新的，没有导入任何内容。",
            next_step="请刷新页面，核对新的预览以后再确认。",
        )
    return locked


def _begin(actor: Actor, today: date, batch: ImportBatch, plan: StagedPlan) -> _Work:
    here = Organization.objects.below(batch.organization.path)
    organizations = {str(org.pk): org for org in here.current()}
    groups = {
        (group.organization_id, group.name): group
        for group in Group.objects.filter(organization__in=here, valid_to__isnull=True)
    }
    return _Work(actor, today, batch, organizations, groups)


def _chunks(plan: StagedPlan, effect: Effect) -> Iterator[list[PlannedRow]]:
    rows = (row for piece in plan.walk(effect.value) for row in piece)
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


def _change(work: _Work, rows: list[PlannedRow]) -> None:
    persons = lock_persons(row.person_id for row in rows)
    written: list[_Values] = []
    corrections: list[Correction] = []
    for row in rows:
        person = persons.get(row.person_id)
        if person is None or person.version != row.version:
            written.append(_refused(work, row, _CHANGED_MEANWHILE if person else _GONE_MEANWHILE))
            continue
        if not work.actor.may("members:edit", person.organization.path):
            written.append(_refused(work, row, _GONE_MEANWHILE))
            continue
        corrections.append(_correction(person, row))
        written.append(_done(work, row, Done.CHANGED, row.version + 1, old=row.old))
        work.touched.add(person.organization_id)
    put_corrections(actor=work.actor, rows=corrections, source=source_of(work.batch))
    _keep(written)


def _correction(person: Person, row: PlannedRow) -> Correction:
    card = card_with(card_of(person), row.values)
    return Correction(person, card, tuple(typed(row.values)))


def source_of(batch: ImportBatch) -> str:
    """What the history of a card names as the source."""
    return "导入《{name}》".format(name=batch.file_name)[:60]


class _Newcomers:
    """Persons whom others put on the roster after the preview."""

    def __init__(self, top: int, actor: Actor) -> None:
        self.people = list_newcomers(top, actor.scope)

    def has(self, row: PlannedRow) -> bool:
        """Whether one of them may be the person of this row."""
        keys = self.people.get(row.name)
        if not keys:
            return False
        own = {blind_index(kind, row.values[kind]) for kind in ("birth", "phone") if row.values.get(kind)}
        return not own or bool(own & keys)


def _add(work: _Work, rows: list[PlannedRow], newcomers: _Newcomers) -> None:
    digests = {
        row.number: blind_index("id", row.values["id_number"]) for row in rows if row.values.get("id_number")
    }
    taken = taken_numbers(digests.values())
    written: list[_Values] = []
    good: list[PlannedRow] = []
    for row in rows:
        organization = work.organizations.get(row.organization)
        if organization is None or not work.actor.may("members:edit", organization.path):
            written.append(_refused(work, row, _GONE_MEANWHILE))
        elif digests.get(row.number, "") in taken or newcomers.has(row):
            written.append(_refused(work, row, _TAKEN_MEANWHILE))
        else:
            good.append(row)
    _form_groups(work, good)
    persons = put_persons(actor=work.actor, rows=[_new_person(work, row) for row in good])
    for row, person in zip(good, persons, strict=True):
        row.person_id = person.pk
        work.touched.add(person.organization_id)
        written.append(_done(work, row, Done.ADDED, person.version))
    _keep(written)


def _form_groups(work: _Work, rows: list[PlannedRow]) -> None:
    """Groups that the file names and the branch does not have yet."""
    wanted: dict[tuple[int, str], date] = {}
    for row in rows:
        key = (work.organizations[row.organization].pk, row.group)
        if row.group and key not in work.groups:
            wanted[key] = min(wanted.get(key, day_of(row.since)), day_of(row.since))
    by_pk = {org.pk: org for org in work.organizations.values()}
    made = put_groups(rows=[(by_pk[pk], name, day) for (pk, name), day in wanted.items()])
    for key, group in zip(wanted, made, strict=True):
        work.groups[key] = group
        work.new_groups.append(group.pk)


def _new_person(work: _Work, row: PlannedRow) -> NewPerson:
    organization = work.organizations[row.organization]
    return NewPerson(
        card=PersonCard(**{"name": row.name, **typed(row.values)}),
        organization=organization,
        status=row.status,
        since_date=day_of(row.since),
        group=work.groups.get((organization.pk, row.group)) if row.group else None,
        situation=_situation(row.situation),
        kept_originals=tuple(row.kept.items()),
    )


def _situation(found: dict[str, str]) -> Situation:
    lost, mobile = found.get("lost_date", ""), found.get("mobile_since_date", "")
    return Situation(
        lost_date=day_of(lost) if lost else None,
        lost_precision=precision_of(lost),
        lost_circumstance=found.get("lost_circumstance", "")[:2],
        mobile_since_date=day_of(mobile) if mobile else None,
        mobile_destination=found.get("mobile_destination", "")[:120],
        is_lost=found.get("is_lost") == "1",
        is_mobile=found.get("is_mobile") == "1",
    )


def _keep(written: Iterable[_Values]) -> None:
    """Write down what became of rows."""
    insert_values(ImportedRow, _ROW, written)


def _done(
    work: _Work,
    row: PlannedRow,
    effect: Done,
    version: int,
    *,
    old: dict[str, str] | None = None,
    note: str = "",
) -> _Values:
    """What became of a row, in the order of ``_ROW``; a refused one names nobody."""
    work.counts[effect] += 1
    sealed = seal(json.dumps(old), place=undo_place(work.batch, row.table, row.number)) if old else None
    return (
        work.batch.pk,
        row.table,
        row.sheet[:60],
        row.number,
        None if effect is Done.REFUSED else row.person_id,
        row.name[:60],
        effect.value,
        version,
        sealed,
        note,
    )


def undo_place(batch: ImportBatch, table: int, number: int) -> str:
    """Where the old values of a row belong."""
    return "imports_row.undo:{batch}:{table}:{row}".format(batch=batch.public_id, table=table, row=number)


def _refused(work: _Work, row: PlannedRow, reason: str) -> _Values:
    return _done(work, row, Done.REFUSED, 0, note=reason)


def _finish(work: _Work) -> ImportBatch:
    batch = work.batch
    batch.state = State.APPLIED
    batch.applied_at = utc_now()
    batch.applied_by = work.actor.label
    batch.refusal = ""
    batch.summary = {**batch.summary, "done": work.counts, "groups": work.new_groups}
    batch.save(update_fields=["state", "applied_at", "applied_by", "refusal", "summary"])
    diff = {**work.counts, "digest": batch.file_digest}
    _record(work.actor, batch, "imports.apply", work.touched | {batch.organization_id}, diff)
    return batch


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
