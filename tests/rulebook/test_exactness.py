"""No float anywhere in the rulebook: integers and calendar dates only."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import zhibu.rulebook

FOLDER = Path(zhibu.rulebook.__file__).parent


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.stem)
def test_no_float_in_code(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), node.lineno
        assert not (isinstance(node, ast.Name) and node.id == "float"), node.lineno
        assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)) or _is_path(node), (
            node.lineno
        )


def _is_path(node: ast.BinOp) -> bool:
    return isinstance(node.right, ast.Constant) and isinstance(node.right.value, str)


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.toml")), ids=lambda path: path.stem)
def test_no_float_in_data(path: Path) -> None:
    with path.open("rb") as handle:
        assert not [value for value in _values(tomllib.load(handle)) if isinstance(value, float)]


def _values(raw: object) -> Iterator[object]:
    if isinstance(raw, dict):
        for value in raw.values():
            yield from _values(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _values(value)
    else:
        yield raw
