"""The foundation app."""

from __future__ import annotations

from datetime import time, timedelta

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Registers the foundation's tables and its periodic jobs."""

    name = "zhibu.foundation"
    verbose_name = "基础"

    def ready(self) -> None:
        """Offer the nightly tidying and, where it is wanted, the free fonts; the record's head leaves."""
        from django.conf import settings

        from zhibu.foundation.audit.tasks import note_head
        from zhibu.foundation.documents.commands import on_fonts_wanted
        from zhibu.foundation.documents.tasks import bring_fonts
        from zhibu.foundation.jobs.registry import register_periodic
        from zhibu.foundation.jobs.tasks import tidy_up

        register_periodic("foundation.tidy_up", tidy_up.enqueue, daily_at=time(3, 10))
        register_periodic("foundation.note_head", note_head.enqueue, every=timedelta(hours=1))
        on_fonts_wanted(bring_fonts.enqueue)
        if settings.FETCH_FONTS:
            register_periodic("documents.bring_fonts", bring_fonts.enqueue, every=timedelta(hours=24))
