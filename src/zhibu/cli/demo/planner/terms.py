"""Gaps in terms of office: overdue, too long, extended or ended early without the right papers."""

from __future__ import annotations

from datetime import date, timedelta

from zhibu.cli.demo.manifest import Finding
from zhibu.cli.demo.planner.committees import above
from zhibu.cli.demo.planner.site import Plant, Site
from zhibu.cli.demo.records import Extension, Org, Person, Term
from zhibu.cli.demo.settlement import open_spells
from zhibu.common.dates import add_months, add_years

GENERAL = ("general_branch",)
VILLAGE, OFFICES = ("village", "community"), ("office", "private", "state_firm")


def _set_years(term: Term, years: int) -> None:
    term.years, term.end_date = years, add_years(term.elected_date, years)


def _years(years: int, *duties: str) -> Plant:
    """The running term was given other years than it should have."""

    def plant(site: Site) -> list[Finding]:
        _set_years(site.org.terms[-1], years)
        return [site.finding(duty) for duty in duties]

    return plant


def _nothing(site: Site) -> list[Finding]:
    """The wish alone makes the near miss."""
    return []


def _years_above(years: int, duty: str, kinds: tuple[str, ...], domains: tuple[str, ...]) -> Plant:
    """The same for a general branch or a committee, which was elected while on record."""

    def plant(site: Site) -> list[Finding]:
        org = above(site, kinds, domains)
        _elect_again(site, org, years)
        return [site.finding(duty, org=org)]

    return plant


def _right_above(years: int, kinds: tuple[str, ...], domains: tuple[str, ...]) -> Plant:
    def plant(site: Site) -> list[Finding]:
        _elect_again(site, above(site, kinds, domains), years)
        return []

    return plant


def _elect_again(site: Site, org: Org, years: int) -> None:
    """The running term began on record a few months ago and runs for so many years; offices move with it."""
    term = org.terms[-1]
    day = add_months(site.county.today, -site.source.random.randint(5, 10))
    for office in org.offices:
        if office.term is term:
            office.valid_from = day
        elif office.term is not None:
            office.valid_to = day
    if len(org.terms) > 1:
        org.terms[-2].ended_date = day
        org.terms[-2].end_date = day
        org.terms[-2].elected_date = add_years(day, -org.terms[-2].years)
        org.terms[-2].reminded_date = add_months(day, -7)
    term.elected_date, term.approved_date, term.filed_date = day, day + timedelta(9), day + timedelta(9)
    _set_years(term, years)
    term.reminded_date = None


def _shift(term: Term, expired: date) -> None:
    """Move a term in time so that it expires on a day; it was reminded of in good time."""
    term.end_date = expired
    term.elected_date = add_years(expired, -term.years)
    if add_years(term.elected_date, term.years) != expired:  # 29 February
        term.end_date = add_years(term.elected_date, term.years)
    term.reminded_date = add_months(term.end_date, -6) - timedelta(days=12)
    for office in term.org.offices:
        if office.term is term:
            office.valid_from = term.elected_date


def _overdue(site: Site) -> list[Finding]:
    _shift(site.org.terms[-1], site.county.today - timedelta(days=site.source.random.randint(2, 500)))
    return [site.finding("election_on_time")]


def _due_today(site: Site) -> list[Finding]:
    _shift(site.org.terms[-1], site.county.today)
    return []


def _extended(site: Site, days_ago: int, months: int, approved: int | None) -> Term:
    """The term ran out so many days ago and was extended by months; approved so many days before the end."""
    term = site.org.terms[-1]
    _shift(term, site.county.today - timedelta(days=days_ago))
    until = add_months(term.end_date, months)
    day = term.end_date - timedelta(days=approved) if approved is not None else None
    term.extensions.append(Extension(until, None, day, "因工作需要"))
    return term


def _extended_too_long(site: Site) -> list[Finding]:
    _extended(site, 60, 14, 20)
    return [site.finding("extension_of_a_year")]


def _extended_a_year(site: Site) -> list[Finding]:
    _extended(site, 50, 12, 0)
    return []


def _extended_without(site: Site) -> list[Finding]:
    """Nobody approved it: so the term simply is overdue, too."""
    _extended(site, 70, 8, None)
    return [site.finding("extension_approved"), site.finding("election_on_time")]


def _extended_afterwards(site: Site) -> list[Finding]:
    _extended(site, 80, 9, -15)
    return [site.finding("extension_approved")]


def _early(months: int) -> Plant:
    def plant(site: Site) -> list[Finding]:
        before, term = site.org.terms[-2:]
        before.end_date = add_months(term.elected_date, months)
        before.elected_date = add_years(before.end_date, -before.years)
        if add_years(before.elected_date, before.years) != before.end_date:
            before.end_date = add_years(before.elected_date, before.years)
        before.reminded_date = None
        for office in site.org.offices:
            if office.term is before:
                office.valid_from = before.elected_date
        return [site.finding("early_election")] if months > 12 else []

    return plant


def _extended_above(months: int) -> Plant:
    """A general branch's term ran out a while ago and was extended by so many months."""

    def plant(site: Site) -> list[Finding]:
        org = above(site, GENERAL, ())
        _elect_long_ago(org, site.county.today - timedelta(days=55))
        term = org.terms[-1]
        day = term.end_date - timedelta(days=20)
        term.extensions.append(Extension(add_months(term.end_date, months), None, day, "因工作需要"))
        return [site.finding("extension_of_a_year_above", org=org)] if months > 12 else []

    return plant


def _early_above(months: int) -> Plant:
    """A general branch elected anew so many months before its term was over."""

    def plant(site: Site) -> list[Finding]:
        org = above(site, GENERAL, ())
        term = org.terms[-1]
        _elect_again(site, org, term.years)
        if len(org.terms) == 1:
            number = site.source.number("term")
            day = term.elected_date
            org.terms.insert(0, Term(number, org, term.number - 1, day, term.years, day, term.formed_by))
        before = org.terms[-2]
        _end_early(before, term, months)
        return [site.finding("early_election_above", org=org)] if months > 12 else []

    return plant


def _end_early(before: Term, term: Term, months: int) -> None:
    before.years, before.ended_date, before.reminded_date = term.years, term.elected_date, None
    before.elected_date = add_years(add_months(term.elected_date, months), -before.years)
    before.end_date = add_years(before.elected_date, before.years)


def _papers(field: str, duty: str, days: int | None) -> Plant:
    """One of the two papers after an election is missing, or came so many days later."""

    def plant(site: Site) -> list[Finding]:
        term = site.org.terms[-1]
        setattr(term, field, term.elected_date + timedelta(days=days) if days is not None else None)
        state = "unmet" if days is None else "met_late"
        return [site.finding(duty, state=state)]

    return plant


def _papers_in_time(field: str) -> Plant:
    def plant(site: Site) -> list[Finding]:
        term = site.org.terms[-1]
        setattr(term, field, add_months(term.elected_date, 1))
        return []

    return plant


def _unreminded(site: Site) -> list[Finding]:
    _shift(site.org.terms[-1], site.county.today + timedelta(days=site.source.random.randint(20, 150)))
    site.org.terms[-1].reminded_date = None
    return [site.finding("branch_reminded")]


def _reminded_late(site: Site) -> list[Finding]:
    term = site.org.terms[-1]
    _shift(term, site.county.today + timedelta(days=100))
    term.reminded_date = add_months(term.end_date, -6) + timedelta(days=20)
    return [site.finding("branch_reminded", state="met_late")]


def _reminded_in_time(site: Site) -> list[Finding]:
    term = site.org.terms[-1]
    _shift(term, site.county.today + timedelta(days=90))
    term.reminded_date = add_months(term.end_date, -6)
    return []


def _above_unreminded(site: Site) -> list[Finding]:
    org = above(site, GENERAL, ())
    _elect_long_ago(org, site.county.today + timedelta(days=70))
    org.terms[-1].reminded_date = None
    return [site.finding("superior_reminded", org=org)]


def _above_reminded(site: Site) -> list[Finding]:
    org = above(site, GENERAL, ())
    _elect_long_ago(org, site.county.today + timedelta(days=75))
    org.terms[-1].reminded_date = add_months(org.terms[-1].end_date, -6)
    return []


def _elect_long_ago(org: Org, expires: date) -> None:
    """The running term, the only one on record, began long ago and expires on a day."""
    term = org.terms[-1]
    org.offices[:] = [office for office in org.offices if office.term in (term, None)]
    org.terms[:] = [term]
    _shift(term, expires)


def _young_secretary(months: int) -> Plant:
    """The new secretary became a full member so many months before taking office."""

    def plant(site: Site) -> list[Finding]:
        term = site.org.terms[-1]
        person = next(site.ordinary())
        _become_full(site, person, add_months(term.elected_date, -months))
        old = next(o for o in site.org.offices if o.term is term and o.role == "secretary")
        for meeting_office in site.org.offices:
            if meeting_office is old:
                meeting_office.person = person
        return (
            [site.finding("secretary_party_age", kind="person", subject=person.public_id)]
            if months < 12
            else []
        )

    return plant


def _become_full(site: Site, person: Person, full: date) -> None:
    """Rewrite when somebody joined, so that the conversion falls on a day."""
    site.county.changes[:] = [change for change in site.county.changes if change.person is not person]
    person.joined_date, person.full_date = add_years(full, -1), full
    person.applied_date = add_months(full, -36)
    person.spells = []
    open_spells(site.source, site.county, person, site.org, delay=0)
    for spell in person.spells:
        spell.group = next((group for group in site.org.groups if person in group.members), None)


def _formed_by(formed_by: str, duty: str) -> Plant:
    def plant(site: Site) -> list[Finding]:
        term = site.org.terms[-1]
        term.formed_by = formed_by
        return [site.finding(duty, kind="act", period=term.elected_date.isoformat())]

    return plant


PLANTS: dict[str, Plant] = {
    "term of six years": _years(6, "term_three_to_five", "other_term"),
    "term of five years": _nothing,
    "village term of three years": _years(3, "village_term"),
    "village term of five years": _nothing,
    "office term of five years": _years(5, "other_term"),
    "office term of three years": _nothing,
    "village general branch, three years": _years_above(3, "village_general_branch_term", GENERAL, VILLAGE),
    "village general branch, five years": _right_above(5, GENERAL, VILLAGE),
    "general branch, five years": _years_above(5, "general_branch_term", GENERAL, OFFICES),
    "general branch, three years": _right_above(3, GENERAL, OFFICES),
    "faculty, three years": _years_above(3, "faculty_term", GENERAL, ("faculty",)),
    "faculty, five years": _right_above(5, GENERAL, ("faculty",)),
    "committee, three years": _years_above(3, "committee_term", ("committee",), ()),
    "committee, five years": _right_above(5, ("committee",), ()),
    "overdue": _overdue,
    "due today": _due_today,
    "extended for 14 months": _extended_too_long,
    "extended for a year": _extended_a_year,
    "extended without approval": _extended_without,
    "extended afterwards": _extended_afterwards,
    "approved on the last day": _extended_a_year,
    "elected 14 months early": _early(14),
    "elected a year early": _early(12),
    "general branch extended for 14 months": _extended_above(14),
    "general branch extended for a year": _extended_above(12),
    "general branch elected 14 months early": _early_above(14),
    "general branch elected a year early": _early_above(12),
    "secretary not approved": _papers("approved_date", "secretary_approved", None),
    "secretary approved late": _papers("approved_date", "secretary_approved", 60),
    "secretary approved in a month": _papers_in_time("approved_date"),
    "members not filed": _papers("filed_date", "members_filed", None),
    "members filed in a month": _papers_in_time("filed_date"),
    "not reminded": _unreminded,
    "reminded late": _reminded_late,
    "reminded in time": _reminded_in_time,
    "general branch not reminded": _above_unreminded,
    "general branch reminded": _above_reminded,
    "secretary too young in the Party": _young_secretary(8),
    "secretary of one year": _young_secretary(12),
    "committee by congress": _right_above(5, ("committee",), ()),
    "elected by delegates": _formed_by("congress", "elected_by_meeting"),
    "elected by all": _nothing,
}
