"""Votes are guarded by the norm: quorum, majority, competence, form; refused, or kept as void."""

from __future__ import annotations

from datetime import date

import pytest

from tests.orglife.meetings.made import Hall
from tests.world import TODAY
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit import commands as audit
from zhibu.foundation.audit.models import AuditEvent
from zhibu.orglife.meetings.commands import checks
from zhibu.orglife.meetings.commands.votes import VoteTotals, record_vote
from zhibu.orglife.meetings.models import Matter, Meeting, MeetingKind, Vote

PAST = date(2026, 3, 2)


def test_it_works_at_exactly_half_and_keeps_the_sentence(hall: Hall) -> None:
    """Four of eight may vote; four in favour are not more than half of eight."""
    meeting = hall.call()
    hall.seat(meeting, "elder", "worker", "teacher", "member")
    vote = hall.vote(meeting.items.get(), yes=4, method="hands")
    assert vote.is_valid
    assert not vote.is_passed
    assert vote.judgement == "赞成4人，没有超过应到会8人的半数，没有通过。"
    assert vote.clauses == ["ZB-11-2", "ZB-11-3"]


def test_it_refuses_below_half_with_clause_and_next_step(hall: Hall) -> None:
    """The refusal leaves no vote but an audit row of its own."""
    meeting = hall.call()
    hall.seat(meeting, "elder", "worker", "teacher", "member", "group_leader")
    with pytest.raises(Refused) as caught:
        hall.vote(meeting.items.get(), yes=3, method="hands")
    assert caught.value.clause == "ZB-11-2"
    assert caught.value.next_step
    assert not Vote.objects.exists()
    assert AuditEvent.objects.filter(result="refused", action="meetings.vote").count() == 1


def test_admission_needs_more_than_half_present_and_counts_written_opinions(hall: Hall) -> None:
    """Exactly half must not go on (FZ-20-1); opinions count as votes, not as presence (FZ-21-2)."""
    meeting = hall.call()
    hall.seat(meeting, "elder", "worker", "teacher", "member")
    item = hall.item(meeting, Matter.FULL)
    with pytest.raises(Refused) as caught:
        hall.vote(item, yes=4, written_yes=4)
    assert caught.value.clause == "FZ-20-1"
    other = hall.call()
    hall.seat(other, "elder", "worker", "teacher")
    vote = hall.vote(hall.item(other, Matter.FULL), yes=4, written_yes=1)
    assert vote.is_passed


def test_it_refuses_written_opinions_elsewhere(hall: Hall) -> None:
    """Only admission and conversion count them (K-05)."""
    meeting = hall.call()
    hall.seat(meeting, "elder")
    with pytest.raises(Refused) as caught:
        hall.vote(meeting.items.get(), yes=5, written_yes=1, method="hands")
    assert caught.value.code == "meetings.written_not_counted"


def test_an_election_needs_four_fifths(hall: Hall) -> None:
    """Seven of eight are enough, six are not (XJ-DH-1)."""
    meeting = hall.call()
    hall.seat(meeting, "elder", "worker")
    with pytest.raises(Refused) as caught:
        hall.vote(hall.item(meeting, Matter.ELECT_COMMITTEE), yes=6)
    assert caught.value.clause == "XJ-DH-1"
    other = hall.call()
    hall.seat(other, "elder")
    assert hall.vote(hall.item(other, Matter.ELECT_COMMITTEE), yes=7).is_passed


def test_a_committee_needs_half_and_may_not_decide_on_members(hall: Hall) -> None:
    """ZB-12-2 for its quorum, ZB-11-5 for what only the members' meeting decides."""
    meeting = hall.call(MeetingKind.COMMITTEE)
    hall.seat(meeting, "deputy", "committee_member")
    with pytest.raises(Refused) as caught:
        hall.vote(hall.item(meeting), yes=1, method="hands")
    assert caught.value.clause == "ZB-12-2"
    full = hall.call(MeetingKind.COMMITTEE)
    hall.seat(full)
    with pytest.raises(Refused) as caught:
        hall.vote(hall.item(full, Matter.FULL), yes=3)
    assert caught.value.clause == "ZB-11-5"


def test_it_refuses_an_open_vote_on_persons(hall: Hall) -> None:
    """Secret ballot for persons."""
    meeting = hall.call()
    hall.seat(meeting)
    with pytest.raises(Refused) as caught:
        hall.vote(hall.item(meeting, Matter.FULL), yes=8, method="hands")
    assert caught.value.code == "meetings.not_secret"


def test_it_refuses_more_votes_than_voters(hall: Hall) -> None:
    """The probationary member has none: nine votes of eight voters; wrong sums are never kept,
    even as void."""
    meeting = hall.call(day=PAST)
    hall.seat(meeting)
    with pytest.raises(Refused) as caught:
        hall.vote(meeting.items.get(), yes=9, method="hands", as_invalid=True)
    assert caught.value.code == "meetings.too_many_votes"


def test_a_past_vote_without_quorum_is_kept_as_void_only_when_said_so(hall: Hall) -> None:
    """First refused with the way out, then recorded as invalid; the meeting does not count."""
    meeting = hall.call(day=PAST)
    hall.seat(meeting, "elder", "worker", "teacher", "member", "group_leader")
    item = meeting.items.get()
    with pytest.raises(Refused) as caught:
        hall.vote(item, yes=3, method="hands")
    assert "记为无效" in caught.value.next_step
    vote = hall.vote(item, yes=3, method="hands", as_invalid=True)
    assert (vote.is_valid, vote.is_passed, vote.recorded_late) == (False, False, True)
    meeting.refresh_from_db()
    assert not meeting.is_valid
    assert meeting.invalid_reason.startswith("表决无效")


def test_it_refuses_before_the_day_without_a_roll_and_where_nothing_is_voted(hall: Hall) -> None:
    """Each with its own sentence."""
    ahead = hall.call(day=date(2026, 4, 1))
    with pytest.raises(Refused, match="还没有召开"):
        hall.vote(ahead.items.get(), yes=8, method="hands")
    untaken = hall.call()
    with pytest.raises(Refused, match="还没有登记到会情况"):
        hall.vote(untaken.items.get(), yes=8, method="hands")
    lecture = hall.call(MeetingKind.LECTURE)
    hall.seat(lecture)
    with pytest.raises(Refused, match="不进行表决"):
        hall.vote(lecture.items.get(), yes=8, method="hands")


def test_the_secretary_of_a_sibling_branch_is_not_allowed(hall: Hall) -> None:
    """The command itself asks, whatever page calls it."""
    meeting = hall.call()
    hall.seat(meeting)
    with pytest.raises(NotAllowed):
        record_vote(
            actor=hall.world.actor("sibling_secretary"),
            today=TODAY,
            item=meeting.items.get(),
            totals=VoteTotals("hands", yes=8),
        )


def test_a_vote_without_its_audit_row_is_no_vote(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stops between the change and its row leaves neither."""
    meeting = hall.call()
    hall.seat(meeting)
    item = meeting.items.get()

    def stops(**values: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(checks, "record", stops)
        with pytest.raises(RuntimeError):
            hall.vote(item, yes=8, method="hands")
    assert not Vote.objects.exists()
    assert checks.record is audit.record
    item.refresh_from_db()
    assert hall.vote(item, yes=8, method="hands").is_passed
    assert Meeting.objects.get().is_valid
