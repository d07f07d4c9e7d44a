"""Terms of office: the running one with its end, how near that is, and those before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zhibu.common.chinese_text import date_text
from zhibu.common.dates import CHINA, add_months
from zhibu.roster.organizations.models import Organization, Term, TermExtension

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

NOTICE_MONTHS = 6  # ZB-21-3
SOON_DAYS = 30


class LastDay(TypedDict):
    """What ``running_terms`` adds to a term."""

    last_day: date


@dataclass(frozen=True, slots=True)
class TermView:
    """A term as shown: its end with approved extensions, the mark (ok, soon, late, none) and its words."""

    term: Term
    end_date: date
    mark: str
    words: str
    remind_date: date
    is_extended: bool


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """One correction of a term: when, what it said before in words, and why it was wrong."""

    day: date
    words: str
    reason: str


def get_running_term(organization: Organization, *, today: date) -> TermView | None:
    """The term that runs today, None where none is recorded."""
    term = organization.terms.filter(ended_date__isnull=True).prefetch_related("extensions").first()
    return view_of(term, today=today) if term else None


def list_terms(organization: Organization, *, today: date) -> list[TermView]:
    """All terms, newest first."""
    terms = organization.terms.prefetch_related("extensions", "corrections").order_by("-elected_date")
    return [view_of(term, today=today) for term in terms]


def list_corrections(views: list[TermView]) -> list[CorrectionView]:
    """What terms said before they were corrected, newest first; of terms that `list_terms` has read."""
    found = [one for view in views for one in view.term.corrections.all()]
    found.sort(key=lambda one: (one.created_at, one.pk), reverse=True)
    return [
        CorrectionView(
            one.created_at.astimezone(CHINA).date(),
            "；".join(
                "{label}原来登记为{value}".format(label=_label(name), value=_words(name, value))
                for name, value in one.before.items()
            ),
            one.reason,
        )
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class AnnulmentView:
    """One annulled term: when it was annulled, what it had said, and why it was wrong."""

    day: date
    words: str
    reason: str


def list_annulments(organization: Organization) -> list[AnnulmentView]:
    """The terms that were entered here by mistake, the last annulled first."""
    rows = Term.with_annulled.filter(organization=organization, annulled_at__isnull=False)
    return [
        AnnulmentView(
            term.annulled_at.astimezone(CHINA).date(),
            "{day}{how}的一届，不再计入".format(
                day=date_text(term.elected_date), how=term.get_formed_by_display()
            ),
            term.annulled_reason,
        )
        for term in rows.order_by("-annulled_at", "-id")
        if term.annulled_at
    ]


def _label(name: str) -> str:
    return next(str(field.verbose_name) for field in Term._meta.fields if field.name == name)


def _words(name: str, value: str) -> str:
    if name == "formed_by":
        return str(Term.FormedBy(value).label)
    if name.endswith("_date") and value:
        return date_text(date.fromisoformat(value))
    return value or "空"


def end_of(term: Term) -> date:
    """The last day that counts: the term's own, or an approved extension's (also an earlier election's)."""
    approved = [one for one in term.extensions.all() if one.approved_date]
    return approved[-1].new_end_date if approved else term.end_date


def running_terms() -> QuerySet[WithAnnotations[Term, LastDay]]:
    """The running terms with ``last_day``: the day that ``end_of`` gives, in the same query."""
    approved = TermExtension.objects.filter(term=OuterRef("pk"), approved_date__isnull=False)
    latest = approved.order_by("-approved_date", "-pk").values("new_end_date")[:1]
    return Term.objects.filter(ended_date__isnull=True).annotate(
        last_day=Coalesce(Subquery(latest), F("end_date"))
    )


def view_of(term: Term, *, today: date) -> TermView:
    """A term with its mark: late after its end, soon within 30 days, in words from six months before."""
    end = end_of(term)
    remind = add_months(end, -NOTICE_MONTHS)
    mark, words = _mark(term, end, remind, today)
    return TermView(term, end, mark, words, remind, end != term.end_date)


def _mark(term: Term, end: date, remind: date, today: date) -> tuple[str, str]:
    if term.ended_date:
        return "none", "已结束"
    days = (end - today).days
    if days < 0:
        return "late", "已届满{days}天".format(days=-days)
    if days <= SOON_DAYS:
        return "soon", "还有{days}天届满".format(days=days)
    if today >= remind:
        return "soon", "半年内届满"
    return "ok", "在届期内"
