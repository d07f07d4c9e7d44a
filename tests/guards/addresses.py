"""Every address of the product, its declared right, and an example of its arguments from the cast."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.guards.source import ROOT
from tests.world import World


@dataclass(frozen=True)
class Address:
    """One address: its full name, its arguments, the right and the methods that its page declares."""

    name: str
    arguments: frozenset[str]
    right: str | None
    methods: tuple[str, ...]
    view: str


def list_addresses() -> list[Address]:
    """Every address by name."""
    return sorted(_walk(get_resolver(), ""), key=lambda address: (address.name, address.view))


def _walk(resolver: URLResolver, space: str) -> list[Address]:
    found: list[Address] = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            view = entry.callback
            found.append(
                Address(
                    name=space + (entry.name or ""),
                    arguments=frozenset(entry.pattern.converters),
                    right=getattr(view, "declared_right", None),
                    methods=getattr(view, "declared_methods", ()),
                    view=f"{view.__module__}.{getattr(view, '__name__', '')}",
                )
            )
        else:
            found += _walk(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
    return found


def collect_examples(world: World) -> dict[str, dict[str, object]]:
    """What the modules' ``addresses.py`` give: for an address with arguments, those of one example."""
    examples: dict[str, dict[str, object]] = {}
    for path in sorted((ROOT / "tests").rglob("addresses.py")):
        if path.parent != Path(__file__).parent:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            examples.update(importlib.import_module(name).examples(world))
    return examples


def url_of(address: Address, examples: dict[str, dict[str, object]]) -> str:
    """The address of the example."""
    return reverse(address.name, kwargs=examples[address.name] if address.arguments else {})
