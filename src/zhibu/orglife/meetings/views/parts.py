"""The small posts of a meeting's page: marks, texts saved while typing, merging, steps; and
weightier ones."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhibu.common.dates import china_today
from zhibu.common.errors import NotVisible, Refused
from zhibu.orglife.meetings.commands.agenda import (
    add_resolution,
    change_item,
    change_resolution,
    merge_text,
    remove_item,
    save_text,
)
from zhibu.orglife.meetings.commands.attendance import mark_attendance
from zhibu.orglife.meetings.commands.completion import correct_meeting
from zhibu.orglife.meetings.commands.meetings import cancel_meeting, change_meeting
from zhibu.orglife.meetings.commands.votes import write_vote
from zhibu.orglife.meetings.forms import (
    ItemForm,
    MeetingForm,
    ReasonForm,
    ResolutionForm,
    TopicForm,
    head_of,
    people_of,
    read_roll,
)
from zhibu.orglife.meetings.models import AgendaItem, ItemConflict, Meeting
from zhibu.orglife.meetings.norms import VOTING_KINDS
from zhibu.orglife.meetings.queries.attendance import get_roll
from zhibu.orglife.meetings.queries.meetings import list_items, vote_of
from zhibu.orglife.meetings.views.meeting import quorum_line
from zhibu.orglife.meetings.views.papers import store_papers
from zhibu.orglife.meetings.views.places import author_name, load, load_for_work
from zhibu.ui.pages import PageRequest, page, require


@page(right="meetings:view", methods=("POST",))
def mark(request: PageRequest, public_id: str) -> HttpResponse:
    """Some marks changed on the roll; answers with the quorum line."""
    found = load_for_work(request, public_id)
    changes = read_roll(request.POST, get_roll(found))
    roll = None
    if changes:
        roll = mark_attendance(actor=request.actor, today=china_today(), meeting=found, changes=changes)
    if not request.htmx:
        return redirect("meetings:meeting", found.public_id)
    return quorum_line(request, found, roll)


def _item(found: Meeting, item_id: str) -> AgendaItem:
    item = found.items.select_related("vote").filter(public_id=item_id).first()
    if item is None:
        raise NotVisible
    item.meeting = found
    return item


@page(right="meetings:view", methods=("POST",))
def text(request: PageRequest, public_id: str, item_id: str) -> HttpResponse:
    """A text saved while it is typed; the answer carries the new version, or says that another text waits."""
    found = load_for_work(request, public_id)
    item = _item(found, item_id)
    form = ItemForm(request.POST, item=item, people=[])
    form.is_valid()
    if "version" not in form.cleaned_data:
        return HttpResponse(status=400)
    saved = save_text(
        actor=request.actor,
        today=china_today(),
        item=item,
        text=form.cleaned_data.get("discussion", ""),
        version=form.cleaned_data["version"],
        author_name=author_name(request),
    )
    if not request.htmx:
        return redirect("meetings:meeting", found.public_id)
    shown = form.cleaned_data["version"] if saved.conflict else saved.version
    context = {"meeting": found, "item": item, "version": shown, "conflict": saved.conflict}
    return render(request, "orglife/meetings/_saved.html", context)


@page(right="meetings:view", methods=("GET", "HEAD", "POST"))
def merge(request: PageRequest, public_id: str, item_id: str, conflict_id: str) -> HttpResponse:
    """Two texts side by side, and the one that shall stand."""
    found = load_for_work(request, public_id)
    item = _item(found, item_id)
    conflict = ItemConflict.objects.filter(item=item, public_id=conflict_id, merged_at__isnull=True).first()
    if conflict is None:
        return redirect("meetings:meeting", found.public_id)
    conflict.item = item
    typed = request.POST.get("text", "")
    if request.method == "POST":
        version = int(request.POST.get("version", "0") or 0)
        saved = merge_text(
            actor=request.actor, today=china_today(), conflict=conflict, text=typed, version=version
        )
        if saved.conflict is None:
            return redirect("meetings:meeting", found.public_id)
        item = _item(found, item_id)
    both = "\n".join(part for part in (item.discussion, conflict.text) if part.strip())
    context = {"meeting": found, "item": item, "conflict": conflict, "text": typed or both}
    return render(request, "orglife/meetings/merge.html", context)


@page(right="meetings:view", methods=("GET", "HEAD", "POST"))
def change_topic(request: PageRequest, public_id: str, item_id: str) -> HttpResponse:
    """Reword a matter, say what kind it is, or take it off."""
    found = load_for_work(request, public_id)
    item = _item(found, item_id)
    form = TopicForm(request.POST or None, initial={"new_topic": item.topic, "new_matter": item.matter})
    form.fields["new_topic"].label = "议题"
    form.fields["new_topic"].required = True
    if request.method == "POST" and request.POST.get("act") == "remove":
        remove_item(actor=request.actor, today=china_today(), item=item)
        return redirect("meetings:meeting", found.public_id)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        change_item(
            actor=request.actor,
            today=china_today(),
            item=item,
            topic=data["new_topic"],
            matter=data["new_matter"],
        )
        return redirect("meetings:meeting", found.public_id)
    return render(request, "orglife/meetings/topic.html", {"meeting": found, "item": item, "form": form})


@page(right="meetings:view", methods=("GET", "HEAD", "POST"))
def head(request: PageRequest, public_id: str) -> HttpResponse:
    """Time, place and people of an open meeting."""
    found = load_for_work(request, public_id)
    form = MeetingForm(
        request.POST or None,
        organization=found.organization,
        kind=found.kind,
        day=found.date,
        initial=head_of(found),
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            change_meeting(
                actor=request.actor,
                today=china_today(),
                meeting=found,
                draft=form.draft(found.local_kind),
                version=int(request.POST.get("version", "0") or 0),
            )
        except Refused as caught:
            refusal = caught
            found = load_for_work(request, public_id)
        else:
            return redirect("meetings:meeting", found.public_id)
    context = {"meeting": found, "form": form, "refusal": refusal}
    return render(request, "orglife/meetings/head.html", context, status=409 if refusal else 200)


@page(right="meetings:view", methods=("GET", "HEAD", "POST"))
def cancel(request: PageRequest, public_id: str) -> HttpResponse:
    """Call a meeting off, with the reason."""
    found = load_for_work(request, public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cancel_meeting(
            actor=request.actor, today=china_today(), meeting=found, reason=form.cleaned_data["reason"]
        )
        return redirect("meetings:meeting", found.public_id)
    context = {
        "meeting": found,
        "form": form,
        "title": "取消这次会议？",
        "consequences": ["会议留在列表里，写明取消的原因。", "它不计入任何一项要求。"],
    }
    return render(request, "orglife/meetings/reason.html", context)


@page(right="meetings:complete", methods=("GET", "HEAD", "POST"))
def correct(request: PageRequest, public_id: str) -> HttpResponse:
    """Correct a filed record: everything in one form, the reason, and a new version."""
    found = load(request, public_id, "meetings:complete")
    require(request.actor, "meetings:complete", found.organization.path)
    people = people_of(found.organization, found.date)
    items = list_items(found)
    data = request.POST or None
    forms = [ItemForm(data, item=item, people=people) for item in items]
    resolutions = [
        [ResolutionForm(data, resolution=row, people=people) for row in item.resolutions.all()]
        for item in items
    ]
    reason = ReasonForm(data)
    refusal = None
    if request.method == "POST" and all([reason.is_valid(), *(form.is_valid() for form in forms)]):
        try:
            correct_meeting(
                actor=request.actor,
                today=china_today(),
                meeting=found,
                reason=reason.cleaned_data["reason"],
                apply=lambda meeting: _apply(request, meeting, forms, resolutions),
            )
        except Refused as caught:
            refusal = caught
            found = load(request, public_id)
        else:
            store_papers(request, found)
            return redirect("meetings:meeting", found.public_id)
    context = {
        "meeting": found,
        "roll": get_roll(found),
        "cards": [(form.item, form, form_rows) for form, form_rows in zip(forms, resolutions, strict=True)],
        "votes_here": any(kind in VOTING_KINDS for kind in found.all_kinds),
        "reason": reason,
        "refusal": refusal,
    }
    return render(request, "orglife/meetings/correct.html", context, status=409 if refusal else 200)


def _apply(
    request: PageRequest, meeting: Meeting, forms: list[ItemForm], resolutions: list[list[ResolutionForm]]
) -> None:
    """The changes of a correction, inside its transaction."""
    today, actor = china_today(), request.actor
    changes = read_roll(request.POST, get_roll(meeting))
    if changes:
        mark_attendance(actor=actor, today=today, meeting=meeting, changes=changes)
    for one in (one for rows in resolutions for one in rows if one.is_valid() and one.has_changed()):
        one.resolution.item.meeting = meeting
        change_resolution(
            actor=actor,
            today=today,
            resolution=one.resolution,
            draft=one.draft(),
            version=one.cleaned_data["version"],
        )
    for form in forms:
        form.item.meeting = meeting
        data = form.cleaned_data
        new = form.new_resolution()
        if new is not None:
            add_resolution(actor=actor, today=today, item=form.item, draft=new)
        saved = save_text(
            actor=actor, today=today, item=form.item, text=data["discussion"], version=data["version"]
        )
        if saved.conflict is not None:
            raise Refused(
                "meetings.changed_meanwhile",
                "您填写的时候，别的同志更正过这次记录。",
                next_step="您写的内容还在页面上，请刷新后对照再改。",
            )
        totals = form.totals()
        if totals is not None and not form.is_voted_as(vote_of(form.item)):
            write_vote(actor=actor, today=today, item=form.item, totals=totals, as_invalid=data["as_invalid"])
