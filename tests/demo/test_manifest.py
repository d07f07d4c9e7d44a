"""The manifest: a departure and a near miss for every live check, made without a look at the rulebook."""

from __future__ import annotations

import ast
from pathlib import Path

from zhibu.cli.demo import build
from zhibu.cli.demo.build import Built
from zhibu.cli.demo.manifest import read_manifest, write_manifest
from zhibu.cli.demo.planner.catalogue import PLANTS, cases
from zhibu.cli.demo.planner.duties import DUTIES, UNBREAKABLE
from zhibu.rulebook.loader import national

WRITERS = {"generation.py", "write_roster.py", "write_meetings.py", "accounts.py", "samples.py"}


def live_duties(built: Built) -> set[frozenset[str]]:
    """The duties in force today, each as the checks that state it."""
    book = national()
    return {frozenset(run.citations) for run in book.plan(book.packs) if run.holds_on(built.county.today)}


def test_every_live_check_has_a_departure(built: Built) -> None:
    planted = {frozenset(item.finding.checks) for item in built.manifest.departures}
    excused = {frozenset(DUTIES[duty]) for duty in UNBREAKABLE}
    assert live_duties(built) - planted == excused


def test_every_live_check_has_a_near_miss(built: Built) -> None:
    assert live_duties(built) == {frozenset(near.checks) for near in built.manifest.near_misses}


def test_every_case_is_planted_by_code() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names))
    assert set(names) == set(PLANTS)


def test_it_reads_back_what_it_writes(built: Built, tmp_path: Path) -> None:
    path = tmp_path / "manifest.jsonl"
    write_manifest(built.manifest, path)
    assert read_manifest(path) == built.manifest


def test_side_effects_are_written_down(built: Built) -> None:
    untrained = next(item for item in built.manifest.departures if item.name == "officer never trained")
    assert [finding.checks for finding in untrained.side_effects] == [DUTIES["officer_hours"]]


def test_the_makers_know_neither_the_rulebook_nor_django() -> None:
    folder = Path(build.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        if path.name in WRITERS or path.parent.name == "check":
            continue
        for name in imported(path):
            own = name.startswith(("zhibu.cli.demo", "zhibu.common"))
            assert own or not name.startswith(("zhibu", "django")), f"{path.name} imports {name}"


def imported(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found
