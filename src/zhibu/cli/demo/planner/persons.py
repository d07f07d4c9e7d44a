"""Gaps in what concerns single members: hours, talks, admission, discipline, and who left."""

from __future__ import annotations

from datetime import date, timedelta

from zhibu.cli.demo.manifest import Finding
from zhibu.cli.demo.planner.site import Plant, Site, Span, day_before
from zhibu.cli.demo.population import id_number
from zhibu.cli.demo.records import Change, Meeting, Person, Spell
from zhibu.cli.demo.settlement import change, open_spells
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
    days = site.held("themed_party_day", span)[:3]
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
    meeting = site.source.pick(site.held("general_membership_meeting", span))
    meeting.marks[person] = "absent"
    return [_about(site, "absence_without_leave", person, span)]


def _made_up(site: Site) -> list[Finding]:
    span, person = site.pick_span(12), _loyal(next(site.ordinary()))
    meeting = site.source.pick(site.held("general_membership_meeting", span))
    meeting.marks[person], meeting.make_ups[person] = "absent", "made_up"
    return []


def _away_all_winter(site: Site, *, is_handled: bool) -> list[Finding]:
    """On leave from October to March and nothing made up; the branch asked in time, or not at all."""
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


def _approved(kind: str, duty: str, days: int | None) -> Plant:
    """The superior approved so many days after the meeting, or not at all."""

    def plant(site: Site) -> list[Finding]:
        person = _young(site)
        joined = site.county.begin + timedelta(days=50)
        changes = _rewrite(site, person, joined, add_months(joined, 12) if kind == "confirm" else None)
        made = next(item for item in changes if item.kind == kind)
        made.approved_date = made.date + timedelta(days=days) if days is not None else None
        return [site.finding(duty, kind="person", subject=person.public_id)] if days is None else []

    return plant


def _confirmed_after_extension(days: int) -> Plant:
    """The probation was extended by half a year; the meeting converted so many days before that was over."""

    def plant(site: Site) -> list[Finding]:
        person = _young(site)
        joined = add_months(site.county.today, -20)
        _rewrite(site, person, joined, None)
        ends = add_months(joined, 12)
        made = change(site.source, site.county, person, site.org, "extend", ends)
        made.body, made.decision_date = "general_membership_meeting", ends
        made.approved_date, made.until_date = ends + timedelta(days=20), add_months(ends, 6)
        day = made.until_date - timedelta(days=days)
        last = change(site.source, site.county, person, site.org, "confirm", day)
        last.body, last.decision_date = "general_membership_meeting", day
        last.approved_date = day + timedelta(days=10)
        person.full_date = day
        spell = person.spells[0]
        spell.valid_to, spell.closed_by = day, last
        person.spells.append(Spell(person, site.org, spell.group, "full", day, None, last))
        return [site.finding("extended_probation", kind="person", subject=person.public_id)] if days else []

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
    "admission not approved": _approved("accept", "admission_approved", None),
    "admission approved that day": _approved("accept", "admission_approved", 0),
    "conversion not approved": _approved("confirm", "probation_approved", None),
    "conversion approved that day": _approved("confirm", "probation_approved", 0),
    "converted before the extension ended": _confirmed_after_extension(5),
    "converted when the extension ended": _confirmed_after_extension(0),
    "applied at 17": _applied_at(10),
    "applied on the birthday": _applied_at(0),
}
