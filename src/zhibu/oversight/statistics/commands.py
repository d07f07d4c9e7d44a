"""Refreshing the dashboard's sums. They are derived, so no audit row is written for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from zhibu.common.dates import add_months, utc_now
from zhibu.foundation.audit.queries import last_seq
from zhibu.orglife.meetings.models import Meeting, MeetingKind
from zhibu.oversight.statistics.counting import MemberRow, OrgRow, Sums, add_members, roll_up
from zhibu.oversight.statistics.models import ALL_KINDS, Summary
from zhibu.roster.members.models import MembershipSpell
from zhibu.roster.organizations.models import Organization, OrgKind
from zhibu.roster.organizations.queries.terms import running_terms

TERM_NOTICE_DAYS = 90  # as on the supervision board, whose list the number opens
MONTHS_BACK = 23  # meetings are kept by month for this and the last year
COUNTED_KINDS = (
    MeetingKind.GENERAL,
    MeetingKind.COMMITTEE,
    MeetingKind.GROUP,
    MeetingKind.LECTURE,
    MeetingKind.PARTY_DAY,
)
_COUNTED = {kind.value for kind in COUNTED_KINDS}
_BATCH = 500


def refresh_summaries(*, today: date) -> int:
    """Add up everything for today and, once a year, for last year's end; returns the rows written."""
    written = _write(today)
    last_year_end = date(today.year - 1, 12, 31)
    if not Summary.objects.filter(as_of_date=last_year_end).exists():
        written += _write(last_year_end, is_compared=True)
    return written


def is_stale(*, today: date) -> bool:
    """Whether anything was recorded since the sums were made, or they are of another day."""
    newest = (
        Summary.objects.order_by("-as_of_date", "-audit_seq").values_list("as_of_date", "audit_seq").first()
    )
    return newest is None or newest[0] != today or newest[1] < last_seq()


def _write(day: date, *, is_compared: bool = False) -> int:
    seq = last_seq()
    orgs = list(_orgs(day))
    own = _own_sums(orgs, day, is_compared=is_compared)
    now = utc_now()
    rows = [
        Summary(
            organization_id=org_id,
            domain=domain,
            as_of_date=day,
            figures=dict(sums.figures),
            structure={key: dict(counts) for key, counts in sums.structure.items()},
            meetings={month: dict(counts) for month, counts in sums.meetings.items()},
            term_ends=dict(sums.term_ends),
            audit_seq=seq,
            computed_at=now,
        )
        for org_id, domain, sums in roll_up(orgs, own)
    ]
    with transaction.atomic():
        Summary.objects.filter(as_of_date__year=day.year, as_of_date__lte=day).delete()
        Summary.objects.bulk_create(rows, batch_size=_BATCH)
    return len(rows)


def _orgs(day: date) -> Iterator[OrgRow]:
    """The organisations that existed on the day; where the tree stood then is told by today's paths."""
    rows = (
        Organization.objects.filter(Q(established_date__isnull=True) | Q(established_date__lte=day))
        .filter(Q(dissolved_date__isnull=True) | Q(dissolved_date__gt=day))
        .order_by("path")
        .values_list("pk", "path", "kind", "domain")
    )
    return (OrgRow(*row) for row in rows.iterator(chunk_size=5000))


def _own_sums(orgs: list[OrgRow], day: date, *, is_compared: bool) -> dict[int, Sums]:
    """What each organisation has of its own; a day that is only compared with needs the members alone."""
    org_ids = {org.pk for org in orgs}
    sums: dict[int, Sums] = defaultdict(Sums)
    add_members(sums, (member for member in _members(day) if member.org_id in org_ids), day)
    if is_compared:
        return sums
    for org_id, kind, also, held in _meetings(day):
        of_month = sums[org_id].meetings[held.isoformat()[:7]]
        of_month[ALL_KINDS] += 1
        for counted in {kind, *also} & _COUNTED:
            of_month[counted] += 1
    branches = {org.pk for org in orgs if org.kind == OrgKind.BRANCH}
    notice_end = day + timedelta(days=TERM_NOTICE_DAYS)
    for org_id, last_day in running_terms().values_list("organization_id", "last_day"):
        sums[org_id].term_ends[last_day.isoformat()[:7]] += 1
        sums[org_id].figures["terms_over"] += last_day < day
        sums[org_id].figures["terms_due"] += org_id in branches and last_day <= notice_end
    return sums


def _members(day: date) -> Iterator[MemberRow]:
    """The members of the day, one pass; buckets are found in Python, for a date function costs more."""
    rows = (
        MembershipSpell.objects.filter(is_belonging=True, valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
        .order_by()
        .values_list(
            "organization_id",
            "status",
            "person__sex",
            "person__ethnicity",
            "person__birth_month",
            "person__education",
            "person__post_code",
            "person__joined_date",
            "person__is_mobile",
            "person__is_lost",
        )
    )
    return (MemberRow(*row) for row in rows.iterator(chunk_size=5000))


def _meetings(day: date) -> Iterator[tuple[int, str, list[str], date]]:
    """Valid meetings held, with their own kind and those that they also counted as."""
    first = add_months(day.replace(day=1), -MONTHS_BACK)
    return (
        Meeting.objects.filter(date__gte=first, date__lte=day, is_valid=True, kind__in=COUNTED_KINDS)
        .exclude(state__in=[Meeting.State.PLANNED, Meeting.State.CANCELLED])
        .order_by()
        .values_list("organization_id", "kind", "also_counts_as", "date")
        .iterator(chunk_size=5000)
    )
