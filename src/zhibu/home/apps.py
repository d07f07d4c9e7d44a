"""The home app."""

from __future__ import annotations

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Templates only."""

    name = "zhibu.home"
    verbose_name = "首页"
