"""The product's source as the guards read it: every Python file once, parsed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "zhibu"
APPS = ("foundation", "roster", "orglife", "oversight", "outreach", "finance")
MODULE_FILES = ("urls", "views", "forms", "commands", "facts", "queries", "models", "tasks", "subscribers")


@dataclass(frozen=True)
class Source:
    """One Python file: its place below ``zhibu`` and its tree."""

    place: str
    text: str
    tree: ast.Module

    @property
    def parts(self) -> tuple[str, ...]:
        """The place split: ``("roster", "members", "queries.py")``."""
        return tuple(self.place.split("/"))

    @property
    def shape(self) -> str:
        """Which of a module's files this is (``commands`` for ``commands/minutes.py`` too), else empty."""
        if len(self.parts) < 3 or self.parts[0] not in APPS:
            return ""
        name = self.parts[2].removesuffix(".py")
        return name if name in MODULE_FILES else ""

    @property
    def is_migration(self) -> bool:
        """Whether this is a migration."""
        return "migrations" in self.parts


@lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """Every Python file of the product."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found.append(Source(path.relative_to(PACKAGE).as_posix(), text, ast.parse(text)))
    return tuple(found)


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def none(found: Iterable[str]) -> None:
    """Fail, naming each finding on a line of its own."""
    listed = sorted(found)
    if listed:
        pytest.fail("\n" + "\n".join(listed), pytrace=False)


def at(source: Source, node: ast.AST) -> str:
    """``roster/members/queries.py:12``, for messages."""
    return f"{source.place}:{getattr(node, 'lineno', 0)}"


def templates() -> list[Path]:
    """Every template of the product."""
    return sorted(PACKAGE.glob("**/templates/**/*.html"))
