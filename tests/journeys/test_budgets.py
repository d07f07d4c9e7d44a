"""How many clicks and typed fields the everyday jobs take, counted in a real browser (jobs 1 to 3 and 12).

Every click that opens, chooses or confirms counts, and every field that is typed into or picked by keyboard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.orglife.meetings.made import Hall
from tests.world import TODAY, World, build_world
from zhibu.orglife.meetings.models import Attendance, Meeting, Resolution
from zhibu.oversight.checkup.commands import refresh
from zhibu.roster.access.actors import system_actor
from zhibu.roster.organizations.commands.terms import set_records_begin

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass
class Hand:
    """Counts every click that changes something and every field that is typed into."""

    page: Page
    clicks: int = 0
    fields: int = 0

    def click(self, target: Locator) -> None:
        """One click."""
        target.click()
        self.clicks += 1

    def type(self, target: Locator, text: str) -> None:
        """One field filled by the keyboard; going there costs no click (Tab)."""
        target.fill(text)
        self.fields += 1

    def choose(self, target: Locator, label: str) -> None:
        """One choice from a list: opening and picking count as one click and one more."""
        target.select_option(label=label)
        self.clicks += 2


@pytest.fixture
def world(transactional_db: None, today: date) -> World:
    """The small county with its duties computed, so that the workbench has cards."""
    made = build_world()
    set_records_begin(
        actor=system_actor("test"), today=TODAY, organization=made.branch, begin_date=date(2026, 1, 1)
    )
    refresh(org_ids=[made.branch.pk], as_of=TODAY)
    return made


def _enter(world: World, page: Page, live_server: LiveServer, role: str) -> Hand:
    client = Client()
    client.force_login(world.accounts[role])
    cookie = client.cookies["zhibu_session"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.set_default_timeout(20_000)
    page.goto(live_server.url)
    return Hand(page)


@pytest.fixture
def hand(world: World, page: Page, live_server: LiveServer) -> Hand:
    """The secretary at the workbench."""
    return _enter(world, page, live_server, "secretary")


@pytest.fixture
def thumb(world: World, browser: Browser, live_server: LiveServer) -> Iterator[Hand]:
    """A member's phone at its home page, with a meeting today."""
    Hall(world).call()
    context = browser.new_context(viewport={"width": 375, "height": 720}, locale="zh-CN", has_touch=True)
    yield _enter(world, context.new_page(), live_server, "member")
    context.close()


def _start(hand: Hand, words: str) -> None:
    """The card of the duty and its one button."""
    card = hand.page.locator(".due-list > li").filter(has_text=words)
    hand.click(card.get_by_role("link", name="发起会议").first)


def _away(hand: Hand, *names: str) -> None:
    for name in names:
        row = hand.page.get_by_role("radiogroup", name="{name}的到会情况".format(name=name))
        with hand.page.expect_response(lambda answer: "/marks/" in answer.url):
            hand.click(row.locator("label", has_text="事"))


def _filed(hand: Hand) -> Meeting:
    expect(hand.page.get_by_text("已归档").first).to_be_visible()
    meeting = Meeting.objects.get()
    assert meeting.state == Meeting.State.COMPLETED
    return meeting


def test_a_members_meeting_with_one_resolution_takes_12_clicks_and_6_fields(hand: Hand) -> None:
    """From the workbench to the filed and printed minutes, three absent, one vote."""
    page = hand.page
    _start(hand, "党员大会")
    hand.click(page.get_by_label("审议支部委员会工作报告"))
    hand.type(page.get_by_label("开始时间"), "14:30")
    hand.click(page.get_by_role("button", name="发起会议"))
    hand.click(page.get_by_role("button", name="全到"))
    _away(hand, "冯大山", "陈玉珍", "褚卫东")
    hand.type(page.get_by_label("发言要点"), "周长河报告工作。郑国强建议加快修路，其他同志没有不同意见。")
    hand.type(page.get_by_label("赞成"), "5")
    hand.type(page.get_by_label("决议", exact=True), "同意支部委员会工作报告，月底前公开。")
    hand.choose(page.get_by_label("责任人"), "吴秀英")
    hand.type(page.get_by_label("时限"), "2026-03-31")
    hand.click(page.get_by_role("button", name="完成"))
    meeting = _filed(hand)
    assert Resolution.objects.filter(owner__name="吴秀英", due_date=date(2026, 3, 31)).exists()
    assert "吴秀英" in page.request.get(page.url.split("/meetings/")[0] + "/meetings/tasks/").text()
    hand.click(page.get_by_role("link", name="打印会议记录"))
    assert (meeting.present_voting_count, meeting.items.get().vote.is_passed) == (5, True)
    assert hand.clicks <= 12
    assert hand.fields <= 6


def test_a_committee_meeting_takes_8_clicks_and_3_fields(hand: Hand) -> None:
    """From the workbench to the filed and printed minutes."""
    page = hand.page
    _start(hand, "支委会")
    hand.click(page.get_by_label("研究支部近期工作"))
    hand.type(page.get_by_label("开始时间"), "16:00")
    hand.click(page.get_by_role("button", name="发起会议"))
    hand.click(page.get_by_role("button", name="全到"))
    hand.type(page.get_by_label("发言要点"), "研究春耕和困难党员走访安排，吴秀英负责走访。")
    hand.click(page.get_by_role("button", name="完成"))
    meeting = _filed(hand)
    hand.click(page.get_by_role("link", name="打印会议记录"))
    assert (meeting.present_count, meeting.expected_count) == (3, 3)
    assert hand.clicks <= 8
    assert hand.fields <= 3


def test_a_party_day_takes_9_clicks_and_3_fields(hand: Hand) -> None:
    """With study counted along, from the workbench to the filed and printed record."""
    page = hand.page
    _start(hand, "主题党日")
    hand.click(page.get_by_label("集体学习"))
    hand.click(page.get_by_label("交纳党费"))
    hand.click(page.get_by_label("集中学习"))
    hand.type(page.get_by_label("开始时间"), "09:30")
    hand.click(page.get_by_role("button", name="发起会议"))
    hand.click(page.get_by_role("button", name="全到"))
    hand.type(page.get_by_label("发言要点").first, "学习支部工作条例，冯大山、卫小梅作了发言。")
    hand.click(page.get_by_role("button", name="完成"))
    meeting = _filed(hand)
    hand.click(page.get_by_role("link", name="打印会议记录"))
    assert meeting.also_counts_as == ["collective_study"]
    assert hand.clicks <= 9
    assert hand.fields <= 3


def _mark() -> tuple[str, str, str]:
    mark = Attendance.objects.get(person__name="冯大山")
    return mark.mark, mark.reason, mark.source


def test_a_member_asks_leave_on_the_phone_with_3_taps(thumb: Hand) -> None:
    """From the home page: the meeting, 我要请假, the reason; nothing typed."""
    page = thumb.page
    thumb.click(page.get_by_role("link", name="请假或查看议程"))
    thumb.click(page.locator("summary", has_text="我要请假"))
    thumb.click(page.get_by_role("button", name="外出"))
    expect(page.get_by_text("已经请假")).to_be_visible()
    assert _mark() == ("leave", "away", "self")
    assert (thumb.clicks, thumb.fields) <= (3, 0)


def test_a_member_arrives_on_the_phone_with_2_taps(thumb: Hand) -> None:
    """From the home page: the meeting, 我到了; optional, and equal to being marked by the secretary."""
    page = thumb.page
    thumb.click(page.get_by_role("link", name="请假或查看议程"))
    thumb.click(page.get_by_role("button", name="我到了"))
    expect(page.get_by_text("已经报到").first).to_be_visible()
    assert _mark() == ("present", "", "self")
    assert (thumb.clicks, thumb.fields) <= (3, 0)
