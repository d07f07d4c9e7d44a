"""The meeting's page: one form for the whole record, saved bit by bit, so that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.common.dates import china_today
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import submit_once
from zhibu.foundation.audit.queries import get_submission_url
from zhibu.orglife.meetings.commands.completion import complete_meeting
from zhibu.orglife.meetings.forms import (
    MARK_BUTTONS,
    MARK_HINTS,
    ItemForm,
    ResolutionForm,
    TopicForm,
    people_of,
)
from zhibu.orglife.meetings.models import AgendaItem, ItemConflict, Meeting, MeetingStep, Vote, audience_of
from zhibu.orglife.meetings.norms import (
    ADMISSION_MATTERS,
    ELECTION_MATTERS,
    Quorum,
    presiding,
    votes_at,
    voting_kind,
)
from zhibu.orglife.meetings.queries.attendance import Roll, RollRow, get_quorum, get_roll
from zhibu.orglife.meetings.queries.links import get_link
from zhibu.orglife.meetings.queries.meetings import list_items, may_edit, office_of, vote_of
from zhibu.orglife.meetings.queries.record import Flag, get_record, list_flags, list_versions
from zhibu.orglife.meetings.queries.suggestions import suggest_topics
from zhibu.orglife.meetings.views.papers import font_substitutes, offered_papers, store_papers
from zhibu.orglife.meetings.views.places import load, load_for_work
from zhibu.orglife.meetings.views.saving import (
    NOT_READ,
    Sent,
    read_sent,
    save_roll,
    save_steps,
    save_topic,
    save_votes,
    save_words,
)
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
    sent: Sent | None = None,
) -> HttpResponse:
    """The page to work on; after a refusal with everything that was typed, as it was typed."""
    today = china_today()
    items = list_items(found)
    roll = get_roll(found)
    refusals = [*sent.refusals, *([] if sent.is_readable else [NOT_READ])] if sent else []
    people = people_of(found.organization, found.date)
    flags = list_flags(found, roll, items) if found.date <= today else []
    body = office_of(found.host_id, found.organization, found.date, found.group) if found.host_id else ""
    context = {
        "meeting": found,
        "today": today,
        "roll": roll,
        "roll_rows": roll_rows(roll, sent.request.POST if sent else {}),
        "quorum": get_quorum(found, roll),
        "buttons": MARK_BUTTONS,
        "hints": MARK_HINTS,
        "is_listed": audience_of(found.kind) == "listed",
        "is_ahead": found.date > today,
        "cards": [_card(found, item, people, flags, roll, sent) for item in items],
        "flags": [flag for flag in flags if flag.item_id is None],
        "presiding": presiding(found.organization, voting_kind(found.all_kinds), found.date, body),
        "usual": [] if items else suggest_topics(found.organization, found.kind, found.date),
        "topic_form": sent.topic if sent else TopicForm(),
        "votes_here": votes_at(found.all_kinds),
        "steps": _steps(found, sent),
        "link": get_link(found),
        "refusals": refusals,
        "waiting": [item for item in items if any(row.merged_at is None for row in item.conflicts.all())],
        "may_complete": may_complete(request, found),
    }
    return render(request, "orglife/meetings/meeting.html", context, status=409 if refusals else 200)


def may_complete(request: PageRequest, found: Meeting) -> bool:
    """Whether the actor may file it: the secretary, and a group leader the group's own."""
    return request.actor.may("meetings:complete", found.organization.path) or found.group_id is not None


def _card(
    found: Meeting,
    item: AgendaItem,
    people: list[tuple[str, str]],
    flags: list[Flag],
    roll: Roll,
    sent: Sent | None,
) -> ItemCard:
    typed = sent.resolutions if sent else {}
    form = sent.forms.get(item.public_id) if sent else None
    is_special = item.matter in ADMISSION_MATTERS or item.matter in ELECTION_MATTERS
    return ItemCard(
        item=item,
        vote=vote_of(item),
        form=form or ItemForm(item=item, people=people),
        resolutions=tuple(
            typed.get(row.public_id) or ResolutionForm(resolution=row, people=people)
            for row in item.resolutions.all()
        ),
        conflicts=tuple(row for row in item.conflicts.all() if row.merged_at is None),
        flags=tuple(flag for flag in flags if flag.item_id == item.pk),
        is_admission=item.matter in ADMISSION_MATTERS,
        is_election=item.matter in ELECTION_MATTERS,
        votes_here=votes_at(found.all_kinds),
        quorum=get_quorum(found, roll, item.matter) if is_special and found.basis else None,
    )


def roll_rows(roll: Roll, typed: Mapping[str, str]) -> list[tuple[RollRow, str, str]]:
    """Each person with the ticked button and the note: as recorded, or as just typed and refused."""
    return [
        (
            row,
            str(typed.get("mark-" + row.public_id, row.choice)),
            str(typed.get("note-" + row.public_id, row.note)),
        )
        for row in roll.rows
    ]


_STEPS_OF = {
    "organizational_life_meeting": ("studied", "talked", "opinions_sought"),
    "democratic_appraisal": ("self_review", "mutual_review", "assessed"),
}


@dataclass(frozen=True, slots=True)
class StepField:
    """One step that the kind of meeting asks for: the day as it is recorded, or as it was just typed."""

    key: str
    label: str
    value: str
    is_wrong: bool


def _steps(found: Meeting, sent: Sent | None) -> list[StepField]:
    done = {row.step: row.done_date.isoformat() for row in found.steps.all()}
    wanted = [step for kind in found.all_kinds for step in _STEPS_OF.get(kind, ())]
    typed = sent.request.POST if sent else {}
    wrong = sent.wrong_days if sent else []
    return [
        StepField(
            step,
            str(MeetingStep.Step(step).label),
            str(typed.get("step-" + step, done.get(step, ""))),
            step in wrong,
        )
        for step in wanted
    ]


_NOT_YOURS = Refused(
    "meetings.not_yours", "会议由支部书记归档。", next_step="您写的内容已经保存，请告诉支部书记点“完成”。"
)


def _save(request: PageRequest, public_id: str) -> HttpResponse:
    """Save what was typed first, then do what was asked: a refusal never costs a word."""
    found = load_for_work(request, public_id)
    act, key = request.POST.get("act", "save"), request.POST.get("submission_key", "")
    here = reverse("meetings:meeting", args=[found.public_id])
    if key and get_submission_url(_filing(key), actor=request.actor):
        return redirect(here)
    sent = read_sent(request, found, list_items(found))
    for form in sent.forms.values():
        save_words(sent, form)
    save_topic(sent)
    save_steps(sent)
    save_roll(sent, all_present=act == "all_present")
    save_votes(sent)
    if act == "complete" and not sent.refusals and sent.is_readable:
        sent.try_out(lambda: _complete(request, found, key, here))
    if sent.refusals or not sent.is_readable:
        found.refresh_from_db()
        return _work_page(request, found, sent=sent)
    if act == "complete":
        store_papers(request, found)
    elif not sent.conflicts:
        messages.success(request, _SAVED_WORDS.get(act, "已经保存。"))
    return redirect(here + ("#roll" if act == "all_present" else ""))


_SAVED_WORDS = {"all_present": "已经登记全到；没有到的同志，请点一下原因。"}


def _filing(key: str) -> str:
    return key and key + ".complete"


def _complete(request: PageRequest, found: Meeting, key: str, here: str) -> None:
    if not may_complete(request, found):
        raise _NOT_YOURS
    found.refresh_from_db()
    submit_once(
        key=_filing(key),
        actor=request.actor,
        act=lambda: complete_meeting(actor=request.actor, today=china_today(), meeting=found),
        result_url=lambda _: here,
    )


@page(right="meetings:view")
def quorum(request: PageRequest, public_id: str) -> HttpResponse:
    """The line of the sticky head, asked for again while people arrive."""
    found = load(request, public_id)
    return render(request, "orglife/meetings/_quorum.html", quorum_context(found, get_roll(found)))


def quorum_context(found: Meeting, roll: Roll) -> dict[str, object]:
    """What the quorum line shows."""
    return {"meeting": found, "roll": roll, "quorum": get_quorum(found, roll), "link": get_link(found)}
