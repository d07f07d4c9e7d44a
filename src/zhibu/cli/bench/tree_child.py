"""Our tree of organisations at a size that no county has."""

from __future__ import annotations

import statistics
from datetime import date
from typing import Any

from django.db import transaction

from zhibu.cli.bench.figures import timed
from zhibu.roster.access.actors import system_actor
from zhibu.roster.organizations.commands.changes import move_subtree
from zhibu.roster.organizations.commands.creation import create_organization, insert
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.models import Organization, OrgDomain, OrgKind

# A root, then tens of thousands of committees with branches: 100 × 100 × 100 below it.
_WIDTH = 100
_ROUNDS = 21
_FOUNDED = date(2020, 7, 1)


def measure(nodes: int) -> dict[str, Any]:
    """Medians in milliseconds, and how many nodes were counted and moved."""
    _plant(nodes)
    root = Organization.objects.get(pk=1)
    big = Organization.objects.get(pk=2)  # 1 + 100 + 10,000 at full size
    parent, other = Organization.objects.filter(depth=2).order_by("pk")[5:7]
    counts = [timed(Organization.objects.below(big.path).count) for _ in range(_ROUNDS)]
    moved = _grown(parent, 1000)
    moves = [_move(moved, other), _move(moved, parent), _move(moved, other)]
    return {
        "insert_row": statistics.median(_insert(parent, number) for number in range(_ROUNDS)),
        "create": statistics.median(_create(root, number) for number in range(_ROUNDS)),
        "count": statistics.median(counts),
        "counted": Organization.objects.below(big.path).count(),
        "move": statistics.median(moves),
        "moved": Organization.objects.below(moved.path).count(),
    }


def _plant(nodes: int) -> None:
    """Rows written as they would stand after a long time; the commands are measured on top."""
    rows = [_row(1, None, OrgKind.LOCAL_COMMITTEE)]
    level, number = rows[:], 1
    while number < nodes:
        grown: list[Organization] = []
        for parent in level:
            for _ in range(min(_WIDTH, nodes - number)):
                number += 1
                grown.append(_row(number, parent, OrgKind.COMMITTEE))
        rows += grown
        level = grown
    with transaction.atomic():
        Organization.objects.bulk_create(rows, batch_size=2000)


def _row(number: int, parent: Organization | None, kind: OrgKind) -> Organization:
    path = "{above}{number}/".format(above=parent.path if parent else "/", number=number)
    return Organization(
        pk=number,
        code="N{number:08d}".format(number=number),
        name="第{number}党委".format(number=number),
        kind=kind,
        domain=OrgDomain.OFFICE,
        parent_id=parent.pk if parent else None,
        path=path,
        depth=parent.depth + 1 if parent else 0,
        established_date=_FOUNDED,
    )


def _grown(parent: Organization, nodes: int) -> Organization:
    """A subtree of this size below a committee."""
    top = _row(Organization.objects.order_by("-pk")[0].pk + 1, parent, OrgKind.COMMITTEE)
    rows = [top, *(_row(top.pk + number, top, OrgKind.COMMITTEE) for number in range(1, nodes))]
    Organization.objects.bulk_create(rows, batch_size=2000)
    return Organization.objects.get(pk=top.pk)


def _move(organization: Organization, parent: Organization) -> float:
    def act() -> None:
        with transaction.atomic():
            move_subtree(organization, parent)

    return timed(act)


def _insert(parent: Organization, number: int) -> float:
    """The row alone, in a transaction of its own."""
    row = _row(0, parent, OrgKind.COMMITTEE)
    row.pk, row.parent = None, parent
    row.code = "I{number:08d}".format(number=number)

    def act() -> None:
        with transaction.atomic():
            insert(row)

    return timed(act)


def _create(parent: Organization, number: int) -> float:
    profile = Profile(name="新党委{n}".format(n=number), kind=OrgKind.COMMITTEE, domain=OrgDomain.OFFICE)
    return timed(
        lambda: create_organization(
            actor=system_actor("bench"),
            today=date(2026, 3, 16),
            code="C{number:08d}".format(number=number),
            parent=parent,
            profile=profile,
            decision=Decision(effective_date=_FOUNDED),
        )
    )
