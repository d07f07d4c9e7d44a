"""The actor and scope of a request, built from grants."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhibu.roster.access.rights import ROLE_RIGHTS


@dataclass(frozen=True, slots=True)
class OrgScope:
    """What an actor may see: paths of the tree, each with all below it or as one organisation."""

    paths: tuple[str, ...] = ()
    person_id: int | None = None
    exact_paths: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Whether an organisation with this path lies in the scope."""
        return path in self.exact_paths or any(path.startswith(own) for own in self.paths)


@dataclass(frozen=True, slots=True)
class Holding:
    """One role held at one place of the tree, and that place's name. An empty path: held everywhere (the
    administrators).
    """

    role: str
    path: str
    org_id: int | None
    with_subtree: bool
    place: str = ""

    def reaches(self, path: str) -> bool:
        """Whether the role counts at an organisation with this path."""
        return path == self.path or (self.with_subtree and path.startswith(self.path))


@dataclass(frozen=True, slots=True)
class RoleActor:
    """An account in its present roles."""

    account_id: int | None
    label: str
    role: str
    scope: OrgScope = OrgScope()
    holdings: tuple[Holding, ...] = field(default=())

    def may(self, right: str, path: str = "") -> bool:
        """Whether a role held at ``path`` (or, if empty, anywhere) carries the right."""
        return any(
            right in ROLE_RIGHTS[holding.role] and (not path or holding.reaches(path))
            for holding in self.holdings
        )

    @property
    def home_path(self) -> str:
        """The first place of work in the tree, empty for an administrator."""
        return next((holding.path for holding in self.holdings if holding.path), "")

    @property
    def home_name(self) -> str:
        """The name of that place, empty for an administrator."""
        return next((holding.place for holding in self.holdings if holding.path), "")


NOBODY = RoleActor(account_id=None, label="anonymous", role="")


def system_actor(name: str) -> RoleActor:
    """The actor of the system's own work (worker, command line, demo): sees and may do everything."""
    everything = tuple(Holding(role, "/", None, True) for role in ROLE_RIGHTS)
    return RoleActor(None, f"system:{name}", "system", OrgScope(("/",)), everything)
