"""Only ``commands`` write: elsewhere no method of the database that changes rows is called."""

from __future__ import annotations

import ast

from tests.guards.source import Source, at, none, sources

WRITERS = {
    "save",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "aupdate",
    "acreate",
    "asave",
    "adelete",
}
# Names that dictionaries and sets have too count only after ``objects``, a query or a related manager.
SHARED = {"create", "update", "delete", "add", "set", "remove", "clear"}
QUERY_WORDS = {"objects", "filter", "exclude", "all", "select_for_update", "order_by", "visible_to"}


def test_only_commands_write() -> None:
    found = [at(source, call) for source in sources() if not _may_write(source) for call in _writes(source)]
    none(found)


def test_the_guard_sees_a_write() -> None:
    bad = "Person.objects.filter(pk=1).update(name='')\nperson.save()\nPerson.objects.create()\n"
    good = "names.update(other)\nseen.add(1)\nstore.delete\nform.is_valid()\n"
    assert len(_writes(Source("roster/members/views.py", bad, ast.parse(bad)))) == 3
    assert _writes(Source("roster/members/views.py", good, ast.parse(good))) == []


def _may_write(source: Source) -> bool:
    return (
        source.shape == "commands"
        or source.is_migration
        or source.place.startswith(("cli/demo/", "cli/bench/"))
    )


def _writes(source: Source) -> list[ast.Call]:
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Attribute) and _is_write(call.func)]


def _is_write(function: ast.Attribute) -> bool:
    if function.attr in WRITERS:
        return not _is_file_like(function.value)
    return function.attr in SHARED and bool(_names_in_chain(function.value) & QUERY_WORDS)


def _is_file_like(value: ast.expr) -> bool:
    """Workbooks and documents are saved too; by convention they are called so."""
    return isinstance(value, ast.Name) and value.id in {
        "document",
        "workbook",
        "image",
        "book",
        "package",
        "default_storage",
    }


def _names_in_chain(value: ast.expr) -> set[str]:
    names: set[str] = set()
    node: ast.expr = value
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
            node = node.value
        else:
            return names
