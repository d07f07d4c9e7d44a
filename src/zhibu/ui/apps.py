"""The interface app."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, components and styles only."""

    name = "zhibu.ui"
    verbose_name = "界面"
