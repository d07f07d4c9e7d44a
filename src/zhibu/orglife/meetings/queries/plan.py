"""The year plan: which meetings are due in a year, merged where the rules allow, and the lines kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from zhibu.foundation.obligations.models import Obligation
from zhibu.orglife.meetings.models import Meeting, MeetingKind, PlannedMeeting
from zhibu.orglife.meetings.queries.meetings import list_groups
from zhibu.roster.members.models import Group
from zhibu.roster.organizations.models import Organization
from zhibu.rulebook.loader import national
from zhibu.rulebook.model import Applies, Frequency, Run
from zhibu.rulebook.periods import Span, Window, spans

_USUAL_DAY = 15
_LOOK_BACK = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Need:
    """One meeting that is due in one period, and by which duty."""

    kind: str
    span: Span
    duty: str
    title: str
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line proposed for the plan."""

    kind: str
    planned_date: date
    also_counts_as: tuple[str, ...] = ()
    group: Group | None = None
    duties: tuple[str, ...] = ()
    reason: str = ""


def propose_lines(organization: Organization, year: int, *, today: date) -> list[Line]:
    """What the rest of the year asks for: one gathering for several duties where the rules allow it."""
    needs = [need for need in _needs(organization, year, today) if not _is_served(organization, need)]
    day = _usual_day(organization, today)
    return sorted(_merged(needs, day, today), key=lambda line: (line.planned_date, line.kind))


def _needs(organization: Organization, year: int, today: date) -> Iterator[Need]:
    """Each period of each duty that runs on or after today and is not yet satisfied or excused."""
    window = Window(date(year, 1, 1), date(year, 12, 31))
    settled = _settled(organization)
    groups = list(list_groups(organization, today))
    for run in national().plan():
        params = run.params
        if not isinstance(params, Frequency) or not _asks_for_a_meeting(
            run, params, organization, bool(groups)
        ):
            continue
        title = national().check(run.check_id).title
        for span in spans(params.period, 0, window):
            is_over = span.end <= today or span.start.year != year
            if is_over or not run.holds_on(span.start) or (run.duty, span.key) in settled:
                continue
            for group in groups if run.subject == "group" else [None]:
                yield Need(params.events[0], span, run.duty, title, group)


def _asks_for_a_meeting(run: Run, params: Frequency, organization: Organization, has_groups: bool) -> bool:
    is_ours = run.subject in ("organization", "group") and params.counts == "held"
    is_held_here = not params.levels or "branch" in params.levels or organization.kind != "branch"
    return (
        is_ours
        and is_held_here
        and bool(params.at_least)
        and params.unit == "events"
        and params.events[0] in MeetingKind.values
        and _fits(run.applies, organization, has_groups)
    )


def _fits(applies: Applies, organization: Organization, has_groups: bool) -> bool:
    """Whether a duty's conditions hold for the organisation as it is today."""
    flags = (
        (applies.has_committee, organization.has_committee),
        (applies.has_groups, has_groups),
        (applies.is_temporary, organization.is_temporary),
        (applies.is_joint, organization.is_joint),
        (applies.is_mobile, organization.is_mobile),
        (applies.is_functional, organization.is_functional),
    )
    return (
        (not applies.kinds or organization.kind in applies.kinds)
        and (not applies.domains or organization.domain in applies.domains)
        and organization.domain not in applies.not_domains
        and all(wanted is None or wanted == actual for wanted, actual in flags)
    )


def _settled(organization: Organization) -> set[tuple[str, str]]:
    """Duty and period of what is met or excused already."""
    rows = Obligation.objects.filter(org_id=organization.pk, subject_kind="organization")
    return {
        (duty, period)
        for duty, period, satisfied, verdict in rows.values_list(
            "duty", "period", "satisfied_date", "verdict"
        )
        if satisfied is not None or verdict in ("met", "exempt", "not_applicable")
    }


def _is_served(organization: Organization, need: Need) -> bool:
    """Whether a meeting or a line of the plan already stands for it."""
    inside = (
        {"organization": organization, "group": need.group} if need.group else {"organization": organization}
    )
    meetings = Meeting.objects.filter(**inside, date__gte=need.span.start, date__lt=need.span.end)
    kept = meetings.exclude(state=Meeting.State.CANCELLED).values_list("kind", "also_counts_as")
    lines = PlannedMeeting.objects.filter(
        **inside, planned_date__gte=need.span.start, planned_date__lt=need.span.end
    ).values_list("kind", "also_counts_as")
    return any(need.kind == kind or need.kind in also for kind, also in [*kept, *lines])


def _usual_day(organization: Organization, today: date) -> int:
    """The day of the month on which the branch usually holds its party day."""
    days = Meeting.objects.filter(
        organization=organization, kind=MeetingKind.PARTY_DAY, date__gte=today - _LOOK_BACK
    ).values_list("date", flat=True)
    counted = Counter(day.day for day in days)
    return min(counted.most_common(1)[0][0], 28) if counted else _USUAL_DAY


def _merged(needs: Sequence[Need], day: int, today: date) -> list[Line]:
    """Party day and members' meeting of a month in one; life meeting and appraisal in one; the rest alone."""
    by_kind: dict[str, list[Need]] = {}
    for need in needs:
        by_kind.setdefault(need.kind, []).append(need)
    lines: dict[tuple[int, int], Line] = {}
    for need in by_kind.pop(MeetingKind.PARTY_DAY, []):
        line = _line(need, day, today)
        month = (line.planned_date.year, line.planned_date.month)
        lines[month] = replace(line, also_counts_as=(MeetingKind.STUDY,))
    for need in by_kind.pop(MeetingKind.GENERAL, []):
        line = _line(need, day, today)
        month = (line.planned_date.year, line.planned_date.month)
        lines[month] = _joined(line, lines.get(month))
    found = list(lines.values())
    for one, other in ((MeetingKind.LIFE, MeetingKind.APPRAISAL),):
        first, second = by_kind.pop(one, []), by_kind.pop(other, [])
        found += _paired(first, second, day, today)
    for need in by_kind.pop(MeetingKind.REPORT, []):
        found = _with_report(found, need, day, today)
    return found + [_line(need, day, today) for rest in by_kind.values() for need in rest]


def _line(need: Need, day: int, today: date) -> Line:
    """A line for one need: in the middle of its period, in December for what closes the year."""
    months = (need.span.end.year - need.span.start.year) * 12 + need.span.end.month - need.span.start.month
    offset = {1: 0, 3: 1}.get(months, months - 1)
    index = need.span.start.month - 1 + offset
    chosen = date(need.span.start.year, index + 1, min(day, 28))
    shift = {MeetingKind.COMMITTEE: -7, MeetingKind.GROUP: 4, MeetingKind.TALK: -10}.get(
        MeetingKind(need.kind), 0
    )
    chosen = min(
        max(chosen + timedelta(days=shift), need.span.start, today), need.span.end - timedelta(days=1)
    )
    return Line(need.kind, chosen, (), need.group, (need.duty,), need.title)


def _joined(line: Line, party_day: Line | None) -> Line:
    if party_day is None:
        return line
    return replace(
        line,
        planned_date=max(line.planned_date, party_day.planned_date),
        also_counts_as=(MeetingKind.STUDY, MeetingKind.PARTY_DAY),
        duties=(*line.duties, *party_day.duties),
        reason="；".join((line.reason, party_day.reason)),
    )


def _paired(first: list[Need], second: list[Need], day: int, today: date) -> list[Line]:
    if not (first and second):
        return [_line(need, day, today) for need in (*first, *second)]
    line, other = _line(first[0], day, today), _line(second[0], day, today)
    both = replace(
        line,
        planned_date=min(line.planned_date + timedelta(days=7), date(line.planned_date.year, 12, 31)),
        also_counts_as=(second[0].kind,),
        duties=(*line.duties, *other.duties),
        reason="；".join((line.reason, other.reason)),
    )
    return [both]


def _with_report(lines: list[Line], need: Need, day: int, today: date) -> list[Line]:
    """The secretary reports at the last members' meeting of the year."""
    general = [line for line in lines if line.kind == MeetingKind.GENERAL and line.planned_date.month >= 10]
    if not general:
        return [*lines, _line(need, day, today)]
    last = max(general, key=lambda line: line.planned_date)
    with_it = replace(
        last,
        also_counts_as=tuple(sorted((*last.also_counts_as, MeetingKind.REPORT))),
        duties=(*last.duties, need.duty),
        reason="；".join((last.reason, need.title)),
    )
    return [with_it if line is last else line for line in lines]


def list_lines(organization: Organization, year: int) -> list[PlannedMeeting]:
    """The plan of a year in the order of dates."""
    rows = PlannedMeeting.objects.filter(organization=organization, year=year)
    return list(rows.select_related("meeting", "group").order_by("planned_date", "kind", "pk"))


def get_line(organization: Organization, public_id: str) -> PlannedMeeting | None:
    """One line of the organisation's plan that has no meeting yet."""
    if not public_id:
        return None
    return (
        PlannedMeeting.objects.filter(organization=organization, public_id=public_id, meeting__isnull=True)
        .select_related("group", "organization")
        .first()
    )
