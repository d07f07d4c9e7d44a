"""Every address of the roster, the accounts and the record, as every role: 200, 302, 403 or 404, never
an error.

Inside the scope without the right 403, outside the scope 404, nobody signed in is led to the sign-in page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tests.world import SYSTEM, TODAY, World
from zhibu.foundation.audit.models import AuditEvent
from zhibu.roster.access.commands import hand_over
from zhibu.roster.access.models import Grant
from zhibu.roster.members.commands.decisions import StatusDecision
from zhibu.roster.members.commands.exemptions import exempt_person
from zhibu.roster.members.commands.transfers import start_transfer
from zhibu.roster.members.models import Exemption, Office, StatusChange

NAMESPACES = {"organizations", "members", "access", "accounts", "audit"}
ROLES = (
    "secretary",
    "committee_member",
    "group_leader",
    "member",
    "sibling_secretary",
    "organizer",
    "town_organizer",
    "statistics",
    "system",
    "security",
    "audit",
)


@dataclass(frozen=True)
class Address:
    """One address with the arguments it takes and the right it declares."""

    name: str
    arguments: tuple[str, ...]
    right: str
    methods: tuple[str, ...]


def addresses() -> list[Address]:
    found = []
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.app_name in NAMESPACES:
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern)
                view = pattern.callback
                found.append(
                    Address(
                        "{space}:{name}".format(space=resolver.app_name, name=pattern.name),
                        tuple(pattern.pattern.converters),
                        view.declared_right,
                        view.declared_methods,
                    )
                )
    return found


@dataclass(frozen=True)
class Things:
    """The objects that addresses name: in the east branch."""

    world: World
    exemption: Exemption
    office: Office
    change: StatusChange

    def arguments(self, address: Address) -> list[object]:
        if not address.arguments:
            return []
        if address.arguments == ("public_id", "slug"):
            return [self.world.people["member"].public_id, "away"]
        if address.arguments == ("seq",):
            return [AuditEvent.objects.order_by("seq").values_list("seq", flat=True)[0]]
        if address.arguments == ("token",):
            return ["no-such-token"]
        return [self._id(address.name)]

    def _id(self, name: str) -> str:
        world = self.world
        by_name = {
            "members:add": world.branch.public_id,
            "members:print": world.branch.public_id,
            "members:group_add": world.branch.public_id,
            "members:organization_merge": world.branch.public_id,
            "members:organization_split": world.branch.public_id,
            "members:person_split": "no-such-merge",
            "members:group_end": world.groups[0].public_id,
            "members:office_end": self.office.public_id,
            "members:exemption_approval": self.exemption.public_id,
            "members:exemption_end": self.exemption.public_id,
            "members:annulment": self.change.public_id,
            "members:reception": world.people["worker"].public_id,
            "access:grant_end": Grant.objects.filter(account=world.accounts["secretary"])[0].public_id,
            "access:hand_over_at": world.branch.public_id,
            "access:handed_over": "no-such-hand-over",
            "organizations:term_papers": world.term.public_id,
            "organizations:term_extension": world.term.public_id,
            "organizations:term_end": world.term.public_id,
        }
        space = name.split(":", maxsplit=1)[0]
        general = {
            "organizations": world.branch.public_id,
            "members": world.people["member"].public_id,
            "access": world.accounts["committee_member"].public_id,
            "accounts": world.accounts["committee_member"].public_id,
        }
        return by_name.get(name, general[space])


@pytest.fixture
def things(world: World) -> Things:
    exemption = exempt_person(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["elder"],
        kind=Exemption.Kind.EXCLUDED,
        circumstance=Exemption.Circumstance.BEDRIDDEN,
        valid_from=date(2026, 1, 5),
    )
    start_transfer(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["worker"],
        decision=StatusDecision(effective_date=date(2026, 3, 2)),
        destination=world.sibling,
    )
    office = Office.objects.get(person=world.people["committee_member"])
    change = StatusChange.objects.filter(kind="transfer_start").get()
    return Things(world, exemption, office, change)


def visit(client: Client, address: Address, things: Things) -> int:
    url = reverse(address.name, args=things.arguments(address))
    if "GET" in address.methods:
        return client.get(url).status_code
    return client.post(url).status_code


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_an_answer_that_its_rights_allow(things: Things, role: str) -> None:
    actor = things.world.actor(role)
    for address in addresses():
        client = things.world.client(role)
        status = visit(client, address, things)
        assert status in (200, 302, 403, 404, 409, 410), (address.name, status)
        if address.right not in ("public", "token", "signed_in") and not actor.may(address.right):
            assert status == 403, (address.name, role, status)


def test_nobody_signed_in_is_led_to_the_sign_in_page(things: Things) -> None:
    for address in addresses():
        if address.right in ("public", "token"):
            continue
        url = reverse(address.name, args=things.arguments(address))
        answer = Client().get(url) if "GET" in address.methods else Client().post(url)
        assert answer.status_code == 302, address.name
        assert answer["Location"].startswith(reverse("accounts:sign_in")), address.name


OWN = {
    "members:reception",
    "organizations:tree",
    "members:list",
    "members:own_card",
    "access:hand_over",
    "access:people",
}


def test_other_branch_gets_404(things: Things) -> None:
    client = things.world.client("sibling_secretary")
    for address in addresses():
        if (
            not address.arguments
            or address.name in OWN
            or not address.name.startswith(("org", "mem", "access:hand"))
        ):
            continue
        if not things.world.actor("sibling_secretary").may(address.right):
            continue
        assert visit(client, address, things) == 404, address.name


def test_reader_gets_403(things: Things) -> None:
    client = things.world.client("committee_member")
    for address in addresses():
        if address.right in (
            "members:edit",
            "members:unmask",
            "organizations:edit",
            "organizations:restructure",
        ):
            assert visit(client, address, things) == 403, address.name


def test_a_grant_that_ended_counts_no_more(world: World) -> None:
    client = world.client("secretary")
    url = reverse("members:person", args=[world.people["member"].public_id])
    assert client.get(url).status_code == 200
    hand_over(
        actor=world.actor("town_organizer"),
        today=date.today(),
        organization=world.branch,
        to_account=world.accounts["committee_member"],
    )
    assert client.get(url).status_code == 403
