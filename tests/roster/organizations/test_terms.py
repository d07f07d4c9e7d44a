"""Terms: their years by domain and level (RQ-1-1), extension, end, reminders, records-begin."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests.world import ELECTED, SYSTEM, TODAY, World
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.models import AuditEvent
from zhibu.roster.organizations.commands.corrections import correct_term
from zhibu.roster.organizations.commands.terms import (
    Election,
    complete_term_papers,
    end_term,
    extend_term,
    remind_of_election,
    set_records_begin,
    start_term,
    waive_duty,
)
from zhibu.roster.organizations.models import DutyWaiver, Term, TermCorrection, TermReminder
from zhibu.roster.organizations.queries.placement import term_years
from zhibu.roster.organizations.queries.terms import get_running_term


@pytest.mark.parametrize(
    ("domain", "kind", "years"),
    [
        ("village", "branch", 5),
        ("community", "general_branch", 5),
        ("office", "branch", 3),
        ("office", "general_branch", 3),
        ("office", "committee", 5),
        ("township", "committee", 5),
        ("faculty", "general_branch", 5),
        ("university", "branch", 3),
        ("private", "branch", 3),
        ("street", "work_committee", None),
    ],
)
def test_term_years_follow_the_table(domain: str, kind: str, years: int | None) -> None:
    assert term_years(domain, kind) == years


def test_a_new_term_ends_the_old_one(world: World) -> None:
    term = start_term(
        actor=world.actor("secretary"),
        today=TODAY,
        organization=world.branch,
        election=Election(elected_date=date(2026, 3, 2)),
    )
    world.term.refresh_from_db()
    assert (world.term.ended_date, term.end_date) == (date(2026, 3, 2), date(2031, 3, 2))


def test_an_election_on_29_february_ends_on_28(world: World) -> None:
    term = start_term(
        actor=SYSTEM,
        today=TODAY,
        organization=world.sibling,
        election=Election(elected_date=date(2024, 2, 29)),
    )
    assert term.end_date == date(2029, 2, 28)


@pytest.mark.parametrize("day", [ELECTED, date(2020, 1, 1), date(2026, 3, 17)])
def test_it_refuses_an_election_out_of_order_or_in_the_future(world: World, day: date) -> None:
    with pytest.raises(Refused):
        start_term(actor=SYSTEM, today=TODAY, organization=world.branch, election=Election(elected_date=day))


def test_a_second_open_term_is_refused_for_other_branches_too(world: World) -> None:
    with pytest.raises(NotAllowed):
        start_term(
            actor=world.actor("sibling_secretary"),
            today=TODAY,
            organization=world.branch,
            election=Election(elected_date=date(2026, 3, 2)),
        )


def test_only_an_approved_extension_moves_the_end(world: World) -> None:
    common = {"actor": SYSTEM, "today": TODAY, "term": world.term, "new_end_date": date(2028, 11, 20)}
    extend_term(**common, approved_date=None)  # type: ignore[arg-type]
    running = get_running_term(world.branch, today=TODAY)
    assert running is not None
    assert running.end_date == date(2028, 5, 20)
    extend_term(**common, approved_date=date(2026, 3, 1))  # type: ignore[arg-type]
    running = get_running_term(world.branch, today=TODAY)
    assert running is not None
    assert (running.end_date, running.is_extended) == (date(2028, 11, 20), True)


@pytest.mark.parametrize(
    ("day", "mark"),
    [
        (date(2027, 11, 19), "ok"),
        (date(2027, 11, 20), "soon"),
        (date(2028, 5, 20), "soon"),
        (date(2028, 5, 21), "late"),
    ],
)
def test_the_mark_of_a_term(world: World, day: date, mark: str) -> None:
    running = get_running_term(world.branch, today=day)
    assert running is not None
    assert running.mark == mark


def test_papers_come_later_but_not_from_before_the_election(world: World) -> None:
    complete_term_papers(
        actor=SYSTEM,
        term=world.term,
        secretary_approved_date=date(2023, 5, 26),
        members_filed_date=date(2023, 6, 1),
        document_number="北山委〔2023〕8号",
    )
    with pytest.raises(Refused):
        complete_term_papers(
            actor=SYSTEM,
            term=world.term,
            secretary_approved_date=date(2023, 5, 19),
            members_filed_date=None,
            document_number="",
        )


def test_a_term_ends_once(world: World) -> None:
    end_term(actor=SYSTEM, today=TODAY, term=world.term, ended_date=date(2026, 3, 1))
    with pytest.raises(Refused):
        end_term(actor=SYSTEM, today=TODAY, term=world.term, ended_date=TODAY)
    with pytest.raises(Refused):
        extend_term(
            actor=SYSTEM,
            today=TODAY,
            term=world.term,
            new_end_date=date(2028, 11, 20),
            approved_date=None,
        )


def test_the_superior_reminds_and_counts_once_a_day(world: World) -> None:
    for _ in range(2):
        remind_of_election(actor=world.actor("town_organizer"), today=TODAY, term=world.term)
    assert TermReminder.objects.count() == 1
    with pytest.raises(NotAllowed):
        remind_of_election(actor=world.actor("secretary"), today=TODAY, term=world.term)


def test_a_duty_is_waived_by_the_superior_only(world: World) -> None:
    values = {
        "today": TODAY,
        "organization": world.branch,
        "duty": "meeting.general",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 4, 1),
        "superior_approved_date": date(2025, 12, 20),
        "reason": "抗洪抢险",
    }
    waive_duty(actor=world.actor("town_organizer"), **values)  # type: ignore[arg-type]
    assert DutyWaiver.objects.get().reason == "抗洪抢险"
    with pytest.raises(NotAllowed):
        waive_duty(actor=world.actor("secretary"), **values)  # type: ignore[arg-type]


def test_records_begin_is_one_day_for_each_kind(world: World) -> None:
    for day in (date(2025, 1, 1), date(2025, 7, 1)):
        set_records_begin(
            actor=world.actor("secretary"), today=TODAY, organization=world.branch, begin_date=day
        )
    assert [begin.begin_date for begin in world.branch.records_begins.all()] == [date(2025, 7, 1)]
    with pytest.raises(Refused):
        set_records_begin(actor=SYSTEM, today=TODAY, organization=world.branch, begin_date=date(2026, 3, 17))


def right(term: Term, **other: Any) -> Election:
    """What is entered of a term, with something else instead."""
    entered = Election(
        elected_date=term.elected_date,
        formed_by=term.formed_by,
        number=term.number,
        term_years=term.term_years,
        seats=term.seats,
        secretary_approved_date=term.secretary_approved_date,
        members_filed_date=term.members_filed_date,
        document_number=term.document_number,
    )
    return replace(entered, **other)


def test_a_wrong_term_is_corrected_and_what_stood_before_is_kept(world: World) -> None:
    term, day = world.term, date(2023, 5, 10)
    assert term.elected_date == ELECTED
    before_end = term.end_date
    correction = correct_term(
        actor=world.actor("secretary"),
        today=TODAY,
        term=term,
        election=right(term, elected_date=day),
        reason="看错了日期",
    )
    term.refresh_from_db()
    assert (term.elected_date, term.end_date) == (day, date(2028, 5, 10))
    assert correction.before == {"elected_date": ELECTED.isoformat(), "end_date": before_end.isoformat()}
    row = AuditEvent.objects.get(action="organizations.correct_term")
    assert row.diff == {"fields": ["elected_date", "end_date"]}
    url = reverse("organizations:organization", args=[world.branch.public_id])
    page = world.client("secretary").get(url).content.decode()
    assert "2028年5月10日届满" in page
    assert f"选举日期原来登记为{ELECTED.year}年{ELECTED.month}月{ELECTED.day}日" in page
    assert "原因：看错了日期" in page


def test_the_term_before_ends_on_the_corrected_day(world: World) -> None:
    made = start_term(
        actor=SYSTEM,
        today=TODAY,
        organization=world.branch,
        election=Election(elected_date=date(2026, 3, 2)),
    )
    election = right(made, elected_date=date(2026, 2, 2))
    correct_term(actor=SYSTEM, today=TODAY, term=made, election=election, reason="写错月份")
    world.term.refresh_from_db()
    assert world.term.ended_date == date(2026, 2, 2)


@pytest.mark.parametrize(
    ("other", "reason", "code"),
    [
        ({"elected_date": date(2023, 5, 10)}, "  ", "organizations.no_reason"),
        ({}, "看错", "organizations.nothing_corrected"),
        ({"elected_date": date(2036, 1, 1)}, "看错", "organizations.future_date"),
        ({"term_years": 9}, "看错", "organizations.term_years"),
        ({"secretary_approved_date": date(2020, 1, 1)}, "看错", "organizations.approval_order"),
    ],
)
def test_it_refuses_a_correction_that_makes_no_sense(
    world: World, other: dict[str, object], reason: str, code: str
) -> None:
    election = right(world.term, **other)
    with pytest.raises(Refused) as caught:
        correct_term(actor=SYSTEM, today=TODAY, term=world.term, election=election, reason=reason)
    assert caught.value.code == code
    assert not TermCorrection.objects.exists()


def test_it_refuses_a_correction_past_an_extension(world: World) -> None:
    day = date(2025, 5, 20)
    extend_term(actor=SYSTEM, today=TODAY, term=world.term, new_end_date=day, approved_date=date(2023, 6, 1))
    election = right(world.term, elected_date=day)
    with pytest.raises(Refused) as caught:
        correct_term(actor=SYSTEM, today=TODAY, term=world.term, election=election, reason="看错")
    assert caught.value.code == "organizations.term_order"


def test_it_refuses_a_correction_past_the_next_term(world: World) -> None:
    day = date(2026, 2, 2)
    start_term(actor=SYSTEM, today=TODAY, organization=world.branch, election=Election(elected_date=day))
    election = right(world.term, elected_date=day)
    with pytest.raises(Refused) as caught:
        correct_term(actor=SYSTEM, today=TODAY, term=world.term, election=election, reason="看错")
    assert caught.value.code == "organizations.term_order"


def test_only_who_may_edit_corrects_a_term(world: World) -> None:
    with pytest.raises(NotAllowed):
        correct_term(
            actor=world.actor("sibling_secretary"),
            today=TODAY,
            term=world.term,
            election=right(world.term, number=9),
            reason="看错",
        )


def test_the_form_shows_what_is_entered_and_corrects_it(world: World) -> None:
    url = reverse("organizations:term_correction", args=[world.term.public_id])
    client = world.client("secretary")
    assert "只用来改正登记错的内容" in client.get(url).content.decode()
    sent = {
        "elected_date": "2023-05-10",
        "formed_by": world.term.formed_by,
        "term_years": "5",
        "reason": "看错了日期",
        "submission_key": "k",
    }
    assert client.post(url, sent).status_code == 302
    assert TermCorrection.objects.get().reason == "看错了日期"
    assert world.client("member").get(url).status_code in (403, 404)
