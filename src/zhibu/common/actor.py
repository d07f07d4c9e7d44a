"""Who acts and what they may see: protocols that every module takes as arguments and none builds.

``roster.access`` builds both from the grants in a middleware; commands receive the actor, queries the
scope. A scope is opaque: a module only hands it on to ``OrganizationFilter`` lookups.
"""

from __future__ import annotations

from typing import Protocol


class Scope(Protocol):
    """What an actor may see: everything below some paths of the organisation tree."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Tree paths with separators at both ends; an organisation is seen if its path starts with one."""

    @property
    def exact_paths(self) -> tuple[str, ...]:
        """Paths of organisations that are seen without what is below them."""

    @property
    def person_id(self) -> int | None:
        """The member the actor is, who may always see their own card."""

    def covers(self, path: str) -> bool:
        """Whether an organisation with this path lies in the scope."""


class Actor(Protocol):
    """An account acting in its present roles."""

    @property
    def account_id(self) -> int | None:
        """The account, None for the system itself and for a signed link."""

    @property
    def label(self) -> str:
        """Stable reference for the audit row: ``account:12``, ``system:worker``, ``link:checkin``."""

    @property
    def role(self) -> str:
        """The role used, for the audit row."""

    @property
    def scope(self) -> Scope:
        """All that the actor may see."""

    def may(self, right: str, path: str = "") -> bool:
        """Whether the actor has a right, at the organisation of ``path`` or (empty) anywhere."""
