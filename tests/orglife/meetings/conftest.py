"""A small county, and a members' meeting in the branch of the cast."""

from __future__ import annotations

import pytest

from tests.orglife.meetings.made import Hall
from tests.world import World, build_world


@pytest.fixture
def world(db: None) -> World:
    """A small county, fresh for each test."""
    return build_world()


@pytest.fixture
def hall(world: World) -> Hall:
    """The branch of the cast, ready to meet."""
    return Hall(world)
