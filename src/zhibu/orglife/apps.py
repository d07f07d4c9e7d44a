"""The organisational-life app."""

from __future__ import annotations

from django.apps import AppConfig


class OrglifeConfig(AppConfig):
    """Registers the meetings' tables and fact providers."""

    name = "zhibu.orglife"
    verbose_name = "组织生活"

    def ready(self) -> None:
        """Tables exist only now, so that what reads them is imported here."""
        from zhibu.orglife.meetings.facts import register_facts

        register_facts()
