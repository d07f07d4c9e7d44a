"""The organiser's board and its weekly reminder."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest
from django.urls import reverse

from tests.world import World, build_world
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.notifications.models import Notice
from zhibu.orglife.meetings.models import Meeting
from zhibu.oversight.checkup.commands import refresh
from zhibu.oversight.supervision.commands import remind
from zhibu.oversight.supervision.models import Reminder
from zhibu.oversight.supervision.queries import subject_of_reminder
from zhibu.roster.organizations.models import TermExtension, TermReminder

pytestmark = pytest.mark.django_db
TEXT = "请核对届期，按时办理。"


@pytest.fixture
def world(today: date) -> World:
    """The cast, with both branches of the town judged."""
    made = build_world()
    refresh(org_ids=[made.branch.pk, made.sibling.pk], as_of=today)
    return made


def test_it_works(world: World) -> None:
    """The county's organiser sees the branches of every town."""
    page = world.client("organizer").get(reverse("supervision:board"))
    text = page.content.decode()
    assert page.status_code == 200
    assert world.branch.name in text
    assert world.sibling.name in text
    assert world.far_branch.name in text
    narrowed = world.client("organizer").get(reverse("supervision:board"), {"below": world.town.public_id})
    assert world.far_branch.name not in narrowed.content.decode()


@pytest.mark.parametrize("only", ["breaches", "reminding", "notices", "term"])
def test_filters_narrow_the_board(world: World, only: str) -> None:
    """Each counter is a filter."""
    page = world.client("organizer").get(reverse("supervision:board"), {"only": only})
    assert page.status_code == 200


def test_it_cannot_be_sorted_by_findings(world: World) -> None:
    """Lists sort by name, code or date; any other word falls back to the end of the term."""
    client = world.client("organizer")
    plain = client.get(reverse("supervision:board")).content
    asked = client.get(reverse("supervision:board"), {"sort": "-breaches"})
    assert asked.context["listing"].sort == "term"
    assert plain


def test_it_exports(world: World) -> None:
    """The board comes out as a workbook."""
    page = world.client("organizer").get(reverse("supervision:export"))
    assert page.content.startswith(b"PK")


def test_secretary_gets_403(world: World) -> None:
    """A branch secretary has no board."""
    assert world.client("secretary").get(reverse("supervision:board")).status_code == 403


def test_a_reminder_reaches_the_workbench(world: World, today: date) -> None:
    """One line on the branch's workbench, and the audit names the branch."""
    page = world.client("organizer").post(
        reverse("supervision:reminder", args=[world.branch.public_id]), {"text": TEXT}
    )
    assert page.status_code == 302
    assert Notice.objects.get(org_id=world.branch.pk).text == TEXT


def test_it_refuses_a_second_reminder_in_a_week(world: World, today: date) -> None:
    """Once a week and duty, by constraint."""
    actor = world.actor("organizer", today)

    def send() -> Reminder:
        return remind(
            actor=actor, today=today, organization=world.branch, sender=world.town, duty="term", text=TEXT
        )

    send()
    with pytest.raises(Refused, match="本周已经"):
        send()
    assert Reminder.objects.count() == 1


def test_a_secretary_may_not_remind(world: World, today: date) -> None:
    """The right is the organiser's."""
    with pytest.raises(NotAllowed):
        remind(
            actor=world.actor("secretary", today),
            today=today,
            organization=world.branch,
            sender=world.branch,
            duty="term",
            text=TEXT,
        )


def ends(world: World, day: date) -> None:
    """The running term of the east branch ends on this day, as the superior has agreed."""
    TermExtension.objects.create(
        term=world.term,
        new_end_date=day,
        approved_date=date(2026, 1, 10),
        created_at=datetime(2026, 1, 10, tzinfo=timezone.utc),
        created_by="test",
    )


def test_counters_keep_the_committee_looked_at(world: World) -> None:
    """A counter is over the committee chosen, and opens exactly what it counts."""
    client = world.client("organizer")
    page = client.get(reverse("supervision:board"), {"below": world.town.public_id, "only": "term"})
    for counter in page.context["counters"]:
        assert "below=" + world.town.public_id in counter.url
        opened = client.get(reverse("supervision:board") + counter.url)
        assert opened.context["listing"].total == counter.value, counter.label
    assert [counter.label for counter in page.context["counters"] if counter.is_current] == ["90天内届满"]


def test_an_approved_extension_moves_the_end_everywhere(world: World, today: date) -> None:
    """Filter, order and mark speak of the same last day."""
    client = world.client("organizer")
    board = reverse("supervision:board")
    assert client.get(board, {"only": "term"}).context["listing"].total == 0
    ends(world, date(2026, 4, 30))
    found = client.get(board, {"only": "term"}).context["rows"]
    assert [(row.organization, row.term_end, row.term_mark) for row in found] == [
        (world.branch, date(2026, 4, 30), "soon")
    ]
    ordered = client.get(board, {"sort": "-term"}).context["listing"].rows
    assert world.branch in ordered


def test_the_last_meeting_counts_what_it_also_served_as(world: World, today: date) -> None:
    """A party day that was a lecture too is the branch's last lecture; what is only planned is none."""
    for day, kind, also, state in (
        (date(2026, 2, 3), "themed_party_day", ["party_lecture"], "completed"),
        (date(2026, 1, 5), "party_lecture", [], "completed"),
        (date(2026, 3, 20), "branch_committee_meeting", [], "planned"),
    ):
        Meeting.objects.create(
            organization=world.branch,
            kind=kind,
            also_counts_as=also,
            title="党课",
            date=day,
            year_label=day.year,
            state=state,
            created_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
            created_by="test",
        )
    rows = world.client("organizer").get(reverse("supervision:board")).context["rows"]
    last = next(dict(row.last_meetings) for row in rows if row.organization == world.branch)
    assert last == {"党员大会": None, "支委会": None, "党课": date(2026, 2, 3)}


def test_the_boards_button_reminds_at_once_and_returns_to_the_same_list(world: World, today: date) -> None:
    """One click: the sentence names what is due first; the filters are kept."""
    client = world.client("organizer")
    address = reverse("supervision:reminder", args=[world.branch.public_id])
    answer = client.post(address + "?only=breaches&sort=name", {"at_once": "1"})
    assert answer["Location"] == reverse("supervision:board") + "?only=breaches&sort=name"
    text = Notice.objects.get(org_id=world.branch.pk).text
    assert text.startswith(str(world.branch))
    assert text == subject_of_reminder(world.branch, today=today).text
    assert "本周已提醒" in client.get(reverse("supervision:board")).content.decode()


def test_a_reminder_of_the_term_is_recorded_with_the_term(world: World, today: date) -> None:
    """What the superior owes under ZB-21-3 is met by the reminder itself."""
    ends(world, date(2026, 4, 30))
    address = reverse("supervision:reminder", args=[world.branch.public_id]) + "?about=term"
    assert world.client("town_organizer").post(address, {"at_once": "1"}).status_code == 302
    assert TermReminder.objects.get().term == world.term
    assert "2026年4月30日" in Notice.objects.get(org_id=world.branch.pk).text


def test_a_reader_of_statistics_is_led_nowhere_closed(world: World) -> None:
    """The board is open to statistics; reports and reminders are not, so nothing leads there."""
    page = world.client("statistics").get(reverse("supervision:board")).content.decode()
    assert world.branch.name in page
    assert "/checkup/" not in page
    assert "/reminder" not in page
