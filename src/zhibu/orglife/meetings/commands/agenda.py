"""The agenda: matters, what was said on each, resolutions. No save ever overwrites somebody else's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.common.identifiers import new_public_id
from zhibu.foundation.audit.commands import command
from zhibu.orglife.meetings.commands.checks import allow_edit, allow_open, note
from zhibu.orglife.meetings.models import AgendaItem, ItemConflict, Meeting, Resolution, ResolutionClosure
from zhibu.orglife.meetings.queries.meetings import vote_of
from zhibu.roster.members.models import Person


@command("meetings.add_item")
def add_item(
    *, actor: Actor, today: date, meeting: Meeting, topic: str, matter: str = "", public_id: str = ""
) -> AgendaItem:
    """Add a matter at the end of the agenda; one sent before under the same ``public_id`` stays one."""
    allow_open(actor, meeting, today)
    if not topic.strip():
        raise Refused("meetings.topic", "请写明议题。")
    known = meeting.items.filter(public_id=public_id).first() if public_id else None
    if known is not None:
        return known
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem.objects.create(
        public_id=public_id or new_public_id(),
        meeting=meeting,
        position=last + 1,
        topic=topic.strip(),
        matter=matter,
    )
    note(actor, "meetings.add_item", meeting, {"item": item.pk})
    return item


@command("meetings.change_item")
def change_item(*, actor: Actor, today: date, item: AgendaItem, topic: str, matter: str) -> None:
    """Reword a matter, or say what kind it is; not once it was voted on."""
    allow_open(actor, item.meeting, today)
    if vote_of(item) is not None and matter != item.matter:
        raise Refused("meetings.voted", "这一项已经表决，不能改变事项种类。", next_step="请另加一个议题。")
    item.topic, item.matter = topic.strip() or item.topic, matter
    item.save(update_fields=["topic", "matter"])
    note(actor, "meetings.change_item", item.meeting, {"item": item.pk})


@command("meetings.remove_item")
def remove_item(*, actor: Actor, today: date, item: AgendaItem) -> None:
    """Take a matter off the agenda that was not touched; what holds words, a vote or a resolution stays."""
    allow_open(actor, item.meeting, today)
    if item.discussion.strip() or vote_of(item) or item.resolutions.exists() or item.conflicts.exists():
        raise Refused(
            "meetings.item_used", "这一项已经有记录，不能删去。", next_step="没有讨论的，请在发言要点中写明。"
        )
    meeting = item.meeting
    note(actor, "meetings.remove_item", meeting, {"item": item.pk})
    item.delete()


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a text: the item's version now, and the other text if both have to be merged."""

    version: int
    conflict: ItemConflict | None = None


@command("meetings.save_text")
def save_text(
    *,
    actor: Actor,
    today: date,
    item: AgendaItem,
    text: str,
    version: int,
    author_name: str = "",
    page: str = "",
) -> Saved:
    """Save what was said on a matter. If another text was saved since ``version``, both are kept.

    The later text then waits beside the saved one until somebody merges them; saving on from the same
    version goes into the same waiting text. ``page`` names the open page: what it saved itself, without
    hearing the answer, is no other text.
    """
    allow_open(actor, item.meeting, today)
    text = _tidy(text)
    now = AgendaItem.objects.select_for_update().get(pk=item.pk)
    if _tidy(now.discussion) == text:
        return Saved(now.version)
    if now.version != version and not (page and now.saved_from == page):
        return Saved(now.version, _keep_beside(actor, now, text, version, author_name, page))
    now.discussion, now.version, now.saved_from = text, now.version + 1, page
    now.save(update_fields=["discussion", "version", "saved_from"])
    note(
        actor,
        "meetings.save_text",
        item.meeting,
        {"item": now.pk, "version": now.version, "length": len(text)},
    )
    return Saved(now.version)


def _keep_beside(
    actor: Actor, item: AgendaItem, text: str, version: int, name: str, page: str
) -> ItemConflict:
    conflict, _ = ItemConflict.objects.update_or_create(
        item=item,
        made_by=actor.label,
        base_version=version,
        saved_from=page,
        merged_at=None,
        defaults={"text": text, "made_by_name": name or "另一位同志", "made_at": utc_now()},
    )
    note(actor, "meetings.text_conflict", item.meeting, {"item": item.pk, "length": len(text)})
    return conflict


@command("meetings.merge_text")
def merge_text(*, actor: Actor, today: date, conflict: ItemConflict, text: str, version: int) -> Saved:
    """Put one text in the place of two; both stay readable in the conflict's row and in the versions."""
    item = conflict.item
    allow_open(actor, item.meeting, today)
    saved = save_text(actor=actor, today=today, item=item, text=text, version=version)
    if saved.conflict is not None and saved.conflict.pk != conflict.pk:
        return saved
    conflict.merged_at, conflict.merged_by = utc_now(), actor.label
    conflict.save(update_fields=["merged_at", "merged_by"])
    note(actor, "meetings.merge_text", item.meeting, {"item": item.pk})
    return Saved(saved.version)


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


@dataclass(frozen=True, slots=True)
class ResolutionDraft:
    """A resolution as it was filled in."""

    text: str
    owner: Person | None = None
    owner_text: str = ""
    due_date: date | None = None

    def is_in(self, row: Resolution) -> bool:
        """Whether a row says the same."""
        kept = (row.text, row.owner_id, row.owner_text, row.due_date)
        return kept == (
            _tidy(self.text),
            self.owner.pk if self.owner else None,
            self.owner_text,
            self.due_date,
        )


@command("meetings.resolve")
def add_resolution(
    *,
    actor: Actor,
    today: date,
    item: AgendaItem,
    draft: ResolutionDraft,
    public_id: str = "",
    page: str = "",
) -> Resolution:
    """Write down what was resolved; with a due date it becomes a task.

    ``public_id`` is chosen by the page that sends it: sent again it is the same resolution, not a second.
    """
    allow_open(actor, item.meeting, today)
    _check_draft(item.meeting, draft)
    known = item.resolutions.filter(public_id=public_id).first() if public_id else None
    if known is not None:
        change_resolution(actor=actor, today=today, resolution=known, draft=draft, version=0, page=page)
        return known
    row = Resolution.objects.create(
        public_id=public_id or new_public_id(),
        item=item,
        text=_tidy(draft.text),
        owner=draft.owner,
        owner_text=draft.owner_text,
        due_date=draft.due_date,
        created_at=utc_now(),
        saved_from=page,
    )
    note(actor, "meetings.resolve", item.meeting, {"item": item.pk, "resolution": row.pk})
    return row


def _check_draft(meeting: Meeting, draft: ResolutionDraft) -> None:
    if not draft.text.strip():
        raise Refused("meetings.resolution", "请写明决议的内容。")
    if draft.due_date is not None and draft.due_date < meeting.date:
        raise Refused(
            "meetings.due_before",
            "决议的完成时限早于会议日期。",
            next_step="请核对时限；当天办完的填会议当天。",
        )


@command("meetings.change_resolution")
def change_resolution(
    *,
    actor: Actor,
    today: date,
    resolution: Resolution,
    draft: ResolutionDraft,
    version: int,
    page: str = "",
) -> None:
    """Reword a resolution before the meeting is filed; refused if somebody else did since ``version``."""
    meeting = resolution.item.meeting
    allow_open(actor, meeting, today)
    _check_draft(meeting, draft)
    now = Resolution.objects.select_for_update().get(pk=resolution.pk)
    if draft.is_in(now):
        return
    if now.version != version and not (page and now.saved_from == page):
        raise Refused(
            "meetings.changed_meanwhile",
            "您填写的时候，别的同志改过这条决议。",
            next_step="您写的内容还在页面上，请对照现在的决议再改一次。",
        )
    now.text, now.owner, now.owner_text = _tidy(draft.text), draft.owner, draft.owner_text
    now.due_date, now.version, now.saved_from = draft.due_date, now.version + 1, page
    now.save()
    note(actor, "meetings.change_resolution", meeting, {"resolution": resolution.pk})


@command("meetings.withdraw_resolution")
def withdraw_resolution(*, actor: Actor, today: date, resolution: Resolution) -> None:
    """Take back a resolution that was written down by mistake, before the meeting is filed."""
    meeting = resolution.item.meeting
    allow_open(actor, meeting, today)
    if ResolutionClosure.objects.filter(resolution=resolution).exists():
        raise Refused("meetings.closed_already", "这条决议已经办结，不能撤去。")
    note(actor, "meetings.withdraw_resolution", meeting, {"resolution": resolution.pk})
    resolution.delete()


@command("meetings.close_resolution")
def close_resolution(
    *, actor: Actor, today: date, resolution: Resolution, done_date: date, result: str = ""
) -> ResolutionClosure:
    """Report a resolution done; it leaves the list of tasks and keeps its row."""
    meeting = resolution.item.meeting
    allow_edit(actor, meeting.organization, meeting.group_id, today)
    if not meeting.date <= done_date <= today:
        raise Refused("meetings.done_date", "办结日期应当在会议之后、今天之前。", next_step="请核对日期。")
    if ResolutionClosure.objects.filter(resolution=resolution).exists():
        raise Refused("meetings.closed_already", "这条决议已经办结。")
    closure = ResolutionClosure.objects.create(
        resolution=resolution,
        done_date=done_date,
        note=result.strip(),
        closed_by=actor.label,
        closed_at=utc_now(),
    )
    note(actor, "meetings.close_resolution", meeting, {"resolution": resolution.pk})
    return closure
