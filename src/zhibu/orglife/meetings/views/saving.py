"""Saving a meeting's page part by part: what one part is refused for costs no word of another.

Every part may be sent twice: texts and resolutions know their version and the open page they come from, a
new resolution and a new matter carry an id made from that page, marks and steps say what they were before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError

from zhibu.common.actor import Actor
from zhibu.common.dates import china_today
from zhibu.common.errors import Refused
from zhibu.orglife.meetings.commands.agenda import (
    add_item,
    add_resolution,
    change_item,
    change_resolution,
    remove_item,
    save_text,
    withdraw_resolution,
)
from zhibu.orglife.meetings.commands.attendance import mark_attendance, take_roll
from zhibu.orglife.meetings.commands.meetings import record_step
from zhibu.orglife.meetings.commands.votes import record_vote, withdraw_vote
from zhibu.orglife.meetings.forms import (
    ItemForm,
    ResolutionForm,
    TopicForm,
    people_of,
    read_roll,
    shown_as,
)
from zhibu.orglife.meetings.models import AgendaItem, ItemConflict, Meeting, MeetingStep
from zhibu.orglife.meetings.queries.attendance import get_roll
from zhibu.orglife.meetings.queries.meetings import vote_of
from zhibu.orglife.meetings.queries.suggestions import suggest_topics
from zhibu.orglife.meetings.views.places import author_name
from zhibu.ui.forms import CivilDateField
from zhibu.ui.pages import PageRequest

NOT_READ = Refused(
    "meetings.form", "有的地方没有看懂，其他内容已经保存。", next_step="请改正标出的地方，再点“保存”。"
)


@dataclass
class Sent:
    """What one open page sent, with the forms that keep it on the page, and what was refused of it."""

    request: PageRequest
    meeting: Meeting
    forms: dict[str, ItemForm]
    resolutions: dict[str, ResolutionForm]
    topic: TopicForm
    refusals: list[Refused] = field(default_factory=list)
    conflicts: list[ItemConflict] = field(default_factory=list)
    wrong_days: list[str] = field(default_factory=list)

    @property
    def page(self) -> str:
        """The open page that this came from."""
        return self.request.POST.get("submission_key", "")[:64]

    @property
    def actor(self) -> Actor:
        """Who sent it."""
        return self.request.actor

    @property
    def today(self) -> date:
        """The civil day of the sending."""
        return china_today()

    @property
    def is_readable(self) -> bool:
        """Whether every field made sense."""
        forms = (*self.forms.values(), *self.resolutions.values(), self.topic)
        return not self.wrong_days and not any(form.errors for form in forms)

    def try_out(self, act: Callable[[], object]) -> bool:
        """Do one thing by its command; a refusal is kept for the page, and the rest goes on."""
        try:
            act()
        except Refused as refusal:
            if refusal.message not in {known.message for known in self.refusals}:
                self.refusals.append(refusal)
            return False
        return True


def read_sent(request: PageRequest, meeting: Meeting, items: list[AgendaItem]) -> Sent:
    """Everything that the page sent, bound to its forms."""
    people = people_of(meeting.organization, meeting.date)
    data = request.POST
    shown = [item for item in items if item.public_id + "-version" in data]
    rows = [row for item in shown for row in item.resolutions.all() if row.public_id + "-version" in data]
    return Sent(
        request=request,
        meeting=meeting,
        forms={item.public_id: ItemForm(data, item=item, people=people) for item in shown},
        resolutions={row.public_id: ResolutionForm(data, resolution=row, people=people) for row in rows},
        topic=TopicForm(data),
    )


def save_words(sent: Sent, form: ItemForm) -> None:
    """The text of one matter and its resolutions."""
    form.item.meeting = sent.meeting
    form.is_valid()
    data = form.cleaned_data
    if "discussion" in data and "version" in data:

        def act() -> None:
            saved = save_text(
                actor=sent.actor,
                today=sent.today,
                item=form.item,
                text=data["discussion"],
                version=data["version"],
                author_name=author_name(sent.request),
                page=sent.page,
            )
            if saved.conflict is not None:
                sent.conflicts.append(saved.conflict)
            else:
                form.was_saved(version=saved.version)

        sent.try_out(act)
    for one in sent.resolutions.values():
        if one.resolution.item_id == form.item.pk:
            _save_resolution(sent, form.item, one)
    _save_new_resolution(sent, form)


def _save_resolution(sent: Sent, item: AgendaItem, one: ResolutionForm) -> None:
    if not one.is_valid():
        return
    one.resolution.item = item
    if not one.cleaned_data["text"].strip():
        sent.try_out(
            lambda: withdraw_resolution(actor=sent.actor, today=sent.today, resolution=one.resolution)
        )
        return
    is_saved = sent.try_out(
        lambda: change_resolution(
            actor=sent.actor,
            today=sent.today,
            resolution=one.resolution,
            draft=one.draft(),
            version=one.cleaned_data["version"],
            page=sent.page,
        )
    )
    one.follow(is_saved=is_saved)


def _save_new_resolution(sent: Sent, form: ItemForm) -> None:
    new = form.new_resolution()
    if new is None:
        _take_back_new(sent, form)
        return
    is_saved = sent.try_out(
        lambda: add_resolution(
            actor=sent.actor,
            today=sent.today,
            item=form.item,
            draft=new,
            public_id=made_id(sent.page, "resolution", form.item.public_id),
            page=sent.page,
        )
    )
    if is_saved:
        form.was_saved(resolution="", owner="", due_date="")


def _take_back_new(sent: Sent, form: ItemForm) -> None:
    """The box of a new resolution was emptied after it had been saved from this very page."""
    emptied = sent.request.POST.get(form.add_prefix("resolution"))
    if emptied is None or emptied.strip() or not sent.page:
        return
    made = made_id(sent.page, "resolution", form.item.public_id)
    row = form.item.resolutions.filter(public_id=made, saved_from=sent.page).first()
    if row is not None:
        row.item = form.item
        sent.try_out(lambda: withdraw_resolution(actor=sent.actor, today=sent.today, resolution=row))


def made_id(page: str, *parts: str) -> str:
    """The id of what a page sends for the first time: the same page sending it again means the same row.

    Empty, which lets the command choose one, where a page has no key.
    """
    if not page:
        return ""
    return hashlib.sha256("\n".join((page, *parts)).encode()).hexdigest()[:32]


def save_topic(sent: Sent) -> None:
    """One more matter for the agenda."""
    usual = sent.request.POST.get("usual_topic", "")
    known = suggest_topics(sent.meeting.organization, sent.meeting.kind, sent.meeting.date) if usual else []
    for one in known:
        if one.text == usual:
            _add_topic(sent, one.text, one.matter, made_id(sent.page, "topic", one.text))
    if not sent.topic.is_valid():
        return
    topic, matter = sent.topic.cleaned_data["new_topic"].strip(), sent.topic.cleaned_data["new_matter"]
    made = made_id(sent.page, "new topic")
    drafted = sent.meeting.items.filter(public_id=made).first() if made else None
    before = len(sent.refusals)
    if drafted is not None:
        _follow_topic(sent, drafted, topic, matter)
    elif topic:
        _add_topic(sent, topic, matter, made)
    if len(sent.refusals) == before:
        sent.topic = TopicForm()


def _follow_topic(sent: Sent, known: AgendaItem, topic: str, matter: str) -> None:
    """The box of a new topic was written on, or emptied, after this very page had saved it."""
    known.meeting = sent.meeting
    if not topic and "new_topic" in sent.request.POST:
        sent.try_out(lambda: remove_item(actor=sent.actor, today=sent.today, item=known))
    elif topic and (topic, matter) != (known.topic, known.matter):
        sent.try_out(
            lambda: change_item(actor=sent.actor, today=sent.today, item=known, topic=topic, matter=matter)
        )


def _add_topic(sent: Sent, topic: str, matter: str, public_id: str) -> None:
    sent.try_out(
        lambda: add_item(
            actor=sent.actor,
            today=sent.today,
            meeting=sent.meeting,
            topic=topic,
            matter=matter,
            public_id=public_id,
        )
    )


def save_steps(sent: Sent) -> None:
    """The days of what goes with the meeting."""
    kept = {row.step: row.done_date for row in sent.meeting.steps.all()}
    for key in MeetingStep.Step.values:
        typed = sent.request.POST.get("step-" + key)
        if typed is None:
            continue
        try:
            day = CivilDateField(required=False).clean(typed)
        except ValidationError:
            sent.wrong_days.append(key)
            continue
        if day != kept.get(key):
            _save_step(sent, key, day)


def _save_step(sent: Sent, key: str, day: date | None) -> None:
    sent.try_out(
        lambda: record_step(actor=sent.actor, today=sent.today, meeting=sent.meeting, step=key, done_date=day)
    )


def save_roll(sent: Sent, *, all_present: bool) -> None:
    """Who came: 全到 with the exceptions, or single marks."""
    changes = read_roll(sent.request.POST, get_roll(sent.meeting))
    if all_present:
        sent.try_out(
            lambda: take_roll(actor=sent.actor, today=sent.today, meeting=sent.meeting, changes=changes)
        )
    elif changes:
        sent.try_out(
            lambda: mark_attendance(actor=sent.actor, today=sent.today, meeting=sent.meeting, changes=changes)
        )


_OVERTAKEN = Refused(
    "meetings.vote_meanwhile",
    "您填写的时候，别的同志已经登记过这一项的票数。",
    next_step="页面上是您填的数；请对照下面已经登记的结果，确认后再点“保存”。",
)


def save_votes(sent: Sent) -> None:
    """Each vote alone: one that is refused leaves the others recorded; emptied totals take a vote back."""
    sent.meeting.refresh_from_db()
    for form in sent.forms.values():
        form.item.meeting = sent.meeting
        if not form.errors:
            sent.try_out(lambda form=form: _save_vote(sent, form))  # type: ignore[misc]


def _save_vote(sent: Sent, form: ItemForm) -> None:
    vote, totals = vote_of(form.item), form.totals()
    as_invalid = form.cleaned_data["as_invalid"]
    voids_it = as_invalid and vote is not None and vote.is_valid
    if not voids_it and (form.is_voted_as(vote) or not form.touches_vote):
        return
    if not form.is_vote_as_shown(vote):
        form.was_saved(vote_shown=shown_as(vote))
        raise _OVERTAKEN
    if totals is None:
        withdraw_vote(actor=sent.actor, today=sent.today, item=form.item)
    else:
        record_vote(actor=sent.actor, today=sent.today, item=form.item, totals=totals, as_invalid=as_invalid)
    form.was_saved(vote_shown=shown_as(totals))
