"""Who is expected and who votes, on any day (K-03…K-05)."""

from __future__ import annotations

from tests.world import TODAY, World
from zhibu.roster.members.queries.attendance import expected_attendance


def test_it_works(world: World) -> None:
    attendance = expected_attendance(world.branch, "general_membership_meeting", TODAY)
    assert attendance.expected_count == 9
    assert attendance.voting_count == 8
    newcomer = next(p for p in attendance.persons if p.name == "蒋新华")
    assert (newcomer.is_expected, newcomer.is_voting, newcomer.clause) == (True, False, "ZC-7-2")
