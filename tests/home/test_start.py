"""Each role's first page shows what that role works with, and nothing of others."""

from __future__ import annotations

import re
from datetime import date, datetime, timezone

import pytest
from django.test import Client

from tests.world import World
from zhibu.foundation.audit.models import AuditEvent
from zhibu.foundation.notifications.models import Notice
from zhibu.foundation.obligations.models import Obligation
from zhibu.orglife.meetings.models import Attendance, Meeting, MeetingKind
from zhibu.oversight.checkup.commands import refresh
from zhibu.oversight.statistics.commands import refresh_summaries
from zhibu.roster.access.queries import list_open_matters


def body(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def plan_meeting(world: World, day: date, title: str, kind: str = MeetingKind.GENERAL) -> Meeting:
    return Meeting.objects.create(
        organization=world.branch,
        kind=kind,
        title=title,
        date=day,
        year_label=day.year,
        place="村会议室",
        state=Meeting.State.COMPLETED if day < date(2026, 3, 16) else Meeting.State.PLANNED,
        created_at=datetime(2026, 3, 1, tzinfo=timezone.utc),
        created_by="test",
    )


def owe(world: World, check_id: str, duty: str, due: date, **more: object) -> None:
    Obligation.objects.create(
        org_id=world.branch.pk,
        check_id=check_id,
        duty=duty,
        strength="N",
        subject_kind="organization",
        subject_id=world.branch.pk,
        period="2026-Q1",
        due_date=due,
        remind_date=date(2026, 3, 1),
        opens_date=date(2026, 1, 1),
        reason="count_short",
        inputs=[["needed", 1], ["done", 0]],
        **more,
    )


def test_it_works_for_the_secretary(world: World, today: date) -> None:
    plan_meeting(world, date(2026, 3, 20), "第一季度党员大会")
    plan_meeting(world, date(2026, 2, 10), "二月支委会", MeetingKind.COMMITTEE)
    owe(world, "ZB-11-1.a", "branch.general_meeting_quarterly", date(2026, 3, 31))
    page = body(world.client("secretary"), "/")
    assert "东村党支部" in page
    assert "党员 9 人（正式 8 人，预备 1 人）" in page
    assert "召开支部党员大会（2026年第一季度）" in page
    assert "3 月 31 日前，还有 15 天" in page
    assert "第一季度党员大会" in page
    assert "西村党支部" not in page


def test_missed_meetings_wait_to_be_made_up(world: World, today: date) -> None:
    meeting = plan_meeting(world, date(2026, 2, 10), "二月党课")
    for key, mark in (("member", "leave"), ("elder", "exempt"), ("worker", "absent"), ("teacher", "present")):
        Attendance.objects.create(
            meeting=meeting,
            person=world.people[key],
            mark=mark,
            source="secretary",
            marked_at=datetime(2026, 2, 10, tzinfo=timezone.utc),
        )
    page = body(world.client("secretary"), "/")
    assert '<strong class="number">2</strong> 人次' in page


def test_it_says_so_when_nothing_is_due(world: World, today: date) -> None:
    assert "近期没有必须办的事" in body(world.client("secretary"), "/")


def test_a_date_long_past_is_left_to_the_check_up(world: World, today: date) -> None:
    owe(world, "ZB-11-1.a", "branch.general_meeting_quarterly", date(2025, 9, 30))
    assert "近期没有必须办的事" in body(world.client("secretary"), "/")


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("committee_member", "近期要办"),
        ("group_leader", "近期要办"),
        ("organizer", "天内届满和已届满"),
        ("member", "下次会议"),
        ("system", "看不到党员资料"),
        ("security", "授权"),
        ("audit", "操作记录"),
    ],
)
def test_every_role_has_a_first_page(world: World, today: date, role: str, words: str) -> None:
    assert words in body(world.client(role), "/")


def test_nobody_is_asked_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/")
    assert (response.status_code, "sign-in" in response["Location"]) == (302, True)


def test_the_member_sees_the_own_card_only(world: World, today: date) -> None:
    plan_meeting(world, date(2026, 3, 20), "第一季度党员大会")
    client = world.client("member")
    for url in ("/", "/agenda/", "/services/", "/me/"):
        page = body(client, url)
        assert "phone-tabs" in page
        assert "王桂兰" not in page
    assert "党龄" in body(client, "/me/")
    assert "53 年" in body(client, "/me/")
    assert "第一季度党员大会" in body(client, "/agenda/")


def test_a_member_sees_no_talk_and_no_committee_of_others(world: World, today: date) -> None:
    """A talk is a matter of the two who talk; the committee's calendar that of its members."""
    plan_meeting(world, date(2026, 3, 2), "谈心谈话", MeetingKind.TALK)
    own = plan_meeting(world, date(2026, 3, 3), "与本人谈话", MeetingKind.TALK)
    plan_meeting(world, date(2026, 3, 19), "三月支委会", MeetingKind.COMMITTEE)
    plan_meeting(world, date(2026, 2, 4), "二月党课", MeetingKind.LECTURE)
    Attendance.objects.create(
        meeting=own,
        person=world.people["member"],
        mark="present",
        source="secretary",
        marked_at=datetime(2026, 3, 3, tzinfo=timezone.utc),
    )
    page = body(world.client("member"), "/agenda/")
    assert "二月党课" in page
    assert "与本人谈话" in page
    assert "谈心谈话" not in page
    assert "三月支委会" not in page
    assert "三月支委会" in body(world.client("committee_member"), "/agenda/")


def test_the_elder_version_has_few_bars_and_every_page_a_way_back(world: World, today: date) -> None:
    world.branch.phone = "0538-6000001"
    world.branch.save()
    client = world.client("member")
    page = body(client, "/elder/")
    assert page.count('class="elder-bar"') == 5
    assert 'href="tel:0538-6000001"' in page
    for part in ("notices", "meetings", "card", "help"):
        page = body(client, f"/elder/{part}/")
        assert "返回" in page
        assert 'href="tel:0538-6000001"' in page
    assert client.get("/elder/points/").status_code == 404


def test_who_prefers_it_comes_to_the_elder_version(world: World, today: date) -> None:
    account = world.accounts["member"]
    account.prefers_elder_pages = True
    account.save()
    client = world.client("member")
    assert client.get("/")["Location"] == "/elder/"
    assert "下次会议" in body(client, "/?version=standard")


def test_other_branch_gets_404(world: World, today: date) -> None:
    assert world.client("secretary").get(f"/?org={world.sibling.public_id}").status_code == 404
    assert world.client("secretary").get(f"/?org={world.branch.public_id}").status_code == 200


def test_an_organiser_counts_only_what_is_below(world: World, today: date) -> None:
    page = body(world.client("town_organizer"), "/")
    assert "北山镇党委" in page
    assert "港湾" not in page
    assert '<span class="figure-value">12</span><span class="figure-label">党员' in page


def test_the_menu_shows_only_what_is_permitted(world: World, today: date) -> None:
    secretary, audit = body(world.client("secretary"), "/"), body(world.client("audit"), "/")
    assert "操作记录" not in secretary
    assert "操作记录" in audit
    assert "搜索党员" in secretary
    assert "搜索党员" not in audit


def test_what_is_open_goes_onto_the_hand_over_list(world: World, today: date) -> None:
    plan_meeting(world, date(2026, 3, 20), "第一季度党员大会")
    owe(world, "ZB-11-1.a", "branch.general_meeting_quarterly", date(2026, 3, 31))
    matters = list_open_matters(world.branch, today=today)
    shown = ("筹备中的会议", "近期要办")
    own = [(matter.kind, matter.due_date) for matter in matters if matter.kind in shown]
    assert own == [("筹备中的会议", date(2026, 3, 20)), ("近期要办", date(2026, 3, 31))]
    elsewhere = {matter.kind for matter in list_open_matters(world.sibling, today=today)}
    assert not elsewhere & set(shown)


def test_a_card_speaks_of_the_period_that_can_still_be_met(world: World, today: date) -> None:
    owe(world, "ZB-11-1.a", "branch.general_meeting_quarterly", date(2026, 3, 31))
    Obligation.objects.filter(period="2026-Q1").update(period="2025-Q4", due_date=date(2025, 12, 31))
    owe(world, "ZB-11-1.a", "branch.general_meeting_quarterly", date(2026, 3, 31))
    page = body(world.client("secretary"), "/")
    assert "召开支部党员大会（2026年第一季度）" in page
    assert "此前还有 1 期没有记录" in page
    assert "2025年第四季度" not in page


def test_the_elder_version_can_be_kept_and_left(world: World, today: date) -> None:
    client = world.client("member")
    assert client.post("/elder/preference/", {"prefers": "elder"})["Location"] == "/elder/"
    assert client.get("/")["Location"] == "/elder/"
    assert client.post("/elder/preference/", {"prefers": "standard"})["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.get("/elder/preference/").status_code == 405


def test_an_organiser_reads_the_stored_sums(world: World, today: date) -> None:
    refresh_summaries(today=today)
    page = body(world.client("organizer"), "/")
    assert '<span class="figure-value">13</span><span class="figure-label">党员' in page
    assert '<span class="figure-value">3</span><span class="figure-label">党支部' in page


def test_a_duty_with_a_meeting_planned_leads_to_that_meeting(world: World, today: date) -> None:
    owe(world, "ZB-11-1.a", "branch.general_meeting_quarterly", date(2026, 3, 31))
    plan_meeting(world, date(2025, 12, 20), "第四季度党员大会")
    page = body(world.client("secretary"), "/")
    assert "上次是2025年12月20日。" in page
    assert "kind=general_membership_meeting" in page
    meeting = plan_meeting(world, date(2026, 3, 20), "第一季度党员大会")
    page = body(world.client("secretary"), "/")
    assert "已安排在3月20日。" in page
    assert "打开会议" in page
    assert page.count(meeting.public_id) == 2
    assert "kind=general_membership_meeting" not in page


def test_a_meeting_planned_after_the_date_does_not_settle_the_duty(world: World, today: date) -> None:
    owe(world, "ZB-11-1.a", "branch.general_meeting_quarterly", date(2026, 3, 31))
    plan_meeting(world, date(2026, 4, 2), "第二季度党员大会")
    assert "打开会议" not in body(world.client("secretary"), "/")


def test_the_first_page_leads_nowhere_closed(world: World, today: date) -> None:
    owe(world, "ZB-11-1.a", "branch.general_meeting_quarterly", date(2026, 3, 31))
    for role in ("secretary", "committee_member", "group_leader", "organizer", "member"):
        client = world.client(role)
        page = body(client, "/")
        links = set(re.findall(r'href="(/[^"#]*)"', page.partition("<main")[2].partition("</main>")[0]))
        assert links
        closed = {link for link in links if client.get(link.replace("&amp;", "&")).status_code >= 400}
        assert closed == set(), role


def test_a_notice_can_be_put_away(world: World, today: date) -> None:
    notice = Notice.objects.create(
        org_id=world.branch.pk,
        kind="reminder",
        text="请核对届期。",
        source="北山镇党委",
        source_key="reminder:1",
        created_at=datetime(2026, 3, 2, tzinfo=timezone.utc),
    )
    client = world.client("secretary")
    assert "请核对届期。" in body(client, "/")
    assert client.post("/notices/closure/", {"notice": notice.pk}).status_code == 302
    assert "请核对届期。" not in body(client, "/")
    assert AuditEvent.objects.filter(action="notifications.put_away").count() == 1


@pytest.mark.parametrize(
    ("role", "status"), [("sibling_secretary", 404), ("group_leader", 403), ("member", 403), ("system", 403)]
)
def test_others_cannot_put_a_notice_away(world: World, today: date, role: str, status: int) -> None:
    notice = Notice.objects.create(
        org_id=world.branch.pk,
        kind="reminder",
        text="请核对届期。",
        source_key="reminder:1",
        created_at=datetime(2026, 3, 2, tzinfo=timezone.utc),
    )
    assert world.client(role).post("/notices/closure/", {"notice": notice.pk}).status_code == status
    assert world.client("secretary").post("/notices/closure/", {"notice": "x"}).status_code == 404
    notice.refresh_from_db()
    assert notice.closed_at is None


def test_the_organisers_numbers_agree_with_the_board(world: World, today: date) -> None:
    refresh(org_ids=[world.branch.pk, world.sibling.pk, world.town.pk], as_of=today)
    client = world.client("organizer")
    totals = client.get("/").context["overview"].totals
    for only, count in (("breaches", totals.with_breaches), ("reminding", totals.with_reminders)):
        assert client.get("/supervision/", {"only": only}).context["listing"].total == count
