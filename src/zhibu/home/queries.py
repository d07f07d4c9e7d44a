"""What the first pages and the search read; every read starts from the actor's scope."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from zhibu.common.actor import Actor
from zhibu.foundation.notifications.models import Notice
from zhibu.foundation.search.queries import Found, search
from zhibu.roster.organizations.models import Organization

KINDS = ("person", "organization", "meeting")
KIND_RIGHTS = {"person": "members:view", "organization": "organizations:view", "meeting": "meetings:view"}


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One thing found, with the organisation it belongs to."""

    public_id: str
    label: str
    note: str
    organization: str


@dataclass(frozen=True, slots=True)
class FoundKind:
    """One kind of things found: the exact count and a page of them."""

    kind: str
    total: int
    rows: tuple[FoundRow, ...]


def get_work_organization(actor: Actor) -> Organization | None:
    """The organisation of the actor's first role; None for administrators and for nobody."""
    path = getattr(actor, "home_path", "")
    if not path:
        return None
    return Organization.objects.visible_to(actor.scope).filter(path=path).first()


def list_other_work_organizations(actor: Actor, org: Organization) -> list[Organization]:
    """The organisations besides ``org`` in which the actor holds a role; most people have none."""
    if len({*actor.scope.exact_paths, *actor.scope.paths}) < 2:
        return []
    return list(list_work_organizations(actor).exclude(pk=org.pk))


def list_work_organizations(actor: Actor) -> QuerySet[Organization]:
    """All organisations in which the actor holds a role, by name."""
    paths = (*actor.scope.exact_paths, *actor.scope.paths)
    return Organization.objects.visible_to(actor.scope).filter(path__in=paths).order_by("name", "pk")


def get_superior(org: Organization) -> Organization | None:
    """The organisation above, whose telephone is public; None at the top."""
    return Organization.objects.filter(pk=org.parent_id).first() if org.parent_id else None


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """A notice to an organisation, with the path at which the right to act is asked."""

    notice: Notice
    path: str


def find_notice(actor: Actor, pk: int) -> OwnNotice | None:
    """A notice to an organisation in scope; None where there is none."""
    notice = Notice.objects.filter(pk=pk, org_id__isnull=False).first()
    if notice is None or notice.org_id is None:
        return None
    org = Organization.objects.visible_to(actor.scope).filter(pk=notice.org_id).first()
    return OwnNotice(notice, org.path) if org else None


def find(actor: Actor, text: str, *, page: int = 1) -> list[FoundKind]:
    """What matches in the actor's scope, for each kind that the actor may see."""
    kinds = [kind for kind in KINDS if actor.may(KIND_RIGHTS[kind])]
    found = search(text, kinds=kinds, org_ids=_org_ids(actor), page=page)
    names = _names({hit.org_id for one in found for hit in one.hits})
    return [_with_names(one, names) for one in found]


def _with_names(found: Found, names: dict[int, str]) -> FoundKind:
    rows = tuple(
        FoundRow(hit.public_id, hit.label, hit.note, names.get(hit.org_id, "")) for hit in found.hits
    )
    return FoundKind(found.kind, found.total, rows)


def _names(org_ids: set[int]) -> dict[int, str]:
    rows = Organization.objects.filter(pk__in=org_ids).values_list("pk", "short_name", "name")
    return {pk: short or name for pk, short, name in rows}


def _org_ids(actor: Actor) -> QuerySet[Organization, int] | None:
    """The organisations in scope as a query of ids; None where the scope holds every root."""
    roots = Organization.objects.filter(parent__isnull=True).values_list("path", flat=True)
    if all(actor.scope.covers(path) and path in actor.scope.paths for path in roots):
        return None
    return Organization.objects.visible_to(actor.scope).values_list("pk", flat=True)
