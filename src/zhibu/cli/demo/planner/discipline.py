"""Gaps in what happened to single members: who left, was observed, suspended, or left out of the expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.cli.demo.manifest import Finding
from zhibu.cli.demo.planner.site import Plant, Site
from zhibu.cli.demo.population import make_person
from zhibu.cli.demo.records import Change, Person, Spell
from zhibu.cli.demo.settlement import change, exempt
from zhibu.common.dates import add_months, add_years

COMMITTEE = "branch_committee_meeting"


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


def _sanctioned(approved: int | None) -> Plant:
    """Somebody is placed on probation; the superior approved so many days later, or not at all."""

    def plant(site: Site) -> list[Finding]:
        _observed(12, "general_membership_meeting")(site)
        made = next(c for c in reversed(site.county.changes) if c.kind == "observe" and c.org is site.org)
        made.approved_date = made.date + timedelta(days=approved) if approved is not None else None
        if approved is not None:
            return []
        return [site.finding("sanction_approved", kind="person", subject=made.person.public_id)]

    return plant


def _lost(months: int, body: str, *duties: str, searched: int | None = 20) -> Plant:
    """Somebody lost for so many months was suspended, and came back later.

    The branch searched so many days before the suspension, or not at all.
    """

    def plant(site: Site) -> list[Finding]:
        person = next(site.ordinary())
        lost = site.county.begin + timedelta(days=30)
        suspended, restored = add_months(lost, months), add_months(lost, months + 5)
        _suspend(site, person, lost, suspended, restored, body)
        if searched is not None:
            day = suspended - timedelta(days=searched)
            change(site.source, site.county, person, site.org, "searched", day)
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
        change(site.source, site.county, person, site.org, "searched", add_months(suspended, -1))
        person.spells.append(Spell(person, site.org, None, "suspended", suspended, day, opening, last))
        site.county.persons.append(person)
        site.org.roll.append(person)
        if not short_by_days:
            return []
        return [site.finding("removal_after_two_years", kind="person", subject=person.public_id)]

    return plant


def _excluded(passed: int | None) -> Plant:
    """Somebody bedridden is left out of the expected; the meeting passed it so many days before."""

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
    "sanction not approved": _sanctioned(None),
    "sanction approved that day": _sanctioned(0),
    "suspended without a search": _lost(8, "general_membership_meeting", "lost_searched", searched=None),
    "searched on the day": _lost(8, "general_membership_meeting", searched=0),
    "suspended after four months": _lost(4, "general_membership_meeting", "suspension_after_half_a_year"),
    "suspended after six months": _lost(6, "general_membership_meeting"),
    "suspended by nobody": _lost(8, "none", "suspension_decided"),
    "suspended by the committee": _lost(8, "branch_committee_meeting"),
    "struck off early": _struck_off(20),
    "struck off after two years": _struck_off(0),
    "left out by half": _excluded(None),
    "left out properly": _excluded(0),
}
