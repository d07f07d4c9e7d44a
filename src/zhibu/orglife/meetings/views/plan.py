"""The year plan, the make-up list, the resolutions to carry out, and local kinds."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible, Refused
from zhibu.foundation.audit.commands import submit_once
from zhibu.orglife.meetings.commands.agenda import close_resolution
from zhibu.orglife.meetings.commands.attendance import record_make_up, withdraw_make_up
from zhibu.orglife.meetings.commands.kinds import add_local_kind, retire_local_kind
from zhibu.orglife.meetings.commands.planning import change_line, drop_line, hold_line, make_plan
from zhibu.orglife.meetings.forms import CloseForm, LocalKindForm, MakeUpForm, person_of
from zhibu.orglife.meetings.models import LocalMeetingKind, MakeUp, MeetingKind, PlannedMeeting
from zhibu.orglife.meetings.queries.meetings import get_meeting, may_edit
from zhibu.orglife.meetings.queries.papers import plan_of
from zhibu.orglife.meetings.queries.plan import get_line, list_lines
from zhibu.orglife.meetings.queries.tasks import get_resolution, list_made_up, list_missed, list_tasks
from zhibu.orglife.meetings.views.lists import section_tabs
from zhibu.orglife.meetings.views.papers import FORMATS, paper_file, render_paper
from zhibu.orglife.meetings.views.places import work_organization
from zhibu.roster.members.models import Person
from zhibu.roster.organizations.models import Organization
from zhibu.ui.forms import CivilDateField, carried_number
from zhibu.ui.listing import Column, list_page
from zhibu.ui.pages import PageRequest, page, require

_MISSED = (Column("党员"), Column("会议"), Column("日期", sort="date"), Column("原因"), Column("登记补课"))


def _organization(request: PageRequest, right: str = "meetings:view") -> Organization:
    organization = work_organization(request)
    require(request.actor, right, organization.path)
    return organization


def _year(asked: str) -> int:
    """The year asked for, this one where that is none."""
    year = carried_number(asked)
    return min(max(year, 2000), 2100) if len(asked) == 4 and year else china_today().year


@page(right="meetings:view")
def plan(request: PageRequest) -> HttpResponse:
    """What is to be held in the year, from what is due."""
    organization = _organization(request)
    return _plan_page(request, organization, _year(request.GET.get("year", "")))


def _plan_page(
    request: PageRequest,
    organization: Organization,
    year: int,
    refusal: Refused | None = None,
    line: str = "",
) -> HttpResponse:
    """The plan; after a refusal with what was typed for one ``line``."""
    today = china_today()
    lines = list_lines(organization, year)
    context = {
        "org": organization,
        "year": year,
        "today": today,
        "lines": lines,
        "merged": sum(1 for one in lines if one.also_counts_as),
        "refusal": refusal,
        "refused_line": line,
        "typed": request.POST,
        "kind_choices": MeetingKind.choices,
        "tabs": section_tabs(organization, "plan"),
        "may_edit": may_edit(request.actor, organization, None, today),
    }
    return render(request, "orglife/meetings/plan.html", context, status=409 if refusal else 200)


@page(right="meetings:view")
def plan_paper(request: PageRequest, ending: str) -> HttpResponse:
    """The year's plan as it is printed and handed in; this year's unless another is asked for."""
    organization, content_type = _organization(request), FORMATS.get(ending)
    if content_type is None:
        raise NotVisible
    year = _year(request.GET.get("year", ""))
    content = plan_of(organization, year)
    name = "{org}{year}年“三会一课”计划表.{ending}".format(org=organization, year=year, ending=ending)
    return paper_file(render_paper(content, content_type), content_type, name)


@page(right="meetings:edit", methods=("POST",))
def plan_make(request: PageRequest) -> HttpResponse:
    """Make the rest of the year's plan from what is due."""
    organization = _organization(request, "meetings:edit")
    year = _year(request.POST.get("year", ""))
    try:
        added = make_plan(actor=request.actor, today=china_today(), organization=organization, year=year)
    except Refused as refusal:
        return _plan_page(request, organization, year, refusal)
    done = "加了 {n} 次会议，可以改日期和主题。" if added else "要求的次数都已经排上或者办完，没有要加的。"
    messages.success(request, done.format(n=added))
    url = "{url}?org={org}&year={year}"
    return redirect(url.format(url=reverse("meetings:plan"), org=organization.public_id, year=year))


@page(right="meetings:edit", methods=("POST",))
def plan_line(request: PageRequest, public_id: str) -> HttpResponse:
    """Hold, move or drop one line."""
    organization = _organization(request, "meetings:edit")
    line = get_line(organization, public_id)
    if line is None:
        raise NotVisible
    try:
        return redirect(_work_on_line(request, organization, line))
    except Refused as refusal:
        return _plan_page(request, organization, line.year, refusal, line.public_id)


_NO_DAY = Refused("meetings.plan_day", "没有看懂这个日期。", next_step="请写成“2026-06-03”这样的年月日。")


def _work_on_line(request: PageRequest, organization: Organization, line: PlannedMeeting) -> str:
    today, actor, act = china_today(), request.actor, request.POST.get("act", "")
    back = "{url}?org={org}&year={year}".format(
        url=reverse("meetings:plan"), org=organization.public_id, year=line.year
    )
    if act == "drop":
        drop_line(actor=actor, today=today, line=line)
    elif act == "change":
        try:
            day = CivilDateField().clean(request.POST.get("planned_date", ""))
        except ValidationError as error:
            raise _NO_DAY from error
        assert day is not None
        change_line(
            actor=actor,
            today=today,
            line=line,
            planned_date=day,
            topic=request.POST.get("topic", ""),
        )
    else:
        back = submit_once(
            key=request.POST.get("submission_key", ""),
            actor=actor,
            act=lambda: hold_line(actor=actor, today=today, line=line),
            result_url=lambda meeting: reverse("meetings:meeting", args=[meeting.public_id]),
        )
    return back


@page(right="meetings:view", methods=("GET", "HEAD", "POST"))
def make_ups(request: PageRequest) -> HttpResponse:
    """Who missed what and has not made up for it; one tap records it."""
    organization, today = _organization(request), china_today()
    if request.method == "POST":
        return _record_make_up(request, organization)
    listing = list_page(
        request,
        list_missed(organization, today=today),
        columns=_MISSED,
        sorts={"date": ("-meeting__date", "pk")},
        default_sort="date",
    )
    context = {
        "org": organization,
        "today": today,
        "listing": listing,
        "done": list_made_up(organization, today=today),
        "tabs": section_tabs(organization, "make_ups"),
        "may_edit": may_edit(request.actor, organization, None, today),
    }
    return render(request, "orglife/meetings/make_ups.html", context)


def _record_make_up(request: PageRequest, organization: Organization) -> HttpResponse:
    meeting = get_meeting(request.actor.scope, request.POST.get("meeting", ""))
    person = person_of(request.POST.get("person", ""))
    form = MakeUpForm(request.POST)
    if person is None or not form.is_valid():
        raise NotVisible
    if request.POST.get("act") == "undo":
        withdraw_make_up(actor=request.actor, today=china_today(), meeting=meeting, person=person)
        messages.success(request, "{name}的补课登记已经撤回。".format(name=person.name))
        return redirect(request.get_full_path())
    here = "{url}?org={org}".format(url=reverse("meetings:make_ups"), org=organization.public_id)
    if request.POST.get("from") == "meeting":
        here = reverse("meetings:meeting", args=[meeting.public_id])
    data = form.cleaned_data
    url = submit_once(
        key=request.POST.get("submission_key", ""),
        actor=request.actor,
        act=lambda: record_make_up(
            actor=request.actor,
            today=china_today(),
            meeting=meeting,
            person=person,
            way=data["way"],
            done_date=data["done_date"] or china_today(),
            by_person=person_of(data["by_person"]) or _visitor(request, data["way"]),
        ),
        result_url=lambda _: here,
    )
    return redirect(url)


def _visitor(request: PageRequest, way: str) -> Person | None:
    """Whoever taps 已送学上门 is the one who went."""
    if way != MakeUp.Way.SERVED_AT_HOME:
        return None
    return Person.objects.filter(pk=request.actor.scope.person_id or 0).first()


@page(right="meetings:view")
def tasks(request: PageRequest) -> HttpResponse:
    """Resolutions and who carries them out by when."""
    organization, today = _organization(request), china_today()
    is_done = request.GET.get("done") == "1"
    columns = (
        Column("决议"),
        Column("会议"),
        Column("责任人"),
        Column("办结" if is_done else "时限"),
        Column("办理"),
    )
    listing = list_page(request, list_tasks(organization, is_done=is_done), columns=columns)
    context = {
        "org": organization,
        "today": today,
        "listing": listing,
        "is_done": is_done,
        "tabs": section_tabs(organization, "tasks"),
        "may_edit": may_edit(request.actor, organization, None, today),
    }
    return render(request, "orglife/meetings/tasks.html", context)


@page(right="meetings:edit", methods=("GET", "HEAD", "POST"))
def close_task(request: PageRequest, public_id: str) -> HttpResponse:
    """Report a resolution done."""
    row = get_resolution(request.actor.scope, public_id)
    organization = row.item.meeting.organization
    require(request.actor, "meetings:edit", organization.path)
    form = CloseForm(request.POST or None, initial={"done_date": china_today()})
    refusal = None
    if request.method == "POST" and form.is_valid():
        here = "{url}?org={org}".format(url=reverse("meetings:tasks"), org=organization.public_id)
        try:
            url = submit_once(
                key=request.POST.get("submission_key", ""),
                actor=request.actor,
                act=lambda: close_resolution(
                    actor=request.actor,
                    today=china_today(),
                    resolution=row,
                    done_date=form.cleaned_data["done_date"],
                    result=form.cleaned_data["result"],
                ),
                result_url=lambda _: here,
            )
        except Refused as caught:
            refusal = caught
        else:
            return redirect(url)
    context = {"row": row, "form": form, "org": organization, "refusal": refusal}
    return render(request, "orglife/meetings/close_task.html", context, status=409 if refusal else 200)


@page(right="meetings:complete", methods=("GET", "HEAD", "POST"))
def local_kinds(request: PageRequest) -> HttpResponse:
    """Kinds of meeting that a place adds."""
    organization = _organization(request, "meetings:complete")
    form = LocalKindForm(request.POST or None)
    here = "{url}?org={org}".format(url=reverse("meetings:local_kinds"), org=organization.public_id)
    if request.method == "POST" and request.POST.get("retire"):
        retired = carried_number(request.POST["retire"])
        kind = LocalMeetingKind.objects.filter(organization=organization, pk=retired).first()
        if kind is None:
            raise NotVisible
        retire_local_kind(actor=request.actor, today=china_today(), kind=kind)
        return redirect(here)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        add_local_kind(
            actor=request.actor,
            today=china_today(),
            organization=organization,
            name=data["name"],
            counts_as=data["counts_as"],
        )
        return redirect(here)
    rows = LocalMeetingKind.objects.filter(organization=organization)
    context = {"org": organization, "form": form, "rows": rows}
    return render(request, "orglife/meetings/local_kinds.html", context)
