"""Gaps in how branches and committees are made up: too few, too many, an office left empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from zhibu.cli.demo.manifest import Finding
from zhibu.cli.demo.planner.site import Case, Site
from zhibu.cli.demo.records import Office, Org, Wish

Plant = Callable[[Site], list[Finding]]


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
    return Office(person, site.org, term, None, role, "elected", term.elected_date, None, term.approved_date, 8)


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


FIVE_SEATS = Wish(size=28, formal=28, seats=5)
GROUPED = Wish(size=36, formal=36, groups=3)
CASES = (
    Case("two full members", "three_full_members", "正式党员只剩两名", _as_it_is("three_full_members"), wish=Wish(size=5, formal=2)),
    Case("three full members", "three_full_members", "正式党员正好三名", _nothing, is_near=True, wish=Wish(size=4, formal=3)),
    Case("branch of 58", "fifty_members", "党员五十八名未分设", _as_it_is("fifty_members"), wish=Wish(size=58, formal=56)),
    Case("branch of 51", "fifty_members", "党员五十一名，多出一名", _as_it_is("fifty_members"), wish=Wish(size=51, formal=51)),
    Case("branch of 50", "fifty_members", "党员正好五十名", _nothing, is_near=True, wish=Wish(size=50, formal=50)),
    Case("committee of two", "committee_of_three", "支委会只有两名委员", _as_it_is("committee_of_three"), wish=Wish(size=20, formal=19, seats=2), count=2),
    Case("seven without committee", "committee_of_three", "正式党员七名未设支委会", _as_it_is("committee_of_three"), wish=Wish(size=8, formal=7, seats=0), phase="people"),
    Case("six without committee", "committee_of_three", "正式党员六名，不设支委会", _nothing, is_near=True, wish=Wish(size=8, formal=6, seats=0)),
    Case("seven with three", "committee_of_three", "正式党员七名、委员三名", _nothing, is_near=True, wish=Wish(size=7, formal=7, seats=3)),
    Case("committee of eight", "committee_of_seven", "支委会有八名委员", _as_it_is("committee_of_seven"), wish=Wish(size=40, formal=40, seats=8)),
    Case("committee of seven", "committee_of_seven", "支委会正好七名委员", _nothing, is_near=True, wish=Wish(size=40, formal=40, seats=7)),
    Case("small without secretary", "small_secretary", "小支部书记空缺", _no_secretary("small_secretary"), wish=Wish(size=6, formal=6)),
    Case("small with new secretary", "small_secretary", "小支部书记当天接任", _new_secretary, is_near=True, wish=Wish(size=6, formal=6)),
    Case("small with two deputies", "small_deputy", "小支部两名副书记", _two_deputies, wish=Wish(size=6, formal=6), phase="people"),
    Case("small with one deputy", "small_deputy", "小支部一名副书记", _one_deputy, is_near=True, wish=Wish(size=6, formal=6), phase="people"),
    Case("no secretary", "committee_secretary", "支部书记空缺", _no_secretary("committee_secretary"), wish=FIVE_SEATS, count=3),
    Case("new secretary", "committee_secretary", "书记离任，副书记当天接任", _new_secretary, is_near=True, wish=FIVE_SEATS),
    Case("no organization member", "organization_member", "没有组织委员", _turned("organization_member", "organization_member"), wish=FIVE_SEATS, count=2),
    Case("shared organization member", "organization_member", "三名委员分担四项工作", _nothing, is_near=True, wish=Wish(size=14, formal=14, seats=3)),
    Case("no publicity member", "publicity_member", "没有宣传委员", _turned("publicity_member", "publicity_member"), wish=FIVE_SEATS, count=2),
    Case("shared publicity member", "publicity_member", "组织委员兼任宣传委员", _nothing, is_near=True, wish=Wish(size=13, formal=13, seats=3)),
    Case("no discipline member", "discipline_member", "没有纪检委员", _turned("discipline_member", "discipline_member"), wish=FIVE_SEATS, count=4),
    Case("three with discipline member", "discipline_member", "三名委员中一名是纪检委员", _nothing, is_near=True, wish=Wish(size=12, formal=12, seats=3)),
    Case("two deputies", "committee_deputy", "支委会两名副书记", _second_deputy, wish=Wish(size=36, formal=36, seats=6), phase="people"),
    Case("one deputy", "committee_deputy", "支委会一名副书记", _nothing, is_near=True, wish=FIVE_SEATS),
    Case("group without leader", "group_leader", "党小组没有组长", _leaderless_group, wish=GROUPED, count=2),
    Case("group with leader", "group_leader", "每个党小组正好一名组长", _nothing, is_near=True, wish=GROUPED),
    Case("group of two", "group_of_three", "党小组只有两名党员", _group_of(2), wish=GROUPED, phase="people"),
    Case("group of three", "group_of_three", "党小组正好三名党员", _group_of(3), is_near=True, wish=GROUPED, phase="people"),
    Case("group on probation", "group_full_member", "党小组里没有正式党员", _group_on_probation, wish=Wish(size=39, formal=33, groups=3), phase="people"),
    Case("group with one full member", "group_full_member", "党小组里只有组长是正式党员", _group_with_one_full, is_near=True, wish=Wish(size=45, formal=36, groups=3), phase="people"),
    Case("temporary, elected", "temporary_appointed", "临时支部自行选举班子", _temporary_elected, wish=Wish(size=9, formal=9), domains=("private", "state_firm"), phase="people"),
    Case("temporary, appointed", "temporary_appointed", "临时支部班子由上级指定", _temporary_appointed, is_near=True, wish=Wish(size=9, formal=9), domains=("private", "state_firm"), phase="people"),
    Case("temporary, admitting", "temporary_restrained", "临时支部发展党员", _temporary_admits, wish=Wish(size=9, formal=8), domains=("private", "state_firm"), phase="people"),
    Case("temporary, restrained", "temporary_restrained", "临时支部只管组织生活", _temporary_appointed, is_near=True, wish=Wish(size=9, formal=9), domains=("private", "state_firm"), phase="people"),
    Case("general branch, no discipline member", "general_branch_discipline", "总支没有纪检委员", _general_branch_without, count=2),
    Case("general branch, shared", "general_branch_discipline", "总支宣传委员兼任纪检委员", _general_branch_shared, is_near=True),
    Case("no organizer", "organizer", "没有组织员", _no_organizer, count=2, phase="people"),
    Case("organizer since today", "organizer", "组织员今天到任", _organizer_since_today, is_near=True, phase="people"),
)  # fmt: skip
