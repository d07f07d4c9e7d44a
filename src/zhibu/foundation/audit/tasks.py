"""What the record does by itself: its head leaves the machine."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django_tasks import task

from zhibu.common.dates import CHINA, utc_now
from zhibu.foundation.audit.queries import get_head


@task()
def note_head() -> None:
    """Add the newest row's number and hash to the file that ``ZHIBU_HEADS`` names, on another machine's disk.

    Whoever can rewrite the database cannot rewrite that file; ``audit-verify --heads`` compares both. A file
    that cannot be written fails the job, which ``doctor`` then shows.
    """
    if not settings.AUDIT_HEADS:
        return
    seq, digest = get_head()
    moment = utc_now().astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    with Path(settings.AUDIT_HEADS).open("a", encoding="utf-8") as file:
        file.write("{moment} {seq} {digest}\n".format(moment=moment, seq=seq, digest=digest))
