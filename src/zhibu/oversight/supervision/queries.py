"""The organiser's board: one row a branch, from stored counts; never ordered by number of findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery

from zhibu.common.actor import Scope
from zhibu.foundation.obligations.models import Computation, Obligation
from zhibu.foundation.obligations.queries import Totals, list_pending, total
from zhibu.orglife.meetings.models import Meeting
from zhibu.oversight.checkup.queries.sources import rulebook
from zhibu.oversight.supervision.models import Reminder
from zhibu.roster.members.models import MembershipSpell, Office
from zhibu.roster.organizations.models import Organization, OrganizationQuerySet
from zhibu.roster.organizations.queries.terms import running_terms

TERM_NOTICE_DAYS = 90
LOOK_BACK_DAYS = 400
TERM_DUTY = "term"
GENERAL_DUTY = "general"
MEETING_KINDS = {
    "general_membership_meeting": "党员大会",
    "branch_committee_meeting": "支委会",
    "party_lecture": "党课",
}

_TERM = "{org}：本届任期到{day}为止，请提前准备换届选举；有困难请及时联系我们。"
_COMING = "{org}：“{title}”，期限是{day}，请按时办理；有困难请及时联系我们。"
_PAST = "{org}：“{title}”，期限{day}已过，请尽快补办或者补录；有困难请及时联系我们。"
_FAULT = "{org}：“{title}”这一项需要补正，办法见体检报告；有困难请及时联系我们。"
_GENERAL = "{org}：请看一看体检报告，按时办理近期的事项；有困难请及时联系我们。"


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
    parent: Organization | None
    members: int
    secretary: str
    term_end: date | None
    term_mark: str
    last_meetings: tuple[tuple[str, date | None], ...]
    breaches: int
    notices: int
    reminding: int
    as_of: date | None
    reminded: bool


def branches(scope: Scope, filters: Filters, *, today: date) -> QuerySet[Organization]:
    """The branches of the board with the last day of their running term, ready to be sorted and paged."""
    running = running_terms().filter(organization=OuterRef("pk")).order_by()
    rows = _branches(scope, filters.below).only("public_id", "name", "short_name", "code", "parent_id")
    if filters.words:
        words = filters.words.strip()
        rows = rows.filter(Q(name__contains=words) | Q(short_name__contains=words) | Q(code=words))
    return _only(rows, filters.only, today).annotate(term_end=Subquery(running.values("last_day")[:1]))


def _branches(scope: Scope, below: str) -> OrganizationQuerySet:
    rows = Organization.objects.visible_to(scope).current().filter(kind="branch")
    return rows.below(below) if below else rows


def _only(rows: QuerySet[Organization], only: str, today: date) -> QuerySet[Organization]:
    if only in ("breaches", "notices", "reminding"):
        counted = Computation.objects.filter(org_id=OuterRef("pk"), **{f"{only}__gt": 0})
        return rows.filter(Exists(counted))
    if only == "term":
        last = today + timedelta(days=TERM_NOTICE_DAYS)
        return rows.filter(pk__in=running_terms().filter(last_day__lte=last).values("organization"))
    return rows


def board_totals(scope: Scope, below: str) -> Totals:
    """The counters above the board: sums of the stored counts, one query."""
    return total(_branches(scope, below).order_by().values_list("pk", flat=True))


def count_terms_ending(scope: Scope, below: str, *, today: date) -> int:
    """How many branches' running terms end within ninety days or have ended."""
    return _only(_branches(scope, below), "term", today).count()


def board_rows(
    shown: Sequence[Organization], committees: Mapping[int, Organization], *, today: date
) -> list[BoardRow]:
    """Everything the shown rows need: six queries, whatever the size of the tree.

    ``committees`` are those already read; a superior outside the scope is asked for.
    """
    ids = [org.pk for org in shown]
    members = _member_counts(ids)
    secretaries = _secretaries(ids)
    meetings = _last_meetings(ids, today)
    computed = {row.org_id: row for row in Computation.objects.filter(org_id__in=ids)}
    parents = _parents(shown, committees)
    reminded = set(
        Reminder.objects.filter(organization__in=ids, iso_week=iso_week(today))
        .order_by()
        .values_list("organization_id", flat=True)
    )
    return [
        _row(
            org,
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
    members: dict[int, int],
    secretaries: dict[int, str],
    meetings: dict[tuple[int, str], date],
    computed: Computation | None,
    parents: Mapping[int, Organization],
    reminded: set[int],
    today: date,
) -> BoardRow:
    end: date | None = org.term_end  # type: ignore[attr-defined]
    return BoardRow(
        organization=org,
        parent=parents.get(org.parent_id or 0),
        members=members.get(org.pk, 0),
        secretary=secretaries.get(org.pk, ""),
        term_end=end,
        term_mark=_term_mark(end, today),
        last_meetings=tuple((label, meetings.get((org.pk, kind))) for kind, label in MEETING_KINDS.items()),
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


def _parents(shown: Sequence[Organization], known: Mapping[int, Organization]) -> Mapping[int, Organization]:
    unknown = {org.parent_id for org in shown if org.parent_id} - known.keys()
    if not unknown:
        return known
    found = Organization.objects.filter(pk__in=unknown).only("name", "short_name")
    return {**known, **{org.pk: org for org in found}}


def _member_counts(ids: list[int]) -> dict[int, int]:
    spells = MembershipSpell.objects.filter(organization__in=ids, valid_to__isnull=True, is_belonging=True)
    return dict(spells.order_by().values_list("organization_id").annotate(members=Count("pk")))


def _secretaries(ids: list[int]) -> dict[int, str]:
    held = Office.objects.filter(organization__in=ids, role="secretary", valid_to__isnull=True)
    return dict(held.order_by("sort_order", "id").values_list("organization_id", "person__name"))


def _last_meetings(ids: list[int], today: date) -> dict[tuple[int, str], date]:
    """The last meeting of each kind within some thirteen months, those that also counted as it included.

    Either condition on the kind keeps the database on the index of the organisation and the day.
    """
    held = Meeting.objects.filter(
        Q(kind__in=MEETING_KINDS) | ~Q(also_counts_as=[]),
        organization__in=ids,
        date__gte=today - timedelta(days=LOOK_BACK_DAYS),
        date__lte=today,
        state__in=["held", "completed"],
    )
    last = held.order_by().values_list("organization_id", "kind", "also_counts_as").annotate(last=Max("date"))
    found: dict[tuple[int, str], date] = {}
    for org_id, kind, also, day in last:
        for one in (kind, *also):
            found[org_id, one] = max(day, found.get((org_id, one), day))
    return found


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


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reminder is about, and the sentence it is prefilled with."""

    duty: str
    text: str


def subject_of_reminder(org: Organization, *, today: date, is_term: bool = False) -> Subject:
    """The end of the term where that was asked for, else the duty whose date comes first."""
    term = running_terms().filter(organization=org).first() if is_term else None
    if term is not None:
        return Subject(TERM_DUTY, _TERM.format(org=org, day=_paper_day(term.last_day)))
    row = _most_urgent(org.pk, today=today)
    if row is None:
        return Subject(GENERAL_DUTY, _GENERAL.format(org=org))
    title = rulebook().check(row.check_id).title
    if row.due_date is None:
        return Subject(row.duty, _FAULT.format(org=org, title=title))
    words = _PAST if row.due_date < today else _COMING
    return Subject(row.duty, words.format(org=org, title=title, day=_paper_day(row.due_date)))


def _most_urgent(org_id: int, *, today: date) -> Obligation | None:
    pending = (row for row in list_pending([org_id], as_of=today) if row.strength in ("M", "X", "N"))
    return next((row for row in pending if _is_urgent(row, today)), None)


def _is_urgent(row: Obligation, today: date) -> bool:
    """Whether a duty is past its date, at fault, or inside its notice period."""
    if row.verdict == "unmet" or (row.due_date is not None and row.due_date < today):
        return True
    return row.remind_date is not None and row.remind_date <= today


def _paper_day(day: date) -> str:
    return "{0.year}年{0.month}月{0.day}日".format(day)
