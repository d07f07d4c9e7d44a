"""One person as shown: what is derived and never asked, the history, who looked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from zhibu.common.dates import CHINA, add_months
from zhibu.roster.codes.queries import label_of_any, list_more_choices
from zhibu.roster.codes.tables import code_table
from zhibu.roster.members.models import (
    Exemption,
    FieldChange,
    Look,
    MembershipSpell,
    Office,
    Person,
    PersonMerge,
    StatusChange,
)
from zhibu.roster.members.models.persons import ON_ROSTER
from zhibu.roster.members.queries.annulling import list_annullable
from zhibu.roster.organizations.models import Organization, path_end

CODED = {
    "sex": "sex",
    "ethnicity": "ethnicity",
    "education": "education",
    "education_track": "education_track",
    "degree": "degree",
    "post_code": "post",
    "stratum": "stratum",
    "lost_circumstance": "lost_circumstance",
}


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from the dates: age and party age in whole years, None where a date is missing."""

    age: int | None
    party_years: int | None
    party_age_from: date | None


def derive(person: Person, *, today: date) -> Derived:
    """Age by the month of birth; party age from the conversion (ZC-7-4), moved by the recorded correction."""
    start = person.full_date
    if start is not None and person.party_age_correction_months:
        start = add_months(start, -person.party_age_correction_months)
    return Derived(
        age=whole_years(person.birth_month, today),
        party_years=whole_years(start, today),
        party_age_from=start,
    )


def whole_years(since: date | None, today: date) -> int | None:
    """Completed years between two days, None where the first is unknown."""
    if since is None or since > today:
        return None
    return today.year - since.year - ((today.month, today.day) < (since.month, since.day))


def words_of(person: Person, field: str) -> str:
    """A coded field in words; unknown codes stand as they are."""
    value = str(getattr(person, field) or "")
    return label_of_any(CODED[field], value) if value else ""


def choices_of(field: str) -> list[tuple[str, str]]:
    """The codes of a field for a form, empty first."""
    return [("", "未填"), *code_table(CODED[field]).choices()]


def list_more_choices_of(fields: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Loaded codes of other systems that may be chosen too, where they fit the field."""
    more = list_more_choices({CODED[field] for field in fields})
    return {
        field: [
            (code, label)
            for code, label in more.get(CODED[field], ())
            if len(code) <= (getattr(Person._meta.get_field(field), "max_length", 0) or 0)
        ]
        for field in fields
    }


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a person's history: the day, what happened, and by which decision.

    ``annul_id`` is set where the entry may be annulled now.
    """

    day: date
    precision: str
    title: str
    note: str
    is_annulled: bool
    order: int
    annul_id: str = ""


def list_history(person: Person, *, may_annul: bool = False) -> list[Moment]:
    """Changes of status, belonging and situation, and offices, newest first; of joined cards too.

    An annulled entry stays in its place, struck out, and its annulment stands beside it on its own day.
    """
    annullable = list_annullable(person) if may_annul else set()
    cards = [person.pk, *person.merged_from.values_list("pk", flat=True)]
    moments: list[Moment] = []
    changes = StatusChange.objects.filter(person__in=cards).select_related("organization", "counterpart")
    for change in changes:
        moments.append(_of_change(change, change.public_id if change.pk in annullable else ""))
        if change.annulled_at:
            moments.append(_of_annulment(change))
    for office in Office.objects.filter(person__in=cards).select_related("organization"):
        moments += _of_office(office)
    return sorted(moments, key=lambda moment: (moment.day, moment.order), reverse=True)


def _of_change(change: StatusChange, annul_id: str) -> Moment:
    parts = [str(change.organization)]
    place = str(change.counterpart or change.place)
    if place:
        parts.append("对方：{place}".format(place=place))
    if change.until_date:
        parts.append("到{day}".format(day=change.until_date.isoformat()))
    if change.body != StatusChange.Body.NONE:
        parts.append("由{body}决定".format(body=change.get_body_display()))
    if change.approved_date:
        parts.append("{day}批准".format(day=change.approved_date.isoformat()))
    if change.filed_date:
        parts.append("{day}备案".format(day=change.filed_date.isoformat()))
    parts += [text for text in (change.document_number, change.note) if text]
    if change.annulled_at:
        parts.append("已作废：{reason}".format(reason=change.annulled_reason))
    return Moment(
        change.date,
        change.precision,
        change.get_kind_display(),
        "，".join(parts),
        change.annulled_at is not None,
        change.pk,
        annul_id,
    )


def _of_annulment(change: StatusChange) -> Moment:
    moment = change.annulled_at or change.created_at
    title = "作废“{kind}”的登记".format(kind=change.get_kind_display())
    return Moment(moment.astimezone(CHINA).date(), "day", title, change.annulled_reason, False, change.pk)


def _of_office(office: Office) -> list[Moment]:
    title = "任{role}".format(role=office.get_role_display())
    parts = [str(office.organization), office.get_obtained_by_display()]
    if office.approved_date:
        parts.append("{day}批复或者备案".format(day=office.approved_date.isoformat()))
    parts += [office.document_number] if office.document_number else []
    found = [Moment(office.valid_from, "day", title, "，".join(parts), False, office.pk)]
    if office.valid_to:
        end = "不再任{role}".format(role=office.get_role_display())
        found.append(Moment(office.valid_to, "day", end, str(office.organization), False, office.pk))
    return found


def list_offices(person: Person) -> QuerySet[Office]:
    """The offices a person holds today."""
    return Office.objects.filter(person=person, valid_to__isnull=True).select_related("organization", "group")


def list_spells(person: Person) -> QuerySet[MembershipSpell]:
    """Where a person belongs or takes part today, the formal place first."""
    return (
        MembershipSpell.objects.filter(person=person, valid_to__isnull=True)
        .select_related("organization", "group")
        .order_by("-is_belonging", "id")
    )


def list_corrections(person: Person, *, limit: int = 20) -> QuerySet[FieldChange]:
    """The last corrections of a card."""
    return FieldChange.objects.filter(person=person).order_by("-version", "id")[:limit]


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at a sealed field, in words."""

    looked_at: datetime
    viewer_name: str
    field_words: str
    purpose: str


_LOOKED_AT = {
    "id_number": "公民身份号码",
    "phone": "手机号码",
    "landline": "固定电话",
    "address": "家庭住址",
    "birth": "出生日期",
    "roster": "整张卡片",
}


def list_looks(person: Person, *, limit: int = 20) -> list[Looked]:
    """Who opened sealed fields of this card, newest first."""
    return [
        Looked(
            look.looked_at,
            look.viewer_name,
            _LOOKED_AT[look.field],
            "，".join(filter(None, (look.get_purpose_display(), look.note))),
        )
        for look in Look.objects.filter(person=person)[:limit]
    ]


def list_merges(person: Person) -> QuerySet[PersonMerge]:
    """The cards joined to this one and not taken apart."""
    return PersonMerge.objects.filter(kept=person, split_at__isnull=True).select_related("absorbed")


def list_exemptions(person: Person) -> QuerySet[Exemption]:
    """The running exemptions of a person."""
    return Exemption.objects.filter(person=person, valid_to__isnull=True)


@dataclass(frozen=True, slots=True)
class Headcount:
    """An organisation and all below it in numbers; suspended members are counted apart."""

    full: int
    probationary: int
    suspended: int
    lost: int
    mobile: int

    @property
    def members(self) -> int:
        """Full and probationary members together."""
        return self.full + self.probationary


_COUNTED = ("full", "probationary", "suspended")


def count_members(organization: Organization) -> Headcount:
    """How many members stand on the roster here and below today: three counts, each from an index alone."""
    here = _below([organization.path])
    standings = dict(
        Person.objects.filter(here, standing__in=ON_ROSTER)
        .order_by()
        .values_list("standing")
        .annotate(size=Count("pk"))
    )
    lost = Person.objects.filter(here, is_lost=True).current().count()
    mobile = Person.objects.filter(here, is_mobile=True).current().count()
    return Headcount(
        standings.get("full", 0),
        standings.get("probationary", 0),
        standings.get("suspended", 0),
        lost,
        mobile,
    )


def _below(paths: Iterable[str], prefix: str = "organization__") -> Q:
    condition = Q()
    for path in paths:
        condition |= Q((prefix + "path__gte", path), (prefix + "path__lt", path_end(path)))
    return condition


def list_committee(organization: Organization) -> QuerySet[Office]:
    """Who holds the committee's offices today, in their order."""
    return (
        Office.objects.filter(organization=organization, valid_to__isnull=True)
        .filter(~Q(role=Office.Role.GROUP_LEADER))
        .select_related("person")
    )


def count_below(organizations: list[Organization]) -> dict[int, int]:
    """Full and probationary members here and below for each organisation: two queries for all of them."""
    wanted = {organization.path: organization.pk for organization in organizations}
    counted = dict(
        Person.objects.filter(_below(_tops(wanted)), standing__in=["full", "probationary"])
        .order_by()
        .values_list("organization_id")
        .annotate(size=Count("pk"))
    )
    here = Organization.objects.filter(_below(_tops(wanted), prefix=""))
    sizes = dict.fromkeys(wanted.values(), 0)
    for key, path in here.order_by().values_list("pk", "path"):
        for above in _prefixes(path):
            if above in wanted:
                sizes[wanted[above]] += counted.get(key, 0)
    return sizes


def _tops(paths: Iterable[str]) -> list[str]:
    """The paths that lie below no other of them."""
    found: list[str] = []
    for path in sorted(paths):
        if not found or not path.startswith(found[-1]):
            found.append(path)
    return found


def _prefixes(path: str) -> list[str]:
    """Every path that this one lies below, and itself."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: index + 1]) + "/" for index in range(len(parts))]
