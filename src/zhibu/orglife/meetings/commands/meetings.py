"""Calling a meeting, changing its head, telling people, calling it off; talks, and steps before a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from zhibu.common.actor import Actor
from zhibu.common.dates import utc_now
from zhibu.common.errors import Refused
from zhibu.foundation.audit.commands import command
from zhibu.foundation.search.commands import Entry, index_entry
from zhibu.orglife.meetings.commands.checks import allow_edit, allow_open, note
from zhibu.orglife.meetings.models import (
    MAY_ALSO_COUNT_AS,
    AgendaItem,
    Attendance,
    LocalMeetingKind,
    Meeting,
    MeetingClosure,
    MeetingKind,
    MeetingStep,
)
from zhibu.orglife.meetings.queries.meetings import list_items, next_number
from zhibu.roster.members.models import Group, Person
from zhibu.roster.members.queries.attendance import expected_attendance
from zhibu.roster.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Topic:
    """A matter for the agenda; ``matter`` is one of ``Matter`` or empty."""

    text: str
    matter: str = ""


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """The head of a meeting as it was filled in. ``minutes_length`` in minutes, 0 where not known."""

    kind: str
    date: date
    title: str = ""
    start_time: time | None = None
    end_time: time | None = None
    minutes_length: int = 0
    place: str = ""
    also_counts_as: tuple[str, ...] = ()
    local_kind: LocalMeetingKind | None = None
    group: Group | None = None
    host: Person | None = None
    host_delegation: str = ""
    recorder: Person | None = None
    lecturer: Person | None = None
    observers: str = ""
    preparation: str = ""
    level: str = "branch"
    year_label: int | None = None


@command("meetings.create")
def create_meeting(
    *,
    actor: Actor,
    today: date,
    organization: Organization,
    draft: MeetingDraft,
    topics: Sequence[Topic] = (),
) -> Meeting:
    """Call a meeting, or record one already held: then the day of recording is kept beside the true date."""
    allow_edit(actor, organization, draft.group.pk if draft.group else None, today)
    _check(organization, draft, today)
    meeting = Meeting(
        organization=organization,
        state=Meeting.State.PLANNED,
        created_at=utc_now(),
        created_by=actor.label,
        recorded_date=today if draft.date < today else None,
        number=next_number(organization, draft.kind, draft.date.year),
    )
    _fill(meeting, draft)
    meeting.save(force_insert=True)
    items = [
        AgendaItem(meeting=meeting, position=place, topic=topic.text, matter=topic.matter)
        for place, topic in enumerate(topics, start=1)
    ]
    AgendaItem.objects.bulk_create(items)
    index_meeting(meeting)
    note(actor, "meetings.create", meeting, {"kind": meeting.kind, "items": len(items)})
    return meeting


_AHEAD = timedelta(days=400)
_BACK_YEARS = 20


def _check_day(organization: Organization, draft: MeetingDraft, today: date) -> None:
    """A year typed wrongly is found here, not in next year's check-up."""
    founded = organization.established_date
    if founded is not None and draft.date < founded:
        raise Refused(
            "meetings.before_founding",
            "会议日期早于党组织成立的日期（{day}）。".format(day=founded.isoformat()),
            next_step="请核对年份。",
        )
    if draft.date > today + _AHEAD or draft.date.year < today.year - _BACK_YEARS:
        raise Refused(
            "meetings.far_away",
            "会议日期是{year}年，离今天太远。".format(year=draft.date.year),
            next_step="请核对年份；以后的会议最早提前一年发起。",
        )


def _check(organization: Organization, draft: MeetingDraft, today: date) -> None:
    _check_day(organization, draft, today)
    allowed = MAY_ALSO_COUNT_AS.get(draft.kind, ())
    wrong = [kind for kind in draft.also_counts_as if kind not in allowed]
    if wrong:
        raise Refused(
            "meetings.not_merged",
            "{kind}不能同时计作{other}。".format(
                kind=MeetingKind(draft.kind).label, other=MeetingKind(wrong[0]).label
            ),
            next_step="请分别登记两次会议，或者取消“同时计作”。",
        )
    if (draft.kind == MeetingKind.GROUP) != (draft.group is not None):
        raise Refused("meetings.group", "党小组会要写明是哪个党小组。", next_step="请选择党小组。")
    if draft.group is not None and draft.group.organization_id != organization.pk:
        raise Refused("meetings.group", "这个党小组不在本支部。", next_step="请重新选择党小组。")
    if draft.start_time and draft.end_time and draft.end_time <= draft.start_time:
        raise Refused("meetings.times", "结束时间应当晚于开始时间。", next_step="请核对时间。")


def _fill(meeting: Meeting, draft: MeetingDraft) -> None:
    meeting.kind, meeting.local_kind = draft.kind, draft.local_kind
    meeting.also_counts_as = sorted(set(draft.also_counts_as))
    meeting.group, meeting.date = draft.group, draft.date
    meeting.start_time, meeting.end_time = draft.start_time, draft.end_time
    meeting.minutes_length = draft.minutes_length or _length(draft.start_time, draft.end_time)
    meeting.place, meeting.level = draft.place, draft.level
    meeting.host, meeting.host_delegation = draft.host, draft.host_delegation
    meeting.recorder, meeting.lecturer = draft.recorder, draft.lecturer
    meeting.observers, meeting.preparation = draft.observers, draft.preparation
    meeting.year_label = draft.year_label or draft.date.year
    meeting.title = draft.title.strip() or default_title(draft)


def _length(begins: time | None, ends: time | None) -> int:
    if begins is None or ends is None:
        return 0
    return (ends.hour - begins.hour) * 60 + ends.minute - begins.minute


def default_title(draft: MeetingDraft) -> str:
    """What a meeting is called where nobody gave it a name: 2026年第一季度支部党员大会, 3月主题党日."""
    words = draft.local_kind.name if draft.local_kind else str(MeetingKind(draft.kind).label)
    values = {
        "year": draft.date.year,
        "month": draft.date.month,
        "quarter": "一二三四"[(draft.date.month - 1) // 3],
        "kind": words,
        "group": draft.group.name if draft.group else "",
    }
    if draft.kind in (MeetingKind.GENERAL, MeetingKind.LECTURE):
        return "{year}年第{quarter}季度{kind}".format_map(values)
    if draft.kind in (MeetingKind.LIFE, MeetingKind.APPRAISAL, MeetingKind.REPORT):
        return "{year}年度{kind}".format(year=draft.year_label or draft.date.year, kind=words)
    return "{year}年{month}月{group}{kind}".format_map(values).replace("党小组党小组会", "党小组会")


@command("meetings.change")
def change_meeting(*, actor: Actor, today: date, meeting: Meeting, draft: MeetingDraft, version: int) -> None:
    """Change the head of an open meeting. Raises ``Refused`` if somebody else changed it since
    ``version``."""
    allow_open(actor, meeting, today)
    _check(meeting.organization, draft, today)
    taken = Meeting.objects.filter(pk=meeting.pk, version=version).update(version=version + 1)
    if not taken:
        raise Refused(
            "meetings.changed_meanwhile",
            "您填写的时候，别的同志改过这次会议的基本情况。",
            next_step="请对照现在的内容，再改一次；您填写的内容还在页面上。",
        )
    meeting.version = version + 1
    _fill(meeting, draft)
    meeting.recorded_date = meeting.recorded_date or (today if draft.date < today else None)
    meeting.save()
    index_meeting(meeting)
    note(actor, "meetings.change", meeting, {"version": meeting.version})


@command("meetings.notify")
def send_notice(*, actor: Actor, today: date, meeting: Meeting) -> None:
    """Note that the notice went out: copied, printed or told by hand; nothing is sent from here."""
    allow_open(actor, meeting, today)
    meeting.notice_sent_at = utc_now()
    meeting.save(update_fields=["notice_sent_at"])
    note(actor, "meetings.notify", meeting, {})


@command("meetings.cancel")
def cancel_meeting(*, actor: Actor, today: date, meeting: Meeting, reason: str) -> None:
    """Call a meeting off; it stays in the list with the reason, and counts for nothing."""
    allow_open(actor, meeting, today)
    if not reason.strip():
        raise Refused("meetings.reason", "请写明取消的原因。")
    meeting.state = Meeting.State.CANCELLED
    meeting.save(update_fields=["state"])
    MeetingClosure.objects.create(
        meeting=meeting,
        kind="cancelled",
        reason=reason.strip(),
        closed_date=today,
        closed_at=utc_now(),
        closed_by=actor.label,
    )
    note(actor, "meetings.cancel", meeting, {})


@command("meetings.record_talk")
def record_talk(
    *,
    actor: Actor,
    today: date,
    organization: Organization,
    held_date: date,
    host: Person,
    partners: Sequence[Person],
) -> Meeting:
    """Record talks of one person with others: the date and the names, nothing of what was said."""
    allow_edit(actor, organization, None, today)
    if held_date > today:
        raise Refused("meetings.future", "谈心谈话的日期不能晚于今天。", next_step="请核对日期。")
    known = {p.person_id for p in expected_attendance(organization, MeetingKind.TALK, held_date).persons}
    people = list({person.pk: person for person in (host, *partners)}.values())
    if len(people) < 2 or any(person.pk not in known for person in people):
        raise Refused("meetings.partners", "请选择本支部的谈话双方。", next_step="至少选一名谈话对象。")
    draft = MeetingDraft(kind=MeetingKind.TALK, date=held_date, host=host, title="谈心谈话")
    meeting = create_meeting(actor=actor, today=today, organization=organization, draft=draft)
    now = utc_now()
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting,
            person=person,
            mark=Attendance.MarkChoice.PARTNER,
            source=Attendance.Source.SECRETARY,
            marked_at=now,
        )
        for person in people
    )
    meeting.basis, meeting.state = Meeting.Basis.LISTED, Meeting.State.COMPLETED
    meeting.expected_count = meeting.present_count = len(people)
    meeting.save()
    MeetingClosure.objects.create(
        meeting=meeting, kind="completed", closed_date=today, closed_at=now, closed_by=actor.label
    )
    note(actor, "meetings.record_talk", meeting, {"persons": len(people)})
    return meeting


@command("meetings.record_step")
def record_step(*, actor: Actor, today: date, meeting: Meeting, step: str, done_date: date | None) -> None:
    """Record, correct or take back the day of something that goes with the meeting (会前学习、测评 …)."""
    allow_open(actor, meeting, today)
    if done_date is not None and done_date > today:
        raise Refused("meetings.future", "这一环节的日期不能晚于今天。", next_step="请核对日期。")
    if done_date is None:
        MeetingStep.objects.filter(meeting=meeting, step=step).delete()
    else:
        MeetingStep.objects.update_or_create(
            meeting=meeting,
            step=step,
            defaults={"done_date": done_date, "recorded_at": utc_now(), "recorded_by": actor.label},
        )
    note(actor, "meetings.record_step", meeting, {"step": step, "is_done": done_date is not None})


def index_meeting(meeting: Meeting) -> None:
    """Let the search find the meeting by its title and topics."""
    index_entry(
        entry=Entry(
            kind="meeting",
            ref_id=meeting.pk,
            public_id=meeting.public_id,
            org_id=meeting.organization_id,
            label=meeting.title,
            note=meeting.date.isoformat(),
            texts=tuple(item.topic for item in list_items(meeting)),
        )
    )
