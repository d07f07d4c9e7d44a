"""How audit rows are chained: each hash covers its row and the hash before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

GENESIS = "0" * 64
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Link:
    """The fields of one audit row that its hash covers."""

    seq: int
    at: datetime
    actor_ref: str
    actor_role: str
    action: str
    object_ref: str
    result: str
    request_id: str
    org_ids: tuple[int, ...]
    diff: dict[str, Any]
    prev: str


def link_hash(link: Link) -> str:
    """SHA-256 over a zero byte, the previous hash and the canonical JSON of the row."""
    fields = {
        "seq": link.seq,
        "at": link.at.astimezone(timezone.utc).isoformat(timespec="microseconds"),
        "actor_ref": link.actor_ref,
        "actor_role": link.actor_role,
        "action": link.action,
        "object_ref": link.object_ref,
        "result": link.result,
        "request_id": link.request_id,
        "org_ids": link.org_ids,
        "diff": link.diff,
        "prev": link.prev,
    }
    return hashlib.sha256(b"\x00" + link.prev.encode() + _canonical(fields).encode()).hexdigest()
