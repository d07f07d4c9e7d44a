"""The organisational-life app."""

from __future__ import annotations

from django.apps import AppConfig


class OrglifeConfig(AppConfig):
    """Registers the meetings' tables and fact providers."""

    name = "zhibu.orglife"
    verbose_name = "组织生活"
