"""The interface app."""

from __future__ import annotations

from django.apps import AppConfig

from zhibu.ui.field_errors import use_house_sentences


class UiConfig(AppConfig):
    """Templates, components and styles only."""

    name = "zhibu.ui"
    verbose_name = "界面"

    def ready(self) -> None:
        """Before any form is defined: what its fields say."""
        use_house_sentences()
