"""Gaps in how branches and committees are made up: too few, too many, an office left empty."""

from __future__ import annotations

from datetime import timedelta

from zhibu.cli.demo.manifest import Finding
from zhibu.cli.demo.planner.site import Plant, Site
from zhibu.cli.demo.records import Office, Org


def _as_it_is(duty: str) -> Plant:
    """The wish alone makes the gap."""
    return lambda site: [site.finding(duty)]


def _nothing(site: Site) -> list[Finding]:
    """The wish alone makes the near miss."""
    return []


def _turned(role: str, duty: str) -> Plant:
    """Nobody on the committee has this task any more: who had it is a plain member of the committee."""

    def plant(site: Site) -> list[Finding]:
        for office in [o for o in site.org.offices if o.role == role]:
            office.role = "committee_member"
        return [site.finding(duty)]

    return plant


def _no_secretary(duty: str) -> Plant:
    def plant(site: Site) -> list[Finding]:
        site.vacate(site.officers("secretary")[0], site.county.today)
        return [site.finding(duty)]

    return plant


def _new_secretary(site: Site) -> list[Finding]:
    """The secretary changed and nobody was missing for a day: the deputy, or a member, took over."""
    old = site.officers("secretary")[0]
    day = site.county.today - timedelta(days=site.source.random.randint(3, 20))
    deputies = site.officers("deputy_secretary")
    heir = deputies[0] if deputies else None
    old.valid_to = day
    if heir is not None:
        heir.valid_to = day
    person = heir.person if heir else next(site.ordinary())
    made = Office(person, site.org, old.term, None, "secretary", "elected", day, None, day, 0)
    site.org.offices.append(made)
    for meeting in site.org.meetings:
        if meeting.host is old.person and meeting.date >= day:
            meeting.host = person
    return []


def _second_deputy(site: Site) -> list[Finding]:
    """The sixth member of the committee is another deputy."""
    for office in [o for o in site.org.offices if o.role == "committee_member"]:
        office.role = "deputy_secretary"
    return [site.finding("committee_deputy")]


def _office(site: Site, person_id: int, role: str) -> Office:
    person = next(p for p in site.org.members if p.person_id == person_id)
    term = site.org.terms[-1]
    return Office(
        person, site.org, term, None, role, "elected", term.elected_date, None, term.approved_date, 8
    )


def _deputies(site: Site, count: int) -> None:
    people = site.ordinary()
    for _ in range(count):
        site.org.offices.append(_office(site, next(people).person_id, "deputy_secretary"))


def _two_deputies(site: Site) -> list[Finding]:
    _deputies(site, 2)
    return [site.finding("small_deputy")]


def _one_deputy(site: Site) -> list[Finding]:
    _deputies(site, 1)
    return []


def _leaderless_group(site: Site) -> list[Finding]:
    group = site.source.pick(site.org.groups)
    site.vacate(next(o for o in site.org.offices if o.group is group), site.county.today)
    return [site.finding("group_leader", kind="group", subject=group.public_id)]


def _group_of(size: int) -> Plant:
    """One group gives members to the next until so many are left."""

    def plant(site: Site) -> list[Finding]:
        first, second = site.org.groups[:2]
        movable = [p for p in first.members if p is not first.leader]
        for person in movable[: len(first.members) - size]:
            first.members.remove(person)
            second.members.append(person)
            person.spells[-1].group = second
        return [site.finding("group_of_three", kind="group", subject=first.public_id)] if size < 3 else []

    return plant


def _group_on_probation(site: Site) -> list[Finding]:
    """All full members of the first group move to the second, which also lends it its leader."""
    first, second = site.org.groups[:2]
    for person in [p for p in first.members if p.is_full]:
        first.members.remove(person)
        second.members.append(person)
        person.spells[-1].group = second
    for person in [p for p in second.members if not p.is_full]:
        second.members.remove(person)
        first.members.append(person)
        for spell in person.spells:
            spell.group = first
    return [site.finding("group_full_member", kind="group", subject=first.public_id)]


def _group_with_one_full(site: Site) -> list[Finding]:
    first, second = site.org.groups[:2]
    for person in [p for p in first.members if p.is_full and p is not first.leader]:
        first.members.remove(person)
        second.members.append(person)
        person.spells[-1].group = second
    return []


def _joint(units: int) -> Plant:
    """A joint branch of so many units."""

    def plant(site: Site) -> list[Finding]:
        site.org.is_joint, site.org.joint_unit_count = True, units
        return [site.finding("joint_units")] if units > 5 else []

    return plant


def _temporary(site: Site) -> None:
    """A branch set up for a task: its officers are appointed, it holds no elections."""
    site.org.is_temporary = True
    for term in site.org.terms:
        term.formed_by = "appointed"
    for office in site.org.offices:
        office.obtained_by = "appointed"


def _temporary_elected(site: Site) -> list[Finding]:
    _temporary(site)
    for office in site.org.offices:
        office.obtained_by = "elected"
    return [site.finding("temporary_appointed")]


def _temporary_appointed(site: Site) -> list[Finding]:
    _temporary(site)
    return []


def above(site: Site, kinds: tuple[str, ...], domains: tuple[str, ...] = ()) -> Org:
    """An organisation above the branches in which nothing was planted yet."""
    found = [
        org
        for org in site.county.orgs
        if org.kind in kinds and (not domains or org.domain in domains) and org.org_id not in site.taken
    ]
    chosen = site.source.pick(found)
    site.taken.add(chosen.org_id)
    return chosen


def _temporary_admits(site: Site) -> list[Finding]:
    """A temporary branch admits somebody, which is for the branch that holds the membership."""
    _temporary(site)
    accepted = next(c for c in site.county.changes if c.org is site.org and c.kind == "accept")
    return [site.finding("temporary_restrained", kind="act", period=accepted.date.isoformat())]


def _general_branch_without(site: Site) -> list[Finding]:
    org = above(site, ("general_branch",))
    for office in org.offices:
        if office.role == "discipline_member":
            office.role = "committee_member"
    return [site.finding("general_branch_discipline", org=org)]


def _general_branch_shared(site: Site) -> list[Finding]:
    """The publicity member is also the member for discipline."""
    org = above(site, ("general_branch",))
    gone = next(o for o in org.offices if o.role == "discipline_member")
    other = next(o for o in org.offices if o.role == "publicity_member" and o.valid_to == gone.valid_to)
    for office in org.offices:
        if office.role == "discipline_member":
            office.person = other.person
    return []


def _no_organizer(site: Site) -> list[Finding]:
    org = above(site, ("committee", "work_committee"), ("township", "street", "state_firm"))
    org.offices[:] = [office for office in org.offices if office.role != "organizer"]
    return [site.finding("organizer", org=org)]


def _organizer_since_today(site: Site) -> list[Finding]:
    org = above(site, ("committee",), ("township", "state_firm"))
    for office in org.offices:
        if office.role == "organizer":
            office.valid_from = site.county.today
    return []


PLANTS: dict[str, Plant] = {
    "two full members": _as_it_is("three_full_members"),
    "three full members": _nothing,
    "branch of 58": _as_it_is("fifty_members"),
    "branch of 51": _as_it_is("fifty_members"),
    "branch of 50": _nothing,
    "joint branch of six": _joint(6),
    "joint branch of five": _joint(5),
    "committee of two": _as_it_is("committee_of_three"),
    "seven without committee": _as_it_is("committee_of_three"),
    "six without committee": _nothing,
    "seven with three": _nothing,
    "committee of eight": _as_it_is("committee_of_seven"),
    "committee of seven": _nothing,
    "small without secretary": _no_secretary("small_secretary"),
    "small with new secretary": _new_secretary,
    "small with two deputies": _two_deputies,
    "small with one deputy": _one_deputy,
    "no secretary": _no_secretary("committee_secretary"),
    "new secretary": _new_secretary,
    "no organization member": _turned("organization_member", "organization_member"),
    "shared organization member": _nothing,
    "no publicity member": _turned("publicity_member", "publicity_member"),
    "shared publicity member": _nothing,
    "no discipline member": _turned("discipline_member", "discipline_member"),
    "three with discipline member": _nothing,
    "two deputies": _second_deputy,
    "one deputy": _nothing,
    "group without leader": _leaderless_group,
    "group with leader": _nothing,
    "group of two": _group_of(2),
    "group of three": _group_of(3),
    "group on probation": _group_on_probation,
    "group with one full member": _group_with_one_full,
    "temporary, elected": _temporary_elected,
    "temporary, appointed": _temporary_appointed,
    "temporary, admitting": _temporary_admits,
    "temporary, restrained": _temporary_appointed,
    "general branch, no discipline member": _general_branch_without,
    "general branch, shared": _general_branch_shared,
    "no organizer": _no_organizer,
    "organizer since today": _organizer_since_today,
}
