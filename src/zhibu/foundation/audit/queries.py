"""Reading the audit: the rows of an object, what is stale, whether the chain holds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from django.db.models import Max, QuerySet

from zhibu.common.actor import Actor
from zhibu.common.dates import CHINA
from zhibu.foundation.audit.chain import GENESIS, Link, link_hash
from zhibu.foundation.audit.models import AuditEvent, AuditTouch, Submission


@dataclass(frozen=True, slots=True)
class ChainReport:
    """The outcome of a verification: how many rows, the last hash, and the first fault in words."""

    rows: int
    head: str
    fault: str

    @property
    def is_whole(self) -> bool:
        """Whether every row's hash fits."""
        return not self.fault


def verify_chain(*, expect_head: str = "") -> ChainReport:
    """Recompute every hash in order; ``expect_head`` is a hash noted earlier, elsewhere, that must occur."""
    prev, rows, seen_head = GENESIS, 0, not expect_head
    for link, stored in _links():
        rows += 1
        if link.seq != rows:
            return ChainReport(rows, prev, "第{row}行缺失或次序不对。".format(row=rows))
        if link.prev != prev or link_hash(link) != stored:
            return ChainReport(rows, prev, "第{row}行被改动过。".format(row=link.seq))
        prev = stored
        seen_head = seen_head or stored == expect_head
    if not seen_head:
        return ChainReport(rows, prev, "没有找到留存的校验值，后面的记录可能被截断或重写。")
    return ChainReport(rows, prev, "")


def _links() -> Iterator[tuple[Link, str]]:
    touches: dict[int, list[int]] = {}
    for seq, org_id in AuditTouch.objects.order_by("event_id", "org_id").values_list("event_id", "org_id"):
        touches.setdefault(seq, []).append(org_id)
    for event in AuditEvent.objects.order_by("seq").iterator(chunk_size=2000):
        yield (
            Link(
                seq=event.seq,
                at=event.at,
                actor_ref=event.actor_ref,
                actor_role=event.actor_role,
                action=event.action,
                object_ref=event.object_ref,
                result=event.result,
                request_id=event.request_id,
                org_ids=tuple(touches.get(event.seq, ())),
                diff=event.diff,
                prev=event.prev,
            ),
            event.hash,
        )


def last_seq() -> int:
    """The newest row's sequence number, 0 where there is none."""
    return AuditEvent.objects.aggregate(last=Max("seq"))["last"] or 0


def get_submission_url(key: str, *, actor: Actor | None = None) -> str:
    """Where a form with this key led the first time; empty if it was not sent yet (by this actor, if
    named).
    """
    sent = Submission.objects.filter(key=key)
    if actor is not None:
        sent = sent.filter(actor_ref=actor.label)
    return sent.values_list("result_url", flat=True).first() or ""


def list_events(
    *,
    action: str = "",
    actor_ref: str = "",
    object_ref: str = "",
    result: str = "",
    from_date: date | None = None,
    to_date: date | None = None,
) -> QuerySet[AuditEvent]:
    """The rows that begin with the given words and lie between two days in China, newest first."""
    events = AuditEvent.objects.order_by("-seq")
    for field, value in (("action", action), ("actor_ref", actor_ref), ("object_ref", object_ref)):
        if value:
            events = events.filter(**{field + "__startswith": value})
    if result:
        events = events.filter(result=result)
    if from_date:
        events = events.filter(at__gte=datetime.combine(from_date, time(), CHINA))
    if to_date:
        events = events.filter(at__lt=datetime.combine(to_date + timedelta(days=1), time(), CHINA))
    return events


def get_event(seq: int) -> AuditEvent | None:
    """One row with the organisations it touches."""
    return AuditEvent.objects.prefetch_related("touches").filter(pk=seq).first()


@dataclass(frozen=True, slots=True)
class EventWords:
    """One row of the record as a person reads it; what has no word is shown by its key."""

    event: AuditEvent
    action: str
    actor: str
    role: str
    subject: str


def in_words(event: AuditEvent) -> EventWords:
    """A row with its action, actor, role and object named."""
    words = _words()
    return EventWords(
        event,
        words["actions"].get(event.action, event.action),
        _named(event.actor_ref, words["actors"]),
        words["roles"].get(event.actor_role, ""),
        _named(event.object_ref, words["objects"]),
    )


def _named(reference: str, words: dict[str, str]) -> str:
    kind, _, key = reference.partition(":")
    return " ".join(part for part in (words.get(kind, kind), key) if part)


@cache
def _words() -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "data" / "actions.toml").open("rb") as file:
        return tomllib.load(file)
