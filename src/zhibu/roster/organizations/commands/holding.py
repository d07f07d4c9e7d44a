"""One change of the tree at a time, each made from what stands there now and not from an older page."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Q

from zhibu.common.errors import Refused
from zhibu.roster.organizations.models import Organization, OrganizationState

_TREE_LOCK = 7_381_904_113  # any fixed number: the advisory lock that orders changes of the tree


def hold_tree(*organizations: Organization | None) -> None:
    """Wait until no other change of the tree runs, and read these organisations again.

    SQLite's immediate transaction already orders writers; PostgreSQL needs the lock. It is taken before
    any other, so that two changes never wait for each other.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])
    for organization in organizations:
        if organization is not None:
            organization.refresh_from_db()


def check_past_of_move(organization: Organization, parent: Organization, day: date) -> None:
    """Refuse a move dated back to when the new superior was not there, or stood below what is moved.

    Without this the tree of a past day would have a ring in it, and what hangs on the ring would be lost.
    """
    begun = parent.states.order_by("valid_from").values_list("valid_from", flat=True).first()
    if begun is None or begun > day:
        raise Refused(
            "organizations.parent_not_there",
            "{name}在{day}还没有成立。".format(name=parent.name, day=day.isoformat()),
            next_step="请核对生效日期和上级党组织。",
        )
    until = _below_since(organization, parent, day)
    if until is not None:
        raise Refused(
            "organizations.cycle",
            "{name}在{day}以前还设在{organization}下面，这次调整不能早于那一天。".format(
                name=parent.name, day=until.isoformat(), organization=organization.name
            ),
            next_step="请核对生效日期。",
        )


def _below_since(organization: Organization, parent: Organization, day: date) -> date | None:
    """Until when ``parent`` stood below ``organization`` after ``day``; None if it never did."""
    waiting: list[tuple[int, date, date | None]] = [(parent.pk, day, None)]
    latest: date | None = None
    while waiting:
        pk, since, until = waiting.pop()
        overlapping = OrganizationState.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=since), organization=pk
        )
        for state in overlapping if until is None else overlapping.filter(valid_from__lt=until):
            ends = [end for end in (state.valid_to, until) if end]
            end = min(ends) if ends else None
            if state.parent_id == organization.pk and end:
                latest = max(latest, end) if latest else end
            elif state.parent_id:
                waiting.append((state.parent_id, max(state.valid_from, since), end))
    return latest


def sentence_on_later_children(organization: Organization, day: date) -> str:
    """What stood below an organisation after a past day, in words; empty where nothing did."""
    later = (
        OrganizationState.objects.filter(parent=organization, valid_to__gt=day)
        .exclude(organization=organization)
        .order_by("-valid_to")
        .first()
    )
    if later is None or later.valid_to is None:
        return ""
    return "{child}到{day}才离开这里，撤销不能早于那一天。".format(
        child=later.name, day=later.valid_to.isoformat()
    )
