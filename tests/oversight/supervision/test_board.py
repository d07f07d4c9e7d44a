"""The organiser's board and its weekly reminder."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.world import World, build_world
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.notifications.models import Notice
from zhibu.oversight.checkup.commands import refresh
from zhibu.oversight.supervision.commands import remind
from zhibu.oversight.supervision.models import Reminder

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
