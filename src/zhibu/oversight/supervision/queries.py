"""The organiser's board: one row a branch, from stored counts; never ordered by number of findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Subquery

from zhibu.common.actor import Scope
from zhibu.foundation.obligations.models import Computation
from zhibu.foundation.obligations.queries import Totals, list_pending, total
from zhibu.orglife.meetings.models import Meeting
from zhibu.oversight.supervision.models import Reminder
from zhibu.roster.members.models import MembershipSpell, Office
from zhibu.roster.organizations.models import Organization, OrganizationQuerySet, Term, TermExtension

TERM_NOTICE_DAYS = 90
MEETING_KINDS = ("general_membership_meeting", "branch_committee_meeting", "party_lecture")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the board is narrowed to: a subtree, some words, one of the counters."""

    below: str = ""
    words: str = ""
    only: str = ""  # breaches, notices, reminding, term, stale


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One branch on the board."""

    organization: Organization
    parent_name: str
    members: int
    secretary: str
    term_end: date | None
    term_mark: str
    last_meetings: tuple[date | None, ...]
    breaches: int
    notices: int
    reminding: int
    as_of: date | None
    reminded: bool


def branches(scope: Scope, filters: Filters, *, today: date) -> QuerySet[Organization]:
    """The branches of the board with the end of their running term, ready to be sorted and paged."""
    running = Term.objects.filter(organization=OuterRef("pk"), ended_date__isnull=True).order_by()
    rows = _branches(scope, filters.below).only("public_id", "name", "code", "parent_id")
    rows = rows.annotate(plain_end=Subquery(running.values("end_date")[:1]))
    if filters.words:
        rows = rows.filter(name__contains=filters.words)
    return _only(rows, filters.only, today)


def _branches(scope: Scope, below: str) -> OrganizationQuerySet:
    rows = Organization.objects.visible_to(scope).current().filter(kind="branch")
    return rows.below(below) if below else rows


def _only(rows: QuerySet[Organization], only: str, today: date) -> QuerySet[Organization]:
    if only in ("breaches", "notices", "reminding"):
        counted = Computation.objects.filter(org_id=OuterRef("pk"), **{f"{only}__gt": 0})
        return rows.filter(Exists(counted))
    if only == "term":
        soon = Term.objects.filter(
            organization=OuterRef("pk"),
            ended_date__isnull=True,
            end_date__lte=today + timedelta(days=TERM_NOTICE_DAYS),
        )
        return rows.filter(Exists(soon))
    return rows


def board_totals(scope: Scope, below: str) -> Totals:
    """The counters above the board: sums of the stored counts, one query."""
    return total(_branches(scope, below).order_by().values_list("pk", flat=True))


def count_terms_ending(scope: Scope, below: str, *, today: date) -> int:
    """How many branches' running terms end within ninety days or have ended."""
    return _only(_branches(scope, below), "term", today).count()


def board_rows(
    shown: Sequence[Organization], committees: Mapping[int, str], *, today: date
) -> list[BoardRow]:
    """Everything the shown rows need: six queries, whatever the size of the tree.

    ``committees`` are the names already read; a superior outside the scope is asked for.
    """
    ids = [org.pk for org in shown]
    extended = _extended_ends(ids)
    members = _member_counts(ids)
    secretaries = _secretaries(ids)
    meetings = _last_meetings(ids, today)
    computed = {row.org_id: row for row in Computation.objects.filter(org_id__in=ids)}
    parents = _parent_names(shown, committees)
    reminded = set(
        Reminder.objects.filter(organization__in=ids, iso_week=iso_week(today))
        .order_by()
        .values_list("organization_id", flat=True)
    )
    return [
        _row(
            org,
            extended.get(org.pk),
            members,
            secretaries,
            meetings,
            computed.get(org.pk),
            parents,
            reminded,
            today,
        )
        for org in shown
    ]


def _row(
    org: Organization,
    extended_end: date | None,
    members: dict[int, int],
    secretaries: dict[int, str],
    meetings: dict[tuple[int, str], date],
    computed: Computation | None,
    parents: Mapping[int, str],
    reminded: set[int],
    today: date,
) -> BoardRow:
    ends = [end for end in (org.plain_end, extended_end) if end]  # type: ignore[attr-defined]
    end = max(ends, default=None)
    return BoardRow(
        organization=org,
        parent_name=parents.get(org.parent_id or 0, ""),
        members=members.get(org.pk, 0),
        secretary=secretaries.get(org.pk, ""),
        term_end=end,
        term_mark=_term_mark(end, today),
        last_meetings=tuple(meetings.get((org.pk, kind)) for kind in MEETING_KINDS),
        breaches=computed.breaches if computed else 0,
        notices=computed.notices if computed else 0,
        reminding=computed.reminding if computed else 0,
        as_of=computed.as_of_date if computed else None,
        reminded=org.pk in reminded,
    )


def _term_mark(end: date | None, today: date) -> str:
    if end is None:
        return "none"
    if end < today:
        return "late"
    return "soon" if end <= today + timedelta(days=TERM_NOTICE_DAYS) else "ok"


def _parent_names(shown: Sequence[Organization], known: Mapping[int, str]) -> Mapping[int, str]:
    unknown = {org.parent_id for org in shown if org.parent_id} - known.keys()
    if not unknown:
        return known
    return {**known, **dict(Organization.objects.filter(pk__in=unknown).order_by().values_list("pk", "name"))}


def _extended_ends(ids: list[int]) -> dict[int, date]:
    """The latest day to which running terms were extended with approval."""
    found = TermExtension.objects.filter(
        term__organization__in=ids, term__ended_date__isnull=True, approved_date__isnull=False
    ).order_by("new_end_date")
    return dict(found.values_list("term__organization_id", "new_end_date"))


def _member_counts(ids: list[int]) -> dict[int, int]:
    spells = MembershipSpell.objects.filter(organization__in=ids, valid_to__isnull=True, is_belonging=True)
    return dict(spells.order_by().values_list("organization_id").annotate(members=Count("pk")))


def _secretaries(ids: list[int]) -> dict[int, str]:
    held = Office.objects.filter(organization__in=ids, role="secretary", valid_to__isnull=True)
    return dict(held.order_by("sort_order", "id").values_list("organization_id", "person__name"))


def _last_meetings(ids: list[int], today: date) -> dict[tuple[int, str], date]:
    found = (
        Meeting.objects.filter(
            organization__in=ids, kind__in=MEETING_KINDS, date__lte=today, state__in=["held", "completed"]
        )
        .values("organization_id", "kind")
        .annotate(last=Max("date"))
        .order_by("organization_id", "kind")
    )
    return {(row["organization_id"], row["kind"]): row["last"] for row in found}


def iso_week(day: date) -> str:
    """``2026-W07``: one reminder a week and duty."""
    year, week, _ = day.isocalendar()
    return "{year}-W{week:02}".format(year=year, week=week)


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One organisation of the tree beside the board; ``level`` counts from the top shown."""

    organization: Organization
    level: int
    is_current: bool


def get_tree(committees: Sequence[Organization], below: str) -> list[TreeNode]:
    """The way down to where the board stands, and one level further; ``committees`` come by path."""
    if not committees:
        return []
    top = committees[0]
    here = below or top.path
    way = [org for org in committees if here.startswith(org.path) and org.path.startswith(top.path)]
    depth = max((org.depth for org in way), default=top.depth)
    children = [org for org in committees if way and org.depth == depth + 1 and org.path.startswith(here)]
    nodes = [*way, *sorted(children, key=_tree_order)]
    return [TreeNode(org, org.depth - top.depth, org.path == here) for org in nodes]


def _tree_order(org: Organization) -> tuple[str, str, int]:
    return org.sort_key, org.name, org.pk


def list_committees(scope: Scope) -> list[Organization]:
    """The organisations one can narrow the board to: everything above branches, by path."""
    rows = Organization.objects.visible_to(scope).current().exclude(kind="branch")
    return list(rows.only("public_id", "name", "short_name", "path", "depth", "sort_key").order_by("path"))


def most_urgent_duty(org_id: int, *, today: date) -> str:
    """The duty whose date comes first among what is not done: what a reminder is about."""
    rows = [row for row in list_pending([org_id], as_of=today) if row.strength in ("M", "X", "N")]
    return rows[0].duty if rows else ""
