"""The page on the phone: I am here, or I cannot come. No sign-in wall, no place, no identity number."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.actor import Actor
from zhibu.common.dates import china_today, utc_now
from zhibu.common.errors import NotVisible, Refused
from zhibu.orglife.meetings.commands.attendance import ask_leave, withdraw_leave
from zhibu.orglife.meetings.commands.checkin import (
    LINK,
    ask_leave_by_link,
    check_in,
    person_of_token,
    refuse_arrival,
    withdraw_arrival,
)
from zhibu.orglife.meetings.forms import LeaveForm
from zhibu.orglife.meetings.models import Attendance, Meeting
from zhibu.orglife.meetings.queries.links import (
    Visitor,
    find_visitor,
    get_meeting_of_token,
    list_names,
    list_topics,
    with_mark,
)
from zhibu.roster.members.models import Person
from zhibu.ui.forms import carried_number
from zhibu.ui.pages import PageRequest, page


@page(right="token", methods=("GET", "HEAD", "POST"))
def arrive(request: PageRequest, token: str) -> HttpResponse:
    """The address behind the meeting's QR code: whoever is signed in is known, others choose their name."""
    meeting = get_meeting_of_token(token)
    shut = _shut(meeting)
    own_id = request.actor.scope.person_id
    own = find_visitor(meeting, person_id=own_id) if own_id else None
    if own is not None:
        return _page_of(request, meeting, own, request.actor, Attendance.Source.SELF)
    arrived = carried_number(request.get_signed_cookie(_cookie(meeting), default="", salt=token) or "")
    if request.method == "POST" and request.POST.get("act") == "undo" and arrived:
        return _undo(request, meeting, arrived)
    if request.method == "POST":
        return _arrive_by_name(request, meeting)
    row = find_visitor(meeting, person_id=arrived) if arrived else None
    row = with_mark(meeting, row) if row is not None else None
    if row is not None and row.mark == Attendance.MarkChoice.PRESENT and "another" not in request.GET:
        return _done(request, meeting, row, may_add=True)
    return _closed(request, meeting, shut) if shut is not None else _names(request, meeting)


def _shut(meeting: Meeting) -> Refused | None:
    """Why nobody can arrive at this moment, None while the door is open."""
    try:
        refuse_arrival(meeting, utc_now())
    except Refused as refusal:
        return refusal
    return None


def _closed(request: PageRequest, meeting: Meeting, shut: Refused) -> HttpResponse:
    return render(request, "orglife/meetings/arrive_closed.html", {"meeting": meeting, "refusal": shut})


def _undo(request: PageRequest, meeting: Meeting, person_id: int) -> HttpResponse:
    """Take back the name tapped last on this phone."""
    try:
        withdraw_arrival(actor=LINK, meeting=meeting, person_id=person_id, now=utc_now())
    except Refused as refusal:
        return _closed(request, meeting, refusal)
    token = meeting.check_in_link.token
    response = redirect(reverse("meetings:arrive", args=[token]))
    response.delete_cookie(_cookie(meeting), path=reverse("meetings:arrive", args=[token]), samesite="Lax")
    return response


@page(right="token", methods=("GET", "HEAD", "POST"))
def arrive_as(request: PageRequest, token: str, personal: str) -> HttpResponse:
    """A personal address: the same page, and the person is known."""
    meeting = get_meeting_of_token(token)
    row = find_visitor(meeting, person_id=person_of_token(personal, meeting))
    if row is None:
        raise NotVisible
    return _page_of(request, meeting, row, LINK, Attendance.Source.SELF)


@page(right="meetings:view_own", methods=("GET", "HEAD", "POST"))
def invitation(request: PageRequest, public_id: str) -> HttpResponse:
    """The same page from a member's own home, where nobody opened a QR code."""
    person_id = request.actor.scope.person_id
    meeting = Meeting.objects.visible_to(request.actor.scope).filter(public_id=public_id).first()
    row = find_visitor(meeting, person_id=person_id) if meeting is not None and person_id else None
    if meeting is None or row is None:
        raise NotVisible
    return _page_of(request, meeting, row, request.actor, Attendance.Source.SELF)


def _page_of(request: PageRequest, meeting: Meeting, row: Visitor, actor: Actor, source: str) -> HttpResponse:
    """The page of one known person: arrive, ask leave, or see that one is in."""
    form = LeaveForm(request.POST if request.POST.get("act") == "leave" else None)
    refusal = None
    if request.method == "POST":
        try:
            if request.POST.get("act") == "leave":
                if form.is_valid():
                    _leave(actor, meeting, row, form)
                    return redirect(request.get_full_path())
            elif request.POST.get("act") == "come":
                _come(actor, meeting, row)
                return redirect(request.get_full_path())
            else:
                check_in(actor=actor, meeting=meeting, person_id=row.person_id, source=source, now=utc_now())
                return redirect(request.get_full_path())
        except Refused as caught:
            refusal = caught
    row = with_mark(meeting, row)
    if row.mark == Attendance.MarkChoice.PRESENT:
        return _done(request, meeting, row)
    shut = _shut(meeting)
    context = {
        "meeting": meeting,
        "row": row,
        "form": form,
        "refusal": refusal,
        "topics": list_topics(meeting),
        "shut": shut,
        "is_ahead": meeting.date > china_today(),
        **_frame(request),
        "may_leave": meeting.is_open,
    }
    return render(request, "orglife/meetings/arrive.html", context, status=409 if refusal else 200)


def _come(actor: Actor, meeting: Meeting, row: Visitor) -> None:
    """The leave is taken back."""
    person = Person.objects.get(pk=row.person_id)
    withdraw_leave(actor=actor, today=china_today(), meeting=meeting, person=person, by_link=actor is LINK)


def _leave(actor: Actor, meeting: Meeting, row: Visitor, form: LeaveForm) -> None:
    person = Person.objects.get(pk=row.person_id)
    data, today = form.cleaned_data, china_today()
    if actor is LINK:
        ask_leave_by_link(
            actor=actor,
            today=today,
            meeting=meeting,
            person=person,
            reason=data["reason"],
            words=data["words"],
        )
    else:
        ask_leave(
            actor=actor,
            today=today,
            meeting=meeting,
            person=person,
            reason=data["reason"],
            words=data["words"],
        )


def _arrive_by_name(request: PageRequest, meeting: Meeting) -> HttpResponse:
    """Somebody chose a name at the door; the roll shows it as 本人扫码."""
    row = find_visitor(meeting, public_id=request.POST.get("person", ""))
    if row is None:
        raise NotVisible
    try:
        check_in(
            actor=LINK,
            meeting=meeting,
            person_id=row.person_id,
            source=Attendance.Source.SCAN,
            now=utc_now(),
        )
    except Refused as refusal:
        return _names(request, meeting, refusal)
    token = meeting.check_in_link.token
    response = redirect(reverse("meetings:arrive", args=[token]))
    response.set_signed_cookie(
        _cookie(meeting),
        str(row.person_id),
        salt=token,
        max_age=12 * 3600,
        httponly=True,
        samesite="Lax",
        path=reverse("meetings:arrive", args=[token]),
    )
    return response


def _cookie(meeting: Meeting) -> str:
    return "zhibu_arrived_{id}".format(id=meeting.pk)


def _names(request: PageRequest, meeting: Meeting, refusal: Refused | None = None) -> HttpResponse:
    context = {"meeting": meeting, "rows": list_names(meeting), "refusal": refusal}
    return render(request, "orglife/meetings/arrive_names.html", context, status=409 if refusal else 200)


def _frame(request: PageRequest) -> dict[str, object]:
    """The page's frame: whoever comes from the elder version stays in its size, with its way back."""
    if request.GET.get("size") != "elder":
        return {"base": "ui/bare.html"}
    return {"base": "ui/elder.html", "back_url": reverse("home:elder_part", args=["meetings"])}


def _done(request: PageRequest, meeting: Meeting, row: Visitor, *, may_add: bool = False) -> HttpResponse:
    context = {"meeting": meeting, "row": row, "topics": list_topics(meeting), "may_add": may_add}
    context |= _frame(request)
    return render(request, "orglife/meetings/arrived.html", context)
