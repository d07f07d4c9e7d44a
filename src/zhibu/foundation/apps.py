"""The foundation app."""

from __future__ import annotations

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Registers the foundation's tables."""

    name = "zhibu.foundation"
    verbose_name = "基础"
