"""Arriving by QR code: known when signed in or by a personal address, by name otherwise; once only."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from tests.orglife.meetings.made import Hall
from tests.world import TODAY, World, build_world
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.models import AuditEvent
from zhibu.foundation.audit.queries import verify_chain
from zhibu.orglife.meetings.commands.attendance import MarkChange, mark_attendance
from zhibu.orglife.meetings.commands.checkin import (
    LINK,
    check_in,
    close_check_in,
    door_hours,
    open_check_in,
    personal_token,
)
from zhibu.orglife.meetings.commands.meetings import cancel_meeting
from zhibu.orglife.meetings.models import Attendance, CheckInLink, Meeting
from zhibu.orglife.meetings.queries.attendance import get_roll
from zhibu.oversight.checkup.commands import LEFT_TO_WORKER


@pytest.fixture
def open_hall(hall: Hall, today: date) -> tuple[Hall, Meeting, CheckInLink]:
    """A meeting this morning with its address open."""
    meeting = hall.call()
    link = open_check_in(actor=hall.secretary, today=TODAY, meeting=meeting)
    return hall, meeting, link


def _url(link: CheckInLink) -> str:
    return reverse("meetings:arrive", args=[link.token])


def _mark(meeting: Meeting, key: str, world: World) -> Attendance | None:
    return Attendance.objects.filter(meeting=meeting, person=world.people[key]).first()


def test_it_works_without_an_account(open_hall: tuple[Hall, Meeting, CheckInLink]) -> None:
    """A name is chosen; the roll says 本人扫码; the page remembers on this phone."""
    hall, meeting, link = open_hall
    client, person = Client(), hall.world.people["member"]
    page = client.get(_url(link)).content.decode()
    assert person.name in page
    assert person.id_mask not in page
    answer = client.post(_url(link), {"person": person.public_id})
    assert answer.status_code == 302
    mark = _mark(meeting, "member", hall.world)
    assert mark is not None
    assert (mark.mark, mark.source) == ("present", "scan")
    assert "已经报到" in client.get(_url(link)).content.decode()
    other = Client().get(_url(link)).content.decode()
    assert person.name not in other


def test_a_signed_in_member_is_known(open_hall: tuple[Hall, Meeting, CheckInLink]) -> None:
    """One tap, no name."""
    hall, meeting, link = open_hall
    client = hall.world.client("member")
    assert "我到了" in client.get(_url(link)).content.decode()
    client.post(_url(link), {"act": "arrive"})
    mark = _mark(meeting, "member", hall.world)
    assert mark is not None
    assert mark.source == "self"


def test_a_personal_address_knows_its_person_and_takes_leave(
    open_hall: tuple[Hall, Meeting, CheckInLink],
) -> None:
    """Leave with a reason, no account."""
    hall, meeting, link = open_hall
    token = personal_token(meeting, hall.world.people["elder"].pk)
    url = reverse("meetings:arrive_as", args=[link.token, token])
    client = Client()
    assert "陈玉珍" in client.get(url).content.decode()
    client.post(url, {"act": "leave", "reason": "ill"})
    mark = _mark(meeting, "elder", hall.world)
    assert mark is not None
    assert (mark.mark, mark.reason, mark.source) == ("leave", "ill", "self")
    client.post(url, {"act": "arrive"})
    mark.refresh_from_db()
    assert mark.mark == "present"


def test_a_forged_or_foreign_address_gets_404(open_hall: tuple[Hall, Meeting, CheckInLink]) -> None:
    """A wrong token, a changed signature, the signature of another meeting."""
    hall, _, link = open_hall
    other = hall.call("party_lecture")
    foreign = personal_token(other, hall.world.people["elder"].pk)
    for path in (
        reverse("meetings:arrive", args=["no-such-token"]),
        reverse("meetings:arrive_as", args=[link.token, "bad"]),
        reverse("meetings:arrive_as", args=[link.token, foreign]),
    ):
        assert Client().get(path).status_code == 404
    stranger = hall.world.people["sibling_member"]
    assert Client().post(_url(link), {"person": stranger.public_id}).status_code == 404


def test_it_refuses_who_was_marked_away_by_the_secretary(
    open_hall: tuple[Hall, Meeting, CheckInLink],
) -> None:
    """The paper roll stands until the secretary changes it."""
    hall, meeting, link = open_hall
    person = hall.world.people["worker"]
    mark_attendance(
        actor=hall.secretary, today=TODAY, meeting=meeting, changes=[MarkChange(person.pk, "absent")]
    )
    answer = Client().post(_url(link), {"person": person.public_id})
    assert answer.status_code == 409
    assert "请当面告诉支部书记" in answer.content.decode()


def test_it_refuses_outside_the_hours_and_after_filing(hall: Hall, today: date) -> None:
    """Too early, and too late."""
    ahead = hall.call(day=date(2026, 3, 20))
    open_check_in(actor=hall.secretary, today=TODAY, meeting=ahead)
    with pytest.raises(Refused, match="还没有到签到时间"):
        check_in(
            actor=LINK,
            meeting=ahead,
            person_id=hall.world.people["member"].pk,
            source="scan",
            now=utc_now(),
        )
    filed = hall.call()
    hall.seat(filed)
    hall.complete(filed)
    with pytest.raises(Refused, match="已经结束"):
        check_in(
            actor=LINK,
            meeting=filed,
            person_id=hall.world.people["member"].pk,
            source="scan",
            now=utc_now(),
        )


def test_a_shut_door_says_so_before_anybody_taps(open_hall: tuple[Hall, Meeting, CheckInLink]) -> None:
    """Closed by the secretary, and opened again with the same code."""
    hall, meeting, link = open_hall
    close_check_in(actor=hall.secretary, today=TODAY, meeting=meeting)
    shown = Client().get(_url(link)).content.decode()
    assert "3月16日的这次会议签到已经结束。" in shown
    assert "冯大山" not in shown
    member = hall.world.client("member").get(_url(link)).content.decode()
    assert "我到了" not in member
    assert "我要请假" in member
    open_check_in(actor=hall.secretary, today=TODAY, meeting=meeting)
    assert "我到了，我是" in Client().get(_url(link)).content.decode()


def test_a_code_of_last_month_says_so(hall: Hall, today: date) -> None:
    """Photographed then, scanned now: which meeting it was, and what to scan instead."""
    old = hall.call(day=date(2026, 2, 16))
    link = open_check_in(actor=hall.secretary, today=TODAY, meeting=old)
    shown = Client().get(_url(link)).content.decode()
    assert "2月16日的这次会议签到已经结束。" in shown
    assert "请扫今天会场上的" in shown
    person = hall.world.people["member"]
    assert "请扫今天会场上的" in Client().post(_url(link), {"person": person.public_id}).content.decode()
    assert not Attendance.objects.filter(meeting=old).exists()
    cancel_meeting(actor=hall.secretary, today=TODAY, meeting=old, reason="大雪")
    assert "2月16日的这次会议已经取消。" in Client().get(_url(link)).content.decode()


def test_a_wrong_name_is_taken_back_by_the_same_phone(open_hall: tuple[Hall, Meeting, CheckInLink]) -> None:
    """Another phone cannot, and what the secretary marked stays."""
    hall, meeting, link = open_hall
    phone, person = Client(), hall.world.people["worker"]
    phone.post(_url(link), {"person": person.public_id})
    Client().post(_url(link), {"act": "undo"})
    assert _mark(meeting, "worker", hall.world) is not None
    assert "点错了" in phone.get(_url(link)).content.decode()
    phone.post(_url(link), {"act": "undo"})
    assert _mark(meeting, "worker", hall.world) is None
    assert "我到了，我是" in phone.get(_url(link)).content.decode()
    phone.post(_url(link), {"person": person.public_id})
    change = [MarkChange(person.pk, "present")]
    mark_attendance(actor=hall.secretary, today=TODAY, meeting=meeting, changes=change)
    phone.post(_url(link), {"act": "undo"})
    assert _mark(meeting, "worker", hall.world) is not None


def test_leave_and_arrivals_wait_for_the_worker(open_hall: tuple[Hall, Meeting, CheckInLink]) -> None:
    """The words under which they are recorded are those that the check-up leaves alone at once."""
    hall, meeting, link = open_hall
    hall.world.client("member").post(_url(link), {"act": "leave", "reason": "ill"})
    Client().post(_url(link), {"person": hall.world.people["worker"].public_id})
    token = personal_token(meeting, hall.world.people["elder"].pk)
    Client().post(reverse("meetings:arrive_as", args=[link.token, token]), {"act": "leave", "reason": "ill"})
    recorded = AuditEvent.objects.filter(seq__gt=_seq_of_opening()).values_list("action", flat=True)
    assert set(recorded) == {"meetings.ask_leave", "meetings.check_in"}
    assert set(recorded) <= LEFT_TO_WORKER


def _seq_of_opening() -> int:
    opened = AuditEvent.objects.filter(action="meetings.open_check_in").order_by("-seq").first()
    assert opened is not None
    return opened.seq


def test_the_door_is_open_all_day_where_no_hour_is_set(hall: Hall) -> None:
    """Otherwise from two hours before to twelve hours after the beginning."""
    meeting = hall.call()
    opens, closes = door_hours(meeting)
    assert closes - opens == timedelta(hours=14)
    meeting.start_time = None
    opens, closes = door_hours(meeting)
    assert opens.date() == TODAY
    assert closes - opens == timedelta(days=1)


def test_a_member_asks_leave_from_home(hall: Hall, today: date) -> None:
    """Without any QR code."""
    meeting = hall.call(day=date(2026, 3, 20))
    client = hall.world.client("member")
    url = reverse("meetings:invitation", args=[meeting.public_id])
    assert client.get(url).status_code == 200
    client.post(url, {"act": "leave", "reason": "away", "words": "看病"})
    row = next(r for r in get_roll(meeting).rows if r.name == "冯大山")
    assert row.reason_words == "外出：看病"
    assert "能参加了，不请假" in client.get(url).content.decode()
    client.post(url, {"act": "come"})
    assert not Attendance.objects.filter(meeting=meeting).exists()


def test_leave_asked_from_the_elder_version_keeps_its_size(hall: Hall, today: date) -> None:
    """Large type before and after, and the way back to the elder page."""
    meeting = hall.call(day=date(2026, 3, 20))
    client = hall.world.client("member")
    url = reverse("meetings:invitation", args=[meeting.public_id])
    assert url + "?size=elder" in client.get(reverse("home:elder_part", args=["meetings"])).content.decode()
    answer = client.post(url + "?size=elder", {"act": "leave", "reason": "away", "words": ""})
    assert answer.url == url + "?size=elder"
    shown = client.get(answer.url).content.decode()
    assert "elder.css" in shown
    assert reverse("home:elder_part", args=["meetings"]) in shown
    assert "已经请假" in shown
    assert "elder.css" not in client.get(url).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_burst_all_get_in_once_and_a_second_door_changes_nothing(today: date) -> None:
    """Everybody at the same moment, twice: one mark each, a whole chain, few audit rows."""
    world = build_world()
    hall = Hall(world)
    meeting = hall.call()
    open_check_in(actor=hall.secretary, today=TODAY, meeting=meeting)
    people = [row.person_id for row in get_roll(meeting).rows]
    outcomes: list[bool] = []
    faults: list[BaseException] = []
    start = threading.Barrier(len(people) * 2)

    def arrive(person: int) -> None:
        try:
            start.wait()
            outcomes.append(
                check_in(actor=LINK, meeting=meeting, person_id=person, source="scan", now=utc_now())
            )
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=arrive, args=(person,)) for person in people * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    assert sorted(outcomes) == [False] * len(people) + [True] * len(people)
    assert Attendance.objects.filter(meeting=meeting, mark="present").count() == len(people)
    assert AuditEvent.objects.filter(action="meetings.check_in").count() <= len(people)
    assert verify_chain().is_whole
    assert connection.in_atomic_block is False
