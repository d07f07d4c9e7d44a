"""What the modules above show on an organisation's page: each registers a panel, none is known here by
name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhibu.common.actor import Actor
from zhibu.roster.organizations.models import Organization

Loader = Callable[[Actor, Organization, date], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page: its template, what it shows, the right it needs, and its place (small first)."""

    name: str
    template: str
    load: Loader
    right: str
    place: int


@dataclass(frozen=True, slots=True)
class LoadedPanel:
    """A panel with its content, ready for the page."""

    name: str
    template: str
    content: Mapping[str, Any]


_panels: dict[str, Panel] = {}

Counter = Callable[[list[Organization]], Mapping[int, int]]
_counters: list[Counter] = []


def register_counter(counter: Counter) -> None:
    """Register who counts the members below some organisations, for the tree."""
    _counters[:] = [counter]


def count_people(organizations: list[Organization]) -> Mapping[int, int]:
    """Members here and below for each organisation; empty where nobody counts."""
    return _counters[0](organizations) if _counters and organizations else {}


def register_panel(panel: Panel) -> None:
    """Add a panel to every organisation's page; called once at start-up."""
    _panels[panel.name] = panel


def load_panels(actor: Actor, organization: Organization, *, today: date) -> list[LoadedPanel]:
    """The panels that the actor may see here, in their places."""
    return [
        LoadedPanel(panel.name, panel.template, panel.load(actor, organization, today))
        for panel in sorted(_panels.values(), key=lambda one: (one.place, one.name))
        if actor.may(panel.right, organization.path)
    ]
