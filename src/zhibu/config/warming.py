"""What a new process of the web server does before it answers, so that no visitor waits for it.

Django loads the pages behind the addresses and compiles templates when the first request asks for them: a
second of processor time and more, in each process. At a door with fifty people that second is everybody's.
"""

from __future__ import annotations

import gc
from pathlib import Path

from django.apps import apps
from django.template.loader import get_template
from django.urls import get_resolver


def warm_up() -> None:
    """Load every page and compile every template of the product; touches no table and no file of users."""
    get_resolver()._populate()
    for app in apps.get_app_configs():
        if app.name.startswith("zhibu."):
            folder = Path(app.path) / "templates"
            for path in sorted(folder.rglob("*.html")):
                get_template(path.relative_to(folder).as_posix())
    gc.collect()
    gc.freeze()  # what is loaded stays: no request pays for looking through it for cycles
