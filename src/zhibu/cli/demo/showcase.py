"""The two branches that people look at first: one with things to do this week, one where all is done."""

from __future__ import annotations

from datetime import date, timedelta

from zhibu.cli.demo.records import County, Item, Meeting, Org, Wish
from zhibu.cli.demo.source import Source

RECENT_DAYS = 40
UNDONE = ("themed_party_day", "branch_committee_meeting", "party_group_meeting")


def choose(county: County) -> None:
    """Ask for both before people are put into them; the planner leaves them alone."""
    villages = [
        org
        for org in county.branches
        if org.domain == "village"
        and org.parent is not None
        and org.parent.kind == "committee"
        and not org.wish
    ]
    busy, calm = villages[3], villages[4]
    busy.wish = Wish(size=38, formal=35, groups=3)
    calm.wish = Wish(size=32, formal=32, groups=2)
    calm.is_prompt = True
    county.busy, county.calm = busy, calm


def make_busy(source: Source, county: County) -> None:
    """Leave this month's meetings open, call one for the days to come, resolve what is not done yet."""
    org, today = county.busy, county.today
    assert org is not None
    month = today.replace(day=1)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    org.meetings[:] = [m for m in org.meetings if not _is_undone(m, month, quarter)]
    _resolve(org, today)
    secretary = next(o.person for o in org.offices if o.role == "secretary" and o.valid_to is None)
    coming = Meeting(
        org,
        "general_membership_meeting",
        today + timedelta(days=3),
        90,
        "members",
        "支部党员大会",
        today.year,
    )
    coming.state, coming.host, coming.place = "planned", secretary, "党员活动室"
    coming.items = [
        Item("听取支委会工作报告"),
        Item("讨论冬季为民办实事项目"),
        Item("表决慰问困难党员名单", "other"),
    ]
    org.meetings.append(coming)


def _is_undone(meeting: Meeting, month: date, quarter: date) -> bool:
    if meeting.kind in UNDONE:
        return meeting.date >= month
    return (
        meeting.kind == "general_membership_meeting" and len(meeting.items) == 2 and meeting.date >= quarter
    )


def _resolve(org: Org, today: date) -> None:
    """The last committee meetings resolved something: done where it is long ago, open where it is recent."""
    texts = ("慰问患病老党员", "整修党员活动室", "为留守老人安装扶手", "更新公开栏")
    last = [m for m in org.meetings if m.kind == "branch_committee_meeting"][-len(texts) :]
    for meeting, text in zip(last, texts, strict=True):
        item = meeting.items[0]
        item.resolution, item.resolution_due = text, meeting.date + timedelta(days=45)
        if (today - meeting.date).days > RECENT_DAYS:
            item.resolution_done = meeting.date + timedelta(days=20)
