"""The one place where changes of members ask the rulebook, and the norms that they only point to.

Who decides, who has to approve, how long something lasts or has to be waited for: the rows of a change are
laid out as `facts` will show them afterwards, and the reference judges. Number, wording and clause are those
of the regulation's file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from zhibu.common.dates import add_months
from zhibu.common.errors import Refused
from zhibu.roster.members.facts import ACT_OF, PROCESS_OF
from zhibu.roster.members.models import Exemption, MembershipSpell, Office, Person, Status, StatusChange
from zhibu.roster.organizations.facts import facts_on
from zhibu.roster.organizations.models import Organization, OrgKind
from zhibu.rulebook.asking import Intent, require
from zhibu.rulebook.schema import Facts, Step

Kind, Body = StatusChange.Kind, StatusChange.Body

# Norms of regulations that are not written as data yet, and articles that a field of a form goes back to.
EXTENSION, TRANSFER, GROUPS = "FZ-32-2", "JY-25-3", "ZB-13-1"
LOST, MOBILE, RIGHTS, RESTORED = "JY-24-3", "JY-32-1", "XJ-5-2", "JY-24-5"
MEMBERSHIP_DAY, NO_VOTE = "JY-24-1", "ZC-7-2"
CIRCUMSTANCES = {Exemption.Kind.ACTIVITIES: "JY-23-1", Exemption.Kind.EXCLUDED: "XJ-YD-1"}

_BODIES_OF_OURS = {
    Kind.RESTORE: ((Body.GENERAL_MEETING, Body.BRANCH_COMMITTEE, Body.SUPERIOR), RESTORED),
    Kind.RIGHTS_SUSPENDED: ((Body.SUPERIOR,), RIGHTS),
}
_CODES = {  # by duty, else by reason
    "probation.length": "members.probation_running",
    "probation.extended_length": "members.probation_running",
    "probation.extension_at_most": "members.extension_length",
    "party_probation.at_most": "members.observation_length",
    "lost_contact.suspension": "members.lost_too_short",
    "lost_contact.strike_off": "members.suspended_too_short",
    "lost_contact.searched": "members.not_searched",
    "person.adult_at_application": "members.under_age",
    "wrong_body": "members.wrong_body",
    "body_missing": "members.wrong_body",
    "not_allowed": "members.temporary_branch",
    "lacking": "members.not_approved",
    "wrong_order": "members.approval_order",
    "step_missing": "members.date_missing",
}


def check_change(change: StatusChange) -> None:
    """Refuse a change of status, before it is written, that a norm forbids."""
    _check_body_of_ours(change)
    organization = change.organization
    days = (change.date, change.decision_date, change.approved_date)
    today = max(day for day in days if day)
    intent = Intent(organization.pk, organization.kind, change.decision_date or change.date, change.person_id)
    facts = replace(facts_on(organization, change.date), steps=tuple(_earlier_steps(change, intent)))
    if change.kind in ACT_OF:
        act = intent.act(ACT_OF[change.kind], change.body)
        require(facts, Facts(acts=(act,)), today=today, codes=_CODES, is_strict=True)
    steps = tuple(_steps(change, intent))
    require(facts, Facts(steps=steps), today=today, codes=_CODES)
    if change.kind == Kind.EXTEND:
        _check_extension(change)


def _steps(change: StatusChange, intent: Intent) -> Iterator[Step]:
    """The steps of every process that a change belongs to, as `facts.STEPS` shows them."""
    kind, person = change.kind, change.person
    decided, took_effect = change.decision_date or change.date, _later(change.date, change.approved_date)
    if kind in PROCESS_OF:
        dates = {"decided": decided, "approved": change.approved_date, "took_effect": took_effect}
        yield from intent.steps(PROCESS_OF[kind], dates)
    if kind == Kind.CONFIRM:
        yield from intent.steps("membership", {"admitted": person.joined_date, "full": change.date})
        extension = _extension_of(person)
        ends = extension.until_date if extension else None
        yield from intent.steps("probation_extension", {"ends": ends, "confirmed": change.date})
    if kind == Kind.EXTEND:
        begins = change.from_date or change.date
        yield from intent.steps("probation_extension", {"begins": begins, "ends": change.until_date})
    if kind == Kind.OBSERVE:
        yield from intent.steps("party_probation", {"begins": change.date, "ends": change.until_date})
    if kind in (Kind.REMOVE, Kind.PERSUADE, Kind.WITHDRAW):
        by_meeting = decided if change.body == Body.GENERAL_MEETING else None
        end = "withdrawn" if kind == Kind.WITHDRAW else "struck_off"
        papers = {"meeting_passed": by_meeting, "approved": change.approved_date, "filed": change.filed_date}
        yield from intent.steps("ending", {**papers, end: took_effect})
    if kind == Kind.SUSPEND:
        yield from intent.steps("lost_contact", _lost_contact(person, change.date))
    if kind == Kind.REMOVE:
        yield from intent.steps("lost_contact", {"struck_off": change.date})


def _earlier_steps(change: StatusChange, intent: Intent) -> Iterator[Step]:
    """What is on record already and was asked about when it was written: the suspension of who is removed."""
    if change.kind == Kind.REMOVE:
        spell = MembershipSpell.objects.filter(
            person=change.person, valid_to__isnull=True, is_belonging=True, status=Status.SUSPENDED
        ).first()
        yield from intent.steps("lost_contact", {"suspended": spell.valid_from if spell else None})


def _lost_contact(person: Person, suspended: date) -> dict[str, date | None]:
    if not person.is_lost or person.lost_date is None:
        return {}
    searched = (
        StatusChange.objects.filter(
            person=person, kind=Kind.SEARCHED, annulled_at__isnull=True, date__gte=person.lost_date
        )
        .order_by("date")
        .values_list("date", flat=True)
        .first()
    )
    return {"last_contact": person.lost_date, "searched": searched, "suspended": suspended}


def _check_extension(change: StatusChange) -> None:
    """Once, and not for less than half a year: the rules for admission, which are not data yet."""
    if _extension_of(change.person):
        raise Refused(
            "members.extended_once",
            "{name}的预备期已经延长过一次，不能再延长。".format(name=change.person.name),
            clause=EXTENSION,
            next_step="请讨论转正，或者取消预备党员资格。",
        )
    begins = change.from_date or change.date
    if change.until_date is None or change.until_date < add_months(begins, 6):
        raise Refused(
            "members.extension_length",
            "延长预备期不能少于半年，从原预备期满算起。",
            clause=EXTENSION,
            next_step="请核对延长到哪一天。",
        )


def _check_body_of_ours(change: StatusChange) -> None:
    """Who may decide where the texts that are data name no body for it."""
    bodies, clause = _BODIES_OF_OURS.get(Kind(change.kind), ((), ""))
    if bodies and change.body not in bodies:
        names = "或者".join(Body(body).label for body in bodies)
        raise Refused(
            "members.wrong_body",
            "这件事应当由{bodies}决定。".format(bodies=names),
            clause=clause,
            next_step="请先按规定作出决定，再来登记。",
        )


def check_office(organization: Organization, role: str, obtained_by: str, day: date, today: date) -> None:
    """Refuse one office more than a norm allows on a branch's committee, and an elected one where officers
    are appointed. A general rule only shows in the check-up.
    """
    if organization.kind != OrgKind.BRANCH or role not in _COUNTED:
        return
    held = Office.objects.filter(organization=organization, valid_to__isnull=True, role=role)
    intent = Intent(organization.pk, organization.kind, day)
    added = [intent.measure("organization", _COUNTED[role], held.count() + 1)]
    if obtained_by == "elected":
        added.append(intent.measure("organization", "elected_officers", 1))
    members = MembershipSpell.objects.filter(
        organization=organization, valid_to__isnull=True, is_belonging=True, status=Status.FULL
    )
    facts = replace(
        facts_on(organization, day),
        measures=(intent.measure("organization", "full_members", members.count()),),
    )
    require(facts, Facts(measures=tuple(added)), today=today, codes=_OFFICE_CODES)


_COUNTED: dict[str, str] = {
    Office.Role.SECRETARY: "secretaries",
    Office.Role.DEPUTY_SECRETARY: "deputy_secretaries",
    Office.Role.ORGANIZATION_MEMBER: "organization_members",
    Office.Role.PUBLICITY_MEMBER: "publicity_members",
    Office.Role.DISCIPLINE_MEMBER: "discipline_members",
    Office.Role.COMMITTEE_MEMBER: "committee_members",
}
_OFFICE_CODES = {
    "small_branch.secretary": "members.secretary_there",
    "committee.secretary": "members.secretary_there",
    "temporary_branch.appointed": "members.temporary_branch",
    "small_branch.deputy": "members.too_many_officers",
    "committee.deputy": "members.too_many_officers",
}


def check_adult(organization: Organization, joined: date, today: date) -> None:
    """Refuse somebody who was too young when joining: the application lies before it."""
    intent = Intent(organization.pk, organization.kind, joined)
    measure = intent.measure("process", "of_age_at_application", 0)
    require(facts_on(organization, joined), Facts(measures=(measure,)), today=today, codes=_CODES)


def _extension_of(person: Person) -> StatusChange | None:
    return (
        StatusChange.objects.filter(person=person, kind=Kind.EXTEND, annulled_at__isnull=True)
        .order_by("-date", "-id")
        .first()
    )


def _later(day: date, other: date | None) -> date:
    return max(day, other) if other else day
