"""Migrations are one line per app, named, and free of the product's code, which changes under them."""

from __future__ import annotations

import ast
import re

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.guards.source import APPS, none, sources

# A column's default is named in its migration; these two never change their meaning.
ALLOWED = {"zhibu.common.identifiers"}


def test_each_app_is_one_line() -> None:
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    forks = []
    for app in APPS:
        nodes = [key for key in graph.nodes if key[0] == app]
        for node in nodes:
            children = [child for child in graph.node_map[node].children if child.key[0] == app]
            if len(children) > 1:
                forks.append(f"{node}: {[child.key for child in children]}")
    none(forks)


def test_each_is_named_after_its_change() -> None:
    none(
        source.place
        for source in sources()
        if source.is_migration
        and source.parts[-1] != "__init__.py"
        and not re.fullmatch(
            r"\d{4}_(initial|(?!auto|alter_\w+_and_more)[a-z][a-z0-9_]+)\.py", source.parts[-1]
        )
    )


def test_none_depends_on_the_product() -> None:
    found = []
    for source in sources():
        if source.is_migration:
            for node in ast.walk(source.tree):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom):
                    names = [node.module or ""]
                found += [f"{source.place} {name}" for name in names if _is_ours(name)]
    none(found)


def _is_ours(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] == "zhibu" and name not in ALLOWED


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
