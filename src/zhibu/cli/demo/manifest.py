"""What the planner did and what a check-up has to find because of it: one JSON object a line.

A *departure* names the findings it causes, the intended one first and then everything that follows from it
under other norms. A *near miss* lies on the lawful side of a limit and must cause none. All that a check-up
of the county finds stands here, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: the checks that state the duty, whose it is, for which period, and the state it must have.

    ``org`` is the code of the organisation; ``subject`` the code or public id of what is judged, empty where
    only the organisation and the day name it (an act, a vote). ``period`` is a month, quarter or year, or the
    day of an act or event; it is empty for a state and for a process. ``pack`` is the local pack it needs.
    """

    checks: tuple[str, ...]
    subject_kind: str
    org: str
    subject: str
    period: str
    state: str = "unmet"
    pack: str = ""


@dataclass(frozen=True, slots=True)
class Departure:
    """A gap planted on purpose, with the finding it was planted for and those that follow from it."""

    name: str
    why: str
    finding: Finding
    side_effects: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Something that just keeps a limit."""

    name: str
    why: str
    checks: tuple[str, ...]
    org: str
    pack: str = ""


@dataclass(slots=True)
class Manifest:
    """All departures and near misses of a county."""

    departures: list[Departure] = field(default_factory=list)
    near_misses: list[NearMiss] = field(default_factory=list)

    def findings(self, packs: frozenset[str] = frozenset()) -> Iterator[Finding]:
        """Every finding that a check-up with these local packs has to make."""
        for departure in self.departures:
            for finding in (departure.finding, *departure.side_effects):
                if not finding.pack or finding.pack in packs:
                    yield finding

    def lines(self) -> Iterator[str]:
        """The manifest as JSON lines, departures first."""
        for departure in self.departures:
            yield json.dumps({"kind": "departure", **asdict(departure)}, ensure_ascii=False)
        for near in self.near_misses:
            yield json.dumps({"kind": "near_miss", **asdict(near)}, ensure_ascii=False)


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write the manifest, one object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in manifest.lines()), encoding="utf-8")


def read_manifest(path: Path) -> Manifest:
    """Read what `write_manifest` wrote."""
    return _parsed(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def _parsed(rows: Iterable[dict[str, object]]) -> Manifest:
    found = Manifest()
    for row in rows:
        kind = row.pop("kind")
        if kind == "near_miss":
            found.near_misses.append(NearMiss(**{**row, "checks": tuple(row["checks"])}))  # type: ignore[arg-type]
        else:
            effects = tuple(_finding(item) for item in row["side_effects"])  # type: ignore[attr-defined]
            found.departures.append(
                Departure(str(row["name"]), str(row["why"]), _finding(row["finding"]), effects)
            )
    return found


def _finding(row: object) -> Finding:
    assert isinstance(row, dict)
    return Finding(**{**row, "checks": tuple(row["checks"])})


def renamed(manifest: Manifest, names: dict[str, str]) -> Manifest:
    """The same manifest with subjects under the names that the database gave them."""
    departures = [
        replace(
            item,
            finding=_with_name(item.finding, names),
            side_effects=tuple(_with_name(finding, names) for finding in item.side_effects),
        )
        for item in manifest.departures
    ]
    return Manifest(departures, list(manifest.near_misses))


def _with_name(finding: Finding, names: dict[str, str]) -> Finding:
    return replace(finding, subject=names.get(finding.subject, finding.subject))
