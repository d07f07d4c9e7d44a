"""Calling, merging, late entry, talks, plan, make-ups, bulk: each does what it says and refuses
what it must."""

from __future__ import annotations

import time as clock
from datetime import date

import pytest
from django.urls import reverse

from tests.orglife.meetings.made import Hall
from tests.world import TODAY
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.models import AuditEvent
from zhibu.orglife.meetings.commands.attendance import MarkChange, mark_attendance, record_make_up, take_roll
from zhibu.orglife.meetings.commands.bulk import (
    NewItem,
    NewMark,
    NewMeeting,
    NewResolution,
    NewVote,
    bulk_record_meetings,
)
from zhibu.orglife.meetings.commands.kinds import add_local_kind
from zhibu.orglife.meetings.commands.meetings import (
    MeetingDraft,
    cancel_meeting,
    change_meeting,
    create_meeting,
    record_talk,
)
from zhibu.orglife.meetings.commands.planning import hold_line, make_plan
from zhibu.orglife.meetings.models import Attendance, Meeting, MeetingKind, PlannedMeeting
from zhibu.orglife.meetings.queries.attendance import get_roll
from zhibu.orglife.meetings.queries.tasks import list_missed
from zhibu.roster.access.actors import system_actor


def test_a_late_entry_keeps_both_dates(hall: Hall) -> None:
    """The true date and the day of recording."""
    meeting = hall.call(day=date(2026, 2, 10))
    assert (meeting.date, meeting.recorded_date) == (date(2026, 2, 10), TODAY)
    assert hall.call().recorded_date is None


def test_it_refuses_what_may_not_be_held_as_one(hall: Hall) -> None:
    """A committee meeting is no members' meeting."""
    with pytest.raises(Refused, match="不能同时计作"):
        hall.call(MeetingKind.COMMITTEE, also=(MeetingKind.GENERAL,))


def test_it_refuses_a_group_meeting_without_group_and_a_foreign_one(hall: Hall) -> None:
    """A group meeting names its group; a group leader calls only the own group's."""
    draft = MeetingDraft(kind=MeetingKind.GROUP, date=TODAY)
    with pytest.raises(Refused, match="哪个党小组"):
        create_meeting(actor=hall.secretary, today=TODAY, organization=hall.world.branch, draft=draft)
    leader = hall.world.actor("group_leader")
    own = MeetingDraft(kind=MeetingKind.GROUP, date=TODAY, group=hall.world.groups[0])
    other = MeetingDraft(kind=MeetingKind.GROUP, date=TODAY, group=hall.world.groups[1])
    create_meeting(actor=leader, today=TODAY, organization=hall.world.branch, draft=own)
    with pytest.raises(NotAllowed):
        create_meeting(actor=leader, today=TODAY, organization=hall.world.branch, draft=other)


def test_two_changes_of_the_head_do_not_overwrite_each_other(hall: Hall) -> None:
    """The second is told to look again."""
    meeting = hall.call()
    draft = MeetingDraft(kind=meeting.kind, date=TODAY, place="祠堂")
    change_meeting(actor=hall.secretary, today=TODAY, meeting=meeting, draft=draft, version=1)
    with pytest.raises(Refused, match="别的同志改过"):
        change_meeting(actor=hall.secretary, today=TODAY, meeting=meeting, draft=draft, version=1)


def test_expected_attendance_counts_whom_the_norms_count(hall: Hall) -> None:
    """Nine come, eight vote; leave takes nobody out (K-03, K-04)."""
    meeting = hall.call()
    hall.seat(meeting, "elder")
    roll = get_roll(meeting)
    assert (roll.expected_count, roll.voting_count) == (9, 8)
    assert (roll.present_count, roll.present_voting_count) == (8, 7)


def test_it_refuses_presence_before_the_day_but_takes_leave(hall: Hall) -> None:
    """Who asks leave beforehand is on the list."""
    meeting = hall.call(day=date(2026, 4, 1))
    person = hall.world.people["elder"].pk
    with pytest.raises(Refused, match="还没有召开"):
        take_roll(actor=hall.secretary, today=TODAY, meeting=meeting)
    mark_attendance(
        actor=hall.secretary, today=TODAY, meeting=meeting, changes=[MarkChange(person, "leave", "ill")]
    )
    assert Attendance.objects.get().reason == "ill"


def test_it_refuses_a_mark_for_somebody_of_another_branch(hall: Hall) -> None:
    """The roll is the branch's own."""
    meeting = hall.call()
    stranger = hall.world.people["sibling_member"].pk
    with pytest.raises(Refused, match="不在本次会议的名单里"):
        take_roll(
            actor=hall.secretary, today=TODAY, meeting=meeting, changes=[MarkChange(stranger, "absent")]
        )


def test_a_cancelled_meeting_keeps_its_reason_and_takes_nothing_more(hall: Hall) -> None:
    """It stays in the list."""
    meeting = hall.call()
    cancel_meeting(actor=hall.secretary, today=TODAY, meeting=meeting, reason="暴雨")
    assert meeting.closure.reason == "暴雨"
    with pytest.raises(Refused, match="已经取消"):
        hall.seat(meeting)


def test_a_talk_keeps_date_and_names_and_no_word(hall: Hall) -> None:
    """Both are partners; there is nowhere to write what was said."""
    people = hall.world.people
    meeting = record_talk(
        actor=hall.secretary,
        today=TODAY,
        organization=hall.world.branch,
        held_date=TODAY,
        host=people["secretary"],
        partners=[people["member"], people["elder"]],
    )
    assert meeting.state == Meeting.State.COMPLETED
    assert set(meeting.attendances.values_list("mark", flat=True)) == {"partner"}
    assert not meeting.items.exists()
    with pytest.raises(Refused, match="谈话双方"):
        record_talk(
            actor=hall.secretary,
            today=TODAY,
            organization=hall.world.branch,
            held_date=TODAY,
            host=people["secretary"],
            partners=[people["sibling_member"]],
        )


def test_a_missed_meeting_is_made_up_once(hall: Hall, today: date) -> None:
    """One tap on the list; it is gone from it, and a second time is refused."""
    meeting = hall.call()
    hall.seat(meeting, "elder")
    hall.complete(meeting)
    branch, person = hall.world.branch, hall.world.people["elder"]
    assert list_missed(branch, today=TODAY).count() == 1
    hall.world.client("secretary").post(
        reverse("meetings:make_ups"),
        {"meeting": meeting.public_id, "person": person.public_id, "way": "served_at_home"},
    )
    assert list_missed(branch, today=TODAY).count() == 0
    with pytest.raises(Refused, match="已经补过"):
        record_make_up(
            actor=hall.secretary,
            today=TODAY,
            meeting=meeting,
            person=person,
            way="made_up",
            done_date=TODAY,
        )


def test_the_plan_holds_what_is_due_merged_and_turns_into_meetings(hall: Hall) -> None:
    """A party day each month, the members' meeting on one of them, life meeting and appraisal in one."""
    branch = hall.world.branch
    make_plan(actor=hall.secretary, today=TODAY, organization=branch, year=2026)
    lines = PlannedMeeting.objects.filter(organization=branch)
    general = lines.filter(kind=MeetingKind.GENERAL)
    assert general.count() == 4
    assert all(MeetingKind.PARTY_DAY in line.also_counts_as for line in general)
    assert lines.filter(kind=MeetingKind.PARTY_DAY).count() == 10 - 4
    assert lines.get(kind=MeetingKind.LIFE).also_counts_as == [MeetingKind.APPRAISAL]
    assert lines.filter(kind=MeetingKind.COMMITTEE).count() == 10
    assert lines.filter(kind=MeetingKind.GROUP).count() == 20
    assert make_plan(actor=hall.secretary, today=TODAY, organization=branch, year=2026) == 0
    line = general.earliest("planned_date")
    meeting = hold_line(actor=hall.secretary, today=TODAY, line=line)
    assert (meeting.kind, meeting.date) == (line.kind, line.planned_date)
    with pytest.raises(Refused, match="已经发起会议"):
        hold_line(actor=hall.secretary, today=TODAY, line=line)


def test_a_local_kind_counts_as_one_the_regulations_know(hall: Hall, today: date) -> None:
    """Added above, used below."""
    organizer = hall.world.actor("organizer")
    add_local_kind(
        actor=organizer,
        today=TODAY,
        organization=hall.world.county,
        name="灯塔大课堂",
        counts_as="collective_study",
    )
    page = hall.world.client("secretary").get(reverse("meetings:add")).content.decode()
    assert "灯塔大课堂" in page
    with pytest.raises(Refused, match="已经有这个类型"):
        add_local_kind(
            actor=organizer,
            today=TODAY,
            organization=hall.world.county,
            name="党课",
            counts_as="party_lecture",
        )


def test_many_meetings_are_one_audit_row_and_quick(hall: Hall) -> None:
    """Two thousand with marks, votes and resolutions: far from a second each thousand."""
    person = hall.world.people["elder"].pk
    item = NewItem("审议计划", vote=NewVote(8, 7, 7), resolutions=(NewResolution("照办。", due_date=TODAY),))
    rows = [
        NewMeeting(
            organization_id=hall.world.branch.pk,
            kind=MeetingKind.GENERAL,
            date=date(2025, 1 + n % 12, 1 + n % 28),
            title="党员大会",
            year_label=2025,
            marks=(NewMark(person, "leave", "ill", "made_up"),),
            items=(item,),
        )
        for n in range(2000)
    ]
    before = AuditEvent.objects.count()
    start = clock.perf_counter()
    made = bulk_record_meetings(actor=system_actor("test"), today=TODAY, rows=rows, with_search=False)
    assert clock.perf_counter() - start < 8
    assert AuditEvent.objects.count() == before + 1
    assert len({meeting.pk for meeting in made}) == 2000
    assert made[7].items.get().vote.is_passed
    with pytest.raises(NotAllowed):
        bulk_record_meetings(actor=hall.world.actor("member"), today=TODAY, rows=rows[:1])
