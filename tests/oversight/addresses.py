"""Examples for the guards: check-up and supervision of the east branch."""

from __future__ import annotations

from tests.world import World


def examples(world: World) -> dict[str, dict[str, object]]:
    """Kwargs by name of address."""
    branch: dict[str, object] = {"public_id": world.branch.public_id}
    return {
        "checkup:branch_report": branch,
        "checkup:paper": {**branch, "form": "pdf"},
        "checkup:refresh": branch,
        "supervision:reminder": branch,
    }
