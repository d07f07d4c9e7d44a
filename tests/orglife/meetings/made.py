"""Meetings for tests, made by the commands as people make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from tests.world import TODAY, World
from zhibu.orglife.meetings.commands.agenda import add_item
from zhibu.orglife.meetings.commands.attendance import MarkChange, take_roll
from zhibu.orglife.meetings.commands.completion import complete_meeting
from zhibu.orglife.meetings.commands.meetings import MeetingDraft, Topic, create_meeting
from zhibu.orglife.meetings.commands.votes import VoteTotals, record_vote
from zhibu.orglife.meetings.models import AgendaItem, Meeting, MeetingKind, Vote
from zhibu.roster.access.actors import RoleActor


@dataclass
class Hall:
    """The branch of the cast: eight full members (one on the list of three officers), one on probation."""

    world: World

    @property
    def secretary(self) -> RoleActor:
        """Who runs the meetings here."""
        return self.world.actor("secretary")

    def call(
        self,
        kind: str = MeetingKind.GENERAL,
        day: date = TODAY,
        topics: Sequence[Topic] = (Topic("审议年度工作计划"),),
        also: tuple[str, ...] = (),
        today: date = TODAY,
    ) -> Meeting:
        """A meeting that was called."""
        group = self.world.groups[0] if kind == MeetingKind.GROUP else None
        draft = MeetingDraft(
            kind=kind,
            date=day,
            start_time=time(9, 0),
            place="村委会会议室",
            also_counts_as=also,
            host=self.world.people["group_leader" if group else "secretary"],
            recorder=self.world.people["committee_member"],
            group=group,
        )
        return create_meeting(
            actor=self.secretary, today=today, organization=self.world.branch, draft=draft, topics=topics
        )

    def seat(self, meeting: Meeting, *away: str, reason: str = "ill", today: date = TODAY) -> None:
        """全到, except those named by their key in the cast."""
        changes = [MarkChange(self.world.people[key].pk, "leave", reason) for key in away]
        take_roll(actor=self.secretary, today=today, meeting=meeting, changes=changes)

    def item(self, meeting: Meeting, matter: str = "", topic: str = "一项议题") -> AgendaItem:
        """One more matter on the agenda."""
        return add_item(actor=self.secretary, today=TODAY, meeting=meeting, topic=topic, matter=matter)

    def vote(
        self,
        item: AgendaItem,
        yes: int,
        no: int = 0,
        *,
        method: str = "secret",
        as_invalid: bool = False,
        today: date = TODAY,
        written_yes: int = 0,
    ) -> Vote:
        """The totals of a vote."""
        totals = VoteTotals(method=method, yes=yes, no=no, written_yes=written_yes)
        return record_vote(actor=self.secretary, today=today, item=item, totals=totals, as_invalid=as_invalid)

    def complete(self, meeting: Meeting, today: date = TODAY) -> Meeting:
        """File it."""
        complete_meeting(actor=self.secretary, today=today, meeting=meeting)
        meeting.refresh_from_db()
        return meeting
