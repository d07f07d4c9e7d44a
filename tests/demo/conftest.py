"""One county in memory for all tests that only look at it."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.cli.demo.build import Built, build_county
from zhibu.cli.demo.source import Source

TODAY = date(2026, 11, 24)
SEED = 7


def build(seed: int = SEED, today: date = TODAY) -> Built:
    """A county without progress."""
    return build_county(Source(seed), today, lambda text, share: None)


@pytest.fixture(scope="session")
def built() -> Built:
    """The county of the seed, not to be changed."""
    return build()
