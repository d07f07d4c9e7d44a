"""The main job over HTTP: called, all present, voted, written, filed, printed, opened again."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.orglife.meetings.made import Hall
from tests.world import TODAY, World
from zhibu.foundation.documents.models import Document
from zhibu.orglife.meetings.models import AgendaItem, Meeting, MinutesVersion, Resolution


def _form(meeting: Meeting, **more: Any) -> dict[str, Any]:
    """What the meeting's page sends, with the texts as they stand."""
    data: dict[str, Any] = {"act": "save", "submission_key": "key-{n}".format(n=len(more))}
    for item in meeting.items.all():
        data[item.public_id + "-version"] = item.version
        data[item.public_id + "-discussion"] = item.discussion
    return data | more


def _url(meeting: Meeting) -> str:
    return reverse("meetings:meeting", args=[meeting.public_id])


def test_it_works_from_the_form_to_the_stored_paper(world: World, today: date) -> None:
    """Every step by its own page, as the secretary goes."""
    client = world.client("secretary")
    address = reverse("meetings:add")
    people = world.people
    page = client.get(address, {"kind": "general_membership_meeting"})
    assert page.status_code == 200
    answer = client.post(
        address,
        {
            "kind": "general_membership_meeting",
            "date": TODAY.isoformat(),
            "start_time": "09:00",
            "place": "村委会会议室",
            "host": people["secretary"].public_id,
            "recorder": people["committee_member"].public_id,
            "own_topics": "审议年度工作计划",
            "act": "notify",
            "submission_key": "first",
        },
    )
    meeting = Meeting.objects.get()
    assert answer.url == _url(meeting)
    assert meeting.notice_sent_at is not None
    item = meeting.items.get()
    client.post(_url(meeting), _form(meeting, act="all_present", submission_key="a"))
    absent = people["elder"].public_id
    page = client.post(
        _url(meeting),
        _form(meeting, act="save", submission_key="b")
        | {
            "mark-" + absent: "leave:ill",
            "was-" + absent: "present",
            item.public_id + "-yes": "6",
            item.public_id + "-no": "1",
            item.public_id + "-abstain": "0",
            item.public_id + "-method": "hands",
            item.public_id + "-discussion": "周长河介绍计划；郑国强提出不同意见。",
            item.public_id + "-resolution": "同意年度工作计划。",
            item.public_id + "-owner": people["secretary"].public_id,
            item.public_id + "-due_date": "2026-06-30",
        },
    )
    assert page.status_code == 302, page.content.decode()
    item.refresh_from_db()
    assert item.vote.is_passed
    assert (item.vote.expected_voting, item.vote.present_voting) == (8, 7)
    answer = client.post(_url(meeting), _form(meeting, act="complete", submission_key="c"))
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.COMPLETED
    assert (meeting.expected_count, meeting.present_count) == (9, 8)
    shown = client.get(_url(meeting)).content.decode()
    assert "郑国强提出不同意见" in shown
    assert "超过应到会8人的半数，通过" in shown
    paper = reverse("meetings:paper", args=[meeting.public_id, "minutes", "pdf"])
    first, second = client.get(paper).content, client.get(paper).content
    assert first.startswith(b"%PDF")
    assert first == second
    kinds = set(Document.objects.filter(owner_id=meeting.pk).values_list("kind", flat=True))
    assert kinds == {"minutes", "resolution", "summary", "notice", "sign_in"}
    assert Document.objects.filter(owner_id=meeting.pk).count() == 2 * len(kinds)
    for name in ("resolution", "summary"):
        for ending in ("pdf", "docx"):
            found = client.get(reverse("meetings:paper", args=[meeting.public_id, name, ending]))
            assert found.status_code == 200


def test_a_short_vote_is_refused_with_its_clause_and_keeps_every_word(hall: Hall, today: date) -> None:
    """Three of eight are too few; the text is saved, the totals stay in the form."""
    client = hall.world.client("secretary")
    meeting = hall.call()
    hall.seat(meeting, "elder", "worker", "teacher", "member", "group_leader")
    item = meeting.items.get()
    answer = client.post(
        _url(meeting),
        _form(meeting)
        | {
            item.public_id + "-yes": "3",
            item.public_id + "-method": "hands",
            item.public_id + "-discussion": "大家讨论了很久。",
        },
    )
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "到会3人，不到应到会8人的半数，还差1人，不能表决。" in shown
    assert "ZB-11-2" in shown
    assert 'value="3"' in shown
    item.refresh_from_db()
    assert item.discussion == "大家讨论了很久。"
    assert not hasattr(AgendaItem.objects.get(pk=item.pk), "vote")


def test_the_same_form_sent_twice_counts_once(hall: Hall, today: date) -> None:
    """A second click adds no second resolution."""
    client = hall.world.client("secretary")
    meeting = hall.call()
    item = meeting.items.get()
    data = _form(meeting) | {item.public_id + "-resolution": "照办。"}
    client.post(_url(meeting), data)
    client.post(_url(meeting), data)
    assert Resolution.objects.count() == 1


def test_a_correction_keeps_the_old_version(hall: Hall, today: date) -> None:
    """The new version names its reason; the old paper opens unchanged."""
    client = hall.world.client("secretary")
    meeting = hall.call()
    hall.seat(meeting)
    hall.vote(meeting.items.get(), yes=8, method="hands")
    hall.complete(meeting)
    paper = reverse("meetings:paper", args=[meeting.public_id, "minutes", "pdf"])
    before = client.get(paper).content
    item = meeting.items.get()
    answer = client.post(
        reverse("meetings:correct", args=[meeting.public_id]),
        _form(meeting)
        | {
            "reason": "票数抄错了",
            item.public_id + "-discussion": "补记一句。",
            item.public_id + "-yes": "7",
            item.public_id + "-no": "1",
            item.public_id + "-abstain": "0",
            item.public_id + "-method": "hands",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    assert MinutesVersion.objects.filter(meeting=meeting).count() == 2
    assert client.get(paper, {"version": "1"}).content == before
    assert client.get(paper).content != before
    shown = client.get(_url(meeting)).content.decode()
    assert "票数抄错了" in shown


def test_the_list_exports_as_a_workbook(hall: Hall, today: date) -> None:
    """Dates are dates, counts are numbers."""
    meeting = hall.call()
    hall.seat(meeting)
    hall.complete(meeting)
    body = hall.world.client("secretary").get(reverse("meetings:export")).content
    rows = list(openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True))
    assert rows[1][3] == meeting.title
    assert rows[1][4].date() == TODAY
    assert rows[1][8:10] == (9, 9)


PAGES = ("list", "add", "talk", "plan", "make_ups", "tasks")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens(world: World, today: date, name: str) -> None:
    """For the secretary of the branch."""
    assert world.client("secretary").get(reverse("meetings:" + name)).status_code == 200


@pytest.mark.parametrize("name", ["meeting", "head", "cancel", "preview", "notice", "quorum"])
def test_every_page_of_a_meeting_opens_inside_and_hides_outside(hall: Hall, today: date, name: str) -> None:
    """200 for the secretary, 404 for the one of the sibling branch."""
    meeting = hall.call()
    url = reverse("meetings:" + name, args=[meeting.public_id])
    assert hall.world.client("secretary").get(url).status_code == 200
    assert hall.world.client("sibling_secretary").get(url).status_code == 404


def test_who_only_reads_gets_403_for_working_pages(hall: Hall, today: date) -> None:
    """A group leader reads the branch's meetings and works on the group's own."""
    client = hall.world.client("group_leader")
    meeting = hall.call()
    assert client.get(_url(meeting)).status_code == 200
    assert client.get(reverse("meetings:head", args=[meeting.public_id])).status_code == 403
    assert client.post(_url(meeting), _form(meeting)).status_code == 403
    own = hall.call("party_group_meeting")
    assert client.get(reverse("meetings:head", args=[own.public_id])).status_code == 200


def test_somebody_not_signed_in_is_led_to_the_door(hall: Hall) -> None:
    """Only the address behind the QR code opens without an account."""
    assert Client().get(_url(hall.call())).status_code == 302
