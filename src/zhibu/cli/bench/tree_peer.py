"""django-treebeard's materialised path on the same database settings, with bare nodes."""

from __future__ import annotations

import statistics
from importlib.metadata import version
from typing import Any

from django.db import connection, models, transaction
from treebeard.mp_tree import MP_Node

from zhibu.cli.bench.figures import timed

_WIDTH = 100
_ROUNDS = 21


class BenchNode(MP_Node):  # type: ignore[misc]
    """A node with a name; its table lives in the bench's own database only."""

    name = models.CharField(max_length=40)

    class Meta:
        app_label = "roster"
        db_table = "bench_node"


def measure(nodes: int) -> dict[str, Any]:
    """Medians in milliseconds over the same shape of tree."""
    with connection.schema_editor() as editor:
        editor.create_model(BenchNode)
    _plant(nodes)
    big = BenchNode.objects.filter(depth=2).order_by("path")[0]
    counts = [timed(big.get_descendant_count) for _ in range(_ROUNDS)]
    parents = list(BenchNode.objects.filter(depth=3).order_by("path")[5:7])
    moved = parents[0].add_child(name="moved")
    _grow(moved, 999)
    moves = [_move(moved.pk, parents[1].pk), _move(moved.pk, parents[0].pk), _move(moved.pk, parents[1].pk)]
    inserts = [_insert(parents[0].pk) for _ in range(_ROUNDS)]
    return {
        "insert": statistics.median(inserts),
        "count": statistics.median(counts),
        "move": statistics.median(moves),
        "version": version("django-treebeard"),
    }


def _step(number: int) -> str:
    return str(BenchNode._int2str(number)).rjust(BenchNode.steplen, "0")


def _plant(nodes: int) -> None:
    rows = [BenchNode(path=_step(1), depth=1, numchild=0, name="root")]
    level, number = rows[:], 1
    while number < nodes:
        grown: list[BenchNode] = []
        for parent in level:
            width = min(_WIDTH, nodes - number)
            parent.numchild = width
            for place in range(1, width + 1):
                number += 1
                path = parent.path + _step(place)
                grown.append(BenchNode(path=path, depth=parent.depth + 1, numchild=0, name=str(number)))
        rows += grown
        level = grown
    with transaction.atomic():
        BenchNode.objects.bulk_create(rows, batch_size=2000)


def _grow(parent: BenchNode, nodes: int) -> None:
    rows = [
        BenchNode(path=parent.path + _step(place), depth=parent.depth + 1, numchild=0, name=str(place))
        for place in range(1, nodes + 1)
    ]
    BenchNode.objects.bulk_create(rows, batch_size=2000)
    BenchNode.objects.filter(pk=parent.pk).update(numchild=nodes)


def _move(node: int, target: int) -> float:
    moved, parent = BenchNode.objects.get(pk=node), BenchNode.objects.get(pk=target)

    def act() -> None:
        with transaction.atomic():
            moved.move(parent, "last-child")

    return timed(act)


def _insert(target: int) -> float:
    parent = BenchNode.objects.get(pk=target)

    def act() -> None:
        with transaction.atomic():
            parent.add_child(name="new")

    return timed(act)
