"""The oversight app."""

from __future__ import annotations

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Registers the tables of oversight and the hook that refreshes one branch after a change."""

    name = "zhibu.oversight"
    verbose_name = "督导"
