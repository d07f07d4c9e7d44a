"""Background work of imports: big files read, applied and undone by the worker; staged files swept."""

from __future__ import annotations

from django.db import connection, transaction
from django_tasks import task

from zhibu.common.actor import Actor
from zhibu.common.dates import china_today, utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.common.quick import give_back
from zhibu.foundation.accounts.models import Account
from zhibu.roster.access.actors import system_actor
from zhibu.roster.access.queries import get_actor
from zhibu.roster.imports.commands.applying import apply_import, release_apply
from zhibu.roster.imports.commands.staging import expire_imports, prepare_import
from zhibu.roster.imports.commands.undoing import release_undo, undo_import
from zhibu.roster.imports.models import ImportBatch

State = ImportBatch.State


@task()
def read(batch_id: int, actor_label: str) -> None:
    """Read and plan a staged file; a refusal stays with the batch."""
    batch = _batch(batch_id)
    if batch.state not in (State.READING, State.STAGED):
        return
    try:
        prepare_import(actor=_actor(actor_label), today=china_today(), batch=batch)
    except Refused:
        return
    finally:
        release_memory()


@task()
def apply(batch_id: int, actor_label: str) -> None:
    """Apply a confirmed plan; run twice it writes once."""
    batch = _batch(batch_id)
    if batch.state != State.APPLYING:
        return
    try:
        apply_import(actor=_actor(actor_label), today=china_today(), batch=batch, stamp=batch.stamp)
    except (Refused, NotAllowed) as refusal:
        release_apply(actor=_actor(actor_label), batch=batch, reason=_told(refusal))
    finally:
        release_memory()


@task()
def undo(batch_id: int, actor_label: str) -> None:
    """Undo an import; run twice it undoes once."""
    batch = _batch(batch_id)
    if batch.state != State.UNDOING:
        return
    try:
        undo_import(actor=_actor(actor_label), today=china_today(), batch=batch)
    except (Refused, NotAllowed) as refusal:
        release_undo(actor=_actor(actor_label), batch=batch, reason=_told(refusal))
    finally:
        release_memory()


@task()
def sweep() -> None:
    """Delete staged files whose day is over."""
    expire_imports(actor=system_actor("worker"), now=utc_now())


def start(name: str, batch_id: int, actor_label: str) -> None:
    """Put work on the queue once the change that asks for it is committed."""
    work = {"read": read, "apply": apply, "undo": undo}[name]
    transaction.on_commit(lambda: work.enqueue(batch_id, actor_label))


def release_memory() -> None:
    """Let go of what a big file needed: the pages that SQLite holds (up to 64 MB), then what is free.

    The worker goes on living; a county that follows a county would else need both at once.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA shrink_memory")
    give_back()


def _batch(batch_id: int) -> ImportBatch:
    return ImportBatch.objects.select_related("organization").get(pk=batch_id)


def _actor(label: str) -> Actor:
    """The account in the roles it holds now, or the system itself."""
    kind, _, key = label.partition(":")
    if kind == "account":
        return get_actor(Account.objects.get(pk=int(key)), today=china_today())
    return system_actor(key)


def _told(refusal: Refused | NotAllowed) -> str:
    if isinstance(refusal, Refused):
        return refusal.message + refusal.next_step
    return "您现在没有导入的权限，没有写入任何内容。"
