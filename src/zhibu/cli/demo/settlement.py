"""Members take their places: spells, admissions of late, transfers, groups and exemptions of every branch."""

from __future__ import annotations

from datetime import date, timedelta

from zhibu.cli.demo.population import make_person
from zhibu.cli.demo.records import Change, County, Exemption, Group, Org, Person, Spell
from zhibu.cli.demo.source import Source
from zhibu.cli.demo.tree import NUMERALS
from zhibu.common.dates import add_months

GROUPED_PERCENT = {"village": 32, "community": 36, "office": 14, "state_firm": 20}
GROUP_OF = 14  # members of a group, about
TRANSFER_PERCENT = 1.1  # of a branch's members came from another branch within the two years
GONE_PERCENT = 0.9  # died or moved out of the county
EXEMPT_AGE = 82
ELSEWHERE = "外县党组织"


def settle(source: Source, county: County) -> None:
    """Fill every branch with its members, and give groups to those that need them."""
    for branch in county.branches:
        _fill(source, county, branch)
    _transfer(source, county)
    _enroll(county)
    for branch in county.branches:
        _group(source, county, branch)
        if branch.wish is None:
            _exempt(source, county, branch)


def _fill(source: Source, county: County, branch: Org) -> None:
    """The present members, of whom some were admitted since the records began, and those who are gone."""
    wish = branch.wish
    young = branch.size - wish.formal if wish and wish.formal is not None else None
    for index in range(branch.size):
        joined = _recent(source, county, young is not None and index < young, is_quiet=wish is not None)
        person = make_person(source, branch, county.today, joined=joined)
        county.persons.append(person)
        branch.members.append(person)
        open_spells(source, county, person, branch)
    if wish is None:
        for _ in range(branch.size):
            if source.chance(GONE_PERCENT):
                _gone(source, county, branch)


def _recent(source: Source, county: County, is_asked: bool, *, is_quiet: bool) -> date | None:
    """The day of admission of a member of late, None for all others: two percent a year are new."""
    today = county.today
    if is_asked:
        return source.day(add_months(today, -10), today - timedelta(days=60))
    if is_quiet or not source.chance(6.4):
        return None
    day = source.day(add_months(county.begin, -11), today - timedelta(days=60))
    return (
        day.replace(day=28) if (day.month, day.day) == (2, 29) else day
    )  # a year later has no such day (U-10)


def open_spells(
    source: Source, county: County, person: Person, branch: Org, *, delay: int | None = None
) -> None:
    """The spells of a member: from the beginning of the records, or from admission; full after a year."""
    joined, full, begin = person.joined_date, person.full_date, branch.begin or county.begin
    assert joined is not None
    if joined < begin:
        opening = change(source, county, person, branch, "record", begin)
    else:
        opening = _decided(source, county, person, branch, "accept", joined)
    start = opening.date
    if full is None or full <= begin:
        person.spells.append(
            Spell(person, branch, None, "full" if full else "probationary", start, None, opening)
        )
        return
    decided = full + timedelta(days=source.random.randint(0, 12) if delay is None else delay)
    if decided > county.today - timedelta(days=45):
        person.full_date = None  # the year is over or nearly so, the meeting has yet to be held
        person.spells.append(Spell(person, branch, None, "probationary", start, None, opening))
        return
    closing = _decided(source, county, person, branch, "confirm", decided)
    person.spells.append(Spell(person, branch, None, "probationary", start, decided, opening, closing))
    person.spells.append(Spell(person, branch, None, "full", decided, None, closing))


def change(source: Source, county: County, person: Person, org: Org, kind: str, day: date) -> Change:
    """A change of status that needs no decision."""
    made = Change(source.number("status_change"), person, org, kind, day)
    county.changes.append(made)
    return made


def _decided(source: Source, county: County, person: Person, org: Org, kind: str, day: date) -> Change:
    """A change that the members' meeting decided on ``day`` and the superior approved within weeks."""
    made = change(source, county, person, org, kind, day)
    made.body = "general_membership_meeting"
    made.decision_date = day
    made.approved_date = day + timedelta(days=source.random.randint(10, 40))
    return made


def _gone(source: Source, county: County, branch: Org) -> None:
    person = make_person(source, branch, county.today)
    county.persons.append(person)
    opening = change(source, county, person, branch, "record", county.begin)
    day = source.day(county.begin + timedelta(days=20), county.today - timedelta(days=5))
    closing = change(
        source, county, person, branch, source.pick(("died", "transfer_out", "transfer_out")), day
    )
    closing.place = ELSEWHERE if closing.kind == "transfer_out" else ""
    person.spells.append(Spell(person, branch, None, "full", county.begin, day, opening, closing))


def _transfer(source: Source, county: County) -> None:
    """Some members came from another branch: their first spell was there."""
    open_branches = [branch for branch in county.branches if branch.wish is None]
    sources = [branch for branch in open_branches if branch.size <= 44]
    for branch in open_branches if len(sources) > 1 else []:
        for person in branch.members:
            spell = person.spells[0]
            if len(person.spells) > 1 or spell.status != "full" or not source.chance(TRANSFER_PERCENT):
                continue
            other = source.pick(sources)
            if other is not branch:
                _move(source, county, spell, other)


def _move(source: Source, county: County, spell: Spell, other: Org) -> None:
    person, here = spell.person, spell.org
    day = source.day(county.begin + timedelta(days=30), county.today - timedelta(days=10))
    spell.opened_by.org = other
    out = change(source, county, person, other, "transfer_out", day)
    arrival = change(source, county, person, here, "transfer_in", day)
    out.place, arrival.place = here.name, other.name
    first = Spell(person, other, None, "full", spell.valid_from, day, spell.opened_by, out)
    person.spells = [first, Spell(person, here, None, "full", day, None, arrival)]


def _enroll(county: County) -> None:
    for person in county.persons:
        for org in dict.fromkeys(spell.org for spell in person.spells):
            org.roll.append(person)


def _group(source: Source, county: County, branch: Org) -> None:
    wish = branch.wish
    count = wish.groups if wish and wish.groups is not None else None
    if count is None:
        grouped = branch.size >= 24 and source.chance(GROUPED_PERCENT.get(branch.domain, 8))
        count = round(branch.size / GROUP_OF) if grouped else 0
    for number in range(1, count + 1):
        name = "第" + NUMERALS[number] + "党小组"
        group = Group(source.number("group"), source.public_id(), branch, name, county.begin)
        branch.groups.append(group)
    for index, person in enumerate(branch.members if count else ()):
        group = branch.groups[index % count]
        group.members.append(person)
        for spell in person.spells:
            spell.group = group if spell.org is branch else spell.group


def _exempt(source: Source, county: County, branch: Org) -> None:
    """The very old are not held to activities (JY-23-1); a few are left out of the expected (XJ-YD-1)."""
    for person in branch.members:
        if not is_steady(person) or (county.today - person.birth).days < EXEMPT_AGE * 365.25:
            continue
        if source.chance(36):
            exempt(person, branch, "exempt_from_activities", "", county.begin)
            person.remark = "年老体弱，行动不便"
        if person.exemptions and source.chance(20):
            passed = county.begin - timedelta(days=source.random.randint(3, 200))
            made = exempt(person, branch, "excluded_from_expected", "4", county.begin)
            made.superior_approved_date, made.meeting_passed_date = passed - timedelta(days=9), passed


def exempt(person: Person, org: Org, kind: str, circumstance: str, start: date) -> Exemption:
    """A new exemption without approvals, kept with the person."""
    made = Exemption(person, org, kind, circumstance, start, None, None, None)
    person.exemptions.append(made)
    return made


def is_steady(person: Person) -> bool:
    """A full member of one branch for the whole time on record."""
    return len(person.spells) == 1 and person.spells[0].status == "full"
