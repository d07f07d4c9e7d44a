"""Members who are away (流动党员) or out of reach (失联党员): who they are, and what meetings show of it.

A mobile member takes part where he or she works (JY-32-1) and comes home for the Spring Festival. Of a lost
member the branch asks and searches; after half a year it suspends the membership (JY-24-3). The shares are
our estimate: neither is published for a county.
"""

from __future__ import annotations

from datetime import date, timedelta

from zhibu.cli.demo.manifest import Departure, Finding
from zhibu.cli.demo.planner.duties import DUTIES
from zhibu.cli.demo.planner.persons import STUDY
from zhibu.cli.demo.population import make_person
from zhibu.cli.demo.records import County, Meeting, Org, Person, Spell
from zhibu.cli.demo.settlement import ELSEWHERE, change, is_steady
from zhibu.cli.demo.source import Source, table
from zhibu.common.dates import add_months

MOBILE_PERCENT = {"village": 6.0, "community": 3.5, "private": 2.5, "social": 2.5}
MOBILE_ELSEWHERE = 0.4
LOST_PERCENT = 0.2
WORKING_AGE = (20, 58)
SMALLEST = 15  # members of a branch that can miss some without a doubt about quorum or committee
AT_HOME = (1, 2)  # the months of the Spring Festival
ATTENDED_BY_DUTY = frozenset({"general_membership_meeting", "party_group_meeting", "party_lecture"})
STUDY_UNCLEAR = (32 * 45, 32 * 60)  # minutes that are 32 hours by one reading of an hour, not by the other
CIRCUMSTANCES = ("1", "1", "2", "4", "6")  # keys of the table lost_circumstance


def go_away(source: Source, county: County) -> None:
    """Choose the mobile and the lost among the members of branches where nothing is planted."""
    for branch in county.branches:
        if branch.wish is None and branch.begin in (None, county.begin) and branch.size >= SMALLEST:
            _go(source, county, branch)


def _go(source: Source, county: County, branch: Org) -> None:
    holders = {office.person for office in branch.offices}
    left = branch.size // 10 - sum(1 for person in branch.members if person.exemptions)
    for person in tuple(branch.members):
        age = (county.today - person.birth).days // 365
        if left <= 0 or person in holders or person.exemptions or not is_steady(person):
            continue
        if not WORKING_AGE[0] <= age <= WORKING_AGE[1]:
            continue
        if source.chance(LOST_PERCENT):
            left -= _lose(source, county, person)
        elif source.chance(MOBILE_PERCENT.get(branch.domain, MOBILE_ELSEWHERE)):
            _move_away(source, county, person)
            left -= 1


def _move_away(source: Source, county: County, person: Person) -> None:
    """Away for work for more than half a year, without the membership being transferred (LD-DY-1)."""
    person.is_mobile = person.is_loyal = True
    person.mobile_since = source.day(add_months(county.today, -30), add_months(county.today, -7))
    places = table("places")
    person.mobile_destination = places["city"] + source.pick(places["counties"][1:])


def _lose(source: Source, county: County, person: Person) -> bool:
    """Out of reach: suspended within the year, or since lately and still searched for. False: no fitting day.

    Lost in the first weeks of a year and suspended within it, so that no duty of a whole year is judged.
    """
    year = source.pick(range(county.begin.year, county.today.year + 1))
    lost = source.day(date(year, 1, 6), date(year, 2, 25))
    suspended = source.day(add_months(lost, 6) + timedelta(days=10), date(year, 10, 31))
    if lost >= county.begin and suspended < county.today - timedelta(days=10):
        _be_lost(source, county, person, lost, add_months(lost, 4))
        _arrive(source, county, _suspend(source, county, person, suspended))
        return True
    lost = source.day(add_months(county.today, -5), add_months(county.today, -2))
    if lost.year < county.today.year:
        return False
    _be_lost(source, county, person, lost, lost + timedelta(days=30))
    return True


def _be_lost(source: Source, county: County, person: Person, lost: date, searched: date) -> None:
    org = person.spells[-1].org
    person.is_lost = person.is_loyal = True
    person.lost_date, person.lost_circumstance = lost, source.pick(CIRCUMSTANCES)
    change(source, county, person, org, "searched", searched)
    county.follow_ups.append((org, person, searched))


def _suspend(source: Source, county: County, person: Person, day: date) -> Spell:
    spell = person.spells[-1]
    made = change(source, county, person, spell.org, "suspend", day)
    made.body, made.decision_date = "general_membership_meeting", day
    spell.valid_to, spell.closed_by = day, made
    suspended = Spell(person, spell.org, spell.group, "suspended", day, None, made)
    person.spells.append(suspended)
    return suspended


def _arrive(source: Source, county: County, suspended: Spell) -> None:
    """Somebody comes from another county on the same day: a branch keeps its number of members."""
    branch, group, day = suspended.org, suspended.group, suspended.valid_from
    person = make_person(source, branch, county.today)
    opening = change(source, county, person, branch, "transfer_in", day)
    opening.place = ELSEWHERE
    person.spells.append(Spell(person, branch, group, "full", day, None, opening))
    county.persons.append(person)
    branch.members.append(person)
    branch.roll.append(person)
    if group is not None:
        group.members.append(person)


def mark_away(county: County) -> list[Departure]:
    """Mark the mobile and the lost away at the meetings of their branches.

    Returned is what follows: who is still a member with rights and out of reach has missed meetings of the
    running year without leave. Of the suspended no whole year of membership is left to be judged.
    """
    found = []
    for org in county.branches:
        for person in org.members:
            if not (person.is_mobile or person.is_lost):
                continue
            for meeting in org.meetings:
                _mark(meeting, person)
            if person.is_lost and person.is_full and _has_missed(org, person):
                found.append(_departure(org, person, county.today.year))
    return found


def _has_missed(org: Org, person: Person) -> bool:
    return any(
        meeting.marks.get(person) == "absent"
        and not ATTENDED_BY_DUTY.isdisjoint((meeting.kind, *meeting.also))
        for meeting in org.meetings
    )


def _departure(org: Org, person: Person, year: int) -> Departure:
    whose = ("person", org.code, person.public_id, str(year))
    unclear = Finding(DUTIES["member_hours"], *whose, state="depends")
    return Departure(
        "lost and absent",
        "失去联系还不到半年的党员，会议没有请假，支部正在查找，还不能停止党籍。",
        Finding(DUTIES["absence_without_leave"], *whose),
        (unclear,) if STUDY_UNCLEAR[0] <= _studied(org, person, year) < STUDY_UNCLEAR[1] else (),
    )


def _studied(org: Org, person: Person, year: int) -> int:
    """Minutes of study of the year, until the person was lost: before that he or she missed nothing."""
    return sum(
        meeting.minutes
        for meeting in org.meetings
        if meeting.date.year == year
        and meeting.state == "completed"
        and meeting.basis == "expected"
        and meeting.audience == "members"
        and meeting.marks.get(person) != "absent"
        and any(kind in STUDY for kind in (meeting.kind, *meeting.also))
    )


def _mark(meeting: Meeting, person: Person) -> None:
    if meeting.state == "planned" or meeting.audience == "committee":
        return
    if meeting.basis == "listed":  # nobody talks with somebody out of reach
        if person.lost_date is not None and meeting.date >= person.lost_date:
            meeting.marks.pop(person, None)
        return
    spell = person.spells[0]
    is_of_group = meeting.group is None or meeting.group is spell.group
    if not is_of_group or (spell.valid_to is not None and meeting.date >= spell.valid_to):
        return
    if person.mobile_since is not None and meeting.date >= person.mobile_since:
        if meeting.date.month not in AT_HOME:
            meeting.marks[person], meeting.make_ups[person] = "leave", "made_up"
    elif person.lost_date is not None and meeting.date >= person.lost_date:
        meeting.marks[person] = "absent"
