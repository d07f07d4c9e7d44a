"""Gaps in terms of office: overdue, too long, extended or ended early without the right papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from zhibu.cli.demo.manifest import Finding
from zhibu.cli.demo.planner.committees import above
from zhibu.cli.demo.planner.site import Case, Site
from zhibu.cli.demo.records import Extension, Org, Person, Term, Wish
from zhibu.cli.demo.settlement import open_spells
from zhibu.common.dates import add_months, add_years

Plant = Callable[[Site], list[Finding]]
VILLAGE, OTHER = ("village", "community"), ("office", "public_institution", "state_firm", "private")
RECENT = Wish(term_age_months=9)  # elected while on record


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
    org = above(site, ("general_branch",), ())
    _elect_long_ago(org, site.county.today + timedelta(days=70))
    org.terms[-1].reminded_date = None
    return [site.finding("superior_reminded", org=org)]


def _above_reminded(site: Site) -> list[Finding]:
    org = above(site, ("general_branch",), ())
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
        before, term = site.org.terms[-2:]
        person = next(site.ordinary())
        _become_full(site, person, add_months(term.elected_date, -months))
        old = next(o for o in site.org.offices if o.term is term and o.role == "secretary")
        for meeting_office in site.org.offices:
            if meeting_office is old:
                meeting_office.person = person
        return [site.finding("secretary_party_age", kind="person", subject=person.public_id)] if months < 12 else []

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


SEATED = Wish(size=30, formal=30, term_age_months=14)
CASES = (
    Case("term of six years", "term_three_to_five", "届期写成六年", _years(6, "term_three_to_five", "other_term"), wish=RECENT, domains=OTHER, phase="people"),
    Case("term of five years", "term_three_to_five", "村支部届期五年", _nothing, is_near=True, wish=RECENT, domains=VILLAGE),
    Case("village term of three years", "village_term", "村支部届期写成三年", _years(3, "village_term"), wish=RECENT, domains=VILLAGE, count=2, phase="people"),
    Case("village term of five years", "village_term", "村支部届期正好五年", _nothing, is_near=True, wish=RECENT, domains=VILLAGE),
    Case("office term of five years", "other_term", "机关支部届期写成五年", _years(5, "other_term"), wish=RECENT, domains=OTHER, count=2, phase="people"),
    Case("office term of three years", "other_term", "机关支部届期正好三年", _nothing, is_near=True, wish=RECENT, domains=OTHER),
    Case("village general branch, three years", "village_general_branch_term", "村总支届期写成三年", _years_above(3, "village_general_branch_term", ("general_branch",), VILLAGE), phase="people"),
    Case("village general branch, five years", "village_general_branch_term", "村总支届期五年", _right_above(5, ("general_branch",), VILLAGE), is_near=True, phase="people"),
    Case("general branch, five years", "general_branch_term", "机关总支届期写成五年", _years_above(5, "general_branch_term", ("general_branch",), ("office", "private", "state_firm")), phase="people"),
    Case("general branch, three years", "general_branch_term", "机关总支届期三年", _right_above(3, ("general_branch",), ("office", "private", "state_firm")), is_near=True, phase="people"),
    Case("faculty, three years", "faculty_term", "院系总支届期写成三年", _years_above(3, "faculty_term", ("general_branch",), ("faculty",)), phase="people"),
    Case("faculty, five years", "faculty_term", "院系总支届期五年", _right_above(5, ("general_branch",), ("faculty",)), is_near=True, phase="people"),
    Case("committee, three years", "committee_term", "基层党委届期写成三年", _years_above(3, "committee_term", ("committee",), ()), phase="people"),
    Case("committee, five years", "committee_term", "基层党委届期五年", _right_above(5, ("committee",), ()), is_near=True, phase="people"),
    Case("overdue", "election_on_time", "届满未换届，也没有延期批复", _overdue, wish=Wish(), count=11, phase="people"),
    Case("due today", "election_on_time", "今天届满", _due_today, is_near=True, wish=Wish(), phase="people"),
    Case("extended for 14 months", "extension_of_a_year", "延期十四个月", _extended_too_long, wish=Wish(), phase="people"),
    Case("extended for a year", "extension_of_a_year", "届满当天批准延期一年", _extended_a_year, is_near=True, wish=Wish(), phase="people"),
    Case("extended without approval", "extension_approved", "延期没有批复", _extended_without, wish=Wish(), phase="people"),
    Case("extended afterwards", "extension_approved", "届满以后才批准延期", _extended_afterwards, wish=Wish(), phase="people"),
    Case("approved on the last day", "extension_approved", "届满当天批准延期", _extended_a_year, is_near=True, wish=Wish(), phase="people"),
    Case("elected 14 months early", "early_election", "提前十四个月换届", _early(14), wish=Wish(term_age_months=8), phase="people"),
    Case("elected a year early", "early_election", "提前正好一年换届", _early(12), is_near=True, wish=Wish(term_age_months=8), phase="people"),
    Case("secretary not approved", "secretary_approved", "书记没有上级批复", _papers("approved_date", "secretary_approved", None), wish=SEATED, count=2, phase="people"),
    Case("secretary approved late", "secretary_approved", "书记批复晚了", _papers("approved_date", "secretary_approved", 60), wish=SEATED, phase="people"),
    Case("secretary approved in a month", "secretary_approved", "书记批复正好一个月", _papers_in_time("approved_date"), is_near=True, wish=SEATED, phase="people"),
    Case("members not filed", "members_filed", "委员名单没有备案", _papers("filed_date", "members_filed", None), wish=SEATED, count=2, phase="people"),
    Case("members filed in a month", "members_filed", "委员名单正好一个月备案", _papers_in_time("filed_date"), is_near=True, wish=SEATED, phase="people"),
    Case("not reminded", "branch_reminded", "届满前六个月没有提醒", _unreminded, wish=Wish(), count=5, phase="people"),
    Case("reminded late", "branch_reminded", "提醒晚了二十天", _reminded_late, wish=Wish(), phase="people"),
    Case("reminded in time", "branch_reminded", "正好提前六个月提醒", _reminded_in_time, is_near=True, wish=Wish(), phase="people"),
    Case("general branch not reminded", "superior_reminded", "总支没有收到提醒", _above_unreminded, phase="people"),
    Case("general branch reminded", "superior_reminded", "总支正好提前六个月收到提醒", _above_reminded, is_near=True, phase="people"),
    Case("secretary too young in the Party", "secretary_party_age", "书记转正八个月即任职", _young_secretary(8), wish=SEATED, phase="people"),
    Case("secretary of one year", "secretary_party_age", "书记转正正好一年任职", _young_secretary(12), is_near=True, wish=SEATED, phase="people"),
    Case("committee by congress", "committee_elected", "基层党委由代表大会选举", _right_above(5, ("committee",), ()), is_near=True, phase="people"),
    Case("elected by delegates", "elected_by_meeting", "支部由代表大会选举", _formed_by("congress", "elected_by_meeting"), wish=SEATED, phase="people"),
    Case("elected by all", "elected_by_meeting", "党员大会选举", _nothing, is_near=True, wish=SEATED),
)  # fmt: skip
