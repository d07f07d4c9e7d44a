"""A file comes in, is sealed, read and decided on; until it is applied nothing on the roster changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.roster.imports.apart import interpret_apart
from zhibu.roster.imports.interpret import ChosenColumns, ImportContext, Interpretation, selected_again
from zhibu.roster.imports.models import ImportBatch, RememberedMapping
from zhibu.roster.imports.planning.building import build_plan
from zhibu.roster.imports.planning.plan import Plan, PlanContext
from zhibu.roster.imports.queries import (
    chosen_columns,
    get_loaded_codes,
    get_person_index,
    get_surroundings,
    load_values,
    newest_person,
    remembered_columns,
)
from zhibu.roster.imports.sheets.limits import DEFAULT_LIMITS, REFUSALS, SheetRefused
from zhibu.roster.imports.staging import (
    delete_staged,
    list_staged,
    read_upload,
    save_plan,
    save_upload,
    staged_at,
    staged_size,
)
from zhibu.roster.organizations.models import Organization, OrgKind

KEPT_FOR = timedelta(hours=24)
SYNCHRONOUS_BYTES = 600_000  # about 2,000 rows of a packed workbook; more is read in the background
_HIDDEN, _TABLES, _ANSWERS = "skips_hidden", "tables", "answers"

_background: list[Callable[[str, int, str], object]] = []
State = ImportBatch.State


def register_background(start: Callable[[str, int, str], object]) -> None:
    """Say how work is put on the queue; tasks stand above commands, ``apps.py`` joins the two."""
    _background[:] = [start]


def start_in_background(name: str, batch: ImportBatch, actor: Actor) -> None:
    """Put reading, applying or undoing of a big file on the queue."""
    _background[0](name, batch.pk, actor.label)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it arrived."""

    file_name: str
    content: bytes


@command("imports.stage")
def stage_upload(*, actor: Actor, today: date, organization: Organization, sent: Sent) -> ImportBatch:
    """Seal a file that somebody sent and keep it for a day; nothing is read yet.

    Raises ``Refused`` (``imports.too_large``, ``imports.empty``) and ``NotAllowed``.
    """
    _allow(actor, organization)
    check_size(len(sent.content))
    if organization.dissolved_date:
        raise Refused("imports.dissolved", "这个党组织已经撤销，不能再导入名册。", next_step="请另选党组织。")
    now = utc_now()
    batch = ImportBatch(
        organization=organization,
        file_name=sent.file_name[-200:] or "名册",
        file_digest=hashlib.sha256(sent.content).hexdigest(),
        created_by=actor.label,
        created_at=now,
        expires_at=now + KEPT_FOR,
        choices={_ANSWERS: {}, _TABLES: {}, _HIDDEN: False},
    )
    batch.staged_file = save_upload(sent.content, batch.public_id)
    batch.save(force_insert=True)
    record(
        actor=actor,
        action="imports.stage",
        object_ref="import:{id}".format(id=batch.pk),
        org_ids=[organization.pk],
        diff={"digest": batch.file_digest, "bytes": len(sent.content)},
    )
    return batch


def check_size(size: int) -> None:
    """Refuse a file that is empty or too big before anything reads it."""
    for code, is_so in (("empty", size == 0), ("too_large", size > DEFAULT_LIMITS.packed_bytes)):
        if is_so:
            message, next_step = REFUSALS[code]
            raise Refused("imports." + code, message, next_step=next_step)


def _allow(actor: Actor, organization: Organization) -> None:
    for right in ("imports:use", "members:edit"):
        if not actor.may(right, organization.path):
            raise NotAllowed(right)


def needs_background(batch: ImportBatch) -> bool:
    """Whether a staged file is too big to be read while a browser waits."""
    return staged_size(batch.staged_file) > SYNCHRONOUS_BYTES


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file read and planned, in memory."""

    interpretation: Interpretation
    plan: Plan


def interpret_batch(batch: ImportBatch, today: date) -> Interpretation:
    """The staged file interpreted with the columns and tables that were chosen; raises ``Refused``."""
    check_staged(batch)
    try:
        content = read_upload(batch.staged_file, batch.public_id)
    except FileNotFoundError as missing:
        raise _expired() from missing
    return interpret_content(batch, content, today)


def interpret_content(batch: ImportBatch, content: bytes, today: date) -> Interpretation:
    """The same for bytes in hand: read and interpreted in the limited process, refused in its words."""
    known = get_surroundings(batch.organization).known
    mapping = (*remembered_columns(batch.organization), *_chosen(batch))
    try:
        context = ImportContext(today, known, *get_loaded_codes())
        found = interpret_apart(content, batch.file_name, context, mapping)
    except SheetRefused as refusal:
        raise Refused("imports." + refusal.code, refusal.message, next_step=refusal.next_step) from refusal
    selected: Mapping[str, bool] = batch.choices.get(_TABLES, {})
    names = {number: selected[str(number)] for number in range(len(found.tables)) if str(number) in selected}
    return _reselected(found, names) if names else found


def _reselected(found: Interpretation, names: dict[int, bool]) -> Interpretation:
    sheets = [
        table.sheet_name for number, table in enumerate(found.tables) if names.get(number, table.is_selected)
    ]
    return selected_again(found, sheets)


def _chosen(batch: ImportBatch) -> tuple[ChosenColumns, ...]:
    return tuple(chosen_columns(fingerprint, mapping) for fingerprint, mapping in batch.mapping.items())


def make_plan(batch: ImportBatch, interpretation: Interpretation, actor: Actor, today: date) -> Plan:
    """The plan of an interpreted file against the roster of this moment."""
    context = PlanContext(
        today=today,
        home=str(batch.organization_id),
        home_is_branch=batch.organization.kind == OrgKind.BRANCH,
        places=get_surroundings(batch.organization).places,
        persons=get_person_index(interpretation, actor.scope, batch.organization),
        answers=batch.choices.get(_ANSWERS, {}),
        skips_hidden=bool(batch.choices.get(_HIDDEN)),
        load_values=load_values,
    )
    return build_plan(interpretation, context)


def prepare_import(*, actor: Actor, today: date, batch: ImportBatch) -> ImportBatch:
    """Read the staged file, plan it and stage the plan. A derived thing: it leaves no audit row.

    Where the file cannot be read the batch keeps the sentence and becomes ``refused``.
    """
    try:
        top = newest_person()
        interpretation = interpret_batch(batch, today)
        plan = make_plan(batch, interpretation, actor, today)
    except Refused as refusal:
        _refuse(batch, refusal)
        raise
    return keep_plan(batch=batch, interpretation=interpretation, plan=plan, top=top)


def keep_plan(*, batch: ImportBatch, interpretation: Interpretation, plan: Plan, top: int) -> ImportBatch:
    """Stage a plan in place of the one before; the batch waits for a decision."""
    name = save_plan(plan, batch.public_id)
    with transaction.atomic():
        locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if locked.state not in (State.READING, State.STAGED):
            delete_staged(name)
            return locked
        before, locked.plan_file = locked.plan_file, name
        locked.summary = summary_of(interpretation, plan) | {"top": top}
        locked.state = State.STAGED
        locked.refusal = ""
        locked.stamp += 1
        locked.save(update_fields=["plan_file", "summary", "state", "stamp", "refusal"])
        transaction.on_commit(lambda: delete_staged(before))
    return locked


def _refuse(batch: ImportBatch, refusal: Refused) -> None:
    """Keep why a file cannot be read; the file itself is of no more use."""
    told = refusal.message + refusal.next_step
    ImportBatch.objects.filter(pk=batch.pk, state__in=(State.READING, State.STAGED)).update(
        state=State.REFUSED, refusal=told[:300], staged_file="", plan_file=""
    )
    delete_staged(batch.staged_file, batch.plan_file)


def summary_of(interpretation: Interpretation, plan: Plan) -> dict[str, object]:
    """What a page says about a plan without opening it: counts, tables, columns, notices, sums. No names."""
    return {
        "counts": plan.counts(),
        "questions": len(plan.questions),
        "open": sum(question.answer < 0 for question in plan.questions),
        "missing": len(plan.missing),
        "fixes": plan.fixes,
        "organizations": len(plan.organizations),
        "tables": [
            {
                "sheet": table.sheet_name,
                "title": "",
                "kind": table.kind,
                "rows": len(table.rows),
                "selected": table.is_selected,
                "skip_reason": table.skip_reason,
                "fingerprint": table.fingerprint,
                "columns": [[column.index, column.field, column.basis] for column in table.columns],
            }
            for table in interpretation.tables
        ],
        "totals": [
            [table.sheet_name, total.number, total.key, total.stated, total.counted]
            for table in interpretation.tables
            for total in table.totals
        ],
        "hidden": sum(len(notice.rows) for notice in interpretation.notices if notice.code == "hidden_rows"),
        "notices": [[notice.code, notice.text] for notice in interpretation.notices[:50]],
    }


@command("imports.choose_columns")
def choose_columns(
    *, actor: Actor, today: date, batch: ImportBatch, mapping: Mapping[str, Mapping[str, str]]
) -> ImportBatch:
    """Say what each column is used as, by table fingerprint; remembered for the next file of this shape."""
    _allow(actor, batch.organization)
    locked = _locked(batch)
    locked.mapping = {fingerprint: dict(columns) for fingerprint, columns in mapping.items()}
    locked.save(update_fields=["mapping"])
    for fingerprint, columns in locked.mapping.items():
        RememberedMapping.objects.update_or_create(
            organization=batch.organization,
            fingerprint=fingerprint,
            defaults={"mapping": columns, "updated_at": utc_now()},
        )
    _record_choice(actor, locked, "imports.choose_columns", len(locked.mapping))
    return locked


@command("imports.answer")
def answer_questions(
    *,
    actor: Actor,
    today: date,
    batch: ImportBatch,
    answers: Mapping[str, int],
    skips_hidden: bool | None = None,
    tables: Mapping[int, bool] | None = None,
) -> ImportBatch:
    """Keep the answers to what a file left open; a later answer replaces an earlier one."""
    _allow(actor, batch.organization)
    locked = _locked(batch)
    kept = {**locked.choices.get(_ANSWERS, {}), **answers}
    locked.choices = {
        **locked.choices,
        _ANSWERS: {key: answer for key, answer in kept.items() if answer >= 0},
        _HIDDEN: locked.choices.get(_HIDDEN, False) if skips_hidden is None else skips_hidden,
        _TABLES: locked.choices.get(_TABLES, {})
        | {str(number): chosen for number, chosen in (tables or {}).items()},
    }
    locked.save(update_fields=["choices"])
    _record_choice(actor, locked, "imports.answer", len(answers))
    return locked


@command("imports.discard")
def discard_import(*, actor: Actor, today: date, batch: ImportBatch) -> ImportBatch:
    """Give a staged file up before its day is over; it is deleted at once."""
    _allow(actor, batch.organization)
    locked = _locked(batch, State.STAGED, State.READING, State.REFUSED)
    _expire(locked)
    _record_choice(actor, locked, "imports.discard", 0)
    return locked


@command("imports.expire")
def expire_imports(*, actor: Actor, now: datetime) -> int:
    """Delete staged files whose day is over and files that a crash left behind; how many batches."""
    due = ImportBatch.objects.select_for_update().filter(expires_at__lte=now).exclude(staged_file="")
    batches = list(due.exclude(state__in=(State.APPLYING, State.UNDOING)))
    for batch in batches:
        _expire(batch)
    kept = set(ImportBatch.objects.exclude(staged_file="").values_list("staged_file", flat=True))
    kept |= set(ImportBatch.objects.exclude(plan_file="").values_list("plan_file", flat=True))
    _sweep(set(list_staged()) - kept, now)
    if batches:
        record(
            actor=actor,
            action="imports.expire",
            object_ref="",
            org_ids={batch.organization_id for batch in batches},
            diff={"count": len(batches)},
        )
    return len(batches)


def _expire(batch: ImportBatch) -> None:
    files = (batch.staged_file, batch.plan_file)
    batch.staged_file = batch.plan_file = ""
    if batch.state in (State.READING, State.STAGED):
        batch.state = State.EXPIRED
    batch.save(update_fields=["staged_file", "plan_file", "state"])
    transaction.on_commit(lambda: delete_staged(*files))


def _sweep(orphans: Iterable[str], now: datetime) -> None:
    """Files without a batch, unless they are so young that their batch may still be on its way."""
    old = now - timedelta(hours=1)
    for name in orphans:
        if staged_at(name) < old:
            delete_staged(name)


def check_staged(batch: ImportBatch) -> None:
    """Refuse what is no longer staged."""
    if not batch.staged_file or batch.expires_at <= utc_now():
        raise _expired()


def _expired() -> Refused:
    return Refused(
        "imports.expired",
        "这个文件上传超过24小时，已经删除。",
        next_step="请重新上传这个文件。",
    )


def _locked(batch: ImportBatch, *states: str) -> ImportBatch:
    """The batch, locked for this change, in a state in which it can still be decided on."""
    locked = (
        ImportBatch.objects.select_for_update(of=("self",)).select_related("organization").get(pk=batch.pk)
    )
    if locked.state not in (states or (State.STAGED,)):
        raise Refused(
            "imports.not_staged",
            "这个文件的状态是“{state}”，不能再改。".format(state=locked.get_state_display()),
            next_step="需要时请重新上传。",
        )
    if locked.state == State.STAGED:
        check_staged(locked)
    return locked


def _record_choice(actor: Actor, batch: ImportBatch, action: str, count: int) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="import:{id}".format(id=batch.pk),
        org_ids=[batch.organization_id],
        diff={"count": count},
    )
