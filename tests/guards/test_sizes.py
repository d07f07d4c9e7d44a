"""Nothing grows too big to be read: the hard limits hold, and the list of exceptions may only shrink."""

from __future__ import annotations

import ast
import os
import tomllib
from pathlib import Path

from tests.guards.source import PACKAGE, functions, none, sources, templates

FUNCTION_FLAG, FUNCTION_LIMIT = 40, 80
FILE_FLAG, FILE_LIMIT = 400, 800
TEMPLATE_LIMIT, SCRIPT_LIMIT, STYLE_LIMIT = 200, 60, 300
FLAGGED = Path(__file__).with_name("flagged.toml")


def test_no_function_is_too_long() -> None:
    assert {name: size for name, size in _function_sizes().items() if size > FUNCTION_LIMIT} == {}


def test_no_file_is_too_long() -> None:
    assert {
        source.place: _lines(source.text)
        for source in sources()
        if _lines(source.text) > FILE_LIMIT and not source.is_migration
    } == {}
    for pattern, limit in (("*.js", SCRIPT_LIMIT), ("*.css", STYLE_LIMIT)):
        long = [
            path.name for path in PACKAGE.glob(f"**/static/**/{pattern}") if _lines(path.read_text()) > limit
        ]
        assert long == []
    assert [path.name for path in templates() if _lines(path.read_text()) > TEMPLATE_LIMIT] == []


def test_the_list_of_long_ones_only_shrinks() -> None:
    """Long functions and files are listed with their size; a new one, or a longer one, fails.

    ``ZHIBU_UPDATE_BASELINE=1`` takes shortened ones off the list; nothing puts one on.
    """
    flagged = tomllib.loads(FLAGGED.read_text(encoding="utf-8"))
    now = {
        "functions": {name: size for name, size in _function_sizes().items() if size > FUNCTION_FLAG},
        "files": {
            source.place: _lines(source.text)
            for source in sources()
            if _lines(source.text) > FILE_FLAG and not source.is_migration
        },
    }
    if os.environ.get("ZHIBU_UPDATE_BASELINE") == "1":
        flagged = {kind: _shrunk(flagged[kind], now[kind]) for kind in now}
        _write(flagged)
    none(
        f"{name}: {size} lines, {flagged[kind].get(name, 'not listed')}"
        for kind, sizes in now.items()
        for name, size in sizes.items()
        if size > flagged[kind].get(name, 0)
    )
    none(
        f"{name} is short now: take it off the list"
        for kind in now
        for name in flagged[kind].keys() - now[kind]
    )


def _shrunk(known: dict[str, int], now: dict[str, int]) -> dict[str, int]:
    return {name: min(size, now[name]) for name, size in known.items() if name in now}


def _write(flagged: dict[str, dict[str, int]]) -> None:
    lines = [FLAGGED.read_text(encoding="utf-8").splitlines()[0]]
    for kind, sizes in flagged.items():
        lines += ["[" + kind + "]", *(f'"{name}" = {size}' for name, size in sorted(sizes.items())), ""]
    FLAGGED.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")


def _function_sizes() -> dict[str, int]:
    """Lines of code of each function, its docstring apart, by ``place function``."""
    sizes: dict[str, int] = {}
    for source in sources():
        if source.is_migration:
            continue
        for function in functions(source):
            first = function.body[0]
            if ast.get_docstring(function) is not None and len(function.body) > 1:
                first = function.body[1]
            sizes[f"{source.place} {function.name}"] = (function.end_lineno or 0) - first.lineno + 1
    return sizes


def _lines(text: str) -> int:
    return len(text.splitlines())
