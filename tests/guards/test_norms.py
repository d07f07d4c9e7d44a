"""One norm, one number, one wording: commands ask the rulebook and write no clause out by hand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.guards.source import Source, at, none, sources
from zhibu.rulebook.loader import national

CLAUSE = re.compile(r"^(ZC|ZB|XJ|FZ|JY|DF|CZ|JL|RQ)-[A-Z0-9]+-[0-9]+$")
# Norms whose regulation is not written as data yet: they are named in a module's norms.py and nowhere else.
NOT_DATA = {"FZ-20-1", "FZ-21-1", "FZ-21-2", "FZ-32-2", "XJ-5-2"}

POINTING = (
    "norms.py",
    "verbs.py",
    "attendance.py",
)  # the last two: where a form or a mark comes from


def clauses(source: Source) -> Iterator[tuple[str, str]]:
    """Every literal that is the id of a norm, with its place."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CLAUSE.match(node.value):
            yield node.value, at(source, node)


def test_no_command_writes_a_clause_out() -> None:
    none(
        f"{place}: {clause}"
        for source in sources()
        if source.shape == "commands"
        for clause, place in clauses(source)
    )


def test_every_clause_in_the_product_is_a_norm_of_the_rulebook() -> None:
    book = national()
    known = {norm.id for regulation in book.regulations for norm in regulation.norms}
    wrong = []
    for source in sources():
        for clause, place in clauses(source):
            is_listed = clause in NOT_DATA and place.split(":")[0].endswith(POINTING)
            if clause not in known and not is_listed:
                wrong.append(f"{place}: {clause}")
    none(wrong)


def test_what_is_data_is_not_listed_as_lacking() -> None:
    known = {norm.id for regulation in national().regulations for norm in regulation.norms}
    assert not NOT_DATA & known


@pytest.mark.parametrize("module", ["roster/members", "roster/organizations", "orglife/meetings"])
def test_each_module_with_guards_asks_in_one_place(module: str) -> None:
    asking = {
        source.place
        for source in sources()
        if source.place.startswith(module) and "rulebook.asking" in source.text
    }
    assert asking == {f"{module}/norms.py"}
