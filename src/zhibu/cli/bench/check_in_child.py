"""A branch of five hundred and a meeting today, with an address for each of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from zhibu.common.dates import CHINA, china_today, utc_now
from zhibu.orglife.meetings.commands.checkin import open_check_in, personal_token
from zhibu.orglife.meetings.commands.meetings import MeetingDraft, create_meeting
from zhibu.orglife.meetings.models import MeetingKind
from zhibu.roster.access.actors import system_actor
from zhibu.roster.members.commands.bulk import NewPerson, bulk_add_persons
from zhibu.roster.members.commands.sealed_cards import PersonCard
from zhibu.roster.members.models import Person, Status
from zhibu.roster.organizations.commands.creation import create_organization
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.models import Organization, OrgDomain, OrgKind

_FOUNDED = date(2016, 7, 1)
_DOORS = 2


def measure(persons: int) -> dict[str, Any]:
    """The addresses to post to: one list a door, the second door's links being new ones."""
    actor, today = system_actor("bench"), china_today()
    branch = create_organization(
        actor=actor,
        today=today,
        code="370000",
        profile=Profile(name="礼堂党支部", kind=OrgKind.BRANCH, domain=OrgDomain.VILLAGE),
        decision=Decision(effective_date=_FOUNDED),
    )
    rows = [_person(branch, number) for number in range(persons)]
    bulk_add_persons(actor=actor, today=today, rows=rows)
    now = utc_now().astimezone(CHINA)
    draft = MeetingDraft(kind=MeetingKind.GENERAL, date=today, start_time=now.time().replace(microsecond=0))
    meeting = create_meeting(actor=actor, today=today, organization=branch, draft=draft)
    link = open_check_in(actor=actor, today=today, meeting=meeting)
    ids = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    paths = [
        [reverse("meetings:arrive_as", args=[link.token, personal_token(meeting, person)]) for person in ids]
        for _ in range(_DOORS)
    ]
    return {"paths": paths}


def _person(branch: Organization, number: int) -> NewPerson:
    card = PersonCard(name="党员{number}".format(number=number), sex="1", birth="1980-01-01")
    return NewPerson(card=card, organization=branch, status=Status.FULL, since_date=_FOUNDED)
