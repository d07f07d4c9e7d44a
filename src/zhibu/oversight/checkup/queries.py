"""Reading for the check-up: the facts of an organisation, the report in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from django.conf import settings

from zhibu.rulebook.loader import load_rulebook
from zhibu.rulebook.registry import PROVIDERS
from zhibu.rulebook.rulebook import Rulebook
from zhibu.rulebook.schema import Facts


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    """The rulebook of this installation, loaded once a process."""
    return load_rulebook()


def switched_on_packs() -> frozenset[str]:
    """The local packs that this installation has switched on."""
    return frozenset(settings.RULE_PACKS)


def load_facts(org_ids: Sequence[int], *, as_of: date) -> Facts:
    """All facts that the modules show of these organisations."""
    return PROVIDERS.load(org_ids, as_of=as_of)
