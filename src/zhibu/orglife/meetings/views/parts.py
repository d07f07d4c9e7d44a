"""The small posts of a meeting's page: marks, texts saved while typing, merging, steps; and
weightier ones."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from zhibu.common.dates import china_today, utc_now
from zhibu.common.errors import NotVisible, Refused
from zhibu.orglife.meetings.commands.agenda import (
    add_resolution,
    change_item,
    change_resolution,
    merge_text,
    remove_item,
    save_text,
    withdraw_resolution,
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
from zhibu.orglife.meetings.norms import votes_at
from zhibu.orglife.meetings.queries.attendance import get_roll
from zhibu.orglife.meetings.queries.meetings import list_items, vote_of
from zhibu.orglife.meetings.views.meeting import quorum_context, roll_rows
from zhibu.orglife.meetings.views.papers import store_papers
from zhibu.orglife.meetings.views.places import load, load_for_work
from zhibu.orglife.meetings.views.saving import read_sent, save_topic, save_votes, save_words
from zhibu.ui.forms import carried_number
from zhibu.ui.pages import PageRequest, page, require


@page(right="meetings:view", methods=("POST",))
def mark(request: PageRequest, public_id: str) -> HttpResponse:
    """Some marks changed on the roll; answers with the quorum line and with what the marks now stand at."""
    found = load_for_work(request, public_id)
    before = get_roll(found)
    changes = read_roll(request.POST, before)
    roll, refusal = before, None
    if changes:
        try:
            roll = mark_attendance(actor=request.actor, today=china_today(), meeting=found, changes=changes)
        except Refused as caught:
            refusal = caught
    if not request.htmx:
        if refusal is not None:
            raise refusal
        return redirect("meetings:meeting", found.public_id)
    touched = {change.person_id for change in changes}
    context = {
        "rows": [row for row in roll.rows if row.person_id in touched],
        "items": [item for item in list_items(found) if vote_of(item) is not None],
        "refusal": refusal,
    }
    return render(request, "orglife/meetings/_marked.html", quorum_context(found, roll) | context)


def _item(found: Meeting, item_id: str) -> AgendaItem:
    item = found.items.select_related("vote").filter(public_id=item_id).first()
    if item is None:
        raise NotVisible
    item.meeting = found
    return item


_INCOMPLETE = Refused(
    "meetings.incomplete", "这一页送来的内容不完整，没有保存。", next_step="请刷新这一页，再接着写。"
)


@page(right="meetings:view", methods=("POST",))
def text(request: PageRequest, public_id: str, item_id: str) -> HttpResponse:
    """What was said, voted and resolved on one matter, saved while it is typed; the answer carries
    the new version, or says that another text waits, or why it could not be kept."""
    found = load_for_work(request, public_id)
    item = next((one for one in list_items(found) if one.public_id == item_id), None)
    if item is None:
        raise NotVisible
    item.meeting = found
    sent = read_sent(request, found, [item])
    form = sent.forms.get(item.public_id)
    if form is None:
        raise _INCOMPLETE
    save_words(sent, form)
    save_votes(sent)
    if not request.htmx:
        return redirect("meetings:meeting", found.public_id)
    context = {
        "meeting": found,
        "item": item,
        "version": form["version"].value(),
        "form": form,
        "vote": vote_of(_item(found, item_id)),
        "conflict": sent.conflicts[0] if sent.conflicts else None,
        "refusal": sent.refusals[0] if sent.refusals else None,
        "is_readable": sent.is_readable,
        "now": utc_now(),
    }
    return render(request, "orglife/meetings/_saved.html", context)


@page(right="meetings:view", methods=("POST",))
def new_topic(request: PageRequest, public_id: str) -> HttpResponse:
    """A matter that is not on the agenda yet, saved while it is typed; emptied it is taken back."""
    sent = read_sent(request, load_for_work(request, public_id), [])
    save_topic(sent)
    if not request.htmx:
        return redirect("meetings:meeting", public_id)
    context = {
        "refusal": sent.refusals[0] if sent.refusals else None,
        "is_readable": sent.is_readable,
        "now": utc_now(),
    }
    return render(request, "orglife/meetings/_saved_topic.html", context)


def _both(saved: str, other: str) -> str:
    """Every line of both texts, what both hold only once."""
    lines = saved.splitlines()
    lines += [line for line in other.splitlines() if line.strip() and line not in lines]
    return "\n".join(lines).strip()


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
        saved = merge_text(
            actor=request.actor,
            today=china_today(),
            conflict=conflict,
            text=typed,
            version=carried_number(request.POST.get("version", "")),
        )
        if saved.conflict is None:
            return redirect("meetings:meeting", found.public_id)
        item = _item(found, item_id)
    text = typed or _both(item.discussion, conflict.text)
    context = {"meeting": found, "item": item, "conflict": conflict, "text": text}
    return render(request, "orglife/meetings/merge.html", context)


@page(right="meetings:view", methods=("GET", "HEAD", "POST"))
def change_topic(request: PageRequest, public_id: str, item_id: str) -> HttpResponse:
    """Reword a matter, say what kind it is, or take it off."""
    found = load_for_work(request, public_id)
    item = _item(found, item_id)
    is_typed = request.method == "POST" and request.POST.get("act") != "remove"
    form = TopicForm(
        request.POST if is_typed else None, initial={"new_topic": item.topic, "new_matter": item.matter}
    )
    form.fields["new_topic"].label = "议题"
    form.fields["new_topic"].required = True
    refusal = None
    if request.method == "POST":
        try:
            if request.POST.get("act") == "remove":
                remove_item(actor=request.actor, today=china_today(), item=item)
                return redirect("meetings:meeting", found.public_id)
            if form.is_valid():
                data = form.cleaned_data
                change_item(
                    actor=request.actor,
                    today=china_today(),
                    item=item,
                    topic=data["new_topic"],
                    matter=data["new_matter"],
                )
                return redirect("meetings:meeting", found.public_id)
        except Refused as caught:
            refusal = caught
    context = {"meeting": found, "item": item, "form": form, "refusal": refusal}
    return render(request, "orglife/meetings/topic.html", context, status=409 if refusal else 200)


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
                version=carried_number(request.POST.get("version", "")),
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
    data = request.POST if request.method == "POST" else None
    forms = [ItemForm(data, item=item, people=people) for item in items]
    resolutions = [
        [ResolutionForm(data, resolution=row, people=people) for row in item.resolutions.all()]
        for item in items
    ]
    reason, basics = ReasonForm(data), _basics(request, found)
    refusal = None
    every = [reason, basics, *forms, *(one for rows in resolutions for one in rows)]
    if request.method == "POST" and not any(form.errors for form in every):
        try:
            correct_meeting(
                actor=request.actor,
                today=china_today(),
                meeting=found,
                reason=reason.cleaned_data["reason"],
                apply=lambda meeting: _apply(request, meeting, basics, forms, resolutions),
                declared_void=frozenset(f.item.pk for f in forms if f.cleaned_data["as_invalid"]),
            )
        except Refused as caught:
            refusal = caught
            found = load(request, public_id)
        else:
            store_papers(request, found)
            return redirect("meetings:meeting", found.public_id)
    context = {
        "meeting": found,
        "roll": roll_rows(get_roll(found), request.POST),
        "cards": [(form.item, form, form_rows) for form, form_rows in zip(forms, resolutions, strict=True)],
        "votes_here": votes_at(found.all_kinds),
        "reason": reason,
        "basics": basics,
        "refusal": refusal,
    }
    return render(request, "orglife/meetings/correct.html", context, status=409 if refusal else 200)


def _basics(request: PageRequest, found: Meeting) -> MeetingForm:
    """Time, place and people of the filed meeting, which may have been filed wrongly too."""
    return MeetingForm(
        request.POST if "date" in request.POST else None,
        organization=found.organization,
        kind=found.kind,
        day=found.date,
        initial=head_of(found),
    )


def _apply(
    request: PageRequest,
    meeting: Meeting,
    basics: MeetingForm,
    forms: list[ItemForm],
    resolutions: list[list[ResolutionForm]],
) -> None:
    """The changes of a correction, inside its transaction."""
    today, actor = china_today(), request.actor
    if basics.is_bound and basics.has_changed():
        draft = basics.draft(meeting.local_kind)
        change_meeting(actor=actor, today=today, meeting=meeting, draft=draft, version=meeting.version)
    changes = read_roll(request.POST, get_roll(meeting))
    if changes:
        mark_attendance(actor=actor, today=today, meeting=meeting, changes=changes)
    for one in (one for rows in resolutions for one in rows if one.has_changed()):
        one.resolution.item.meeting = meeting
        if not one.cleaned_data["text"].strip():
            withdraw_resolution(actor=actor, today=today, resolution=one.resolution)
            continue
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
