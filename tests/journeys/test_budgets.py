"""How many clicks and typed fields the everyday jobs take, counted in a real browser (jobs 1 to 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.world import TODAY, World, build_world
from zhibu.orglife.meetings.models import Meeting
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


@pytest.fixture
def world(transactional_db: None, today: date) -> World:
    """The small county with its duties computed, so that the workbench has cards."""
    made = build_world()
    set_records_begin(
        actor=system_actor("test"), today=TODAY, organization=made.branch, begin_date=date(2026, 1, 1)
    )
    refresh(org_ids=[made.branch.pk], as_of=TODAY)
    return made


@pytest.fixture
def hand(world: World, page: Page, live_server: LiveServer) -> Hand:
    """The secretary at the workbench."""
    client = Client()
    client.force_login(world.accounts["secretary"])
    cookie = client.cookies["zhibu_session"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(live_server.url)
    page.set_default_timeout(8000)
    return Hand(page)


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
    hand.type(page.get_by_label("决议", exact=True), "同意支部委员会工作报告。")
    hand.click(page.get_by_role("button", name="完成"))
    meeting = _filed(hand)
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
