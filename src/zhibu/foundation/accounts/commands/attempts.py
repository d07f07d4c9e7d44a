"""Counting attempts before a secret is looked at: guessing is slow, and nobody is locked out by others.

Three counters stand beside each other: one name from one address (5), one address over all names (30), one
name from everywhere (100); each closes for fifteen minutes. A browser in which the owner has signed in before
has a counter of its own, so that strangers who guess at a name close the door for strangers only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from zhibu.common.errors import Refused
from zhibu.foundation.accounts.models import SignInFailure
from zhibu.foundation.accounts.queries import (
    ATTEMPTS,
    ATTEMPTS_A_NAME,
    ATTEMPTS_AN_ADDRESS,
    CLOSED_FOR,
    Origin,
)
from zhibu.foundation.sealing.seal import blind_index

NOWHERE = Origin()


def name_digest(username: str) -> str:
    """What is kept of a name that somebody tried."""
    return blind_index("sign_in", username)


def take_attempt(username: str, *, now: datetime, origin: Origin = NOWHERE) -> bool:
    """Count an attempt before the password is looked at, so that parallel ones are counted too.

    Says whether it is the last one before the door closes. Raises ``Refused`` (with ``retry_after``) beyond
    the limits, until fifteen minutes after the last one counted. A success forgets (``forget_attempts``).
    """
    is_last = False
    for digest, limit in _counters(username, origin):
        count = _count(digest, now=now, limit=limit, window=CLOSED_FOR, slides=True)
        if count > limit:
            raise _closed()
        is_last = is_last or count == limit
    return is_last


def forget_attempts(username: str, *, origin: Origin = NOWHERE) -> None:
    """Forget the failures of a name from here after a success; of the shared counters, this attempt only."""
    with transaction.atomic():
        for digest, limit in _counters(username, origin):
            counter = SignInFailure.objects.filter(pk=digest)
            if limit == ATTEMPTS:
                counter.delete()
            else:
                counter.update(count=F("count") - 1)
                counter.filter(count__lte=0).delete()


def forget_name(username: str) -> None:
    """Open a name again for its owner, who came with a one-time link; part of a command."""
    SignInFailure.objects.filter(pk=name_digest(username)).delete()


def take_turn(kind: str, who: str, *, now: datetime, limit: int, window: timedelta) -> None:
    """Count one of the ``limit`` turns that somebody has within a window. Raises ``Refused`` beyond it."""
    if _count(blind_index(kind, who), now=now, limit=limit, window=window, slides=False) > limit:
        refusal = Refused(
            "accounts.too_often",
            "这一步刚才办得太多、太快了，请稍等一会儿。",
            next_step="请过几分钟再试。",
        )
        refusal.retry_after = int(window.total_seconds())
        raise refusal


def _counters(username: str, origin: Origin) -> Iterator[tuple[str, int]]:
    """The counters of an attempt: a known browser has its own, all others share three."""
    if origin.device:
        yield blind_index("sign_in_device", "\x00".join((origin.device, username))), ATTEMPTS
        return
    yield blind_index("sign_in", "\x00".join((username, origin.address))), ATTEMPTS
    yield blind_index("sign_in_address", origin.address), ATTEMPTS_AN_ADDRESS
    yield name_digest(username), ATTEMPTS_A_NAME


def _count(digest: str, *, now: datetime, limit: int, window: timedelta, slides: bool) -> int:
    """The place of this attempt in its window, ``limit + 1`` for every one beyond; no two get the same."""
    moved = {"window_at": now} if slides else {}
    with transaction.atomic():
        SignInFailure.objects.filter(pk=digest, window_at__lt=now - window).delete()
        SignInFailure.objects.get_or_create(pk=digest, defaults={"window_at": now})
        counter = SignInFailure.objects.select_for_update().get(pk=digest)
        if counter.count >= limit:
            return limit + 1
        SignInFailure.objects.filter(pk=digest).update(count=F("count") + 1, **moved)
        return counter.count + 1


def _closed() -> Refused:
    refusal = Refused(
        "accounts.closed_for_a_while",
        "连续5次没有登录成功，从这里登录先停15分钟。",
        next_step="请15分钟后再试；忘了密码请找系统管理员或者上级组织员开一个重设密码的链接。",
    )
    refusal.retry_after = int(CLOSED_FOR.total_seconds())
    return refusal
