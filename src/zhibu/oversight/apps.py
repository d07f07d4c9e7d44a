"""The oversight app."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Registers the tables of oversight and the hook that refreshes one branch after a change."""

    name = "zhibu.oversight"
    verbose_name = "督导"

    def ready(self) -> None:
        """After each commit the branches touched are judged anew; the sums follow every 15 minutes."""
        from zhibu.foundation.audit.commands import on_recorded
        from zhibu.foundation.jobs.registry import register_periodic
        from zhibu.oversight.checkup.commands import refresh_after
        from zhibu.oversight.checkup.tasks import register_jobs
        from zhibu.oversight.statistics.tasks import refresh

        on_recorded(refresh_after)
        register_jobs()
        register_periodic("statistics.refresh", refresh.enqueue, every=timedelta(minutes=15))
