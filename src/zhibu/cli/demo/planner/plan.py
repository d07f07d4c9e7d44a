"""Chooses where each gap is planted, asks for branches made to fit, plants, and keeps the manifest."""

from __future__ import annotations

from dataclasses import replace

from zhibu.cli.demo.manifest import Departure, Manifest, NearMiss
from zhibu.cli.demo.planner.catalogue import Case, Phase, cases
from zhibu.cli.demo.planner.duties import DUTIES, LOCAL, PACK
from zhibu.cli.demo.planner.site import Site
from zhibu.cli.demo.records import County, Org
from zhibu.cli.demo.source import Source


class Plan:
    """The cases of one county with their places. Call `plant` once for each phase, in order."""

    def __init__(self, source: Source, county: County) -> None:
        self.manifest = Manifest()
        self.sites: list[tuple[Case, Site]] = []
        self.unplaced = 0
        taken: set[int] = set()
        free = [
            o for o in county.branches if o.wish is None and o.parent and o.parent.kind != "general_branch"
        ]
        source.random.shuffle(free)
        for case in cases():
            for _ in range(case.count):
                org = county.root if case.wish is None else _take(free, case)
                if case.wish is not None:
                    org.wish = replace(case.wish)
                self.sites.append((case, Site(source, county, org, taken)))
                self.unplaced += case.duty == "in_a_branch" and not case.is_near

    def plant(self, phase: Phase) -> None:
        """Plant what belongs between two steps of the making."""
        for case, site in self.sites:
            if case.phase == phase:
                self._plant(case, site)

    def _plant(self, case: Case, site: Site) -> None:
        found = case.plant(site)
        if case.is_near:
            pack = PACK if case.duty in LOCAL else ""
            self.manifest.near_misses.append(
                NearMiss(case.name, case.why, DUTIES[case.duty], site.org.code, pack)
            )
        if found:
            departure = Departure(case.name, case.why, found[0], tuple(found[1:]))
            self.manifest.departures.append(departure)


def _take(free: list[Org], case: Case) -> Org:
    """A branch that nothing was planted in, of a domain that fits."""
    for index, org in enumerate(free):
        if not case.domains or org.domain in case.domains:
            return free.pop(index)
    raise LookupError(case.name)
