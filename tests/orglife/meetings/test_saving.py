"""Saving the meeting's page: sent twice, sent late, sent by two people, refused in part: no word is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.orglife.meetings.made import Hall
from zhibu.orglife.meetings.commands.agenda import (
    ResolutionDraft,
    add_resolution,
    change_resolution,
    save_text,
)
from zhibu.orglife.meetings.commands.attendance import MarkChange, mark_attendance
from zhibu.orglife.meetings.models import AgendaItem, ItemConflict, Meeting, Resolution, Vote
from zhibu.orglife.meetings.queries.attendance import get_roll


def _url(meeting: Meeting) -> str:
    return reverse("meetings:meeting", args=[meeting.public_id])


def _form(meeting: Meeting, page: str = "page-1", act: str = "save", **fields: Any) -> dict[str, Any]:
    """What one open page sends; ``fields`` belong to the only matter."""
    item = meeting.items.get()
    data = {"version": item.version, "discussion": item.discussion} | fields
    return {"act": act, "submission_key": page} | {
        "{item}-{name}".format(item=item.public_id, name=name): value for name, value in data.items()
    }


@pytest.fixture
def client(hall: Hall, today: date) -> Client:
    """The secretary's browser."""
    return hall.world.client("secretary")


def test_words_typed_after_the_back_button_are_saved(hall: Hall, client: Client) -> None:
    """The page that sent once is sent again with more in it: nothing is taken for a second click."""
    meeting = hall.call()
    client.post(_url(meeting), _form(meeting, version=1, discussion="第一句。", resolution="照办。"))
    client.post(
        _url(meeting),
        _form(meeting, version=1, discussion="第一句。第二句。", resolution="照办，月底前办完。"),
    )
    item = meeting.items.get()
    assert item.discussion == "第一句。第二句。"
    assert [row.text for row in item.resolutions.all()] == ["照办，月底前办完。"]
    assert not ItemConflict.objects.exists()


def test_an_answer_that_never_arrived_is_no_other_text(hall: Hall, client: Client) -> None:
    """The network swallows the answer to an autosave: the same page saves on and stands alone."""
    meeting = hall.call()
    item = meeting.items.get()
    save = reverse("meetings:text", args=[meeting.public_id, item.public_id])
    for text in ("周长河", "周长河报告", "周长合报告工作。"):
        data = _form(meeting, version=1, discussion=text)
        assert client.post(save, data, headers={"HX-Request": "true"}).status_code == 200
    item.refresh_from_db()
    assert (item.discussion, item.version) == ("周长合报告工作。", 4)
    assert not ItemConflict.objects.exists()


def test_two_windows_of_one_account_keep_both_texts(hall: Hall, client: Client) -> None:
    """Three windows from the same version: one text saved, two waiting."""
    meeting = hall.call()
    for page, text in (("a", "甲说的。"), ("b", "乙说的。"), ("c", "丙说的。")):
        client.post(_url(meeting), _form(meeting, page=page, version=1, discussion=text))
    assert meeting.items.get().discussion == "甲说的。"
    assert set(ItemConflict.objects.values_list("text", flat=True)) == {"乙说的。", "丙说的。"}
    shown = client.get(_url(meeting)).content.decode()
    assert "对照合并" in shown
    assert "两位同志同时写了同一段" in shown


def test_a_refused_part_costs_nothing_of_the_rest(hall: Hall, client: Client) -> None:
    """A due date before the meeting: the text is saved, the resolution stays in its box, the marks count."""
    meeting = hall.call()
    hall.seat(meeting)
    elder = hall.world.people["elder"].public_id
    answer = client.post(
        _url(meeting),
        _form(meeting, discussion="谈了修路。", resolution="修路。", due_date="2020-01-01")
        | {"mark-" + elder: "leave:ill", "was-" + elder: "present", "new_topic": "补充议题"},
    )
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "完成时限早于会议日期" in shown
    assert "修路。" in shown
    assert 'value="2020-01-01"' in shown
    assert meeting.items.order_by("position").first().discussion == "谈了修路。"  # type: ignore[union-attr]
    assert meeting.items.count() == 2
    assert get_roll(meeting).present_count == 8


def test_after_a_refusal_the_shown_page_goes_on_without_quarrel(hall: Hall, client: Client) -> None:
    """The page that the refusal shows carries the versions of what was saved."""
    meeting = hall.call()
    hall.seat(meeting)
    shown = client.post(_url(meeting), _form(meeting, discussion="一。", yes="50", method="hands"))
    item = meeting.items.get()
    assert 'name="{id}-version" value="2"'.format(id=item.public_id) in shown.content.decode()
    client.post(_url(meeting), _form(meeting, page="page-2", version=2, discussion="一。二。"))
    assert not ItemConflict.objects.exists()
    assert meeting.items.get().discussion == "一。二。"


@pytest.mark.parametrize("field", [{"new_topic": "议" * 201}, {"step-studied": "昨天"}])
def test_what_was_not_understood_is_said_and_kept(hall: Hall, client: Client, field: dict[str, str]) -> None:
    """A topic that is too long, a day that is none."""
    meeting = hall.call("organizational_life_meeting")
    answer = client.post(_url(meeting), _form(meeting, discussion="写了一段。") | field)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert next(iter(field.values())) in shown
    assert "没有看懂" in shown
    assert meeting.items.get().discussion == "写了一段。"


def test_a_resolution_changed_by_another_is_shown_beside_the_own(hall: Hall, client: Client) -> None:
    """The first try shows both, the second lets the own words stand."""
    meeting = hall.call()
    item = meeting.items.get()
    row = add_resolution(actor=hall.secretary, today=meeting.date, item=item, draft=ResolutionDraft("甲。"))
    change_resolution(
        actor=hall.secretary,
        today=meeting.date,
        resolution=row,
        draft=ResolutionDraft("别人改的。"),
        version=1,
        page="elsewhere",
    )
    data = _form(meeting) | {row.public_id + "-version": 1, row.public_id + "-text": "我改的。"}
    shown = client.post(_url(meeting), data).content.decode()
    assert "别的同志改成了：别人改的。" in shown
    assert "我改的。" in shown
    data |= {"submission_key": "page-2", row.public_id + "-version": 2}
    assert client.post(_url(meeting), data).status_code == 302
    row.refresh_from_db()
    assert row.text == "我改的。"


def test_an_emptied_resolution_is_taken_back(hall: Hall, client: Client) -> None:
    """Written by mistake: the box is emptied and saved."""
    meeting = hall.call()
    row = add_resolution(
        actor=hall.secretary, today=meeting.date, item=meeting.items.get(), draft=ResolutionDraft("写错了。")
    )
    client.post(_url(meeting), _form(meeting) | {row.public_id + "-version": 1, row.public_id + "-text": ""})
    assert not Resolution.objects.exists()


def test_votes_without_those_in_favour_are_asked_for(hall: Hall, client: Client) -> None:
    """Three against and nothing else: said, kept, not dropped."""
    meeting = hall.call()
    hall.seat(meeting)
    answer = client.post(_url(meeting), _form(meeting, no="3", abstain="0", method="hands"))
    assert answer.status_code == 409
    assert "没有人赞成的填 0" in answer.content.decode()
    assert not Vote.objects.exists()


def test_a_vote_does_not_stay_valid_on_an_old_roll(hall: Hall, client: Client) -> None:
    """All there, eight in favour; then three are marked away: void at once, refused at filing."""
    meeting = hall.call()
    hall.seat(meeting)
    hall.vote(meeting.items.get(), yes=8, method="hands")
    away = [MarkChange(hall.world.people[key].pk, "leave", "ill") for key in ("elder", "worker", "teacher")]
    mark_attendance(actor=hall.secretary, today=meeting.date, meeting=meeting, changes=away)
    vote = Vote.objects.get()
    assert not vote.is_valid
    assert "合计8人，多于到会有表决权的5人" in vote.judgement
    answer = client.post(_url(meeting), _form(meeting, act="complete", vote_shown="hands-8-0-0-0-0", yes="8"))
    assert answer.status_code == 409
    assert "清空这一项的票数" in answer.content.decode()
    answer = client.post(
        _url(meeting),
        _form(meeting, page="b", act="complete", vote_shown="hands-8-0-0-0-0", yes="5", method="hands"),
    )
    assert answer.status_code == 302
    vote.refresh_from_db()
    assert (vote.is_valid, vote.present_voting, vote.is_passed) == (True, 5, True)


def test_a_vote_entered_by_mistake_is_emptied_away(hall: Hall, client: Client) -> None:
    """Only by a page that showed it: a page opened before knows nothing of it and takes nothing back."""
    meeting = hall.call()
    hall.seat(meeting)
    hall.vote(meeting.items.get(), yes=6, method="hands")
    client.post(_url(meeting), _form(meeting, page="older", vote_shown="", yes="", no="0", abstain="0"))
    assert Vote.objects.exists()
    client.post(
        _url(meeting), _form(meeting, page="newer", vote_shown="hands-6-0-0-0-0", yes="", no="0", abstain="0")
    )
    assert not Vote.objects.exists()


def test_two_editors_do_not_overwrite_each_others_totals(hall: Hall, client: Client) -> None:
    """The second is shown what the first recorded, and decides."""
    meeting = hall.call()
    hall.seat(meeting)
    hall.vote(meeting.items.get(), yes=6, method="hands")
    answer = client.post(_url(meeting), _form(meeting, vote_shown="", yes="7", method="hands"))
    assert answer.status_code == 409
    assert "别的同志已经登记过这一项的票数" in answer.content.decode()
    assert Vote.objects.get().yes == 6


def test_a_correction_makes_no_vote_void_in_silence(hall: Hall, today: date) -> None:
    """Attendance corrected below the quorum: refused with the clause, unless it is declared so."""
    meeting = hall.call(day=date(2026, 3, 2))
    hall.seat(meeting)
    hall.vote(meeting.items.get(), yes=3, no=0, method="hands")
    hall.complete(meeting)
    away = ("elder", "worker", "teacher", "member", "group_leader")
    marks: dict[str, str] = {}
    for key in away:
        person = hall.world.people[key].public_id
        marks |= {"mark-" + person: "leave:ill", "was-" + person: "present"}
    client = hall.world.client("secretary")
    url = reverse("meetings:correct", args=[meeting.public_id])
    data = _form(meeting, reason="", yes="3", no="0", abstain="0", method="hands") | marks
    data["reason"] = "签到表上只有三人"
    answer = client.post(url, data)
    assert answer.status_code == 409
    assert "ZB-11-2" in answer.content.decode()
    item = AgendaItem.objects.get(meeting=meeting)
    answer = client.post(url, data | {item.public_id + "-as_invalid": "on"})
    assert answer.status_code == 302
    meeting.refresh_from_db()
    assert not meeting.is_valid


def test_a_wrong_day_is_corrected_by_a_new_version(hall: Hall, client: Client) -> None:
    """Day and place were filed wrongly; the first version still says what it said."""
    meeting = hall.call("party_lecture")
    hall.seat(meeting)
    hall.complete(meeting)
    data = _form(meeting) | {
        "reason": "日期写错了",
        "date": "2026-03-15",
        "place": "文化广场",
        "start_time": "09:00",
        "title": meeting.title,
        "host": hall.world.people["secretary"].public_id,
        "recorder": hall.world.people["committee_member"].public_id,
    }
    url = reverse("meetings:correct", args=[meeting.public_id])
    assert client.post(url, data).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.date, meeting.place, meeting.state) == (date(2026, 3, 15), "文化广场", "completed")
    contents = [version.content for version in meeting.minutes_versions.order_by("number")]
    assert [content["date"] for content in contents] == ["2026-03-16", "2026-03-15"]
    assert [content["place"] for content in contents] == ["村委会会议室", "文化广场"]


def test_the_other_window_filed_meanwhile_and_the_words_stay(hall: Hall, client: Client) -> None:
    """Somebody else pressed 完成: the late words are refused with the way to a correction, on the page."""
    meeting = hall.call()
    hall.seat(meeting)
    data = _form(meeting, discussion="后写的一段。")
    hall.complete(meeting)
    shown = client.post(_url(meeting), data)
    assert shown.status_code == 409
    assert "后写的一段。" in shown.content.decode()
    assert "更正" in shown.content.decode()


def test_pressing_complete_twice_files_once(hall: Hall, client: Client) -> None:
    """The second press leads to the filed page."""
    meeting = hall.call()
    hall.seat(meeting)
    data = _form(meeting, act="complete", discussion="三行。")
    assert client.post(_url(meeting), data).status_code == 302
    assert client.post(_url(meeting), data).status_code == 302
    assert meeting.minutes_versions.count() == 1


def test_words_sent_without_a_session_come_back(hall: Hall, today: date) -> None:
    """No sign-in page swallows them; a script is told by the status."""
    meeting = hall.call()
    data = _form(meeting, discussion="登录过期时写的。")
    answer = Client().post(_url(meeting), data)
    assert answer.status_code == 401
    assert "登录过期时写的。" in answer.content.decode()
    item = meeting.items.get()
    text = reverse("meetings:text", args=[meeting.public_id, item.public_id])
    answer = Client().post(text, data, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")
    assert Client().post(_url(meeting), {}).status_code == 302


def test_an_outdated_token_gives_the_words_back_only_to_our_own_page(hall: Hall, today: date) -> None:
    """After signing in again the token is a new one: one more click; from elsewhere nothing comes back."""
    meeting = hall.call()
    client = Client(enforce_csrf_checks=True)
    client.force_login(hall.world.accounts["secretary"])
    data = _form(meeting, discussion="换了登录以后。")
    answer = client.post(_url(meeting), data, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    assert "继续保存" in answer.content.decode()
    assert "换了登录以后。" in answer.content.decode()
    answer = client.post(_url(meeting), data, headers={"Origin": "http://elsewhere.example"})
    assert answer.status_code == 403
    assert "换了登录以后。" not in answer.content.decode()


def test_a_text_of_the_same_version_from_two_people_waits(hall: Hall, today: date) -> None:
    """By the command: what is the same is no conflict, what differs waits."""
    meeting = hall.call()
    item = meeting.items.get()
    actor = hall.secretary
    assert save_text(actor=actor, today=today, item=item, text="同一句", version=1, page="a").version == 2
    assert save_text(actor=actor, today=today, item=item, text="同一句", version=1, page="b").conflict is None
    assert save_text(actor=actor, today=today, item=item, text="另一句", version=1, page="b").conflict
