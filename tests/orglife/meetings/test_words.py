"""Nobody's words are lost: two editors, autosave, merging; and what an inspection would ask about."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.orglife.meetings.made import Hall
from tests.world import TODAY
from zhibu.common.errors import Refused
from zhibu.orglife.meetings.commands.agenda import (
    ResolutionDraft,
    add_resolution,
    change_resolution,
    close_resolution,
    merge_text,
    remove_item,
    save_text,
)
from zhibu.orglife.meetings.commands.completion import complete_meeting
from zhibu.orglife.meetings.models import ItemConflict, Meeting
from zhibu.orglife.meetings.queries.attendance import get_roll
from zhibu.orglife.meetings.queries.meetings import list_items
from zhibu.orglife.meetings.queries.record import list_flags


def _save(hall: Hall, item: object, text: str, version: int, role: str = "secretary") -> object:
    return save_text(
        actor=hall.world.actor(role),
        today=TODAY,
        item=item,  # type: ignore[arg-type]
        text=text,
        version=version,
        author_name=role,
    )


def test_two_editors_keep_both_texts_and_merge_them(hall: Hall) -> None:
    """The second text waits beside the first; filing waits for the merging."""
    meeting = hall.call()
    hall.seat(meeting)
    item = meeting.items.get()
    _save(hall, item, "书记写的一段。", 1)
    _save(hall, item, "委员写的一段。", 1, "committee_member")
    _save(hall, item, "委员写的一段，又加一句。", 1, "committee_member")
    conflict = ItemConflict.objects.get()
    assert conflict.text == "委员写的一段，又加一句。"
    item.refresh_from_db()
    assert item.discussion == "书记写的一段。"
    with pytest.raises(Refused, match="还没有合并"):
        complete_meeting(actor=hall.secretary, today=TODAY, meeting=meeting)
    merge_text(
        actor=hall.secretary,
        today=TODAY,
        conflict=conflict,
        text="书记写的一段。\n委员写的一段，又加一句。",
        version=item.version,
    )
    item.refresh_from_db()
    assert "又加一句" in item.discussion
    complete_meeting(actor=hall.secretary, today=TODAY, meeting=meeting)


def test_the_same_text_twice_is_no_conflict(hall: Hall) -> None:
    """A save that arrives again changes nothing."""
    item = hall.call().items.get()
    _save(hall, item, "一样的话。", 1)
    _save(hall, item, "一样的话。", 1, "committee_member")
    assert not ItemConflict.objects.exists()


def test_autosave_answers_with_the_next_version_or_the_way_to_merge(hall: Hall, today: date) -> None:
    """By htmx a fragment, without scripts back to the page."""
    client = hall.world.client("secretary")
    meeting = hall.call()
    item = meeting.items.get()
    url = reverse("meetings:text", args=[meeting.public_id, item.public_id])

    def send(text: str, version: int) -> str:
        data = {item.public_id + "-discussion": text, item.public_id + "-version": version}
        return client.post(url, data, headers={"HX-Request": "true"}).content.decode()

    assert 'value="2"' in send("第一句。", 1)
    _save(hall, item, "委员改过。", 2, "committee_member")
    told = send("第一句，第二句。", 2)
    assert "没有丢" in told
    conflict = ItemConflict.objects.get()
    merge = reverse("meetings:merge", args=[meeting.public_id, item.public_id, conflict.public_id])
    page = client.get(merge).content.decode()
    assert "委员改过。" in page
    assert "第一句，第二句。" in page
    item.refresh_from_db()
    assert client.post(merge, {"text": "合在一起。", "version": item.version}).status_code == 302
    item.refresh_from_db()
    assert item.discussion == "合在一起。"


def test_the_three_flags_and_nothing_else(hall: Hall) -> None:
    """Leave without reason, a vague sentence, a resolution without a vote; none of them stops the filing."""
    meeting = hall.call()
    hall.seat(meeting, "elder", reason="")
    item = meeting.items.get()
    _save(hall, item, "大家一致认为可行。", 1)
    add_resolution(actor=hall.secretary, today=TODAY, item=item, draft=ResolutionDraft("照办。"))
    flags = list_flags(meeting, get_roll(meeting), list_items(meeting))
    assert len(flags) == 3
    assert "陈玉珍" in flags[0].text
    hall.complete(meeting)
    assert meeting.state == Meeting.State.COMPLETED


def test_a_filed_meeting_refuses_changes(hall: Hall) -> None:
    """What is filed is corrected by a version, never in place."""
    meeting = hall.call()
    hall.seat(meeting)
    hall.complete(meeting)
    item = meeting.items.get()
    item.meeting = meeting
    with pytest.raises(Refused, match="已经归档"):
        _save(hall, item, "改一改", 1)


def test_a_resolution_is_changed_once_and_closed_once(hall: Hall) -> None:
    """A second editor is told; a second closure is refused."""
    meeting = hall.call()
    hall.seat(meeting)
    row = add_resolution(
        actor=hall.secretary, today=TODAY, item=meeting.items.get(), draft=ResolutionDraft("修路。")
    )
    change_resolution(
        actor=hall.secretary, today=TODAY, resolution=row, draft=ResolutionDraft("先修东路。"), version=1
    )
    with pytest.raises(Refused, match="别的同志改过"):
        change_resolution(
            actor=hall.secretary, today=TODAY, resolution=row, draft=ResolutionDraft("先修西路。"), version=1
        )
    close_resolution(actor=hall.secretary, today=TODAY, resolution=row, done_date=TODAY)
    with pytest.raises(Refused, match="已经办结"):
        close_resolution(actor=hall.secretary, today=TODAY, resolution=row, done_date=TODAY)


def test_a_matter_with_words_is_not_removed(hall: Hall) -> None:
    """An untouched one may go."""
    meeting = hall.call()
    touched, untouched = meeting.items.get(), hall.item(meeting)
    _save(hall, touched, "说过了。", 1)
    touched.refresh_from_db()
    with pytest.raises(Refused, match="已经有记录"):
        remove_item(actor=hall.secretary, today=TODAY, item=touched)
    remove_item(actor=hall.secretary, today=TODAY, item=untouched)
    assert meeting.items.count() == 1
