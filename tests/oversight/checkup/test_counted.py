"""The meetings that a met duty names are the evidence that the rulebook itself counts."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.world import SYSTEM, TODAY, World, build_world
from zhibu.orglife.meetings.commands.bulk import NewMeeting, bulk_record_meetings
from zhibu.orglife.meetings.models import Meeting, MeetingKind
from zhibu.oversight.checkup.commands import refresh
from zhibu.oversight.checkup.queries.report import Matter, get_report
from zhibu.oversight.checkup.queries.sources import load_facts, rulebook
from zhibu.rulebook.judge import judge

pytestmark = pytest.mark.django_db
_EVENTS = 16  # an event's id is its meeting's times this, plus the kind's number


def record(
    world: World, kind: str, day: date, *, also: tuple[str, ...] = (), year: int = 0, is_valid: bool = True
) -> None:
    """A meeting that was held and filed."""
    row = NewMeeting(
        organization_id=world.branch.pk,
        kind=kind,
        date=day,
        title="{day}的会".format(day=day.isoformat()),
        year_label=year or day.year,
        also_counts_as=also,
        is_valid=is_valid,
    )
    bulk_record_meetings(actor=SYSTEM, today=TODAY, rows=[row])


@pytest.fixture
def world(today: date) -> World:
    """A branch with a mixed year: two in one quarter, one that counts as three, one made up for in the next
    year, one that does not count."""
    made = build_world()
    record(made, MeetingKind.GENERAL, date(2025, 2, 3))
    record(made, MeetingKind.GENERAL, date(2025, 3, 4))
    record(made, MeetingKind.GENERAL, date(2025, 8, 4), is_valid=False)
    record(made, MeetingKind.PARTY_DAY, date(2025, 11, 5), also=(MeetingKind.GENERAL, MeetingKind.LECTURE))
    record(made, MeetingKind.LIFE, date(2026, 1, 20), also=(MeetingKind.APPRAISAL,), year=2025)
    record(made, MeetingKind.GENERAL, date(2026, 3, 2))
    record(made, MeetingKind.COMMITTEE, date(2026, 3, 3))
    refresh(org_ids=[made.branch.pk], as_of=today)
    return made


def shown(world: World, today: date) -> dict[str, Matter]:
    """The matters of the branch's report by check."""
    report = get_report(world.branch, as_of=today)
    return {matter.check_id: matter for group in report.groups for matter in group.matters}


def test_what_is_named_is_what_the_reference_counted(world: World, today: date) -> None:
    """The same meetings for every duty of the branch that meetings meet, merged, late or void ones too."""
    judged = judge(rulebook(), load_facts([world.branch.pk], as_of=today), as_of=today, packs=frozenset())
    evidence: dict[str, set[int]] = {}
    for row in judged:
        events = {number // _EVENTS for table, number in row.evidence if table == "events"}
        if row.subject_kind == "organization" and row.satisfied_date and events:
            evidence.setdefault(row.check_id, set()).update(events)
    named = {
        check_id: {meeting.pk for meeting in matter.meetings}
        for check_id, matter in shown(world, today).items()
        if matter.meetings
    }
    assert len(evidence) >= 5
    assert named == evidence


def test_the_page_links_them_for_who_may_read_meetings(world: World, today: date) -> None:
    """A link to each; nothing of them for a reader without the right."""
    page = world.client("secretary").get(reverse("checkup:branch_report", args=[world.branch.public_id]))
    meeting = Meeting.objects.get(date=date(2026, 3, 2))
    link = reverse("meetings:meeting", args=[meeting.public_id])
    assert '<a href="{link}">2026-03-02 2026-03-02的会</a>'.format(link=link) in page.content.decode()
    report = get_report(world.branch, as_of=today, may=lambda right: right != "meetings:view")
    assert not any(matter.meetings for group in report.groups for matter in group.matters)


def test_more_meetings_ask_no_more_of_the_database(world: World, today: date) -> None:
    """One query for all of them."""
    with CaptureQueriesContext(
        connection,
    ) as few:
        get_report(world.branch, as_of=today)
    for month in range(1, 13):
        record(world, MeetingKind.PARTY_DAY, date(2025, month, 8), also=(MeetingKind.STUDY,))
    refresh(org_ids=[world.branch.pk], as_of=today)
    with CaptureQueriesContext(connection) as many:
        get_report(world.branch, as_of=today)
    assert len(many) == len(few)
