"""The three administrators are kept apart: by the schema, in every pair, in races, and act by act (F7)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import permutations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from tests.guards.addresses import list_addresses
from tests.world import SYSTEM, TODAY, World, build_world
from zhibu.common.errors import NotAllowed, Refused
from zhibu.foundation.accounts.commands.accounts import appoint_administrator, create_account, set_active
from zhibu.foundation.accounts.commands.passwords import issue_link
from zhibu.foundation.accounts.commands.second_factor import drop_second_factor
from zhibu.foundation.accounts.models import Account, OneTimeLink, SpecialRole
from zhibu.roster.access.commands import grant_role, issue_reset_link
from zhibu.roster.access.models import Grant, Role
from zhibu.roster.access.rights import ROLE_RIGHTS
from zhibu.roster.members.models import Person

THREE = tuple(SpecialRole.Kind.values)
KINDS_OF_WORK = tuple(Role.values)


def test_their_rights_do_not_meet_nor_touch_the_roles_of_work() -> None:
    for one, other in permutations((*THREE, *KINDS_OF_WORK), 2):
        if one in THREE:
            assert not ROLE_RIGHTS[one] & ROLE_RIGHTS[other], (one, other)


@pytest.mark.parametrize(("first", "second"), list(permutations(THREE, 2)))
def test_no_account_is_two_of_them(world: World, first: str, second: str) -> None:
    account = world.accounts[first]
    with pytest.raises(Refused):
        appoint_administrator(actor=SYSTEM, account=account, kind=second)
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialRole.objects.create(account=account, kind=second)
    assert SpecialRole.objects.get(account=account).kind == first


@pytest.mark.parametrize("kind", THREE)
@pytest.mark.parametrize("role", KINDS_OF_WORK)
def test_no_account_is_one_of_them_and_at_work(world: World, kind: str, role: str) -> None:
    """Neither by the command nor past it: the database refuses both orders."""
    with pytest.raises(Refused):
        grant_role(
            actor=world.actor("security"),
            today=TODAY,
            account=world.accounts[kind],
            role=role,
            organization=world.branch,
        )
    row = Grant(
        account=world.accounts[kind],
        role=role,
        organization=world.branch,
        valid_from=TODAY,
        granted_by="test",
        granted_at=world.accounts[kind].created_at,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    worker = world.accounts["secretary"]
    with pytest.raises(Refused):
        appoint_administrator(actor=SYSTEM, account=worker, kind=kind)
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialRole.objects.create(account=worker, kind=kind)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(account=worker).update(account=world.accounts[kind])


@pytest.mark.parametrize("kind", THREE)
def test_none_of_them_sees_a_member(world: World, kind: str) -> None:
    assert not Person.objects.visible_to(world.actor(kind).scope).exists()


@pytest.mark.parametrize("kind", [*THREE, "organizer", "secretary"])
def test_nobody_gives_a_role_to_themselves(world: World, kind: str) -> None:
    with pytest.raises((Refused, NotAllowed)):
        grant_role(
            actor=world.actor(kind),
            today=TODAY,
            account=world.accounts[kind],
            role=Role.ORGANIZER,
            organization=world.county,
        )


@pytest.mark.parametrize(("actor", "whose"), [(a, b) for a in THREE for b in THREE])
def test_no_administrator_opens_another_s_account(world: World, actor: str, whose: str) -> None:
    account = world.accounts[whose]
    for act in (_reset, _unbind, _reset_from_above):
        with pytest.raises((Refused, NotAllowed)):
            act(world, actor, account)
    assert not OneTimeLink.objects.exists()
    client = world.client(actor)
    client.post(reverse("accounts:account_link", args=[account.public_id]))
    client.post(reverse("access:reset_link", args=[account.public_id]))
    assert not OneTimeLink.objects.exists()


def _reset(world: World, actor: str, account: Account) -> None:
    issue_link(actor=world.actor(actor), account=account, purpose=OneTimeLink.Purpose.RESET)


def _unbind(world: World, actor: str, account: Account) -> None:
    drop_second_factor(actor=world.actor(actor), account=account)


def _reset_from_above(world: World, actor: str, account: Account) -> None:
    issue_reset_link(actor=world.actor(actor), today=TODAY, account=account)


@pytest.mark.parametrize("kind", THREE)
def test_nobody_closes_their_own_account(world: World, kind: str) -> None:
    with pytest.raises((Refused, NotAllowed)):
        set_active(actor=world.actor(kind), account=world.accounts[kind], is_active=False)


@pytest.mark.parametrize("kind", THREE)
def test_each_opens_only_the_pages_of_its_own_rights(world: World, kind: str) -> None:
    own = ROLE_RIGHTS[kind]
    client = world.client(kind)
    for address in list_addresses():
        if address.arguments or address.right in (None, "public", "token", "signed_in", *own):
            continue
        ask: Callable[..., object] = client.get if "GET" in address.methods else client.post
        assert ask(reverse(address.name)).status_code == 403, address.name  # type: ignore[attr-defined]


def test_the_auditor_has_no_page_that_changes_anything(world: World) -> None:
    writing = {a.name for a in list_addresses() if a.right in ROLE_RIGHTS["audit"] and "POST" in a.methods}
    assert writing == {"audit:verification"}  # recomputes, and leaves its own row


def test_the_security_administrator_makes_no_account(world: World) -> None:
    with pytest.raises(NotAllowed):
        create_account(actor=world.actor("security"), username="x", display_name="某人")
    assert world.client("security").get(reverse("accounts:list")).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", THREE)
def test_in_a_race_an_account_becomes_one_thing_only(kind: str) -> None:
    """Appointed and granted at the same moment, twice over: exactly one of both stands afterwards."""
    world = build_world()
    for turn in range(4):
        account = create_account(actor=SYSTEM, username=f"new-{turn}", display_name="新来的")
        start = threading.Barrier(2)
        done: list[str] = []

        def appoint(
            account: Account = account, start: threading.Barrier = start, done: list[str] = done
        ) -> None:
            appoint_administrator(actor=SYSTEM, account=account, kind=kind)

        def grant(
            account: Account = account, start: threading.Barrier = start, done: list[str] = done
        ) -> None:
            grant_role(
                actor=SYSTEM, today=TODAY, account=account, role=Role.SECRETARY, organization=world.sibling
            )

        def run(act: Callable[[], None], start: threading.Barrier = start, done: list[str] = done) -> None:
            start.wait()
            try:
                act()
                done.append(act.__name__)
            except (Refused, IntegrityError):
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(act,)) for act in (appoint, grant)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stands = [
            SpecialRole.objects.filter(account=account).exists(),
            Grant.objects.filter(account=account, valid_to__isnull=True).exists(),
        ]
        assert stands.count(True) == len(done) == 1


def test_a_member_who_moves_away_reads_nothing_of_the_old_branch_at_the_next_request(world: World) -> None:
    client: Client = world.client("committee_member")
    assert client.get(reverse("members:list")).status_code == 200
    Grant.objects.filter(account=world.accounts["committee_member"]).update(valid_to=TODAY)
    old = reverse("members:person", args=[world.people["member"].public_id])
    assert client.get(old).status_code == 403
    assert client.get(reverse("members:list")).status_code == 403
