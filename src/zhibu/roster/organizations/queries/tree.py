"""The tree of today: children, ancestors, subtree counts, search. Every read begins with the actor's
scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhibu.common.actor import Scope
from zhibu.common.errors import NotVisible
from zhibu.foundation.search.pinyin import readings
from zhibu.roster.organizations.models import (
    Organization,
    OrganizationQuerySet,
    OrgKind,
    Term,
    path_end,
)

CHILDREN_SHOWN = 300  # a place of the tree shows no more at once; the list and the search have all


@dataclass(frozen=True, slots=True)
class Node:
    """One organisation in the tree with what a reader looks for: how many below, and the term's end."""

    organization: Organization
    has_children: bool
    term: Term | None


def get_visible(public_id: str, scope: Scope) -> Organization:
    """The organisation with this public id; raises ``NotVisible`` outside the scope."""
    found = (
        Organization.objects.visible_to(scope).select_related("parent").filter(public_id=public_id).first()
    )
    if found is None:
        raise NotVisible
    return found


def list_roots(scope: Scope) -> list[Organization]:
    """The highest organisations that the scope reaches, one for each place of work."""
    paths = {*scope.paths, *scope.exact_paths}
    tops = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    if "/" in tops:
        return list(Organization.objects.filter(parent__isnull=True).order_by("sort_key", "code", "id"))
    return list(Organization.objects.filter(path__in=tops).order_by("path"))


def list_unit_words() -> list[str]:
    """The names of the highest organisations and of their places, in signs and in pinyin: what a password of
    this unit must not be made of.
    """
    found: list[str] = []
    for name in Organization.objects.filter(parent__isnull=True).values_list("name", flat=True):
        place = name.removeprefix("中国共产党").removeprefix("中共")
        for part in (name, place, place[:3], place[:2]):
            found += [part, "".join(readings(part)[0])]
    return found


def list_children(organization: Organization, scope: Scope) -> list[Organization]:
    """What stands directly below, in its order, those dissolved left out."""
    return list(
        Organization.objects.visible_to(scope)
        .filter(parent=organization, dissolved_date__isnull=True)
        .order_by("sort_key", "code", "id")[:CHILDREN_SHOWN]
    )


def list_below(organization: Organization, scope: Scope) -> OrganizationQuerySet:
    """All that stands directly below today, to choose from."""
    return (
        Organization.objects.visible_to(scope)
        .current()
        .filter(parent=organization)
        .order_by("sort_key", "code", "id")
    )


def nodes_of(organizations: Iterable[Organization]) -> list[Node]:
    """The tree's rows for some organisations, two queries for all of them."""
    shown = list(organizations)
    ids = [organization.pk for organization in shown]
    below = Organization.objects.filter(parent=OuterRef("pk"), dissolved_date__isnull=True)
    parents = set(
        Organization.objects.filter(Exists(below), pk__in=ids).order_by().values_list("pk", flat=True)
    )
    terms = {
        term.organization_id: term
        for term in Term.objects.filter(organization__in=ids, ended_date__isnull=True)
    }
    return [
        Node(organization, organization.pk in parents, terms.get(organization.pk)) for organization in shown
    ]


def list_ancestors(organization: Organization, scope: Scope) -> list[Organization]:
    """The way from the highest organisation that the actor sees down to this one's parent."""
    ids = [int(part) for part in organization.path.strip("/").split("/")[:-1]]
    found = Organization.objects.visible_to(scope).filter(pk__in=ids)
    return sorted(found, key=lambda one: one.depth)


def count_subtree(organization: Organization) -> int:
    """How many organisations exist here and below today: one range of the path index."""
    return Organization.objects.below(organization.path).current().order_by().count()


def count_kinds(organization: Organization) -> list[tuple[str, int]]:
    """How many organisations of each kind exist below, largest kind first."""
    counted = dict(
        Organization.objects.below(organization.path)
        .current()
        .exclude(pk=organization.pk)
        .order_by()
        .values_list("kind")
        .annotate(number=Count("pk"))
    )
    return [(str(label), counted[key]) for key, label in OrgKind.choices if key in counted]


def find_organizations(words: str, scope: Scope) -> OrganizationQuerySet:
    """Organisations in the scope whose name contains the words or whose code begins with them."""
    matches = Q(name__contains=words) | Q(short_name__contains=words) | Q(code__startswith=words)
    return Organization.objects.visible_to(scope).current().filter(matches).order_by("name", "id")


def list_possible_parents(organization: Organization, scope: Scope) -> QuerySet[Organization]:
    """Organisations in the scope that exist and are not part of the moved one's subtree, branches left
    out.
    """
    return (
        Organization.objects.visible_to(scope)
        .current()
        .exclude(path__gte=organization.path, path__lt=path_end(organization.path))
        .exclude(kind="branch")
        .order_by("depth", "sort_key", "code", "id")
    )
