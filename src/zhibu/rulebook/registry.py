"""Which module shows which fact rows: registered at start-up, read by commands, the check-up and the
snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

from zhibu.rulebook.schema import Facts

Vendor = Literal["sqlite", "postgresql"]
Loader = Callable[[frozenset[int], date], tuple[Any, ...]]
TABLES = tuple(field.name for field in fields(Facts))


@dataclass(frozen=True, slots=True)
class Provider:
    """One module's rows for one fact table.

    ``sql`` gives the bulk SELECT per vendor, with the columns of the schema's dataclass in its order and no
    parameters. ``load`` gives the same rows as dataclasses for some organisations, as on a day: rows
    that concern
    those organisations or their persons (an event of another organisation that they attended is among them).
    ``provides`` are the vocabulary keys that its rows may carry.
    """

    table: str
    module: str
    sql: Mapping[Vendor, str]
    load: Loader
    provides: frozenset[str] = frozenset()


class Registry:
    """The providers by table; each module registers once, in its app's ``ready``."""

    def __init__(self) -> None:
        self._providers: dict[tuple[str, str], Provider] = {}

    def register(self, provider: Provider) -> None:
        """Adds or renews one module's provider for a table; raises ValueError for a table the schema
        lacks.
        """
        if provider.table not in TABLES:
            raise ValueError(provider.table)
        self._providers[provider.table, provider.module] = provider

    def providers(self, table: str | None = None) -> tuple[Provider, ...]:
        """All providers, or those of one table, in a fixed order."""
        return tuple(
            provider
            for (name, _), provider in sorted(self._providers.items())
            if table is None or name == table
        )

    def provided(self) -> frozenset[str]:
        """Every vocabulary key that some module shows; what is missing from it is not checked."""
        return frozenset(key for provider in self.providers() for key in provider.provides)

    def bulk_sql(self, vendor: Vendor) -> dict[str, str]:
        """One SELECT per table that has a provider: the modules' SELECTs joined by UNION ALL."""
        found: dict[str, list[str]] = {}
        for provider in self.providers():
            found.setdefault(provider.table, []).append(provider.sql[vendor])
        return {table: "\nUNION ALL\n".join(parts) for table, parts in found.items()}

    def load(self, org_ids: Iterable[int], as_of: date) -> Facts:
        """The facts of some organisations, as the reference judges them."""
        wanted = frozenset(org_ids)
        rows: dict[str, list[Any]] = {table: [] for table in TABLES}
        for provider in self.providers():
            rows[provider.table].extend(provider.load(wanted, as_of))
        return Facts(**{table: tuple(found) for table, found in rows.items()})


registry = Registry()
