"""Writes the meetings of a made-up county through the bulk command, a few thousand at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

from zhibu.cli.demo.records import County, Item, Meeting, Person
from zhibu.cli.demo.write_roster import Written
from zhibu.common.actor import Actor
from zhibu.orglife.meetings.commands.bulk import (
    PastItem,
    PastMakeUp,
    PastMark,
    PastMeeting,
    PastVote,
    bulk_record_meetings,
)

REASONS = ("ill", "personal", "duty", "away", "personal", "ill", "away")
CHUNK = 12_000


def write_meetings(county: County, actor: Actor, written: Written) -> Iterator[float]:
    """Record all meetings; yields the share that is done after each batch."""
    rows = [_meeting(meeting, written, county.today) for org in county.orgs for meeting in org.meetings]
    for start in range(0, len(rows), CHUNK):
        bulk_record_meetings(actor=actor, today=county.today, rows=rows[start : start + CHUNK])
        yield min(1.0, (start + CHUNK) / len(rows))


def _meeting(meeting: Meeting, written: Written, today: date) -> PastMeeting:
    start = time(meeting.start_hour, 0)
    end_minutes = meeting.start_hour * 60 + min(meeting.minutes, 8 * 60)
    return PastMeeting(
        organization=written.organizations[meeting.org.org_id],
        kind=meeting.kind,
        title=meeting.title,
        date=meeting.date,
        start_time=start,
        end_time=time(end_minutes // 60, end_minutes % 60),
        minutes_length=meeting.minutes,
        year_label=meeting.year_label,
        also_counts_as=tuple(meeting.also),
        group_id=written.groups[meeting.group.group_id].pk if meeting.group else None,
        place=meeting.place,
        level=meeting.level,
        host_id=_id(meeting.host, written),
        host_delegation=meeting.delegation,
        recorder_id=_id(meeting.recorder, written),
        lecturer_id=_id(meeting.lecturer, written),
        state=meeting.state,
        basis=meeting.basis if meeting.state == "completed" else "",
        expected_count=meeting.expected,
        expected_voting_count=meeting.expected_voting,
        present_count=meeting.present,
        present_voting_count=meeting.present_voting,
        is_valid=meeting.is_valid,
        invalid_reason=meeting.invalid_reason,
        marks=tuple(_marks(meeting, written)),
        make_ups=tuple(
            PastMakeUp(written.persons[person.person_id].pk, way, min(meeting.date + timedelta(days=6), today))
            for person, way in meeting.make_ups.items()
        ),
        steps=tuple(meeting.steps),
        items=tuple(_item(item, meeting, written) for item in meeting.items),
    )


def _id(person: Person | None, written: Written) -> int | None:
    return written.persons[person.person_id].pk if person is not None else None


def _marks(meeting: Meeting, written: Written) -> Iterator[PastMark]:
    for person, mark in meeting.marks.items():
        reason = REASONS[(person.person_id + meeting.date.day) % len(REASONS)] if mark == "leave" else ""
        yield PastMark(written.persons[person.person_id].pk, mark, reason)


def _item(item: Item, meeting: Meeting, written: Written) -> PastItem:
    return PastItem(
        topic=item.topic,
        matter=item.matter,
        discussion=item.discussion,
        vote=_vote(item) if item.vote else None,
        resolution=item.resolution,
        owner_id=_id(meeting.host, written) if item.resolution else None,
        due_date=item.resolution_due,
    )


def _vote(item: Item) -> PastVote:
    vote = item.vote
    assert vote is not None
    sentence = "应到有表决权{expected}人，实到{present}人，赞成{yes}人，反对{no}人，弃权{abstain}人，{result}。"
    return PastVote(
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
