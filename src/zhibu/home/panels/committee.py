"""An organiser's first block: the organisations below in six numbers, and those whose term runs out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from zhibu.common.actor import Actor
from zhibu.foundation.obligations.queries import Totals
from zhibu.oversight.statistics.models import Summary
from zhibu.oversight.supervision.queries import board_totals
from zhibu.roster.members.models import MembershipSpell, Status
from zhibu.roster.organizations.models import Organization, OrgKind, within
from zhibu.roster.organizations.queries.terms import running_terms

NEAR_TERM_DAYS = 90


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts over everything in scope; ``totals`` are the branches' of the last check-up, as on the board."""

    organizations: int
    branches: int
    members: int
    probationary: int
    totals: Totals


@dataclass(frozen=True, slots=True)
class EndingTerm:
    """A term that ends soon, or has ended without an election."""

    organization: Organization
    end_date: date
    days: int

    @property
    def words(self) -> str:
        """How near the end is, or how long ago it was."""
        if self.days < 0:
            return "已届满 {days} 天".format(days=-self.days)
        return "还有 {days} 天".format(days=self.days) if self.days else "今天届满"


def overview(actor: Actor, org: Organization) -> Overview:
    """Counts of everything in scope: the stored sums where there are some, else counted at once."""
    visible = Organization.objects.visible_to(actor.scope).current()
    totals = board_totals(actor.scope, "")
    if list(actor.scope.paths) == [org.path]:
        summary = Summary.objects.filter(organization=org, domain="").order_by("-as_of_date").first()
        if summary is not None:
            stored = {key: int(value) for key, value in summary.figures.items()}
            return Overview(
                stored.get("organizations", 0),
                stored.get(OrgKind.BRANCH, 0),
                stored.get("members", 0),
                stored.get("probationary", 0),
                totals,
            )
    orgs = visible.aggregate(all=Count("pk"), branches=Count("pk", filter=Q(kind=OrgKind.BRANCH)))
    people = MembershipSpell.objects.filter(
        within(actor.scope, "organization__"),
        valid_to__isnull=True,
        is_belonging=True,
        status__in=[Status.FULL, Status.PROBATIONARY],
    ).aggregate(all=Count("pk"), probationary=Count("pk", filter=Q(status=Status.PROBATIONARY)))
    return Overview(orgs["all"], orgs["branches"], people["all"], people["probationary"], totals)


def ending_terms(actor: Actor, *, today: date, most: int = 8) -> list[EndingTerm]:
    """Terms that end within ninety days or have run out, by their last day and name."""
    terms = (
        running_terms()
        .filter(
            within(actor.scope, "organization__"),
            organization__dissolved_date__isnull=True,
            last_day__lte=today + timedelta(days=NEAR_TERM_DAYS),
        )
        .select_related("organization__parent")
        .order_by("last_day", "organization__name", "pk")[:most]
    )
    return [EndingTerm(term.organization, term.last_day, (term.last_day - today).days) for term in terms]
