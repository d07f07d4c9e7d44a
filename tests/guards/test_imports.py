"""What import-linter cannot see: imports inside functions, foreign keys, files that a module may not have."""

from __future__ import annotations

import ast

from django.apps import apps

from tests.guards.source import APPS, MODULE_FILES, at, functions, none, sources

ORDER = ["foundation", "roster", "orglife", "outreach", "finance", "oversight"]
ENGINES = {"ibis", "duckdb", "pyspark", "polars"}


def test_no_import_stands_inside_a_function() -> None:
    found = [
        at(source, node)
        for source in sources()
        if source.parts[-1] != "apps.py" and not source.place.startswith("analytics/")
        for function in functions(source)
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    none(found)


def test_only_analytics_knows_the_bulk_engines() -> None:
    found = [
        at(source, node)
        for source in sources()
        if source.parts[0] != "analytics" and not source.place.startswith("cli/bench/")
        for node in ast.walk(source.tree)
        if _imported(node) & ENGINES
    ]
    none(found)


def test_analytics_and_rulebook_know_no_django() -> None:
    found = [
        at(source, node)
        for source in sources()
        if source.parts[0] in ("analytics", "rulebook", "common")
        for node in ast.walk(source.tree)
        if "django" in _imported(node)
    ]
    none(found)


def test_foreign_keys_point_downwards() -> None:
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in ORDER
        for field in model._meta.get_fields()
        if field.many_to_one or (field.one_to_one and field.concrete)
        if field.related_model is not None
        and not isinstance(field.related_model, str)
        and field.related_model._meta.app_label in ORDER
        and ORDER.index(field.related_model._meta.app_label) > ORDER.index(model._meta.app_label)
    ]
    none(upward)


def test_no_signal_is_used() -> None:
    found = [
        at(source, node)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("signals")
    ]
    none(found)


def test_every_package_says_what_it_is() -> None:
    silent = [
        source.place
        for source in sources()
        if source.parts[-1] == "__init__.py"
        and not source.is_migration
        and not ast.get_docstring(source.tree)
    ]
    none(silent)


def test_there_are_apps_to_check() -> None:
    assert {source.parts[0] for source in sources()} >= {"foundation", "roster", "orglife", "oversight"}
    assert set(APPS) == set(ORDER)
    assert "commands" in MODULE_FILES


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return {(node.module or "").split(".")[0]}
    return set()
