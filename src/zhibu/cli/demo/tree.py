"""The tree of a county: 34 committees, 51 general branches and 1,296 branches, none of them a real place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.cli.demo.records import County, Org, OrgChange
from zhibu.cli.demo.source import Source, table

FEW = {"office": ["机关", "综合执法队"], "public_institution": ["中心学校", "卫生院"]}
MIXED = {"public_institution": "units", "social": "societies"}
NUMERALS = "〇一二三四五六七八九"
COMMITTEES, GENERAL_BRANCHES, BRANCHES, MEMBERS = 34, 51, 1296, 46_645

# Members of a branch, least and most, by domain; the sum is brought to MEMBERS afterwards.
SIZES = {
    "village": (34, 50),
    "community": (30, 50),
    "office": (16, 48),
    "state_firm": (20, 48),
    "public_institution": (20, 48),
    "private": (16, 46),
    "social": (12, 40),
}


@dataclass(frozen=True, slots=True)
class Plot:
    """One committee to be drawn: its branches by domain; a general branch takes five of the first."""

    name: str
    kind: str
    domain: str
    branches: tuple[tuple[str, int], ...]
    general_branches: int = 0


def plots() -> Iterator[Plot]:
    """The committees of a county, in the order of its directory."""
    places = table("places")
    for name in places["townships"]:
        yield Plot(
            name,
            "committee",
            "township",
            (("village", 30), ("office", 2), ("public_institution", 2), ("private", 2)),
            2,
        )
    for name in places["streets"]:
        yield Plot(
            name,
            "work_committee",
            "street",
            (("community", 20), ("office", 2), ("private", 12), ("social", 3)),
            4,
        )
    yield Plot("县直属机关", "work_committee", "office", (("office", 222),), 4)
    yield Plot("县委教育", "work_committee", "public_institution", (("public_institution", 120),), 2)
    yield Plot("县卫生健康系统", "committee", "public_institution", (("public_institution", 40),))
    yield Plot("县委两新", "work_committee", "private", (("private", 90), ("social", 40)), 1)
    for name in places["firms"].split():
        yield Plot("县" + name, "committee", "state_firm", (("state_firm", 16),), 1)
    for name in places["schools"].split():
        yield Plot("县" + name, "committee", "public_institution", (("public_institution", 9),))
    for name in places["hospitals"].split():
        yield Plot("县" + name, "committee", "public_institution", (("public_institution", 12),))
    for name in places["big_offices"].split():
        yield Plot("县" + name, "committee", "office", (("office", 14),))


def plant_tree(source: Source, *, number: int, top: Org | None, begin: date, today: date) -> County:
    """The organisations of county ``number`` (from 0), with nobody in them yet, in order of paths."""
    name = table("places")["counties"][number]
    code = (top.code if top else "370") + f"{number + 1:03d}"
    root = grow(source, top, f"中国共产党{name}委员会", f"{name}委", "local_committee", "other", code)
    root.unit_name = name
    county = County(root, begin, today, [root], top=top)
    for plot in plots():
        _committee(source, county, plot)
    return county


def plant_branch(source: Source, *, begin: date, today: date) -> County:
    """One township committee with one village branch of 32: the smallest county there is."""
    place = table("places")
    name = place["counties"][0]
    root = grow(source, None, f"中国共产党{name}委员会", f"{name}委", "local_committee", "other", "370001")
    root.unit_name = name
    county = County(root, begin, today, [root])
    plot = Plot(place["townships"][0], "committee", "township", (("village", 1),))
    _committee(source, county, plot)
    county.branches[0].size = 32
    return county


def plant_city(source: Source) -> Org:
    """The city above ten counties."""
    name = table("places")["city"]
    return grow(source, None, f"中国共产党{name}委员会", f"{name}委", "local_committee", "other", "370")


def _committee(source: Source, county: County, plot: Plot) -> None:
    ending, short = ("工作委员会", "党工委") if plot.kind == "work_committee" else ("委员会", "党委")
    full = f"中国共产党{_full_place(county, plot.name)}{ending}"
    order = len(county.root.children) + 1
    code = f"{county.root.code}{order:03d}"
    org = grow(source, county.root, full, plot.name + short, plot.kind, plot.domain, code)
    org.has_committee = True
    org.may_approve_admissions = True
    org.unit_name = plot.name
    county.orgs.append(org)
    homes = _general_branches(source, county, org, plot)
    for domain, count in plot.branches:
        for name in _names(domain, plot, count):
            parent = homes.pop(0) if domain == plot.branches[0][0] and homes else org
            _branch(source, county, parent, domain, name)


def _full_place(county: County, name: str) -> str:
    """A name behind that of the county: 县财政局 is the county's, and so is a township."""
    return county.root.unit_name + name.removeprefix("县委").removeprefix("县")


def _general_branches(source: Source, county: County, org: Org, plot: Plot) -> list[Org]:
    """The general branches, each as often as it will get branches."""
    homes: list[Org] = []
    for name in _stems(plot.branches[0][0], plot)[: plot.general_branches]:
        order = len(org.children) + 1
        full = f"中共{_full_place(county, _below(org, name))}总支部委员会"
        domain = "faculty" if name.endswith("系") else plot.branches[0][0]
        made = grow(source, org, full, f"{name}党总支", "general_branch", domain, f"{org.code}{order:03d}")
        made.has_committee = True
        made.unit_name = name
        county.orgs.append(made)
        homes += [made] * 5
    return homes


def _below(org: Org, name: str) -> str:
    """What stands between the county and the last part of a name: the township, the school, the firm."""
    stands_alone = org.kind == "work_committee" and org.domain != "street"
    return name if org.unit_name in name or stands_alone else org.unit_name + name


def _branch(source: Source, county: County, parent: Org, domain: str, name: str) -> None:
    order = len(parent.children) + 1
    if parent.kind == "general_branch":
        name = f"{parent.unit_name}第{NUMERALS[order]}"
    above = parent.parent if parent.kind == "general_branch" and parent.parent else parent
    full = f"中共{_full_place(county, _below(above, name))}支部委员会"
    org = grow(source, parent, full, f"{name}党支部", "branch", domain, f"{parent.code}{order:03d}")
    org.unit_name = name
    low, high = SIZES[domain]
    org.size = source.random.randint(low, high)
    county.orgs.append(org)


def grow(source: Source, parent: Org | None, name: str, short: str, kind: str, domain: str, code: str) -> Org:
    number = source.number("organization")
    path = f"{parent.path if parent else '/'}{number}/"
    established = date(1951, 1, 1) + timedelta(days=source.random.randint(0, 22_000))
    org = Org(
        org_id=number,
        public_id=source.public_id(),
        code=code,
        name=name,
        short_name=short,
        kind=kind,
        domain=domain,
        parent=parent,
        path=path,
        depth=parent.depth + 1 if parent else 0,
        established_date=established,
    )
    org.changes.append(
        OrgChange(source.number("organization_change"), org, "create", established, None, established)
    )
    if parent is not None:
        parent.children.append(org)
    return org


def _stems(domain: str, plot: Plot) -> list[str]:
    places = table("places")
    if domain == "village":
        names = [f"{stem}村" for stem in places["villages"].split()]
        shift = len(plot.name) * 7 + ord(plot.name[0]) % 40
        return names[shift % 60 :] + names[: shift % 60]
    if domain == "community":
        names = [f"{stem}社区" for stem in places["communities"].split()]
        shift = ord(plot.name[0]) % 40
        return names[shift:] + names[:shift]
    if domain == "office":
        return ["县" + stem for stem in places["offices"].split()]
    if domain == "public_institution" and plot.general_branches:
        return ["师范学院文学系", "师范学院理学系"]
    return [plot.name]


def _names(domain: str, plot: Plot, count: int) -> list[str]:
    """So many names of branches below one committee, no two alike."""
    stems = _branch_stems(domain, plot)
    return [_numbered(stems, index) for index in range(count)]


def _branch_stems(domain: str, plot: Plot) -> list[str]:
    places = table("places")
    if plot.domain in ("township", "street") and domain in FEW:
        return FEW[domain]
    own = {"县" + name: key for key, name in _own_lists()}.get(plot.name)
    if own:
        return list(places[own].split())
    if domain in MIXED:
        kinds, stems = places[MIXED[domain]].split(), places["communities"].split()
        return [stem + kind for kind in kinds for stem in stems]
    if domain == "private":
        firms: list[str] = places["companies"].split()
        return [first[:2] + second[2:] for second in firms[:3] for first in firms] + firms
    return _stems(domain, plot)[plot.general_branches :]


def _own_lists() -> Iterator[tuple[str, str]]:
    places = table("places")
    parts = (
        ("schools", "classes"),
        ("hospitals", "wards"),
        ("big_offices", "squads"),
        ("firms", "departments"),
    )
    for owners, key in parts:
        for name in places[owners].split():
            yield key, name
    yield "clinics", "卫生健康系统"


def _numbered(stems: list[str], index: int) -> str:
    round_no, place = divmod(index, len(stems))
    return stems[place] if round_no == 0 else stems[place] + "第" + NUMERALS[round_no + 1]


def settle_sizes(source: Source, branches: list[Org], total: int) -> None:
    """Add or take single members until the branches hold ``total``; the planner's wishes stay as they are."""
    for branch in branches:
        if branch.wish is not None and branch.wish.size is not None:
            branch.size = branch.wish.size
    free = [branch for branch in branches if branch.wish is None or branch.wish.size is None]
    lack = total - sum(branch.size for branch in branches)
    while lack:
        branch = source.pick(free)
        step = 1 if lack > 0 else -1
        low, high = SIZES[branch.domain]
        if low - 4 <= branch.size + step <= high:
            branch.size += step
            lack -= step
