"""Gaps in what concerns single members: hours, talks, admission, discipline, and who left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.cli.demo.manifest import Finding
from zhibu.cli.demo.planner.site import Plant, Site, Span, day_before
from zhibu.cli.demo.population import id_number, make_person
from zhibu.cli.demo.records import Change, Meeting, Person, Spell
from zhibu.cli.demo.settlement import change, exempt, open_spells
from zhibu.common.dates import add_months, add_years

STUDY = ("collective_study", "training")


def _away(person: Person, meetings: list[Meeting]) -> None:
    for meeting in meetings:
        meeting.marks[person] = "leave"


def _studies(site: Site, span: Span) -> list[Meeting]:
    """The two half-days of study of a year."""
    return [m for m in site.held("collective_study", span) if m.kind == "collective_study"]


def _course(site: Site, span: Span) -> Meeting:
    """The officers' course of a year."""
    return next(m for m in site.held("training", span) if m.level == "county")


def _day(site: Site, span: Span) -> Meeting:
    """The training day of all members of a year."""
    return next(m for m in site.held("training", span) if m.level == "township")


def _loyal(person: Person) -> Person:
    person.is_loyal = True
    return person


def _about(site: Site, duty: str, person: Person, span: Span, state: str = "unmet") -> Finding:
    return site.finding(duty, kind="person", subject=person.public_id, period=span.key, state=state)


def _member_short(site: Site) -> list[Finding]:
    """22.5 hours of sixty minutes, 30 of forty-five: too few under both readings."""
    span, person = site.pick_span(12), _loyal(next(site.ordinary()))
    days = [m for m in site.held("themed_party_day", span)][:3]
    _away(person, [_day(site, span), *_studies(site, span), *days])
    return [_about(site, "member_hours", person, span)]


def _member_between(site: Site) -> list[Finding]:
    """1,800 minutes are 40 hours of forty-five minutes and 30 of sixty: the readings differ."""
    span, person = site.pick_span(12), _loyal(next(site.ordinary()))
    _away(person, [_day(site, span), *_studies(site, span)])
    return [_about(site, "member_hours", person, span, "depends")]


def _member_exact(site: Site) -> list[Finding]:
    """Exactly 1,920 minutes: 32 hours even at sixty minutes."""
    span, person = site.pick_span(12), _loyal(next(site.ordinary()))
    first, second = _studies(site, span)
    second.minutes = 120
    _away(person, [_day(site, span), first])
    return []


def _officer(site: Site) -> Person:
    return _loyal(next(o.person for o in site.officers() if o.role == "publicity_member"))


def _officer_short(site: Site) -> list[Finding]:
    """No course and no half-days: 2,280 minutes, too few under both readings; the training day remains."""
    span, person = site.pick_span(12), _officer(site)
    _course(site, span).marks.pop(person)
    _away(person, _studies(site, span))
    return [_about(site, "officer_hours", person, span)]


def _officer_between(site: Site) -> list[Finding]:
    """Without the course 2,760 minutes: enough at forty-five minutes the hour, too few at sixty."""
    span, person = site.pick_span(12), _officer(site)
    _course(site, span).marks.pop(person)
    return [_about(site, "officer_hours", person, span, "depends")]


def _officer_exact(site: Site) -> list[Finding]:
    """3,360 minutes to the minute: 56 hours at sixty."""
    span, person = site.pick_span(12), _officer(site)
    _course(site, span).minutes = 1080
    _away(person, _studies(site, span))
    return []


def _officer_untrained(site: Site) -> list[Finding]:
    """Neither the course nor the training day; the hours are then short as well."""
    span, person = site.pick_span(12), _officer(site)
    _course(site, span).marks.pop(person)
    _away(person, [_day(site, span)])
    return [
        _about(site, "officer_training", person, span),
        _about(site, "officer_hours", person, span, "unmet"),
    ]


def _officer_trained_once(site: Site) -> list[Finding]:
    """Away on the training day, but in the course on the last day of the year."""
    span, person = site.pick_span(12), _officer(site)
    _away(person, [_day(site, span)])
    _course(site, span).date = day_before(span.end)
    return []


def _untrained_secretary(site: Site) -> list[Finding]:
    """The course was held by the township, not by the county."""
    span = site.pick_span(12)
    _course(site, span).level = "township"
    return [_about(site, "secretary_trained", site.officers("secretary")[0].person, span)]


def _trained_on_the_last_day(site: Site) -> list[Finding]:
    span = site.pick_span(12)
    _course(site, span).date = day_before(span.end)
    return []


def _no_talk(site: Site) -> list[Finding]:
    span, person = site.pick_span(12), next(site.ordinary())
    for meeting in site.held("heart_to_heart_talk", span):
        meeting.marks.pop(person, None)
    return [_about(site, "talk_yearly", person, span)]


def _talk_on_the_last_day(site: Site) -> list[Finding]:
    span, person = site.pick_span(12), next(site.ordinary())
    talks = site.held("heart_to_heart_talk", span)
    for meeting in talks:
        meeting.marks.pop(person, None)
    made = site.add(talks[0], day_before(span.end))
    made.marks = {p: "partner" for p in (made.host, person) if p is not None}
    return []


def _stayed_away(site: Site) -> list[Finding]:
    span, person = site.pick_span(12), _loyal(next(site.ordinary()))
    meeting = site.source.pick([m for m in site.held("general_membership_meeting", span)])
    meeting.marks[person] = "absent"
    return [_about(site, "absence_without_leave", person, span)]


def _made_up(site: Site) -> list[Finding]:
    span, person = site.pick_span(12), _loyal(next(site.ordinary()))
    meeting = site.source.pick([m for m in site.held("general_membership_meeting", span)])
    meeting.marks[person], meeting.make_ups[person] = "absent", "made_up"
    return []


def _away_all_winter(site: Site, *, is_handled: bool) -> list[Finding]:
    """On leave from October to March and nothing made up; the branch looked into it in time, or not at all."""
    person, county = _loyal(next(site.ordinary())), site.county
    year = next(
        year
        for year in range(county.begin.year, county.today.year)
        if county.begin <= date(year, 9, 1) and date(year + 1, 4, 30) <= county.today
    )
    sittings = [m for m in site.org.meetings if m.basis == "expected" and m.audience == "members"]
    _away(person, [m for m in sittings if date(year, 10, 1) <= m.date <= date(year + 1, 3, 31)])
    last = max(m.date for m in sittings if m.date < date(year, 10, 1))
    if is_handled:
        county.follow_ups.append((site.org, person, add_months(last, 6)))
        return []
    return [site.finding("absent_half_a_year", kind="person", subject=person.public_id)]


def _absent(site: Site) -> list[Finding]:
    return _away_all_winter(site, is_handled=False)


def _absent_and_handled(site: Site) -> list[Finding]:
    return _away_all_winter(site, is_handled=True)


def _rewrite(site: Site, person: Person, joined: date, full: date | None) -> list[Change]:
    """Give a member other days of admission and conversion; returns the changes that follow."""
    site.county.changes[:] = [item for item in site.county.changes if item.person is not person]
    joined = joined.replace(day=28) if (joined.month, joined.day) == (2, 29) else joined  # see U-10
    person.joined_date, person.full_date = joined, full
    person.applied_date = add_months(joined, -24)
    person.spells = []
    before = len(site.county.changes)
    open_spells(site.source, site.county, person, site.org, delay=0)
    return site.county.changes[before:]


def _young(site: Site) -> Person:
    """The member of the site who is on probation."""
    return next(p for p in site.org.members if not p.is_full)


def _converted(months: int) -> Plant:
    def plant(site: Site) -> list[Finding]:
        person = _young(site)
        joined = site.county.begin + timedelta(days=40)
        _rewrite(site, person, joined, add_months(joined, months))
        if months >= 12:
            return []
        return [site.finding("probation_year", kind="person", subject=person.public_id)]

    return plant


def _extended(months: int) -> Plant:
    def plant(site: Site) -> list[Finding]:
        person = _young(site)
        joined = add_months(site.county.today, -15)
        _rewrite(site, person, joined, None)
        ends = add_months(joined, 12)
        made = change(site.source, site.county, person, site.org, "extend", ends)
        made.body, made.decision_date, made.until_date = (
            "general_membership_meeting",
            ends,
            add_months(ends, months),
        )
        made.approved_date = ends + timedelta(days=20)
        if months <= 12:
            return []
        return [site.finding("probation_extension", kind="person", subject=person.public_id)]

    return plant


def _decided_by_committee(kind: str, duty: str) -> Plant:
    def plant(site: Site) -> list[Finding]:
        person = _young(site)
        joined = site.county.begin + timedelta(days=50)
        changes = _rewrite(site, person, joined, add_months(joined, 12) if kind == "confirm" else None)
        made = next(item for item in changes if item.kind == kind)
        made.body = "branch_committee_meeting"
        return [site.finding(duty, kind="act", period=made.date.isoformat())]

    return plant


def _applied_at(days_before_eighteen: int) -> Plant:
    def plant(site: Site) -> list[Finding]:
        person = _young(site)
        applied = site.county.begin + timedelta(days=15)
        joined = add_months(applied, 15)
        person.birth = add_years(applied + timedelta(days=days_before_eighteen), -18)
        person.id_number = id_number(site.source, person.birth, person.sex)
        _rewrite(site, person, joined, None)
        person.applied_date = applied
        if not days_before_eighteen:
            return []
        return [site.finding("of_age", kind="process", period=applied.isoformat())]

    return plant


@dataclass(frozen=True, slots=True)
class Leave:
    """How somebody left the Party: the change and the days of its papers, counted from the decision."""

    kind: str
    body: str = "general_membership_meeting"
    approved: int | None = -3
    filed: int | None = None
    days_ago: int = 200


def _leaves(leave: Leave, *duties: str) -> Plant:
    """Somebody more than the members of today left the branch."""

    def plant(site: Site) -> list[Finding]:
        day = site.county.today - timedelta(days=leave.days_ago)
        person = make_person(site.source, site.org, site.county.today)
        opening = change(site.source, site.county, person, site.org, "record", site.county.begin)
        made = change(site.source, site.county, person, site.org, leave.kind, day)
        made.body, made.decision_date = leave.body, day - timedelta(days=20)
        made.approved_date = day + timedelta(days=leave.approved) if leave.approved is not None else None
        made.filed_date = day + timedelta(days=leave.filed) if leave.filed is not None else None
        person.spells.append(Spell(person, site.org, None, "full", site.county.begin, day, opening, made))
        site.county.persons.append(person)
        site.org.roll.append(person)
        return [_ending(site, duty, made) for duty in duties]

    return plant


def _ending(site: Site, duty: str, made: Change) -> Finding:
    if duty.endswith("_by_meeting"):
        assert made.decision_date is not None
        return site.finding(duty, kind="act", period=made.decision_date.isoformat())
    return site.finding(duty, kind="person", subject=made.person.public_id)


def _observed(months: int, body: str, duty: str = "") -> Plant:
    """Somebody is placed on probation within the Party (留党察看) for so many months."""

    def plant(site: Site) -> list[Finding]:
        person = next(site.ordinary())
        day = add_months(site.county.today, -7)
        made = change(site.source, site.county, person, site.org, "observe", day)
        made.body, made.decision_date, made.approved_date = body, day, day + timedelta(days=15)
        made.until_date = add_months(day, months)
        person.observed = (day, made.until_date)
        if duty == "sanction_by_meeting":
            return [site.finding(duty, kind="act", period=day.isoformat())]
        return [site.finding(duty, kind="person", subject=person.public_id)] if duty else []

    return plant


def _lost(months: int, body: str, *duties: str) -> Plant:
    """Somebody lost for so many months was suspended, and came back later."""

    def plant(site: Site) -> list[Finding]:
        person = next(site.ordinary())
        lost = site.county.begin + timedelta(days=30)
        suspended, restored = add_months(lost, months), add_months(lost, months + 5)
        _suspend(site, person, lost, suspended, restored, body)
        found = []
        for duty in duties:
            if duty == "suspension_decided":
                found.append(site.finding(duty, kind="act", period=suspended.isoformat()))
            else:
                found.append(site.finding(duty, kind="person", subject=person.public_id))
        return found

    return plant


def _suspend(site: Site, person: Person, lost: date, suspended: date, restored: date, body: str) -> None:
    change(site.source, site.county, person, site.org, "lost", lost)
    first = change(site.source, site.county, person, site.org, "suspend", suspended)
    first.body, first.decision_date = body, suspended
    second = change(site.source, site.county, person, site.org, "restore", restored)
    second.body, second.decision_date = "general_membership_meeting", restored
    second.approved_date = restored
    spell = person.spells[0]
    group = spell.group
    spell.valid_to, spell.closed_by = suspended, first
    person.spells += [
        Spell(person, site.org, group, "suspended", suspended, restored, first, second),
        Spell(person, site.org, group, "full", restored, None, second),
    ]


def _struck_off(short_by_days: int) -> Plant:
    """Somebody suspended is struck off as having left, two years after or a little less."""

    def plant(site: Site) -> list[Finding]:
        person = make_person(site.source, site.org, site.county.today)
        start, suspended = site.county.begin, site.county.begin + timedelta(days=1)
        day = add_years(suspended, 2) - timedelta(days=short_by_days)
        if day > site.county.today:
            suspended, day = start, add_years(start, 2) - timedelta(days=short_by_days)
        opening = change(site.source, site.county, person, site.org, "record", start)
        first = change(site.source, site.county, person, site.org, "suspend", suspended)
        first.body, first.decision_date = "general_membership_meeting", suspended
        last = change(site.source, site.county, person, site.org, "remove", day)
        last.body, last.decision_date = "general_membership_meeting", day - timedelta(days=20)
        last.approved_date = day - timedelta(days=2)
        change(site.source, site.county, person, site.org, "lost", add_months(suspended, -9))
        person.spells.append(Spell(person, site.org, None, "suspended", suspended, day, opening, last))
        site.county.persons.append(person)
        site.org.roll.append(person)
        if not short_by_days:
            return []
        return [site.finding("removal_after_two_years", kind="person", subject=person.public_id)]

    return plant


def _excluded(passed: int | None) -> Plant:
    """Somebody bedridden is left out of the expected attendance; the meeting passed it so many days before."""

    def plant(site: Site) -> list[Finding]:
        person = next(site.ordinary())
        start = site.county.begin + timedelta(days=60)
        exempt(person, site.org, "exempt_from_activities", "", start)
        made = exempt(person, site.org, "excluded_from_expected", "4", start)
        made.superior_approved_date = start
        made.meeting_passed_date = start - timedelta(days=passed) if passed is not None else None
        if passed is not None:
            return []
        return [site.finding("exclusion_approved", kind="person", subject=person.public_id)]

    return plant


PLANTS: dict[str, Plant] = {
    "22 hours": _member_short,
    "30 or 40 hours": _member_between,
    "32 hours": _member_exact,
    "officer short of hours": _officer_short,
    "officer between the readings": _officer_between,
    "officer with 56 hours": _officer_exact,
    "officer never trained": _officer_untrained,
    "officer trained once": _officer_trained_once,
    "secretary without county training": _untrained_secretary,
    "secretary trained at the end": _trained_on_the_last_day,
    "nobody talked": _no_talk,
    "talked at the end": _talk_on_the_last_day,
    "stayed away": _stayed_away,
    "stayed away and made up": _made_up,
    "away for half a year": _absent,
    "away and asked after": _absent_and_handled,
    "converted early": _converted(11),
    "converted after a year": _converted(12),
    "extended by 14 months": _extended(14),
    "extended by a year": _extended(12),
    "admitted by the committee": _decided_by_committee("accept", "admission_by_meeting"),
    "admitted by the meeting": _converted(13),
    "converted by the committee": _decided_by_committee("confirm", "probation_by_meeting"),
    "converted by the meeting": _converted(12),
    "applied at 17": _applied_at(10),
    "applied on the birthday": _applied_at(0),
    "withdrawal by the committee": _leaves(
        Leave("withdraw", "branch_committee_meeting", filed=10), "withdrawal_by_meeting"
    ),
    "withdrawal by the meeting": _leaves(Leave("withdraw", filed=0)),
    "withdrawal not filed": _leaves(Leave("withdraw"), "withdrawal_filed"),
    "withdrawal filed": _leaves(Leave("withdraw", filed=0)),
    "removal by the committee": _leaves(
        Leave("remove", "branch_committee_meeting"), "removal_by_meeting", "removal_approved"
    ),
    "removal by the meeting": _leaves(Leave("remove")),
    "removal not approved": _leaves(Leave("remove", approved=None), "removal_approved"),
    "removal approved that day": _leaves(Leave("remove", approved=0)),
    "observed for 30 months": _observed(30, "general_membership_meeting", "observation_two_years"),
    "observed for two years": _observed(24, "general_membership_meeting"),
    "sanctioned by the committee": _observed(12, "branch_committee_meeting", "sanction_by_meeting"),
    "sanctioned by the meeting": _observed(12, "general_membership_meeting"),
    "suspended after four months": _lost(4, "general_membership_meeting", "suspension_after_half_a_year"),
    "suspended after six months": _lost(6, "general_membership_meeting"),
    "suspended by nobody": _lost(8, "none", "suspension_decided"),
    "suspended by the committee": _lost(8, "branch_committee_meeting"),
    "struck off early": _struck_off(20),
    "struck off after two years": _struck_off(0),
    "left out by half": _excluded(None),
    "left out properly": _excluded(0),
}
