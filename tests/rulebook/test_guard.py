"""A guard asks before the act is written, and says the same as the check-up afterwards."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.rulebook.casefacts import read_facts
from zhibu.rulebook.guard import guard, merge
from zhibu.rulebook.judge import judge
from zhibu.rulebook.loader import national
from zhibu.rulebook.schema import Act, Event, Facts, Measure, Membership, Step

BOOK = national()
DAY = date(2026, 5, 10)
NEXT = date(2026, 5, 11)
BRANCH = read_facts(
    {"branch": {"has_committee": True, "measures": {"committee_members": 3, "full_members": 9}}}
)[0]


def meeting(present: int, expected: int) -> Facts:
    event = Event(
        7,
        1,
        None,
        "general_membership_meeting",
        DAY,
        "day",
        2026,
        60,
        "members",
        "expected",
        "branch",
        None,
        True,
    )
    measures = (
        Measure("event", 7, 1, "voters_present", DAY, NEXT, present),
        Measure("event", 7, 1, "voters_expected", DAY, NEXT, expected),
    )
    return Facts(events=(event,), measures=measures)


@pytest.mark.parametrize(
    ("present", "expected", "refuses"), [(5, 10, False), (4, 9, True), (5, 9, False), (0, 1, True)]
)
def test_it_refuses_a_vote_without_quorum(present: int, expected: int, refuses: bool) -> None:
    verdicts = guard(BOOK, BRANCH, meeting(present, expected), as_of=DAY)
    assert [verdict.obligation.citations for verdict in verdicts] == [("ZB-11-2.a",)]
    assert verdicts[0].refuses is refuses


def test_a_lawful_act_meets_nothing_but_consent() -> None:
    act = Act(3, "grant_full", 1, DAY, "day", "general_membership_meeting", "", "person", 1)
    (verdict,) = guard(BOOK, BRANCH, Facts(acts=(act,)), as_of=DAY)
    assert (verdict.state, verdict.refuses, verdict.warns) == ("met", False, False)


def test_it_refuses_an_act_of_the_wrong_body() -> None:
    act = Act(3, "grant_full", 1, DAY, "day", "branch_committee_meeting", "", "person", 1)
    (verdict,) = guard(BOOK, BRANCH, Facts(acts=(act,)), as_of=DAY)
    assert verdict.refuses
    assert verdict.obligation.citations == ("ZB-11-5.b", "ZC-7-3.b")


def test_it_refuses_a_step_that_comes_too_early() -> None:
    facts = read_facts(
        {"processes": [{"kind": "membership", "person": "张三", "steps": {"admitted": date(2025, 5, 11)}}]}
    )[0]
    step = Step(1, "membership", "person", 1, 1, "full", DAY, "day")
    (verdict,) = guard(BOOK, facts, Facts(steps=(step,)), as_of=DAY)
    assert verdict.refuses
    assert verdict.obligation.opens_date == date(2025, 5, 11).replace(year=2026)
    later = Step(1, "membership", "person", 1, 1, "full", NEXT, "day")
    assert not guard(BOOK, facts, Facts(steps=(later,)), as_of=NEXT)[0].refuses


def test_a_general_rule_warns_and_does_not_refuse() -> None:
    temporary = read_facts({"branch": {"is_temporary": True}})[0]
    act = Act(3, "elect_committee", 1, DAY, "day", "general_membership_meeting", "", "organization", 1)
    verdicts = {v.obligation.check_id: v for v in guard(BOOK, temporary, Facts(acts=(act,)), as_of=DAY)}
    assert verdicts["ZB-8-1.a"].warns
    assert not verdicts["ZB-8-1.a"].refuses


def test_a_new_number_replaces_the_running_one() -> None:
    added = Facts(measures=(Measure("organization", 1, 1, "committee_members", DAY, None, 2),))
    verdicts = {v.obligation.check_id: v for v in guard(BOOK, BRANCH, added, as_of=DAY)}
    assert verdicts["ZB-20-1.a"].refuses
    merged = merge(BRANCH, added)
    held = [row for row in merged.measures if row.key == "committee_members"]
    assert [(row.value, row.valid_to) for row in held] == [(3, DAY), (2, None)]


def test_it_says_what_the_check_up_says() -> None:
    added = meeting(4, 9)
    before = guard(BOOK, BRANCH, added, as_of=DAY)[0].obligation
    after = [row for row in judge(BOOK, merge(BRANCH, added), as_of=DAY) if row.check_id == "ZB-11-2.a"]
    assert after == [before]


def test_rows_with_the_same_id_are_replaced() -> None:
    one = Membership(1, 1, 1, None, "probationary", True, date(2025, 1, 1), None)
    two = Membership(1, 1, 1, None, "full", True, date(2025, 1, 1), None)
    assert merge(Facts(memberships=(one,)), Facts(memberships=(two,))).memberships == (two,)
