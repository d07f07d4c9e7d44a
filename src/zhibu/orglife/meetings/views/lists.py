"""The list and calendar of meetings, and a new one."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import submit_once
from zhibu.orglife.meetings.commands.meetings import Topic, create_meeting, record_talk, send_notice
from zhibu.orglife.meetings.commands.planning import tie_to_plan
from zhibu.orglife.meetings.forms import FilterForm, MeetingForm, TalkForm, people_of, person_of
from zhibu.orglife.meetings.models import Meeting, MeetingKind, PlannedMeeting
from zhibu.orglife.meetings.queries.meetings import (
    MeetingFilter,
    last_habit,
    list_groups,
    list_led_groups,
    list_local_kinds,
    list_meetings,
    list_open,
    may_edit,
)
from zhibu.orglife.meetings.queries.plan import get_line
from zhibu.orglife.meetings.queries.suggestions import Suggestion, suggest_topics
from zhibu.orglife.meetings.views.places import work_organization
from zhibu.roster.members.models import Person
from zhibu.roster.organizations.models import Organization, OrgKind
from zhibu.ui.listing import Column, list_page
from zhibu.ui.marks import Tab
from zhibu.ui.pages import PageRequest, page, require

COLUMNS = (
    Column("名称"),
    Column("类型"),
    Column("日期", sort="date"),
    Column("地点"),
    Column("到会", align="end"),
    Column("状态"),
)
_SORTS: dict[str, tuple[str, ...]] = {"date": ("-date", "-pk")}


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of the month's grid."""

    day: date
    is_outside: bool
    is_today: bool
    meetings: tuple[Meeting, ...]


@page(right="meetings:view")
def meeting_list(request: PageRequest) -> HttpResponse:
    """The meetings of one organisation (a branch) or of all below (a committee), as a list or a month."""
    today = china_today()
    organization = work_organization(request)
    require(request.actor, "meetings:view", organization.path)
    form, wanted = asked_filter(request, today)
    context = {
        "org": organization,
        "form": form,
        "today": today,
        "tabs": section_tabs(organization, "calendar" if "calendar" in request.GET else "list"),
        "may_edit": request.actor.may("meetings:edit", organization.path)
        or request.actor.may("meetings:edit_group", organization.path),
    }
    below = below_of(request, organization)
    if "calendar" in request.GET:
        return render(
            request, "orglife/meetings/calendar.html", context | _month(request, organization, today)
        )
    rows = list_meetings(request.actor.scope, wanted, below=below)
    listing = list_page(request, rows, columns=COLUMNS, sorts=_SORTS, default_sort="date")
    return render(
        request, "orglife/meetings/list.html", context | {"listing": listing, "shows_org": not below}
    )


def asked_filter(request: PageRequest, today: date) -> tuple[FilterForm, MeetingFilter]:
    """The filter form as sent, and what it asks for; a field that makes no sense filters nothing."""
    form = FilterForm(request.GET or None, today=today)
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    named = {key: data[key] for key in ("kind", "state", "year", "month", "text") if data.get(key)}
    return form, MeetingFilter(**named)


def below_of(request: PageRequest, organization: Organization) -> str:
    """The path that the list keeps to: a branch's own, or the one asked for; empty for all of the scope."""
    return organization.path if organization.kind == OrgKind.BRANCH or request.GET.get("org") else ""


def section_tabs(organization: Organization, current: str) -> list[Tab]:
    """The pages of this section."""
    query = "?org={org}".format(org=organization.public_id)
    pages = (
        ("list", "会议", reverse("meetings:list") + query),
        ("calendar", "日历", reverse("meetings:list") + query + "&calendar=1"),
        ("plan", "年度计划", reverse("meetings:plan") + query),
        ("make_ups", "待补课", reverse("meetings:make_ups") + query),
        ("tasks", "决议办理", reverse("meetings:tasks") + query),
    )
    return [Tab(label, url, key == current) for key, label, url in pages]


def _month(request: PageRequest, organization: Organization, today: date) -> dict[str, object]:
    """The weeks of the month asked for, Monday first."""
    text = request.GET.get("month_of", "")
    try:
        first = date.fromisoformat(text + "-01") if text else today.replace(day=1)
    except ValueError:
        first = today.replace(day=1)
    wanted = MeetingFilter(year=first.year, month=first.month)
    found: dict[date, list[Meeting]] = {}
    for meeting in list_meetings(request.actor.scope, wanted, below=organization.path).order_by("date", "pk"):
        if meeting.state != Meeting.State.CANCELLED:
            found.setdefault(meeting.date, []).append(meeting)
    weeks = [
        [CalendarDay(day, day.month != first.month, day == today, tuple(found.get(day, ()))) for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return {"weeks": weeks, "first": first, "before": before, "after": after, "count": len(found)}


_NO_KIND = Refused("meetings.no_kind", "没有这种会议。", next_step="请返回，从列出的类型里选择。")


@page(right="meetings:view", methods=("GET", "HEAD", "POST"))
def add(request: PageRequest) -> HttpResponse:
    """Call a meeting, or record one held: the kind first, then a form filled as far as the records go."""
    today = china_today()
    organization = work_organization(request)
    line = get_line(organization, request.GET.get("plan", "") or request.POST.get("plan", ""))
    kind = line.kind if line else request.GET.get("kind", "") or request.POST.get("kind", "")
    if not _may_add(request, organization, today):
        require(request.actor, "meetings:edit", organization.path)
    led = _only_groups(request, organization, today)
    if led is not None and not kind:
        kind = MeetingKind.GROUP
    if led is not None and kind != MeetingKind.GROUP:
        require(request.actor, "meetings:edit", organization.path)
    if kind == MeetingKind.TALK:
        return redirect("{url}?org={org}".format(url=reverse("meetings:talk"), org=organization.public_id))
    if kind not in MeetingKind.values:
        if request.method == "POST":
            raise _NO_KIND
        return _choose_kind(request, organization)
    if request.method == "POST":
        return _create(request, organization, kind, line, today)
    day = line.planned_date if line and line.planned_date >= today else today
    form = MeetingForm(
        organization=organization,
        kind=kind,
        day=today,
        initial=_opening(organization, kind, line, day),
        only_groups=led,
    )
    return _add_page(request, organization, kind, line, form, suggest_topics(organization, kind, day))


def _may_add(request: PageRequest, organization: Organization, today: date) -> bool:
    groups = list_led_groups(request.actor.scope.person_id, today)
    return may_edit(request.actor, organization, groups[0] if groups else None, today)


def _only_groups(request: PageRequest, organization: Organization, today: date) -> list[int] | None:
    """The groups that somebody leads who may call nothing else here; None for who may call every meeting."""
    if request.actor.may("meetings:edit", organization.path):
        return None
    return list_led_groups(request.actor.scope.person_id, today)


def _choose_kind(request: PageRequest, organization: Organization) -> HttpResponse:
    context = {
        "org": organization,
        "kinds": [
            (kind, label) for kind, label in MeetingKind.choices if kind not in _not_here(organization)
        ],
        "local_kinds": list_local_kinds(organization),
        "may_add_kinds": request.actor.may("meetings:complete", organization.path),
    }
    return render(request, "orglife/meetings/choose_kind.html", context)


def _not_here(organization: Organization) -> set[str]:
    """The kinds that this organisation cannot hold: a committee's own, or without a committee or groups."""
    absent = set[str]()
    if organization.kind == OrgKind.BRANCH:
        absent.add(MeetingKind.COMMITTEE_STUDY)
        if not organization.has_committee:
            absent.add(MeetingKind.COMMITTEE)
    if not list_groups(organization, china_today()).exists():
        absent.add(MeetingKind.GROUP)
    return absent


def _opening(
    organization: Organization, kind: str, line: PlannedMeeting | None, day: date
) -> dict[str, object]:
    habit = last_habit(organization, kind, day)
    ids = [pk for pk in (habit.host_id, habit.recorder_id) if pk is not None]
    people = Person.objects.in_bulk(ids)
    host, recorder = people.get(habit.host_id or 0), people.get(habit.recorder_id or 0)
    return {
        "date": day,
        "start_time": habit.start_time,
        "place": habit.place,
        "host": host.public_id if host and kind != MeetingKind.GROUP else "",
        "recorder": recorder.public_id if recorder else "",
        "lecturer": host.public_id if host and kind in (MeetingKind.LECTURE, MeetingKind.REPORT) else "",
        "also": line.also_counts_as if line else [],
        "group": line.group.public_id if line and line.group else "",
        "minutes_length": habit.minutes_length or None,
    }


def _add_page(
    request: PageRequest,
    organization: Organization,
    kind: str,
    line: PlannedMeeting | None,
    form: MeetingForm,
    suggestions: list[Suggestion],
    refusal: Refused | None = None,
) -> HttpResponse:
    ticked = request.POST.getlist("topics") if request.method == "POST" else None
    topics = [
        (place, one, one.is_due if ticked is None else str(place) in ticked)
        for place, one in enumerate(suggestions)
    ]
    context = {
        "org": organization,
        "kind": kind,
        "kind_words": MeetingKind(kind).label,
        "line": line,
        "form": form,
        "topics": topics,
        "has_due": any(one.is_due for one in suggestions),
        "already": list_open(organization, kind),
        "own_topics": request.POST.get("own_topics", line.topic if line else ""),
        "local": request.GET.get("local", "") or request.POST.get("local", ""),
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return render(request, "orglife/meetings/add.html", context, status=status)


def _create(
    request: PageRequest, organization: Organization, kind: str, line: PlannedMeeting | None, today: date
) -> HttpResponse:
    led = _only_groups(request, organization, today)
    form = MeetingForm(request.POST, organization=organization, kind=kind, day=today, only_groups=led)
    suggestions = suggest_topics(organization, kind, today)
    if _long_topics(request):
        form.add_error(None, _TOO_LONG.format(topic=_long_topics(request)[0][:20]))
    if not form.is_valid():
        return _add_page(request, organization, kind, line, form, suggestions)
    local = next(
        (one for one in list_local_kinds(organization) if str(one.pk) == request.POST.get("local", "")), None
    )
    topics = _topics(request, suggestions)

    def act() -> Meeting:
        meeting = create_meeting(
            actor=request.actor,
            today=today,
            organization=organization,
            draft=form.draft(local),
            topics=topics,
        )
        if line is not None:
            tie_to_plan(actor=request.actor, today=today, line=line, meeting=meeting)
        if request.POST.get("act") == "notify":
            send_notice(actor=request.actor, today=today, meeting=meeting)
        return meeting

    try:
        url = submit_once(
            key=request.POST.get("submission_key", ""),
            actor=request.actor,
            act=act,
            result_url=lambda meeting: _landing(request, meeting, today),
        )
    except Refused as refusal:
        return _add_page(request, organization, kind, line, form, suggestions, refusal)
    return redirect(url)


def _landing(request: PageRequest, meeting: Meeting, today: date) -> str:
    """Where a new meeting leads: to the notice while there is time to tell people, else to the record."""
    is_ahead = request.POST.get("act") == "notify" and meeting.date > today
    return reverse("meetings:notice" if is_ahead else "meetings:meeting", args=[meeting.public_id])


_TOPIC_LENGTH = 200
_TOO_LONG = "议题“{topic}……”太长，请写在 200 字以内；详细内容可以写进会议页的发言要点。"


def _own_topics(request: PageRequest) -> list[str]:
    lines = (line.strip() for line in request.POST.get("own_topics", "").splitlines())
    return [line for line in lines if line]


def _long_topics(request: PageRequest) -> list[str]:
    return [topic for topic in _own_topics(request) if len(topic) > _TOPIC_LENGTH]


def _topics(request: PageRequest, suggestions: list[Suggestion]) -> list[Topic]:
    ticked = set(request.POST.getlist("topics"))
    chosen = [Topic(one.text, one.matter) for place, one in enumerate(suggestions) if str(place) in ticked]
    return [*chosen, *(Topic(topic) for topic in _own_topics(request))]


@page(right="meetings:edit", methods=("GET", "HEAD", "POST"))
def talk(request: PageRequest) -> HttpResponse:
    """Record talks: the day and the names."""
    today = china_today()
    organization = work_organization(request)
    require(request.actor, "meetings:edit", organization.path)
    people = people_of(organization, today)
    own = Person.objects.filter(pk=request.actor.scope.person_id or 0).first()
    form = TalkForm(
        request.POST or None,
        people=people,
        initial={"date": today, "host": own.public_id if own else ""},
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        host = person_of(form.cleaned_data["host"])
        partners = [person_of(one) for one in form.cleaned_data["partners"]]
        try:
            url = submit_once(
                key=request.POST.get("submission_key", ""),
                actor=request.actor,
                act=lambda: record_talk(
                    actor=request.actor,
                    today=today,
                    organization=organization,
                    held_date=form.cleaned_data["date"],
                    host=host,  # type: ignore[arg-type]
                    partners=[one for one in partners if one is not None],
                ),
                result_url=lambda meeting: reverse("meetings:meeting", args=[meeting.public_id]),
            )
        except Refused as caught:
            refusal = caught
        else:
            return redirect(url)
    context = {"org": organization, "form": form, "refusal": refusal}
    return render(request, "orglife/meetings/talk.html", context, status=409 if refusal else 200)
