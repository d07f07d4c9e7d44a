"""What the documents promise to name, they name; and nothing tells of the machine this grew on."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.guards.source import PACKAGE, ROOT, none, sources
from zhibu.cli.contents import ENTRIES
from zhibu.cli.release import RELEASE

# Loaded by name, by Django or by the launcher, or there only to hold another one back.
BY_NAME = {
    "psycopg",
    "granian",
    "whitenoise",
    "argon2-cffi",
    "sqlglot",
    "pyarrow-hotfix",
    "django",
    "openpyxl",
    "python-calamine",
}
MODULES = {
    "pyyaml": "yaml", "python-docx": "docx", "django-csp": "csp", "chinesecalendar": "chinese_calendar",
    "ibis-framework": "ibis", "adbc-driver-sqlite": "adbc_driver_sqlite",
    "adbc-driver-postgresql": "adbc_driver_postgresql",
}  # fmt: skip
MACHINE_MARKS = re.compile(
    r"/work/|/root/|/home/[a-z]|/tmp/bash|pypi\.org|pythonhosted|registry\.npmjs|deb\.debian\.org|/opt/wheels"
)


def test_every_variable_is_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    places = [*PACKAGE.rglob("*.py"), ROOT / "zhibu", *(ROOT / "tests").rglob("*.py")]
    used = {
        name for path in places for name in re.findall(r"\bZHIBU_[A-Z_]+\b", path.read_text(encoding="utf-8"))
    }
    none(name for name in used if f"`{name}" not in text)


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    tree = ast.parse((PACKAGE / "config" / "settings.py").read_text(encoding="utf-8"))
    names = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.isupper()
    }
    none(name for name in names if not name.startswith("_") and f"`{name}`" not in text)


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    none(name for name in _dependencies("run") | _dependencies("dev") if f"`{name}`" not in text)


def test_every_dependency_is_used() -> None:
    imported = {name for source in sources() for node in ast.walk(source.tree) for name in _modules(node)}
    settings = (PACKAGE / "config" / "settings.py").read_text(encoding="utf-8")
    none(
        name
        for name in _dependencies("run") - BY_NAME
        if MODULES.get(name, name.replace("-", "_")) not in imported
        and name.replace("-", "_") not in settings
    )


def test_the_map_shows_every_layer_and_module() -> None:
    text = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    layers = [path.name for path in PACKAGE.iterdir() if path.is_dir() and not path.name.startswith("_")]
    none(name for name in layers if f"`{name}/`" not in text)
    modules = {source.parts[1] for source in sources() if source.shape}
    none(name for name in modules if f"`{name}`" not in text)


def test_every_command_is_in_the_table_of_contents() -> None:
    files = {path.stem.replace("_", "-") for path in (PACKAGE / "cli" / "commands").glob("*.py")} - {
        "--init--"
    }
    launched = {"setup"}  # by the launcher itself
    assert files == set(ENTRIES) - launched


def test_links_between_documents_lead_somewhere() -> None:
    link = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
    none(
        f"{path.relative_to(ROOT)} → {target}"
        for path in _tracked("*.md")
        for target in link.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    )


def test_the_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == RELEASE


def test_locks_hold_no_address_and_every_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "tools/installer.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        entries = re.split(r"\n(?=[a-z0-9])", text.strip())
        none(
            entry.splitlines()[0]
            for entry in entries
            if re.match(r"[a-z0-9._-]+==", entry) and "--hash=sha256:" not in entry
        )


def test_locks_agree() -> None:
    """What a server runs is what the tests ran."""
    run = _pins("requirements.lock")
    dev = _pins("requirements-dev.lock")
    none(
        f"{name}: {version} and {dev.get(name)}" for name, version in run.items() if dev.get(name) != version
    )
    none(name for name in _dependencies("run") if name not in run)
    none(name for name in _dependencies("dev") if name not in dev)


def test_nothing_tells_of_the_machine() -> None:
    here = Path(__file__)
    none(
        f"{path.relative_to(ROOT)}:{number}"
        for path in _tracked("*")
        if path != here and path.suffix not in (".png", ".otf", ".xls", ".xlsx", ".parquet", ".svg")
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if MACHINE_MARKS.search(line)
    )


def _tracked(pattern: str) -> Iterator[Path]:
    """The files of the repository, or all files where it is none."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--", pattern], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = done.stdout.split("\0") if done.returncode == 0 else []
    yield from (ROOT / name for name in names if name and (ROOT / name).is_file())


def _dependencies(group: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries = project["dependencies"] if group == "run" else project["optional-dependencies"]["dev"]
    return {re.split(r"[\[~=<>! ]", entry)[0].lower() for entry in entries}


def _pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", text, flags=re.MULTILINE))


def _modules(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return {(node.module or "").split(".")[0]}
    return set()
