"""The oversight app."""

from __future__ import annotations

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Registers the tables of oversight and the hook that refreshes one branch after a change."""

    name = "zhibu.oversight"
    verbose_name = "督导"

    def ready(self) -> None:
        """After each commit the few branches that it touched are judged anew."""
        from zhibu.foundation.audit.commands import on_recorded
        from zhibu.oversight.checkup.commands import refresh_after

        on_recorded(refresh_after)
