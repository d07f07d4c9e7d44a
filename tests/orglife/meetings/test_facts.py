"""What the rulebook sees of meetings: the same in bulk and for one branch, each kind an event of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from tests.orglife.meetings.made import Hall
from tests.world import TODAY
from zhibu.orglife.meetings import facts
from zhibu.orglife.meetings.commands.attendance import record_make_up
from zhibu.orglife.meetings.commands.bulk import NewMark, NewMeeting, bulk_record_meetings
from zhibu.orglife.meetings.models import MeetingKind
from zhibu.roster.access.actors import system_actor
from zhibu.rulebook.registry import registry
from zhibu.rulebook.schema import Facts


def _bulk(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_provider(table).sql["postgresql" if connection.vendor == "postgresql" else "sqlite"])
        return sorted(tuple(str(value) for value in row) for row in cursor.fetchall())


def _provider(table: str) -> Any:
    return next(p for p in registry.providers(table) if p.module == facts.MODULE)


def _loaded(table: str, hall: Hall) -> tuple[Any, ...]:
    found: tuple[Any, ...] = _provider(table).load(frozenset({hall.world.branch.pk}), TODAY)
    return found


def _as_text(row: Any) -> tuple[str, ...]:
    values = [getattr(row, name) for name in row.__dataclass_fields__]
    return tuple(str(value) for value in values)


def _year(hall: Hall) -> None:
    """A members' meeting with a vote, a party day that counts as three, a life meeting, a committee."""
    general = hall.call(MeetingKind.GENERAL)
    hall.seat(general, "elder", "worker")
    hall.vote(general.items.get(), yes=5, method="hands")
    hall.complete(general)
    record_make_up(
        actor=hall.secretary,
        today=TODAY,
        meeting=general,
        person=hall.world.people["elder"],
        way="served_at_home",
        done_date=TODAY,
    )
    for kind, also in (
        (MeetingKind.PARTY_DAY, (MeetingKind.LECTURE, MeetingKind.STUDY)),
        (MeetingKind.LIFE, (MeetingKind.APPRAISAL,)),
        (MeetingKind.COMMITTEE, ()),
        (MeetingKind.GROUP, ()),
    ):
        meeting = hall.call(kind, also=also, topics=())
        hall.seat(meeting)
        hall.complete(meeting)


def test_bulk_and_one_branch_show_the_same(hall: Hall) -> None:
    """One SELECT, two ways of running it."""
    _year(hall)
    for table in ("events", "participations", "measures", "acts", "steps", "waivers"):
        loaded = sorted(_as_text(row) for row in _loaded(table, hall))
        assert _bulk(table) == loaded, table
    assert len(_loaded("events", hall)) == 8


def test_a_meeting_is_one_event_for_each_kind_it_counts_as(hall: Hall) -> None:
    """Marks and make-ups hold for each of them."""
    _year(hall)
    kinds = sorted(event.kind for event in _loaded("events", hall))
    assert kinds == sorted(
        [
            "branch_committee_meeting",
            "collective_study",
            "democratic_appraisal",
            "general_membership_meeting",
            "organizational_life_meeting",
            "party_group_meeting",
            "party_lecture",
            "themed_party_day",
        ]
    )
    marks = {(row.person_id, row.mark) for row in _loaded("participations", hall)}
    people = hall.world.people
    assert marks == {(people["elder"].pk, "served_at_home"), (people["worker"].pk, "leave")}


def test_measures_and_acts_say_what_was_voted_and_who_presided(hall: Hall) -> None:
    """Totals with the event and the act that they belong to."""
    _year(hall)
    measures = {(row.subject_kind, row.key): row.value for row in _loaded("measures", hall)}
    assert measures["event", "voters_present"] == 6
    assert measures["event", "voters_expected"] == 8
    assert measures["event", "ineligible_voters"] == 0
    assert measures["event", "committee_present"] == measures["event", "committee_expected"] == 3
    assert measures["event", "label_quarter"] == 1
    assert measures["act", "votes_for"] == 5
    assert measures["act", "declared_passed"] == 1
    bodies = {(row.kind, row.body) for row in _loaded("acts", hall)}
    assert bodies == {
        ("resolve", "general_membership_meeting"),
        ("preside_meeting", "secretary"),
        ("preside_group_meeting", "group_leader"),
    }


def test_only_filed_meetings_are_facts(hall: Hall) -> None:
    """A meeting that is prepared or called off is none."""
    meeting = hall.call()
    hall.seat(meeting)
    assert _loaded("events", hall) == ()


def test_who_stays_away_half_a_year_is_found_in_the_marks(hall: Hall) -> None:
    """The absence runs from the last meeting attended to the next one; a short one is none."""
    person = hall.world.people["worker"]
    rows = [
        NewMeeting(
            organization_id=hall.world.branch.pk,
            kind=MeetingKind.PARTY_DAY,
            date=date(2025, month, 10),
            title="主题党日",
            year_label=2025,
            marks=(NewMark(person.pk, "leave"),) if 2 <= month <= 8 or month == 10 else (),
        )
        for month in range(1, 12)
    ]
    bulk_record_meetings(actor=system_actor("test"), today=TODAY, rows=rows)
    steps = {(row.step, row.date) for row in _loaded("steps", hall) if row.process_kind == "absence"}
    assert steps == {("last_attended", date(2025, 1, 10)), ("attended_again", date(2025, 9, 10))}


def test_every_word_shown_is_in_the_vocabulary(hall: Hall) -> None:
    """What the providers promise exists, and all together they load as facts."""
    _year(hall)
    assert isinstance(registry.load([hall.world.branch.pk], TODAY), Facts)
