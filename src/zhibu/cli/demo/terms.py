"""Terms of office, committees, secretaries and group leaders, all as the regulations want them."""

from __future__ import annotations

from datetime import date, timedelta

from zhibu.cli.demo.records import County, Office, Org, Person, Term
from zhibu.cli.demo.settlement import is_steady
from zhibu.cli.demo.source import Source
from zhibu.common.dates import add_months, add_years

TERMED = ("committee", "general_branch", "branch")
COMMITTEE_FROM = 7  # full members (ZB-20-1)
ROLES = {
    1: ("secretary",),
    2: ("secretary", "organization_member"),  # too few; the planner's
    3: ("secretary", "organization_member", "discipline_member"),
    4: ("secretary", "organization_member", "publicity_member", "discipline_member"),
}
FIVE = ("secretary", "deputy_secretary", "organization_member", "publicity_member", "discipline_member")


def seat(source: Source, county: County) -> None:
    """Give every branch, general branch and committee its term and its officers."""
    for org in county.orgs:
        if org.kind == "branch":
            seat_branch(source, county, org)
    for org in county.orgs:
        if org.kind != "branch":
            _seat_above(source, county, org)


def years_of(org: Org) -> int:
    """Years of a term by level and domain (RQ): five in villages, communities and committees, else three."""
    return 5 if org.domain in ("village", "community", "faculty") or org.kind == "committee" else 3


def seat_branch(source: Source, county: County, org: Org) -> None:
    """The committee of a branch, or its secretary where there are fewer than seven full members."""
    wish = org.wish
    full = sum(1 for person in org.members if person.spells[-1].status == "full")
    seats = wish.seats if wish and wish.seats is not None else None
    if seats is None:
        seats = 0 if full < COMMITTEE_FROM else 3 if full < 16 else 5
    org.has_committee = seats > 0
    term = add_term(source, county, org, wish.term_age_months if wish else None)
    term.seats = seats or None
    officers = candidates(org, term)[: max(1, seats)]
    _hold(source, county, org, officers)
    for group in org.groups:
        _lead(source, county, group.members, org, group.group_id)


def candidates(org: Org, term: Term) -> list[Person]:
    """Who may be elected: full members for more than a year before the first term on record."""
    first = min(item.elected_date for item in org.terms) if org.terms else term.elected_date
    latest = add_months(first, -13)
    able = [
        p for p in org.members if is_steady(p) and p.full_date and p.full_date <= latest and not p.exemptions
    ]
    return sorted(able, key=lambda p: (abs(p.birth.year - (first.year - 42)), p.person_id))


def add_term(source: Source, county: County, org: Org, age_months: int | None) -> Term:
    """The running term, and the one before where the election fell into the time on record."""
    years = years_of(org)
    today = county.today
    if org.begin is not None and org.begin > county.begin:
        return _term(source, org, 1, org.begin, years, today)
    if age_months is None:
        oldest = add_months(today, -12 * years) + timedelta(days=20)
        elected = source.day(oldest, today - timedelta(days=70))
    else:
        elected = add_months(today, -age_months) + timedelta(days=source.random.randint(0, 9))
    number = source.random.randint(3, 12)
    if elected >= county.begin:
        before = add_months(elected, -12 * years) + timedelta(days=source.random.randint(1, 25))
        _term(source, org, number - 1, before, years, today).ended_date = elected
    return _term(source, org, number, elected, years, today)


def _term(source: Source, org: Org, number: int, elected: date, years: int, today: date) -> Term:
    formed_by = "congress" if org.kind == "committee" else "general_membership_meeting"
    end = add_years(elected, years)
    made = Term(source.number("term"), org, number, elected, years, end, formed_by)
    made.approved_date = elected + timedelta(days=source.random.randint(3, 20))
    made.filed_date = made.approved_date
    reminder = add_months(end, -6) - timedelta(days=source.random.randint(3, 40))
    made.reminded_date = reminder if reminder <= today else None
    org.terms.append(made)
    return made


def _hold(source: Source, county: County, org: Org, officers: list[Person]) -> None:
    """The officers hold their offices in every term on record."""
    for term in org.terms:
        for order, (person, role) in enumerate(_roles(officers)):
            org.offices.append(_office(person, org, term, role, order))


def _roles(officers: list[Person]) -> list[tuple[Person, str]]:
    count = len(officers)
    roles = ROLES.get(count) or (*FIVE, *["committee_member"] * (count - 5))
    held = list(zip(officers, roles, strict=True))
    if count in (2, 3):  # few members share four tasks
        held.append((officers[1], "publicity_member"))
    if count == 2:
        held.append((officers[1], "discipline_member"))
    return held


def _office(person: Person, org: Org, term: Term, role: str, order: int) -> Office:
    return Office(
        person,
        org,
        term,
        None,
        role,
        "elected",
        term.elected_date,
        term.ended_date,
        term.approved_date,
        order,
    )


def _lead(source: Source, county: County, members: list[Person], org: Org, group_id: int) -> None:
    group = next(group for group in org.groups if group.group_id == group_id)
    holders = {office.person for office in org.offices}
    able = [p for p in members if is_steady(p) and not p.exemptions]
    leader = next((p for p in able if p not in holders), able[0])
    group.leader = leader
    org.offices.append(
        Office(leader, org, None, group, "group_leader", "appointed", county.begin, None, None, 20)
    )


def _seat_above(source: Source, county: County, org: Org) -> None:
    """Committees above the branches: their officers come from the committees of the branches below them."""
    if org.kind in TERMED:
        add_term(source, county, org, None)
        latest = min(term.elected_date for term in org.terms)
    else:
        latest = add_months(county.today, -40)
    below = sorted(_below(org), key=lambda office: (office.sort_order, office.org.org_id))
    if (
        org.kind != "general_branch"
    ):  # a branch's secretary lectures there, which would count for the committee's
        below = [office for office in below if office.role != "secretary"]
    chosen = list(
        dict.fromkeys(
            o.person for o in below if o.person.full_date and o.person.full_date <= add_months(latest, -13)
        )
    )
    officers = chosen[:5]
    if org.terms:
        for term in org.terms:
            term.seats = len(officers)
        _hold(source, county, org, officers)
    else:
        for order, (person, role) in enumerate(_roles(officers)):
            org.offices.append(
                Office(person, org, None, None, role, "appointed", latest, None, latest, order)
            )
    if org.kind in ("committee", "work_committee") and len(chosen) > 5:
        org.offices.append(
            Office(chosen[5], org, None, None, "organizer", "appointed", county.begin, None, county.begin, 9)
        )


def _below(org: Org) -> list[Office]:
    found: list[Office] = []
    for child in org.children:
        if child.kind == "branch" and child.wish is None:
            found += [office for office in child.offices if office.group is None and office.valid_to is None]
        found += _below(child)
    return found
