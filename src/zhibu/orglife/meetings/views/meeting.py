"""The meeting's page: one form for the whole record, saved bit by bit, so that nothing typed is lost."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import submit_once
from zhibu.orglife.meetings.commands.agenda import (
    add_item,
    add_resolution,
    change_resolution,
    save_text,
)
from zhibu.orglife.meetings.commands.attendance import mark_attendance, take_roll
from zhibu.orglife.meetings.commands.completion import complete_meeting
from zhibu.orglife.meetings.commands.meetings import record_step
from zhibu.orglife.meetings.commands.votes import record_vote
from zhibu.orglife.meetings.forms import (
    MARK_BUTTONS,
    MARK_HINTS,
    ItemForm,
    ResolutionForm,
    TopicForm,
    people_of,
    read_roll,
)
from zhibu.orglife.meetings.models import AgendaItem, ItemConflict, Meeting, MeetingStep, Vote, audience_of
from zhibu.orglife.meetings.norms import (
    ADMISSION_MATTERS,
    ELECTION_MATTERS,
    VOTING_KINDS,
    Quorum,
    presiding,
    voting_kind,
)
from zhibu.orglife.meetings.queries.attendance import Roll, get_quorum, get_roll
from zhibu.orglife.meetings.queries.links import get_link
from zhibu.orglife.meetings.queries.meetings import list_items, may_edit, office_of, vote_of
from zhibu.orglife.meetings.queries.record import Flag, get_record, list_flags, list_versions
from zhibu.orglife.meetings.views.papers import font_substitutes, offered_papers, store_papers
from zhibu.orglife.meetings.views.places import author_name, load, load_for_work
from zhibu.ui.forms import CivilDateField
from zhibu.ui.pages import PageRequest, page


@dataclass(frozen=True, slots=True)
class ItemCard:
    """One matter as the page shows it."""

    item: AgendaItem
    vote: Vote | None
    form: ItemForm
    resolutions: tuple[ResolutionForm, ...]
    conflicts: tuple[ItemConflict, ...]
    flags: tuple[Flag, ...]
    is_admission: bool
    is_election: bool
    votes_here: bool
    quorum: Quorum | None


@page(right="meetings:view", methods=("GET", "HEAD", "POST"))
def meeting(request: PageRequest, public_id: str) -> HttpResponse:
    """The page of one meeting: worked on while open, read when filed."""
    if request.method == "POST":
        return _save(request, public_id)
    found = load(request, public_id)
    if found.is_open and may_edit(request.actor, found.organization, found.group_id, china_today()):
        return _work_page(request, found)
    return read_page(request, found)


def read_page(request: PageRequest, found: Meeting) -> HttpResponse:
    """A filed, cancelled or somebody else's meeting."""
    context = {
        "meeting": found,
        "record": get_record(found),
        "versions": list_versions(found),
        "roll": get_roll(found) if found.state == Meeting.State.COMPLETED else None,
        "papers": offered_papers(found) if found.state == Meeting.State.COMPLETED else (),
        "closure": getattr(found, "closure", None),
        "substitutes": font_substitutes() if found.state == Meeting.State.COMPLETED else (),
        "may_correct": request.actor.may("meetings:complete", found.organization.path),
        "may_edit": may_edit(request.actor, found.organization, found.group_id, china_today()),
        "today": china_today(),
    }
    return render(request, "orglife/meetings/filed.html", context)


def _work_page(
    request: PageRequest,
    found: Meeting,
    *,
    refusal: Refused | None = None,
    forms: dict[str, ItemForm] | None = None,
    told: str = "",
) -> HttpResponse:
    today = china_today()
    items = list_items(found)
    roll = get_roll(found)
    people = people_of(found.organization, found.date)
    flags = list_flags(found, roll, items) if found.date <= today else []
    body = office_of(found.host_id, found.organization, found.date, found.group) if found.host_id else ""
    context = {
        "meeting": found,
        "today": today,
        "roll": roll,
        "quorum": get_quorum(found, roll),
        "buttons": MARK_BUTTONS,
        "hints": MARK_HINTS,
        "is_listed": audience_of(found.kind) == "listed",
        "is_ahead": found.date > today,
        "cards": [
            _card(found, item, people, flags, roll, (forms or {}).get(item.public_id)) for item in items
        ],
        "flags": [flag for flag in flags if flag.item_id is None],
        "presiding": presiding(found.organization, voting_kind(found.all_kinds), found.date, body),
        "topic_form": TopicForm(),
        "votes_here": _votes_here(found),
        "steps": _steps(found),
        "link": get_link(found),
        "refusal": refusal,
        "told": told,
        "may_complete": may_complete(request, found),
    }
    return render(request, "orglife/meetings/meeting.html", context, status=409 if refusal else 200)


def may_complete(request: PageRequest, found: Meeting) -> bool:
    """Whether the actor may file it: the secretary, and a group leader the group's own."""
    return request.actor.may("meetings:complete", found.organization.path) or found.group_id is not None


def _votes_here(found: Meeting) -> bool:
    return any(kind in VOTING_KINDS for kind in found.all_kinds)


def _card(
    found: Meeting,
    item: AgendaItem,
    people: list[tuple[str, str]],
    flags: list[Flag],
    roll: Roll,
    form: ItemForm | None,
) -> ItemCard:
    is_special = item.matter in ADMISSION_MATTERS or item.matter in ELECTION_MATTERS
    return ItemCard(
        item=item,
        vote=vote_of(item),
        form=form or ItemForm(item=item, people=people),
        resolutions=tuple(ResolutionForm(resolution=row, people=people) for row in item.resolutions.all()),
        conflicts=tuple(row for row in item.conflicts.all() if row.merged_at is None),
        flags=tuple(flag for flag in flags if flag.item_id == item.pk),
        is_admission=item.matter in ADMISSION_MATTERS,
        is_election=item.matter in ELECTION_MATTERS,
        votes_here=_votes_here(found),
        quorum=get_quorum(found, roll, item.matter) if is_special and found.basis else None,
    )


_STEPS_OF = {
    "organizational_life_meeting": ("studied", "talked", "opinions_sought"),
    "democratic_appraisal": ("self_review", "mutual_review", "assessed"),
}


def _steps(found: Meeting) -> list[tuple[str, str, MeetingStep | None]]:
    """The steps that this kind of meeting asks for, with what is recorded of them."""
    done = {row.step: row for row in found.steps.all()}
    wanted = [step for kind in found.all_kinds for step in _STEPS_OF.get(kind, ())]
    return [(step, str(MeetingStep.Step(step).label), done.get(step)) for step in wanted]


_NOT_READ = Refused(
    "meetings.form", "有的数字或者日期没有看懂，其他内容已经保存。", next_step="请改正标出的地方。"
)
_NOT_YOURS = Refused(
    "meetings.not_yours", "会议由支部书记归档。", next_step="您写的内容已经保存，请告诉支部书记点“完成”。"
)


def _save(request: PageRequest, public_id: str) -> HttpResponse:
    """Save what was typed first, then do what was asked: a refusal never costs a word."""
    found = load_for_work(request, public_id)
    act = request.POST.get("act", "save")
    people = people_of(found.organization, found.date)
    items = list_items(found)
    forms = {item.public_id: ItemForm(request.POST, item=item, people=people) for item in items}
    bound = {key: form for key, form in forms.items() if key + "-version" in request.POST}
    for form in bound.values():
        form.is_valid()
    here = reverse("meetings:meeting", args=[found.public_id])
    key = request.POST.get("submission_key", "")
    try:
        submit_once(
            key=key,
            actor=request.actor,
            act=lambda: _save_words(request, found, bound, people, act),
            result_url=lambda _: here,
        )
        _save_votes(request, found, bound)
        if act == "complete":
            return _complete(request, found, key, here)
    except Refused as refusal:
        found.refresh_from_db()
        return _work_page(request, found, refusal=refusal, forms=bound)
    wrong = {form.item.public_id: form for form in bound.values() if form.errors}
    if wrong:
        return _work_page(request, found, refusal=_NOT_READ, forms=wrong)
    return redirect(here + ("#roll" if act == "all_present" else ""))


def _save_words(
    request: PageRequest,
    found: Meeting,
    forms: dict[str, ItemForm],
    people: list[tuple[str, str]],
    act: str,
) -> None:
    """The roll, the texts, the resolutions and one more topic; each by its own command, in one
    transaction."""
    today, actor = china_today(), request.actor
    roll = get_roll(found)
    changes = read_roll(request.POST, roll)
    if act == "all_present":
        take_roll(actor=actor, today=today, meeting=found, changes=changes)
    elif changes:
        mark_attendance(actor=actor, today=today, meeting=found, changes=changes)
    for form in forms.values():
        if "discussion" in form.cleaned_data and "version" in form.cleaned_data:
            save_text(
                actor=actor,
                today=today,
                item=form.item,
                text=form.cleaned_data["discussion"],
                version=form.cleaned_data["version"],
                author_name=author_name(request),
            )
        _save_resolutions(request, form, people)
    _save_steps(request, found)
    topic = TopicForm(request.POST)
    if topic.is_valid() and topic.cleaned_data["new_topic"].strip():
        add_item(
            actor=actor,
            today=today,
            meeting=found,
            topic=topic.cleaned_data["new_topic"],
            matter=topic.cleaned_data["new_matter"],
        )


def _save_steps(request: PageRequest, found: Meeting) -> None:
    kept = {row.step: row.done_date for row in found.steps.all()}
    for key in MeetingStep.Step.values:
        typed = request.POST.get("step-" + key)
        if typed is None:
            continue
        try:
            day = CivilDateField(required=False).clean(typed)
        except ValidationError:
            continue
        if day != kept.get(key):
            record_step(actor=request.actor, today=china_today(), meeting=found, step=key, done_date=day)


def _save_resolutions(request: PageRequest, form: ItemForm, people: list[tuple[str, str]]) -> None:
    today, actor = china_today(), request.actor
    for row in form.item.resolutions.all():
        one = ResolutionForm(request.POST, resolution=row, people=people)
        if one.is_valid() and one.has_changed():
            change_resolution(
                actor=actor,
                today=today,
                resolution=row,
                draft=one.draft(),
                version=one.cleaned_data["version"],
            )
    new = form.new_resolution() if not form.errors else None
    if new is not None:
        add_resolution(actor=actor, today=today, item=form.item, draft=new)
        form.was_saved()


def _save_votes(request: PageRequest, found: Meeting, forms: dict[str, ItemForm]) -> None:
    """Each vote alone: one that is refused leaves the others recorded."""
    found.refresh_from_db()
    for form in forms.values():
        if form.errors or form.is_voted_as(vote_of(form.item)):
            continue
        totals = form.totals()
        if totals is not None:
            form.item.meeting = found
            record_vote(
                actor=request.actor,
                today=china_today(),
                item=form.item,
                totals=totals,
                as_invalid=form.cleaned_data["as_invalid"],
            )


def _complete(request: PageRequest, found: Meeting, key: str, here: str) -> HttpResponse:
    if not may_complete(request, found):
        raise _NOT_YOURS
    found.refresh_from_db()
    submit_once(
        key=key and key + ".complete",
        actor=request.actor,
        act=lambda: complete_meeting(actor=request.actor, today=china_today(), meeting=found),
        result_url=lambda _: here,
    )
    store_papers(request, found)
    return redirect(here)


@page(right="meetings:view")
def quorum(request: PageRequest, public_id: str) -> HttpResponse:
    """The line of the sticky head, asked for again while people arrive."""
    return quorum_line(request, load(request, public_id))


def quorum_line(request: PageRequest, found: Meeting, roll: Roll | None = None) -> HttpResponse:
    """The quorum sentence as it stands."""
    roll = roll or get_roll(found)
    context = {"meeting": found, "roll": roll, "quorum": get_quorum(found, roll), "link": get_link(found)}
    return render(request, "orglife/meetings/_quorum.html", context)
