"""A disk that is full: a plain sentence, nothing half saved, nothing lost, and no restart needed."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.models import CharField
from django.db.models.functions import Cast
from django.urls import reverse

from tests.world import World, build_world
from zhibu.foundation.audit.models import AuditEvent
from zhibu.foundation.notifications.models import Notice
from zhibu.oversight.supervision.models import Reminder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]


def send(world: World, text: str) -> int:
    """Post one reminder and give the status of the answer."""
    page = world.client("organizer").post(
        reverse("supervision:reminder", args=[world.branch.public_id]), {"text": text}
    )
    return page.status_code


def forget_the_week() -> None:
    """Let the same reminder be sent again."""
    Reminder.objects.update(iso_week=Cast("id", CharField()))


@pytest.fixture
def world(today: date) -> World:
    """The cast, with one reminder already sent."""
    made = build_world()
    assert send(made, "已经保存过的提醒") == 302
    return made


def test_it_says_so_and_keeps_what_was_saved(world: World) -> None:
    """503 with a sentence; the earlier reminder stands, the new one left no trace; afterwards it works."""
    client = world.client("organizer")
    address = reverse("supervision:reminder", args=[world.sibling.public_id])
    events = AuditEvent.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute("PRAGMA max_page_count = {pages}".format(pages=pages))
        page = client.post(address, {"text": "字" * 300})
        for _ in range(200):  # until the free room inside the last pages is used up
            if page.status_code == 503:
                break
            forget_the_week()
            page = client.post(address, {"text": "字" * 300})
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert page.status_code == 503
    assert "存储空间已满" in page.content.decode()
    assert Notice.objects.filter(text="已经保存过的提醒").count() == 1
    assert Reminder.objects.count() == Notice.objects.count()
    assert AuditEvent.objects.count() - events == Reminder.objects.count() - 1
    forget_the_week()
    assert client.post(address, {"text": "清理以后"}).status_code == 302
