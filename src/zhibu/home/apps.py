"""The home app."""

from __future__ import annotations

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Templates only."""

    name = "zhibu.home"
    verbose_name = "首页"

    def ready(self) -> None:
        """The list of what is open joins all modules, so it is offered to the hand-over from here."""
        from zhibu.home.matters import open_matters
        from zhibu.roster.access.queries import register_matters

        register_matters(open_matters)
