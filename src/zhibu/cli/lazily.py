"""Modules that need the whole of Django, loaded only when a command turns out to need them.

Starting what is ready must take seconds: setting Django up costs one and a half, and the servers do it
themselves at the same time.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import django


def with_django(module: str) -> ModuleType:
    """Set Django up, which happens once a process, and import the module."""
    django.setup()
    return import_module(module)
