"""Examples for the guards: a norm that anybody may read, a page of the elder version."""

from __future__ import annotations

from tests.world import World


def examples(world: World) -> dict[str, dict[str, object]]:
    """Kwargs by name of address."""
    return {"home:norm": {"norm_id": "ZB-11-1"}, "home:elder_part": {"part": "meetings"}}
