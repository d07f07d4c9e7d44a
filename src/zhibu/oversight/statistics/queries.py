"""Reading the dashboard: a handful of rows, whatever the number of members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from zhibu.common.actor import Actor
from zhibu.common.dates import add_months
from zhibu.oversight.statistics.buckets import DIMENSIONS, Dimension
from zhibu.oversight.statistics.models import ALL_KINDS, Summary
from zhibu.roster.organizations.models import Organization, OrgDomain, OrgKind
from zhibu.ui.charts import Bar, BarChart, HeatCell, HeatRow, HeatTable, heat_level

_NAMED = ("public_id", "name", "short_name", "kind", "domain")
MONTHS = 12
MOST_ROWS = 200  # rows of the heat table on one page; a committee has fewer organisations below it


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the page shows for one organisation, domain and day."""

    organization: Organization
    domain: str
    as_of_date: date
    computed_at: datetime
    figures: dict[str, int]
    charts: tuple[BarChart, ...]
    heat: HeatTable
    terms: HeatTable
    compared_with: date | None


def list_choices(actor: Actor) -> QuerySet[Organization]:
    """The organisations whose sums may be looked at: committees and general branches in scope, by path."""
    return (
        Organization.objects.visible_to(actor.scope)
        .current()
        .exclude(kind__in=[OrgKind.BRANCH, OrgKind.PARTY_GROUP])
        .only(*_NAMED, "path", "depth")
        .order_by("depth", "sort_key", "code")
    )


def get_dashboard(
    organization: Organization, *, domain: str, kind: str, export_url: str = ""
) -> Dashboard | None:
    """The newest sums of an organisation, whole or of one domain; None before the first summing-up.

    ``kind`` is the kind of meeting in the heat table, empty for all of them together; ``export_url`` leads
    to the workbook of one chart when the chart's key follows it.
    """
    rows = Summary.objects.filter(organization=organization, domain=domain)
    now = rows.order_by("-as_of_date").first()
    if now is None:
        return None
    before = rows.filter(as_of_date=date(now.as_of_date.year - 1, 12, 31)).order_by().first()
    return Dashboard(
        organization=organization,
        domain=domain,
        as_of_date=now.as_of_date,
        computed_at=now.computed_at,
        figures=_figures(now),
        charts=tuple(_chart(dimension, now, before, export_url) for dimension in DIMENSIONS),
        heat=_heat(organization, domain, kind, now.as_of_date),
        terms=_terms(now),
        compared_with=before.as_of_date if before else None,
    )


def _figures(row: Summary) -> dict[str, int]:
    counted = {key: int(value) for key, value in row.figures.items()}
    keys = (
        "organizations",
        "branch",
        "members",
        "probationary",
        "women",
        "minority",
        "mobile",
        "lost",
        "suspended",
        "terms_due",
        "terms_over",
    )
    return {**dict.fromkeys(keys, 0), **counted}


def _chart(dimension: Dimension, now: Summary, before: Summary | None, export_url: str) -> BarChart:
    counts = now.structure.get(dimension.key, {})
    old = before.structure.get(dimension.key, {}) if before else None
    bars = tuple(
        Bar(label, counts.get(label, 0), None if old is None else old.get(label, 0))
        for label in dimension.buckets
        if counts.get(label) or (old and old.get(label)) or label != dimension.buckets[-1]
    )
    return BarChart(
        dimension.title,
        bars,
        legend="{day}".format(day=now.as_of_date),
        legend_before="{day}".format(day=before.as_of_date) if before else "",
        export_url=export_url + dimension.key if export_url else "",
    )


def _heat(organization: Organization, domain: str, kind: str, day: date) -> HeatTable:
    months = [add_months(day.replace(day=1), -back) for back in range(MONTHS - 1, -1, -1)]
    children = Organization.objects.current().filter(parent=organization).only(*_NAMED)
    below = list(children.order_by("sort_key", "code")[:MOST_ROWS])
    stored = _meetings_of(below, domain, day)
    counts = {
        org.pk: [_count(stored.get(org.pk, {}).get(f"{month:%Y-%m}", {}), kind) for month in months]
        for org in below
        if org.pk in stored
    }
    largest = max((count for row in counts.values() for count in row), default=0)
    return HeatTable(
        title="下级党组织每月召开的会议（次）",
        corner="党组织",
        columns=tuple(_month_words(month, months[0]) for month in months),
        rows=tuple(_heat_row(org, counts[org.pk], months, largest) for org in below if org.pk in counts),
    )


def _heat_row(org: Organization, counts: Sequence[int], months: Sequence[date], largest: int) -> HeatRow:
    cells = tuple(
        HeatCell(
            count,
            heat_level(count, largest),
            title="{org}{year}年{month}月：{count} 次".format(
                org=org, year=month.year, month=month.month, count=count
            ),
        )
        for count, month in zip(counts, months, strict=True)
    )
    is_parent = org.kind not in (OrgKind.BRANCH, OrgKind.PARTY_GROUP)
    return HeatRow(str(org), cells, url="?org=" + org.public_id if is_parent else "")


def _meetings_of(
    below: Sequence[Organization], domain: str, day: date
) -> dict[int, dict[str, dict[str, int]]]:
    """The meetings by month of each organisation; a branch counts where it is of the domain itself."""
    branches = [org.pk for org in below if org.kind == OrgKind.BRANCH and domain in ("", org.domain)]
    others = [org.pk for org in below if org.kind != OrgKind.BRANCH]
    wanted = Q(organization__in=branches, domain="") | Q(organization__in=others, domain=domain)
    rows = Summary.objects.filter(wanted, as_of_date=day).order_by()
    return dict(rows.values_list("organization_id", "meetings"))


def _count(of_month: dict[str, int], kind: str) -> int:
    return of_month.get(kind or ALL_KINDS, 0)


def _terms(row: Summary) -> HeatTable:
    """The running terms by the month of their end, a line a year from this year on; past months apart."""
    this_month = row.as_of_date.strftime("%Y-%m")
    coming = {month: count for month, count in row.term_ends.items() if month >= this_month}
    years = range(row.as_of_date.year, int(max(coming, default=this_month)[:4]) + 1)
    largest = max(coming.values(), default=0)
    return HeatTable(
        title="届满时间（按月，个）",
        corner="年份",
        columns=(*("{n}月".format(n=n) for n in range(1, 13)), "合计"),
        rows=tuple(_term_year(year, coming, this_month, largest) for year in years),
    )


def _term_year(year: int, coming: dict[str, int], this_month: str, largest: int) -> HeatRow:
    months = ["{year}-{n:02}".format(year=year, n=n) for n in range(1, 13)]
    cells = [
        HeatCell(None)
        if month < this_month
        else HeatCell(coming.get(month, 0), heat_level(coming.get(month, 0), largest))
        for month in months
    ]
    total = sum(coming.get(month, 0) for month in months)
    return HeatRow("{year}年".format(year=year), (*cells, HeatCell(total)))


def _month_words(month: date, first: date) -> str:
    """The month, with its year where the table begins and where a new one does."""
    words = "{month.year}年{month.month}月" if month == first or month.month == 1 else "{month.month}月"
    return words.format(month=month)


def domain_choices() -> list[tuple[str, str]]:
    """The domains to filter by, the whole first."""
    return [("", "全部领域"), *((value, str(label)) for value, label in OrgDomain.choices)]
