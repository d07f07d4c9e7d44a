"""The audit row, written last in every change's own transaction; refusals after the rollback.

``command`` wraps every write in the system: permission, norm and change happen inside, the row is
written by the command through ``record``, and a refusal leaves its own row once all else is undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, connection, transaction

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.asked_often import AskedOften
from zhibu.foundation.audit.chain import GENESIS, Link, link_hash
from zhibu.foundation.audit.models import AuditEvent, AuditTouch, Submission
from zhibu.foundation.audit.queries import ChainReport, fitting_key, get_submission_url

P = ParamSpec("P")
R = TypeVar("R")

_CHAIN_LOCK = 7_381_904_112  # any fixed number: the advisory lock that orders audit rows on PostgreSQL
_depth: ContextVar[int] = ContextVar("command_depth", default=0)
_request_id: ContextVar[str] = ContextVar("request_id", default="")
_after_commit: list[Callable[[str, tuple[int, ...]], None]] = []


def set_request_id(request_id: str) -> None:
    """Name the request whose commands follow; the web middleware and the worker call it."""
    _request_id.set(request_id)


def on_recorded(hook: Callable[[str, tuple[int, ...]], None]) -> None:
    """Register what runs after a commit with the action and the organisations touched; must not fail."""
    if hook not in _after_commit:
        _after_commit.append(hook)


def command(action: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function the command ``action``: one transaction, and an audit row even when refused.

    The function takes ``actor`` by keyword. A command called by another joins its transaction, and
    only the outermost records the refusal.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            depth = _depth.get()
            token = _depth.set(depth + 1)
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except (Refused, NotAllowed) as refusal:
                refusal.command = refusal.command or action
                if depth == 0:
                    _record_refusal(refusal.command, kwargs.get("actor"), refusal)
                raise
            finally:
                _depth.reset(token)

        return run

    return decorate


def record(
    *,
    actor: Actor,
    action: str,
    object_ref: str,
    org_ids: Iterable[int],
    diff: dict[str, Any] | None = None,
) -> int:
    """Write the audit row of a change in the running transaction and return its sequence number.

    ``org_ids`` are the organisations touched (a batch names them all); ``diff`` names fields and
    keyed digests or counts, never values. After the commit the registered hooks are called.
    """
    touched = tuple(sorted(set(org_ids)))
    seq = _append(actor, action, object_ref, touched, diff or {}, "done")
    for hook in _after_commit:
        transaction.on_commit(lambda hook=hook: hook(action, touched))  # type: ignore[misc]
    return seq


def _record_refusal(action: str, actor: object, refusal: Refused | NotAllowed) -> None:
    code = refusal.code if isinstance(refusal, Refused) else "not_allowed"
    clause = refusal.clause if isinstance(refusal, Refused) else refusal.right
    with transaction.atomic():
        _append(actor, action, refusal.object_ref, (), {"code": code, "clause": clause}, "refused")


def _append(
    actor: object, action: str, object_ref: str, org_ids: tuple[int, ...], diff: dict[str, Any], result: str
) -> int:
    _lock_chain()
    last = _LAST.ask()
    seq, prev = (last[0][0] + 1, last[0][1]) if last else (1, GENESIS)
    link = Link(
        seq=seq,
        at=utc_now(),
        actor_ref=str(getattr(actor, "label", "unknown")),
        actor_role=str(getattr(actor, "role", "")),
        action=action,
        object_ref=object_ref,
        result=result,
        request_id=_request_id.get(),
        org_ids=org_ids,
        diff=diff,
        prev=prev,
    )
    _write(link)
    return seq


_LAST = AskedOften(lambda: AuditEvent.objects.order_by("-seq").values_list("seq", "hash")[:1])


def _write(link: Link) -> None:
    event = AuditEvent.objects.create(
        seq=link.seq,
        at=link.at,
        actor_ref=link.actor_ref,
        actor_role=link.actor_role,
        action=link.action,
        object_ref=link.object_ref,
        result=link.result,
        request_id=link.request_id,
        diff=link.diff,
        prev=link.prev,
        hash=link_hash(link),
    )
    AuditTouch.objects.bulk_create(
        [AuditTouch(event=event, org_id=org_id) for org_id in link.org_ids], batch_size=500
    )


def _lock_chain() -> None:
    """Order the writers: SQLite's immediate transaction already does, PostgreSQL needs a lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])


def remember_submission(*, key: str, actor: Actor, result_url: str) -> None:
    """Keep where a sent form led, in the transaction of its change: sending it again leads there too."""
    Submission.objects.create(key=key, actor_ref=actor.label, result_url=result_url, at=utc_now())


@command("audit.submit_once")
def _submit(*, key: str, actor: Actor, act: Callable[[], R], result_url: Callable[[R], str]) -> str:
    url = result_url(act())
    remember_submission(key=key, actor=actor, result_url=url)
    return url


def submit_once(*, key: str, actor: Actor, act: Callable[[], R], result_url: Callable[[R], str]) -> str:
    """Carry out what a form asks for once, and say where it leads.

    ``act`` runs one or more commands and joins one transaction with the memory of the form, so that a
    form sent twice, even at the same moment, changes once and leads to the same page both times. A form
    without key (scripts, old pages) is carried out without memory. Refusals pass through.
    """
    if not key:
        return result_url(act())
    key = fitting_key(key)
    sent = get_submission_url(key, actor=actor)
    if sent:
        return sent
    try:
        return _submit(key=key, actor=actor, act=act, result_url=result_url)
    except IntegrityError:
        sent = get_submission_url(key, actor=actor)
        if not sent:
            raise
        return sent


@command("audit.read")
def record_reading(*, actor: Actor, filters: list[str]) -> None:
    """Reading the record is recorded: by whom, and by which filters, not what was found."""
    if not actor.may("audit:view"):
        raise NotAllowed("audit:view")
    record(actor=actor, action="audit.read", object_ref="", org_ids=[], diff={"filters": filters})


@command("audit.verify")
def record_verification(*, actor: Actor, report: ChainReport) -> None:
    """A verification and its outcome."""
    if not actor.may("audit:view"):
        raise NotAllowed("audit:view")
    diff = {"rows": report.rows, "head": report.head, "whole": report.is_whole}
    record(actor=actor, action="audit.verify", object_ref="", org_ids=[], diff=diff)
