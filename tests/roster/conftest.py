"""The standing cast for every test of the roster."""

from __future__ import annotations

import pytest

from tests.world import World, build_world


@pytest.fixture
def world(db: None) -> World:
    """A small county, fresh for each test."""
    return build_world()
