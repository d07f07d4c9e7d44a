"""Making the year plan from what is due, and turning its lines into meetings."""

from __future__ import annotations

from datetime import date

from zhibu.common.actor import Actor
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command, record
from zhibu.orglife.meetings.commands.checks import allow_edit
from zhibu.orglife.meetings.commands.meetings import MeetingDraft, Topic, create_meeting
from zhibu.orglife.meetings.models import Meeting, MeetingKind, PlannedMeeting
from zhibu.orglife.meetings.queries.meetings import last_habit, leader_id
from zhibu.orglife.meetings.queries.plan import propose_lines
from zhibu.orglife.meetings.queries.suggestions import suggest_topics
from zhibu.roster.members.models import Person
from zhibu.roster.organizations.models import Organization


@command("meetings.make_plan")
def make_plan(*, actor: Actor, today: date, organization: Organization, year: int) -> int:
    """Add a line for everything that the rest of the year asks for and nothing stands for yet;
    returns how many."""
    allow_edit(actor, organization, None, today)
    if not today.year <= year <= today.year + 1:
        raise Refused("meetings.plan_year", "年度计划只能做今年和明年的。")
    lines = [
        PlannedMeeting(
            organization=organization,
            year=year,
            kind=line.kind,
            also_counts_as=sorted(line.also_counts_as),
            group=line.group,
            planned_date=line.planned_date,
            duties=list(line.duties),
            reason=line.reason[:200],
        )
        for line in propose_lines(organization, year, today=today)
    ]
    PlannedMeeting.objects.bulk_create(lines, ignore_conflicts=True)
    _note(actor, "meetings.make_plan", organization, {"year": year, "lines": len(lines)})
    return len(lines)


@command("meetings.change_line")
def change_line(*, actor: Actor, today: date, line: PlannedMeeting, planned_date: date, topic: str) -> None:
    """Move a line of the plan to another day, or give it a topic."""
    allow_edit(actor, line.organization, line.group_id, today)
    _refuse_held(line)
    if not today.year - 1 <= planned_date.year <= today.year + 1:
        raise Refused("meetings.plan_year", "拟开日期要在去年到明年之间。", next_step="请核对年份。")
    twin = PlannedMeeting.objects.filter(
        organization=line.organization, kind=line.kind, planned_date=planned_date, group=line.group
    ).exclude(pk=line.pk)
    if twin.exists():
        raise Refused(
            "meetings.plan_twin", "这一天已经排了一次同类会议。", next_step="请换一天，或者删去其中一次。"
        )
    line.planned_date, line.topic, line.year = planned_date, topic.strip()[:120], planned_date.year
    line.save(update_fields=["planned_date", "topic", "year"])
    _note(actor, "meetings.change_line", line.organization, {"line": line.pk})


@command("meetings.drop_line")
def drop_line(*, actor: Actor, today: date, line: PlannedMeeting) -> None:
    """Take a line out of the plan; a plan is no record, and what is due stays due."""
    allow_edit(actor, line.organization, line.group_id, today)
    _refuse_held(line)
    _note(actor, "meetings.drop_line", line.organization, {"line": line.pk})
    line.delete()


@command("meetings.hold_line")
def hold_line(*, actor: Actor, today: date, line: PlannedMeeting) -> Meeting:
    """Make a line of the plan a meeting, as the last one of its kind was held, with the topics
    that are due."""
    _refuse_held(line)
    if line.kind == MeetingKind.TALK:
        raise Refused("meetings.talk", "谈心谈话按名单登记。", next_step="请点“登记谈话”。")
    organization = line.organization
    habit = last_habit(organization, line.kind, line.planned_date)
    leads = leader_id(line.group, line.planned_date) if line.group is not None else habit.host_id
    host = _person(leads)
    draft = MeetingDraft(
        kind=line.kind,
        date=line.planned_date,
        start_time=habit.start_time,
        place=habit.place,
        minutes_length=habit.minutes_length,
        also_counts_as=tuple(line.also_counts_as),
        group=line.group,
        host=host,
        recorder=_person(habit.recorder_id),
        lecturer=host if MeetingKind.LECTURE in (line.kind, *line.also_counts_as) else None,
    )
    due = suggest_topics(organization, line.kind, line.planned_date)
    topics = [Topic(one.text, one.matter) for one in due if one.is_due]
    if line.topic:
        topics.insert(0, Topic(line.topic))
    meeting = create_meeting(actor=actor, today=today, organization=organization, draft=draft, topics=topics)
    tie_to_plan(actor=actor, today=today, line=line, meeting=meeting)
    return meeting


@command("meetings.tie_to_plan")
def tie_to_plan(*, actor: Actor, today: date, line: PlannedMeeting, meeting: Meeting) -> None:
    """Note which meeting came of a line."""
    allow_edit(actor, meeting.organization, meeting.group_id, today)
    line.meeting = meeting
    line.save(update_fields=["meeting"])
    _note(actor, "meetings.tie_to_plan", meeting.organization, {"line": line.pk})


def _person(person_id: int | None) -> Person | None:
    return Person.objects.filter(pk=person_id).first() if person_id is not None else None


def _refuse_held(line: PlannedMeeting) -> None:
    if line.meeting_id is not None:
        raise Refused("meetings.line_held", "这一项已经发起会议。", next_step="请打开会议修改。")


def _note(actor: Actor, action: str, organization: Organization, diff: dict[str, int]) -> None:
    record(
        actor=actor,
        action=action,
        object_ref="organization:{id}".format(id=organization.pk),
        org_ids=[organization.pk],
        diff=diff,
    )
