"""The roster app."""

from __future__ import annotations

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """Registers the roster's tables and fact providers."""

    name = "zhibu.roster"
    verbose_name = "党组织与党员"
