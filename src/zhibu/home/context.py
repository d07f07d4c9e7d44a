"""What the shell of every page needs: who is signed in, where, and the menu."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The actor and the installation's switches for the base template."""
    return {
        "actor": getattr(request, "actor", None),
        "is_demo": settings.DEMO,
        "second_factor": settings.SECOND_FACTOR,
    }
