"""A term entered for the wrong organisation is annulled: it stays readable and counts nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse

from tests.world import SYSTEM, TODAY, World, build_world
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.audit.models import AuditEvent
from zhibu.roster.members.commands.offices import Appointment, take_office
from zhibu.roster.members.models import Office
from zhibu.roster.organizations.commands.annulments import annul_term
from zhibu.roster.organizations.commands.terms import Election, end_term, extend_term, start_term
from zhibu.roster.organizations.models import Term
from zhibu.rulebook.registry import registry

pytestmark = pytest.mark.django_db
WRONG = date(2026, 3, 2)


@pytest.fixture
def world(today: date) -> World:
    """A small county."""
    return build_world()


@pytest.fixture
def wrong(world: World) -> Term:
    """An election that took place elsewhere, entered for the branch: it ended the term that runs."""
    election = Election(elected_date=WRONG)
    return start_term(actor=SYSTEM, today=TODAY, organization=world.branch, election=election)


def annul(world: World, term: Term, reason: str = "登记错了党组织") -> None:
    """As the secretary does it."""
    annul_term(actor=world.actor("secretary"), today=TODAY, term=term, reason=reason)


def term_facts(world: World) -> set[tuple[object, ...]]:
    """What the rulebook sees of the branch's terms: steps, elections, waivers."""
    facts = registry.load([world.branch.pk], TODAY)
    steps = {
        (row.process_id, row.step, row.date)
        for row in facts.steps
        if row.process_kind in ("term", "extension")
    }
    acts = {(row.act_id, row.kind, row.date) for row in facts.acts if row.kind == "elect_committee"}
    return steps | acts | {(row.waiver_id, row.kind, row.valid_from) for row in facts.waivers}


def test_the_term_before_runs_again_and_the_values_are_kept(world: World, wrong: Term) -> None:
    assert Term.objects.get(pk=world.term.pk).ended_date == WRONG
    annul(world, wrong)
    assert Term.objects.get(pk=world.term.pk).ended_date is None
    assert list(world.branch.terms.all()) == [world.term]
    kept = Term.with_annulled.get(pk=wrong.pk)
    assert (kept.elected_date, kept.end_date, kept.annulled_reason) == (
        WRONG,
        wrong.end_date,
        "登记错了党组织",
    )
    row = AuditEvent.objects.get(action="organizations.annul_term")
    assert row.diff == {"elected_date": WRONG.isoformat(), "end_date": wrong.end_date.isoformat()}


def test_the_facts_are_as_if_it_had_not_been_entered(world: World) -> None:
    before = term_facts(world)
    election = Election(elected_date=WRONG, secretary_approved_date=WRONG, members_filed_date=WRONG)
    made = start_term(actor=SYSTEM, today=TODAY, organization=world.branch, election=election)
    assert term_facts(world) != before
    annul(world, made)
    assert term_facts(world) == before


def test_a_first_term_leaves_none_and_the_same_day_can_be_entered_again(world: World) -> None:
    election = Election(elected_date=WRONG)
    first = start_term(actor=SYSTEM, today=TODAY, organization=world.sibling, election=election)
    annul_term(actor=SYSTEM, today=TODAY, term=first, reason="登记错了党组织")
    assert not world.sibling.terms.exists()
    start_term(actor=SYSTEM, today=TODAY, organization=world.sibling, election=election)
    assert world.sibling.terms.get().elected_date == WRONG


def test_the_term_before_stays_ended_where_the_mistaken_one_was_ended(world: World, wrong: Term) -> None:
    end_term(actor=SYSTEM, today=TODAY, term=wrong, ended_date=date(2026, 3, 10))
    annul(world, Term.objects.get(pk=wrong.pk))
    world.term.refresh_from_db()
    assert world.term.ended_date == date(2026, 3, 10)


def _twice(world: World, term: Term) -> None:
    annul(world, term)


def _succeeded(world: World, term: Term) -> None:
    election = Election(elected_date=date(2026, 3, 10))
    start_term(actor=SYSTEM, today=TODAY, organization=world.branch, election=election)


def _extended(world: World, term: Term) -> None:
    day = date(2031, 9, 1)
    extend_term(actor=SYSTEM, today=TODAY, term=term, new_end_date=day, approved_date=TODAY)


def _staffed(world: World, term: Term) -> None:
    take_office(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["worker"],
        organization=world.branch,
        appointment=Appointment(role=Office.Role.PUBLICITY_MEMBER, valid_from=WRONG),
    )


@pytest.mark.parametrize(
    ("first", "says"),
    [
        (_twice, "这一届已经作废。"),
        (_succeeded, "后来又登记了2026-03-10产生的一届，它是接着这一届换的。"),
        (_extended, "这一届登记过延期（或提前）换届到2031-09-01，那是按这一届批的。"),
        (_staffed, "班子成员的任职登记在这一届：褚卫东（宣传委员）。"),
    ],
)
def test_it_refuses_where_something_builds_on_it(
    world: World, wrong: Term, first: Callable[[World, Term], None], says: str
) -> None:
    first(world, wrong)
    with pytest.raises(Refused) as caught:
        annul(world, wrong, reason="看错")
    assert caught.value.message == says
    assert Term.with_annulled.get(pk=wrong.pk).annulled_reason != "看错"


def test_it_asks_for_the_reason(world: World, wrong: Term) -> None:
    with pytest.raises(Refused) as caught:
        annul(world, wrong, reason=" ")
    assert caught.value.code == "organizations.no_reason"


def test_only_who_may_edit_annuls_a_term(world: World, wrong: Term) -> None:
    with pytest.raises(NotAllowed):
        annul_term(actor=world.actor("sibling_secretary"), today=TODAY, term=wrong, reason="看错")


def test_the_page_says_what_stands_in_the_way_and_shows_what_was_annulled(world: World, wrong: Term) -> None:
    client = world.client("secretary")
    url = reverse("organizations:term_annulment", args=[wrong.public_id])
    home = reverse("organizations:organization", args=[world.branch.public_id])
    assert url in client.get(home).content.decode()
    assert world.client("member").get(url).status_code in (403, 404)
    in_the_way = reverse("organizations:term_annulment", args=[world.term.public_id])
    assert "它是接着这一届换的。" in client.get(in_the_way).content.decode()
    refused = client.post(in_the_way, {"reason": "登记错了党组织", "submission_key": "a"})
    assert refused.status_code == 422
    assert "一届一届往前作废" in refused.content.decode()
    assert client.post(url, {"reason": "登记错了党组织", "submission_key": "b"}).url == home
    shown = client.get(home).content.decode()
    assert "2026年3月2日党员大会选举的一届，不再计入" in shown
    assert "原因：登记错了党组织" in shown
    assert client.get(url).status_code == 404
