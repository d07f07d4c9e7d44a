"""What the first pages read; every read starts from the actor's scope."""

from __future__ import annotations

from zhibu.common.actor import Actor
from zhibu.roster.organizations.models import Organization


def get_unit_name(actor: Actor) -> str:
    """The name of the organisation the actor works in, for the top band; empty for administrators."""
    path = first_path(actor)
    if not path:
        return ""
    row = Organization.objects.filter(path=path).values_list("short_name", "name").first()
    return (row[0] or row[1]) if row else ""


def first_path(actor: Actor) -> str:
    """The path of the actor's first place of work; empty where there is none."""
    return next(iter((*actor.scope.exact_paths, *actor.scope.paths)), "")
