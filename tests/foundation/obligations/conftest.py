"""The standing cast for the tests of the record."""

from __future__ import annotations

import pytest

from tests.world import World, build_world


@pytest.fixture
def world(db: None) -> World:
    """A small county, fresh for each test."""
    return build_world()
