"""How many questions each page asks the database: written down, and the same at any size of the tree.

``ZHIBU_UPDATE_BASELINE=1`` writes the numbers anew; a number that rises needs a reason in the commit.
"""

from __future__ import annotations

import json
import os
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.guards.addresses import collect_examples, list_addresses, url_of
from tests.guards.source import ROOT, none
from tests.world import FOUNDED, SYSTEM, TODAY, World, build_world, card_of
from zhibu.roster.members.commands.cards import add_person
from zhibu.roster.members.models import Status
from zhibu.roster.organizations.commands.creation import create_organization
from zhibu.roster.organizations.commands.decisions import Decision, Profile
from zhibu.roster.organizations.models import OrgDomain, OrgKind

BASELINE = ROOT / "tests" / "query_counts.json"
MORE = 5
# Who opens a page where several may: the one with the widest view.
WATCHERS = ("organizer", "secretary", "statistics", "system", "security", "audit", "member")


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("quiet_log")
@pytest.mark.django_db
def test_each_page_asks_as_often_as_written_down(today: date) -> None:
    world = build_world()
    examples = collect_examples(world)
    pages = {
        address.name: (url_of(address, examples), str(address.right))
        for address in list_addresses()
        if "GET" in address.methods and address.right and (not address.arguments or address.name in examples)
    }
    before = {name: _count(world, *page) for name, page in pages.items()}
    _grow(world)
    after = {name: _count(world, *page) for name, page in pages.items()}
    none(
        f"{name}: {before[name]} queries, with {MORE} more branches {after[name]}"
        for name in pages
        if before[name] != after[name]
    )
    _compare({name: count for name, count in before.items() if count is not None})


def _compare(counts: dict[str, int]) -> None:
    if os.environ.get("ZHIBU_UPDATE_BASELINE") == "1":
        BASELINE.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    known = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {}
    none(
        f"{name}: {counts.get(name, 'no page')} queries, {known.get(name, 'nothing')} written down"
        for name in sorted(counts.keys() | known.keys())
        if counts.get(name) != known.get(name)
    )


def _count(world: World, url: str, right: str) -> int | None:
    """The queries of the second visit by somebody who may; None if the cast has nobody who gets in."""
    for role in WATCHERS:
        if right in ("public", "signed_in", "token") or world.actor(role).may(right):
            client = world.client(role)
            client.raise_request_exception = False
            if client.get(url).status_code == 200:
                with CaptureQueriesContext(
                    connection,
                ) as asked:
                    client.get(url)
                return len(asked)
    return None


def _grow(world: World) -> None:
    """More branches below the same committee, each with members."""
    for number in range(MORE):
        branch = create_organization(
            actor=SYSTEM,
            today=TODAY,
            code=f"37001{number}",
            parent=world.town,
            profile=Profile(
                name="中共新村第{n}支部".format(n=number), kind=OrgKind.BRANCH, domain=OrgDomain.VILLAGE
            ),
            decision=Decision(effective_date=FOUNDED),
        )
        for serial in range(4):
            card = card_of(
                "新党员", "1", "1980-01-01", date(2005, 7, 1), date(2006, 7, 1), 100 + number * 10 + serial
            )
            add_person(
                actor=SYSTEM,
                today=TODAY,
                organization=branch,
                card=card,
                status=Status.FULL,
                since_date=FOUNDED,
            )
