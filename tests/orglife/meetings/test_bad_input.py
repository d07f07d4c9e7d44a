"""Whatever is typed wrongly: one sentence, what to do next, and everything typed still there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.orglife.meetings.made import Hall
from tests.world import TODAY
from zhibu.orglife.meetings.commands.agenda import ResolutionDraft, add_resolution
from zhibu.orglife.meetings.commands.planning import make_plan
from zhibu.orglife.meetings.models import MakeUp, Meeting, PlannedMeeting, ResolutionClosure

STRANGE = "关于𠮷先生😀的<script>alert(1)</script>建议"


@pytest.fixture
def client(hall: Hall, today: date) -> Client:
    """The secretary's browser."""
    return hall.world.client("secretary")


def _add(client: Client, kind: str = "general_membership_meeting", **fields: Any) -> Any:
    data = {"kind": kind, "date": TODAY.isoformat(), "act": "save", "submission_key": "k"} | fields
    return client.post(reverse("meetings:add"), data)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"date": "1900-01-01"}, "早于党组织成立的日期"),
        ({"date": "2226-03-16"}, "离今天太远"),
        ({"date": "2026-02-30"}, "没有看懂这个日期"),
        ({"date": ""}, "还有内容需要修改"),
        ({"start_time": "10:00", "end_time": "09:00"}, "结束时间应当晚于开始时间"),
        ({"own_topics": STRANGE + "\n" + "长" * 5000}, "200 字以内"),
        ({"minutes_length": "-5"}, "还有内容需要修改"),
        ({"kind": "party_group_meeting"}, "请选择是哪个党小组开会"),
    ],
)
def test_a_new_meeting_says_what_is_wrong_and_keeps_the_rest(
    client: Client, fields: dict[str, str], sentence: str
) -> None:
    """Nothing is made; topics and place stand in the form again, as text and never as markup."""
    answer = _add(client, **({"own_topics": STRANGE, "place": "村委会二楼"} | fields))
    shown = answer.content.decode()
    assert answer.status_code in (200, 409)
    assert sentence in shown
    assert "村委会二楼" in shown
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    assert not Meeting.objects.exists()


def test_somebody_of_another_branch_cannot_preside(client: Client, hall: Hall) -> None:
    """A forged choice is told, not stored."""
    answer = _add(client, host=hall.world.people["sibling_member"].public_id)
    assert "还有内容需要修改" in answer.content.decode()
    assert not Meeting.objects.exists()


def test_rare_characters_and_markup_are_kept_as_they_are(client: Client) -> None:
    """Through form, page and filing."""
    _add(client, own_topics=STRANGE)
    meeting = Meeting.objects.get()
    assert meeting.items.get().topic == STRANGE
    shown = client.get(reverse("meetings:meeting", args=[meeting.public_id])).content.decode()
    assert "𠮷先生😀" in shown
    assert "<script>alert" not in shown


def test_a_meeting_called_ahead_leads_to_its_notice(client: Client) -> None:
    """What is wanted next is telling people; for today's meeting it is the record."""
    ahead = _add(client, date=(TODAY + timedelta(days=3)).isoformat(), act="notify")
    assert ahead.url == reverse("meetings:notice", args=[Meeting.objects.get().public_id])
    assert (
        "已经发起、还没有归档"
        in client.get(reverse("meetings:add"), {"kind": "general_membership_meeting"}).content.decode()
    )


def test_a_group_leader_calls_the_own_groups_meeting_and_no_other(hall: Hall, today: date) -> None:
    """The group is chosen and the leader presides; for anything else 403 before a form is filled."""
    client = hall.world.client("group_leader")
    page = client.get(reverse("meetings:add")).content.decode()
    assert "发起党小组会" in page
    assert "第二党小组" not in page
    assert client.get(reverse("meetings:add"), {"kind": "party_lecture"}).status_code == 403
    group = hall.world.groups[0]
    _add(client, "party_group_meeting", group=group.public_id)
    meeting = Meeting.objects.get()
    assert meeting.host == hall.world.people["group_leader"]
    other = _add(client, "party_group_meeting", group=hall.world.groups[1].public_id, submission_key="l")
    assert other.status_code == 200
    assert Meeting.objects.count() == 1


def test_a_kind_that_cannot_be_held_here_is_not_offered(client: Client, hall: Hall) -> None:
    """A branch has no 党委专题研究; one without a committee no 支委会."""
    shown = client.get(reverse("meetings:add")).content.decode()
    assert "支部委员会会议" in shown
    assert "党委专题研究" not in shown
    assert "增加本地的会议类型" in shown
    sibling = hall.world.client("sibling_secretary").get(reverse("meetings:add")).content.decode()
    assert "支部委员会会议" not in sibling
    assert "党小组会" not in sibling


def test_a_meeting_without_topics_offers_the_usual_ones(client: Client, hall: Hall) -> None:
    """One tap and there is a box to write in; the same tap twice adds one."""
    meeting = hall.call("party_group_meeting", topics=())
    url = reverse("meetings:meeting", args=[meeting.public_id])
    assert "学习讨论" in client.get(url).content.decode()
    for _ in range(2):
        client.post(url, {"usual_topic": "学习讨论", "submission_key": "p"})
    assert meeting.items.get().topic == "学习讨论"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("十三月", "没有看懂这个日期"),
        ("", "没有看懂这个日期"),
        ("2126-01-01", "去年到明年"),
        ("twin", "同类会议"),
    ],
)
def test_a_line_of_the_plan_is_moved_only_to_a_day(
    client: Client, hall: Hall, day: str, sentence: str
) -> None:
    """The topic that was typed stays in its box."""
    make_plan(actor=hall.secretary, today=TODAY, organization=hall.world.branch, year=2026)
    lines = list(PlannedMeeting.objects.filter(kind="branch_committee_meeting").order_by("planned_date"))
    wanted = lines[1].planned_date.isoformat() if day == "twin" else day
    answer = client.post(
        reverse("meetings:plan_line", args=[lines[0].public_id]),
        {"act": "change", "planned_date": wanted, "topic": "学习党章"},
    )
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert sentence in shown
    assert 'value="学习党章"' in shown


def test_a_resolution_is_not_closed_tomorrow(client: Client, hall: Hall) -> None:
    """Said in the form, with the result still in it."""
    meeting = hall.call()
    row = add_resolution(
        actor=hall.secretary, today=TODAY, item=meeting.items.get(), draft=ResolutionDraft("照办。")
    )
    url = reverse("meetings:close_task", args=[row.public_id])
    answer = client.post(url, {"done_date": "2026-03-17", "result": "修好了"})
    assert answer.status_code == 409
    assert "办结日期应当在会议之后、今天之前" in answer.content.decode()
    assert "修好了" in answer.content.decode()
    assert not ResolutionClosure.objects.exists()


def test_a_make_up_is_one_tap_and_one_tap_back(client: Client, hall: Hall) -> None:
    """By whoever visited; from the meeting's page back to it."""
    meeting = hall.call("party_lecture")
    hall.seat(meeting, "elder")
    hall.complete(meeting)
    url = reverse("meetings:make_ups")
    data = {
        "meeting": meeting.public_id,
        "person": hall.world.people["elder"].public_id,
        "way": "served_at_home",
    }
    answer = client.post(url, data | {"from": "meeting"})
    assert answer.url == reverse("meetings:meeting", args=[meeting.public_id])
    assert MakeUp.objects.get().by_person == hall.world.people["secretary"]
    assert "周长河去的" in client.get(url).content.decode()
    client.post(url, data | {"act": "undo"})
    assert not MakeUp.objects.exists()
    assert "陈玉珍" in client.get(url).content.decode()
