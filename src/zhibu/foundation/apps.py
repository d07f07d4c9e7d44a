"""The foundation app."""

from __future__ import annotations

from datetime import time

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Registers the foundation's tables and its periodic jobs."""

    name = "zhibu.foundation"
    verbose_name = "基础"

    def ready(self) -> None:
        """Offer the nightly tidying."""
        from zhibu.foundation.jobs.registry import register_periodic
        from zhibu.foundation.jobs.tasks import tidy_up

        register_periodic("foundation.tidy_up", tidy_up.enqueue, daily_at=time(3, 10))
