"""Bringing the free fonts in the background; nobody waits for them, and papers are set without them too."""

from __future__ import annotations

import threading

from django_tasks import task

from zhibu.common.chinese_text import date_text
from zhibu.common.dates import china_today
from zhibu.foundation.documents.fetching import fetch_fonts, is_fetched
from zhibu.foundation.documents.queries import fetched_folder

_NOTE = "{day}自动取字体：{message}"


@task()
def bring_fonts() -> None:
    """Fetch the three faces beside the queue, so that a slow line holds up no other work."""
    if not is_fetched(fetched_folder()):
        threading.Thread(target=_bring, daemon=True, name="fonts").start()


def _bring() -> None:
    """Fetch, and note what came of it for the page of fonts; a machine without network only says so there."""
    folder = fetched_folder()
    message = fetch_fonts(folder).message
    note = folder / "last-try.txt"
    try:
        note.write_text(_NOTE.format(day=date_text(china_today()), message=message), encoding="utf-8")
    except OSError:
        return
