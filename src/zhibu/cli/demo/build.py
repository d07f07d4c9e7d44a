"""A whole county in memory, step by step: tree, gaps to be, members, terms, life, attendance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from zhibu.cli.demo.absences import go_away, mark_away
from zhibu.cli.demo.attendance import attend
from zhibu.cli.demo.life import live
from zhibu.cli.demo.manifest import Manifest
from zhibu.cli.demo.planner.plan import Plan
from zhibu.cli.demo.records import County, Org
from zhibu.cli.demo.settlement import settle
from zhibu.cli.demo.showcase import choose, make_busy
from zhibu.cli.demo.source import Source
from zhibu.cli.demo.terms import seat
from zhibu.cli.demo.tree import MEMBERS, plant_branch, plant_tree, settle_sizes
from zhibu.common.dates import add_months

Scale = Literal["branch", "county"]
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Built:
    """A county and what was planted in it."""

    county: County
    manifest: Manifest


def records_begin(today: date) -> date:
    """Two years back; until April two whole years, since last year's reports are not due before."""
    if today <= date(today.year, 3, 31):
        return date(today.year - 2, 1, 1)
    return add_months(today, -24)


def build_county(
    source: Source, today: date, progress: Progress, *, number: int = 0, top: Org | None = None
) -> Built:
    """One county with all its gaps; the same source and day give the same county."""
    begin = records_begin(today)
    progress("搭建组织树", 0.02)
    county = plant_tree(source, number=number, top=top, begin=begin, today=today)
    county.root.begin = date(today.year - 2, 1, 1)
    choose(county)
    plan = Plan(source, county)
    plan.plant("tree")
    settle_sizes(source, county.branches, MEMBERS - plan.unplaced)
    progress("生成党员", 0.05)
    settle(source, county)
    seat(source, county)
    plan.plant("people")
    go_away(source, county)
    progress("生成组织生活", 0.15)
    live(source, county)
    make_busy(source, county)
    plan.plant("life")
    plan.manifest.departures += mark_away(county)
    attend(source, county)
    plan.plant("hall")
    return Built(county, plan.manifest)


def build_branch(source: Source, today: date, progress: Progress) -> Built:
    """One branch with its superiors, without any gap."""
    county = plant_branch(source, begin=records_begin(today), today=today)
    county.root.begin = date(today.year - 2, 1, 1)
    progress("生成一个支部", 0.2)
    county.busy = county.calm = county.branches[0]
    settle(source, county)
    seat(source, county)
    live(source, county)
    make_busy(source, county)
    attend(source, county)
    return Built(county, Manifest())
