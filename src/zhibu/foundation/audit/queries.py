"""Reading the audit: the rows of an object, what is stale, whether the chain holds."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from django.core.files.storage import default_storage
from django.db.models import Max, QuerySet

from zhibu.common.actor import Actor
from zhibu.common.dates import CHINA
from zhibu.foundation.audit.chain import GENESIS, Link, link_hash
from zhibu.foundation.audit.models import AuditEvent, AuditTouch, Submission

_CHUNK = 5000


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


def verify_chain(*, expect_head: str = "", noted: Mapping[int, str] | None = None) -> ChainReport:
    """Recompute every hash in order.

    ``expect_head`` is a hash noted earlier, elsewhere, that must occur; ``noted`` are hashes kept elsewhere
    with their row. Only these show that all rows from some point on were rewritten or cut off.
    """
    prev, rows, seen_head = GENESIS, 0, not expect_head
    kept = noted or {}
    for link, stored in _links():
        rows += 1
        if link.seq != rows:
            return ChainReport(rows, prev, "第{row}行缺失或次序不对。".format(row=rows))
        if link.prev != prev or link_hash(link) != stored:
            return ChainReport(rows, prev, "第{row}行被改动过。".format(row=link.seq))
        if kept.get(rows, stored) != stored:
            return ChainReport(
                rows, prev, "第{row}行与留存的校验值不符，这一行以前的记录被重写过。".format(row=rows)
            )
        prev = stored
        seen_head = seen_head or stored == expect_head
    if not seen_head:
        return ChainReport(rows, prev, "没有找到留存的校验值，后面的记录可能被截断或重写。")
    if kept and max(kept) > rows:
        words = "留存的校验值到第{kept}行，现在只有{rows}行，后面的记录被截断了。"
        return ChainReport(rows, prev, words.format(kept=max(kept), rows=rows))
    return _fault_of_touches(rows, prev)


def _fault_of_touches(rows: int, head: str) -> ChainReport:
    """The chain is whole; an organisation named for a row that does not exist is a fault all the same."""
    stray = AuditTouch.objects.filter(event_id__gt=rows).values_list("event_id", flat=True).first()
    fault = "第{row}行不存在，却登记了涉及的党组织。".format(row=stray) if stray else ""
    return ChainReport(rows, head, fault)


_HASHED = (
    "seq", "at", "actor_ref", "actor_role", "action", "object_ref", "result", "request_id",
    "diff", "prev", "hash",
)  # fmt: skip


def _links() -> Iterator[tuple[Link, str]]:
    """Every row with the organisations it names: two orderly readings, joined as they go."""
    touches = AuditTouch.objects.order_by("event_id", "org_id").values_list("event_id", "org_id")
    named = groupby(touches.iterator(chunk_size=_CHUNK), key=itemgetter(0))
    seq, orgs = next(named, (None, iter(())))
    for row in AuditEvent.objects.order_by("seq").values_list(*_HASHED).iterator(chunk_size=_CHUNK):
        at_row, at, actor_ref, actor_role, action, object_ref, result, request_id, diff, prev, stored = row
        org_ids: tuple[int, ...] = ()
        while seq is not None and seq <= at_row:
            org_ids = tuple(org_id for _, org_id in orgs) if seq == at_row else org_ids
            seq, orgs = next(named, (None, iter(())))
        link = Link(
            at_row, at, actor_ref, actor_role, action, object_ref, result, request_id, org_ids, diff, prev
        )
        yield link, stored


def list_changed_files() -> list[str]:
    """Stored papers whose content is no longer what the record says, or that are gone, by name."""
    digests: dict[str, str] = {}
    for diff in (
        AuditEvent.objects.filter(diff__has_key="papers").order_by("seq").values_list("diff", flat=True)
    ):
        digests.update(diff["papers"])
    return sorted(name for name, digest in digests.items() if _digest_of(name) != digest)


def _digest_of(name: str) -> str:
    try:
        with default_storage.open(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def get_head() -> tuple[int, str]:
    """The newest row's number and hash: what is noted outside the machine; 0 where there is none."""
    newest = AuditEvent.objects.order_by("-seq").values_list("seq", "hash").first()
    return newest or (0, GENESIS)


def read_heads(text: str) -> dict[int, str]:
    """Heads as they were noted: lines that end with a row's number and its hash; others are passed over."""
    found = (line.split()[-2:] for line in text.splitlines())
    return {int(words[0]): words[1] for words in found if len(words) == 2 and words[0].isdigit()}


def last_seq() -> int:
    """The newest row's sequence number, 0 where there is none."""
    return AuditEvent.objects.aggregate(last=Max("seq"))["last"] or 0


def fitting_key(key: str) -> str:
    """The key as it is kept: ours fit, and whatever else somebody sent is told apart by its digest."""
    return key if len(key) <= 64 else hashlib.sha256(key.encode()).hexdigest()


def get_submission_url(key: str, *, actor: Actor | None = None) -> str:
    """Where a form with this key led the first time; empty if it was not sent yet (by this actor, if
    named).
    """
    sent = Submission.objects.filter(key=fitting_key(key))
    if actor is not None:
        sent = sent.filter(actor_ref=actor.label)
    return sent.values_list("result_url", flat=True).first() or ""


def list_events(
    *,
    action: str = "",
    actor: str = "",
    subject: str = "",
    result: str = "",
    from_date: date | None = None,
    to_date: date | None = None,
) -> QuerySet[AuditEvent]:
    """The rows of an action, actor and object between two days in China, newest first.

    Actor and object as the page names them, 账号 10 or 账号; or by their reference, ``account:10``.
    """
    events = AuditEvent.objects.order_by("-seq")
    if action:
        events = events.filter(action=action)
    for field, kinds, text in (("actor_ref", "actors", actor), ("object_ref", "objects", subject)):
        if reference := _reference_of(text, kinds):
            exactly = "" if ":" in reference else "__startswith"
            events = events.filter(**{field + exactly: reference})
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


def _reference_of(text: str, kinds: str) -> str:
    """What ``_named`` turned into words; empty for nothing, and the text itself where no word begins it."""
    text = text.strip()
    for kind, word in _words()[kinds].items():
        if text.startswith(word):
            key = text.removeprefix(word).strip()
            return f"{kind}:{key}" if key else kind
    return text


def action_choices() -> list[tuple[str, str]]:
    """Every named action with its name, in the order of the names' file."""
    return list(_words()["actions"].items())


@cache
def _words() -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "data" / "actions.toml").open("rb") as file:
        return tomllib.load(file)
