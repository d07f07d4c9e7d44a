"""Reading obligations: what an organisation owes on a day, and counts over many without loading rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, F, Max, Q, QuerySet, Value, When

from zhibu.foundation.audit.models import AuditTouch
from zhibu.foundation.obligations.models import Computation, Obligation


def with_state(as_of: date) -> QuerySet[Any]:
    """All obligations with ``state`` derived for a day, the same way as the rulebook derives it."""
    in_time = Q(satisfied_date__lte=as_of) & (Q(due_date__isnull=True) | Q(satisfied_date__lte=F("due_date")))
    return Obligation.objects.annotate(
        state=Case(
            When(~Q(verdict=""), then=F("verdict")),
            When(in_time, then=Value("met")),
            When(satisfied_date__lte=as_of, then=Value("met_late")),
            When(Q(due_date__isnull=True) | Q(due_date__gte=as_of), then=Value("open")),
            default=Value("unmet"),
            output_field=CharField(),
        )
    )


def list_pending(org_ids: Iterable[int], *, as_of: date) -> list[Obligation]:
    """What is not done and already open: things to do, reminders and findings, by due date."""
    rows = Obligation.objects.filter(
        org_id__in=list(org_ids), verdict__in=["", "unmet", "unknown", "depends"]
    )
    rows = rows.exclude(verdict="", satisfied_date__isnull=False, satisfied_date__lte=as_of)
    rows = rows.filter(Q(opens_date__isnull=True) | Q(opens_date__lte=as_of))
    return list(rows.order_by(F("due_date").asc(nulls_first=True), "check_id", "id"))


def list_all(org_ids: Iterable[int], *, as_of: date) -> list[Obligation]:
    """Every obligation of these organisations with its state, by check and due date."""
    rows = with_state(as_of).filter(org_id__in=list(org_ids))
    return list(rows.order_by("check_id", "due_date", "subject_kind", "subject_id", "id"))


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over many organisations, as computed; ``oldest`` is the earliest as-of day among them."""

    organizations: int
    with_breaches: int
    with_notices: int
    with_reminders: int
    breaches: int
    notices: int
    reminding: int
    doubtful: int
    oldest: date | None


def total(org_ids: QuerySet[Any, int]) -> Totals:
    """Add up the counts of organisations given as a subquery of ids: one query, whatever their number."""
    try:
        inner, parameters = org_ids.order_by().query.sql_with_params()
    except EmptyResultSet:  # a scope without organisations
        return Totals(oldest=None, **dict.fromkeys(_SUMS, 0))
    with connection.cursor() as cursor:
        cursor.execute(" ".join((_TOTAL, inner, ")")), parameters)
        oldest, *counts = cursor.fetchone()
    day = date.fromisoformat(oldest) if isinstance(oldest, str) else oldest
    return Totals(oldest=day, **{name: int(count or 0) for name, count in zip(_SUMS, counts, strict=True)})


# Written out: it is asked for each organisation above a change and on every board, and Django takes longer to
# compile these nine than either database to add them up.
_SUMS = {
    "organizations": "count(*)",
    "with_breaches": "count(*) FILTER (WHERE breaches > 0)",
    "with_notices": "count(*) FILTER (WHERE notices > 0)",
    "with_reminders": "count(*) FILTER (WHERE reminding > 0)",
    "breaches": "sum(breaches)",
    "notices": "sum(notices)",
    "reminding": "sum(reminding)",
    "doubtful": "sum(doubtful)",
}
_TOTAL = " ".join(
    (
        "SELECT min(as_of_date),",
        ", ".join(_SUMS.values()),
        "FROM",
        Computation._meta.db_table,
        "WHERE org_id IN (",
    )
)


@dataclass(frozen=True, slots=True)
class Freshness:
    """Whether an organisation's obligations look at all its changes, and since when they stand."""

    org_id: int
    as_of_date: date | None
    is_stale: bool


def get_freshness(org_id: int) -> Freshness:
    """Compare the newest audit row that touches the organisation with the one its computation saw."""
    computed = Computation.objects.filter(org_id=org_id).first()
    newest = AuditTouch.objects.filter(org_id=org_id).aggregate(last=Max("event_id"))["last"] or 0
    if computed is None:
        return Freshness(org_id, None, True)
    return Freshness(org_id, computed.as_of_date, newest > computed.audit_seq)


def list_stale(*, as_of: date, limit: int = 200) -> list[int]:
    """Organisations whose computation is older than their newest change, or than the day."""
    newest = AuditTouch.objects.values("org_id").annotate(last=Max("event_id")).values_list("org_id", "last")
    computed = {
        org_id: (seq, day)
        for org_id, seq, day in Computation.objects.values_list("org_id", "audit_seq", "as_of_date")
    }
    stale = [
        org_id
        for org_id, last in newest.order_by("org_id")
        if org_id not in computed or last > computed[org_id][0] or computed[org_id][1] < as_of
    ]
    return stale[:limit]
