"""Writes the meetings of a made-up county through the bulk command, a few thousand at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

from zhibu.cli.demo.records import County, Item, Meeting, Person
from zhibu.cli.demo.write_roster import Written
from zhibu.common.actor import Actor
from zhibu.orglife.meetings.commands.bulk import (
    NewFollowUp,
    NewItem,
    NewMark,
    NewMeeting,
    NewResolution,
    NewVote,
    bulk_follow_up,
    bulk_record_meetings,
)

REASONS = ("ill", "personal", "duty", "away", "personal", "ill", "away")
CHUNK = 12_000


def write_meetings(county: County, actor: Actor, written: Written) -> Iterator[float]:
    """Record all meetings; yields the share that is done after each batch. Two branches' can be searched."""
    shown = {org.org_id for org in (county.busy, county.calm) if org is not None}
    done, total = 0, sum(len(org.meetings) for org in county.orgs)
    written.counts["meetings"] += total
    for is_shown in (True, False):
        meetings = [m for org in county.orgs if (org.org_id in shown) is is_shown for m in org.meetings]
        for start in range(0, len(meetings), CHUNK):
            rows = [_meeting(meeting, written, county.today) for meeting in meetings[start : start + CHUNK]]
            bulk_record_meetings(actor=actor, today=county.today, rows=rows, with_search=is_shown)
            done += len(rows)
            yield done / total
    follow_ups = [
        NewFollowUp(written.organizations[org.org_id].pk, written.persons[person.person_id].pk, day)
        for org, person, day in county.follow_ups
    ]
    bulk_follow_up(actor=actor, today=county.today, rows=follow_ups)


def _meeting(meeting: Meeting, written: Written, today: date) -> NewMeeting:
    is_past = meeting.state == "completed"
    return NewMeeting(
        written.organizations[meeting.org.org_id].pk,
        meeting.kind,
        meeting.date,
        title=meeting.title,
        year_label=meeting.year_label,
        also_counts_as=tuple(meeting.also),
        group_id=written.groups[meeting.group.group_id].pk if meeting.group else None,
        minutes_length=meeting.minutes,
        start_time=time(meeting.start_hour, 0),
        place=meeting.place,
        level=meeting.level,
        host_id=_id(meeting.host, written),
        host_delegation=meeting.delegation,
        recorder_id=_id(meeting.recorder, written),
        lecturer_id=_id(meeting.lecturer, written),
        basis=meeting.basis if is_past else "",
        state=meeting.state,
        expected_count=meeting.expected if is_past else None,
        expected_voting_count=meeting.expected_voting if is_past else None,
        present_count=meeting.present if is_past else None,
        present_voting_count=meeting.present_voting if is_past else None,
        is_valid=meeting.is_valid,
        invalid_reason=meeting.invalid_reason,
        marks=tuple(_marks(meeting, written, today)),
        items=tuple(_item(item, meeting, written) for item in meeting.items),
        steps=tuple(meeting.steps) if is_past else (),
    )


def _id(person: Person | None, written: Written) -> int | None:
    return written.persons[person.person_id].pk if person is not None else None


def _marks(meeting: Meeting, written: Written, today: date) -> Iterator[NewMark]:
    for person, mark in meeting.marks.items():
        reason = REASONS[(person.person_id + meeting.date.day) % len(REASONS)] if mark == "leave" else ""
        row = written.persons[person.person_id].pk
        way = meeting.make_ups.get(person, "")
        if way:
            yield NewMark(row, mark, reason, way, min(meeting.date + timedelta(days=6), today))
        else:
            yield NewMark(row, mark, reason)


def _item(item: Item, meeting: Meeting, written: Written) -> NewItem:
    resolution = NewResolution(
        item.resolution, _id(meeting.host, written), item.resolution_due, item.resolution_done
    )
    return NewItem(
        topic=item.topic,
        matter=item.matter or ("other" if item.vote else ""),
        discussion=item.discussion,
        vote=_vote(item) if item.vote else None,
        resolutions=(resolution,) if item.resolution else (),
    )


def _vote(item: Item) -> NewVote:
    vote = item.vote
    assert vote is not None
    sentence = (
        "应到有表决权{expected}人，实到{present}人，赞成{yes}人，反对{no}人，弃权{abstain}人，{result}。"
    )
    return NewVote(
        method=vote.method,
        expected=vote.expected,
        present=vote.present,
        yes=vote.yes,
        no=vote.no,
        abstain=vote.abstain,
        is_valid=vote.is_valid,
        is_passed=vote.is_passed,
        ineligible=vote.ineligible,
        judgement=sentence.format(
            expected=vote.expected,
            present=vote.present,
            yes=vote.yes,
            no=vote.no,
            abstain=vote.abstain,
            result="决议通过" if vote.is_passed else "决议未通过",
        ),
    )
