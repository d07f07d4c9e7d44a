"""Gaps in the tree and in what committees owe: set up or dissolved without a superior, yearly duties."""

from __future__ import annotations

from datetime import date, timedelta

from zhibu.cli.demo.manifest import Finding
from zhibu.cli.demo.planner.committees import above
from zhibu.cli.demo.planner.site import Plant, Site, Span, day_before, spans
from zhibu.cli.demo.population import make_person
from zhibu.cli.demo.records import Meeting, Org, OrgChange, Spell
from zhibu.cli.demo.settlement import change
from zhibu.cli.demo.tree import grow
from zhibu.common.dates import add_months

ABOVE = ("committee", "work_committee")


def _founded(site: Site, applied: date | None, approved: date | None) -> None:
    """The branch was set up a few months ago; life and records begin with it."""
    day = site.county.today - timedelta(days=site.source.random.randint(130, 170))
    site.org.begin = site.org.established_date = day
    founding = site.org.changes[0]
    founding.effective_date, founding.applied_date, founding.approved_date = day, applied, approved


def _founded_alone(site: Site) -> list[Finding]:
    _founded(site, None, None)
    return [site.finding("created_by_superior", kind="act", period=site.org.established_date.isoformat())]


def _founded_in_order(site: Site) -> list[Finding]:
    """Answered exactly a month after the application, and set up on the day of the answer."""
    _founded(site, None, None)
    founding = site.org.changes[0]
    founding.approved_date = founding.effective_date
    founding.applied_date = add_months(founding.effective_date, -1)
    if add_months(founding.applied_date, 1) != founding.approved_date:
        founding.applied_date += timedelta(days=1)
    return []


def _dissolved(
    site: Site, applied: date | None, approved: date | None, day: date, *, is_own: bool = False
) -> Org:
    """A temporary branch without members, dissolved since the records began; it is no branch of today."""
    parent = site.source.pick([org for org in site.county.orgs if org.kind == "committee"])
    number = len(site.county.gone)
    name = f"{site.county.root.unit_name}{'防汛抢险春运保障秋收会战抗旱救灾'[number * 4 : number * 4 + 4]}"
    code = f"{parent.code}{900 + number}"
    org = grow(site.source, parent, f"中共{name}临时支部委员会", f"{name}临时党支部", "branch", "other", code)
    parent.children.remove(org)
    org.dissolved_date, org.unit_name, org.is_temporary = day, name, True
    change_id = site.source.number("organization_change")
    org.changes.append(OrgChange(change_id, org, "dissolve", day, applied, approved, is_own=is_own))
    site.county.gone.append(org)
    return org


def _dissolved_alone(site: Site) -> list[Finding]:
    day = site.county.begin + timedelta(days=90)
    org = _dissolved(site, None, None, day, is_own=True)
    return [site.finding("dissolved_by_superior", kind="act", period=day.isoformat(), org=org)]


def _dissolved_in_order(site: Site) -> list[Finding]:
    day = site.county.begin + timedelta(days=120)
    _dissolved(site, None, day_before(day), day)
    return []


def _answered(months: int, days: int) -> Plant:
    """The answer to an application came so long after it."""

    def plant(site: Site) -> list[Finding]:
        applied = site.county.begin + timedelta(days=20)
        approved = add_months(applied, months) + timedelta(days=days)
        org = _dissolved(site, applied, approved, approved + timedelta(days=3))
        return [site.finding("answered_in_a_month", state="met_late", org=org)] if days else []

    return plant


def _yearly_missing(duty: str, kind: str, kinds: tuple[str, ...]) -> Plant:
    """A committee above the branches did nothing of this kind in a year."""

    def plant(site: Site) -> list[Finding]:
        org = site.county.root if kinds == ("local_committee",) else above(site, kinds)
        span = _year(site, org, 0)
        org.meetings[:] = [m for m in org.meetings if not _is_of(m, kind, span)]
        if duty != "committee_secretary_lecture":
            return [site.finding(duty, org=org, period=span.key)]
        secretary = next(o.person for o in org.offices if o.role == "secretary" and o.valid_to is None)
        return [site.finding(duty, kind="person", subject=secretary.public_id, org=org, period=span.key)]

    return plant


def _yearly_last_day(kind: str, kinds: tuple[str, ...], index: int = 0) -> Plant:
    def plant(site: Site) -> list[Finding]:
        org = site.county.root if kinds == ("local_committee",) else above(site, kinds)
        span = _year(site, org, index)
        for meeting in org.meetings:
            if _is_of(meeting, kind, span):
                meeting.date = day_before(span.end)
        return []

    return plant


def _is_of(meeting: Meeting, kind: str, span: Span) -> bool:
    return meeting.kind == kind and span.start <= meeting.date < span.end


def _year(site: Site, org: Org, index: int) -> Span:
    """One of the whole years that an organisation has on record, from the first."""
    return list(spans(org.begin or site.county.begin, site.county.today, 12, 0))[index]


def _without_branch(site: Site) -> list[Finding]:
    """Somebody moved in of late and belongs to a committee, but to no branch yet."""
    org = above(site, ABOVE)
    day = site.county.today - timedelta(days=site.source.random.randint(5, 25))
    person = make_person(site.source, org, site.county.today)
    opening = change(site.source, site.county, person, org, "transfer_in", day)
    opening.place = "外县党组织"
    person.spells.append(Spell(person, org, None, "full", day, None, opening))
    site.county.persons.append(person)
    org.members.append(person)
    org.roll.append(person)
    return [site.finding("in_a_branch", kind="person", subject=person.public_id, org=org)]


def _in_a_branch_since_today(site: Site) -> list[Finding]:
    """Somebody who belonged to the committee alone got a branch today."""
    person = next(site.ordinary())
    day = site.county.today - timedelta(days=12)
    spell = person.spells[0]
    org = site.org.superior
    opening = change(site.source, site.county, person, org, "transfer_in", day)
    site.county.changes.remove(spell.opened_by)
    arrival = change(site.source, site.county, person, site.org, "transfer_in", site.county.today)
    first = Spell(person, org, None, "full", day, site.county.today, opening, arrival)
    person.spells = [first, Spell(person, site.org, None, "full", site.county.today, None, arrival)]
    org.roll.append(person)
    return []


PLANTS: dict[str, Plant] = {
    "set up without a superior": _founded_alone,
    "set up by the superior": _founded_in_order,
    "answered late": _answered(1, 18),
    "answered in a month": _answered(1, 0),
    "dissolved without a superior": _dissolved_alone,
    "dissolved by the superior": _dissolved_in_order,
    "county did not study": _yearly_missing("county_study", "committee_study", ("local_committee",)),
    "county studied at the end": _yearly_last_day("committee_study", ("local_committee",), 1),
    "no training": _yearly_missing("committee_training", "training", ("committee",)),
    "training at the end": _yearly_last_day("training", ("committee",)),
    "no lecture": _yearly_missing("committee_secretary_lecture", "party_lecture", ABOVE),
    "lecture at the end": _yearly_last_day("party_lecture", ABOVE),
    "without a branch": _without_branch,
    "in a branch since today": _in_a_branch_since_today,
}
