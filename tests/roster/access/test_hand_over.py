"""Grants and hand-over: valid for each request, the new secretary in, the old one out, in one step."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from tests.world import SYSTEM, TODAY, World
from zhibu.common.errors import NotAllowed, Refused
from zhibu.roster.access.commands import end_grant, grant_role, hand_over
from zhibu.roster.access.models import Grant, HandOver, Role


def running(world: World, key: str, role: str) -> bool:
    return Grant.objects.filter(account=world.accounts[key], role=role, valid_to__isnull=True).exists()


def test_it_works(world: World) -> None:
    handed = hand_over(
        actor=world.actor("secretary"),
        today=TODAY,
        organization=world.branch,
        to_account=world.accounts["committee_member"],
    )
    assert not world.actor("secretary").may("members:edit", world.branch.path)
    assert world.actor("committee_member").may("members:edit", world.branch.path)
    kinds = {matter["kind"] for matter in handed.summary["matters"]}
    assert {"预备党员", "换届"} <= kinds


def test_the_page_lists_what_is_open_and_prints_it(world: World) -> None:
    client = world.client("secretary")
    url = reverse("access:hand_over_at", args=[world.branch.public_id])
    assert client.get(reverse("access:hand_over"))["Location"] == url
    assert "蒋新华的预备期" in client.get(url).content.decode()
    answer = client.post(url, {"username": "committee_member", "confirmed": "on", "submission_key": "k"})
    sheet = answer["Location"]
    assert "蒋新华的预备期" in client.get(sheet).content.decode()
    assert world.client("committee_member").get(sheet).status_code == 200
    assert world.client("member").get(sheet).status_code == 404
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("role", ["secretary", "town_organizer"])
def test_the_form_does_not_tell_whether_a_name_exists(world: World, role: str) -> None:
    closed = world.accounts["group_leader"]
    closed.is_active = False
    closed.save(update_fields=["is_active"])
    client = world.client(role)
    url = reverse("access:hand_over_at", args=[world.branch.public_id])
    answers = []
    for name in ("nobody-has-this", "organizer", "security", "far_member", closed.username):
        answer = client.post(url, {"username": name, "confirmed": "on", "submission_key": "k"})
        assert answer.status_code == 422
        once = r'name="(csrfmiddlewaretoken|submission_key)" value="[^"]*"'
        text = re.sub(once, "", answer.content.decode())
        answers.append(text.replace(f'value="{name}"', ""))
    assert "没有可以用这个登录名接手的人" in answers[0]
    assert len(set(answers)) == 1
    assert not HandOver.objects.exists()


def test_an_organizer_finds_whoever_works_below(world: World) -> None:
    client = world.client("town_organizer")
    url = reverse("access:hand_over_at", args=[world.branch.public_id])
    sent = {"username": "sibling_secretary", "confirmed": "on", "submission_key": "k"}
    assert client.post(url, sent).status_code == 302


def test_it_refuses_the_same_account_and_a_branch_without_secretary(world: World) -> None:
    with pytest.raises(Refused):
        hand_over(
            actor=SYSTEM,
            today=TODAY,
            organization=world.branch,
            to_account=world.accounts["secretary"],
        )
    with pytest.raises(Refused):
        hand_over(
            actor=SYSTEM,
            today=TODAY,
            organization=world.far_branch,
            to_account=world.accounts["secretary"],
        )
    assert running(world, "secretary", Role.SECRETARY)


def test_other_branch_hands_nothing_over_here(world: World) -> None:
    for role in ("sibling_secretary", "committee_member", "security"):
        with pytest.raises(NotAllowed):
            hand_over(
                actor=world.actor(role),
                today=TODAY,
                organization=world.branch,
                to_account=world.accounts["committee_member"],
            )
    assert HandOver.objects.count() == 0


def test_security_grants_and_takes_back(world: World) -> None:
    security = world.actor("security")
    grant = grant_role(
        actor=security,
        today=TODAY,
        account=world.accounts["member"],
        role=Role.SECRETARY,
        organization=world.far_branch,
    )
    assert world.actor("member").may("members:edit", world.far_branch.path)
    with pytest.raises(Refused):
        grant_role(
            actor=security,
            today=TODAY,
            account=world.accounts["member"],
            role=Role.SECRETARY,
            organization=world.far_branch,
        )
    end_grant(actor=security, today=TODAY, grant=grant)
    assert not world.actor("member").may("members:edit", world.far_branch.path)
    with pytest.raises(Refused):
        end_grant(actor=security, today=TODAY, grant=grant)


@pytest.mark.parametrize("role", ["system", "audit", "organizer", "secretary"])
def test_nobody_else_grants(world: World, role: str) -> None:
    with pytest.raises(NotAllowed):
        grant_role(
            actor=world.actor(role),
            today=TODAY,
            account=world.accounts["member"],
            role=Role.SECRETARY,
            organization=world.branch,
        )


def test_a_grant_begins_on_its_day(world: World) -> None:
    grant_role(
        actor=world.actor("security"),
        today=TODAY,
        account=world.accounts["member"],
        role=Role.STATISTICS,
        organization=world.town,
        valid_from=date(2026, 4, 1),
    )
    assert not world.actor("member", date(2026, 3, 31)).may("statistics:view")
    assert world.actor("member", date(2026, 4, 1)).may("statistics:view", world.branch.path)


def test_the_grant_page_finds_the_organisation_by_code(world: World) -> None:
    client = world.client("security")
    url = reverse("access:account", args=[world.accounts["member"].public_id])
    assert client.post(url, {"role": "secretary", "organization_code": "999"}).status_code == 422
    sent = {"role": "secretary", "organization_code": "370006", "submission_key": "k"}
    assert client.post(url, sent).status_code == 302
    grant = Grant.objects.get(account=world.accounts["member"], role="secretary")
    end = reverse("access:grant_end", args=[grant.public_id])
    assert client.get(end).status_code == 200
    assert client.post(end, {"submission_key": "e"}).status_code == 302
    assert not running(world, "member", "secretary")


def test_people_below_get_help_with_their_account(world: World) -> None:
    client = world.client("town_organizer")
    page = client.get(reverse("access:people")).content.decode()
    assert "周长河" in page
    account = world.accounts["secretary"]
    answer = client.post(reverse("access:reset_link", args=[account.public_id]), follow=True)
    assert "/account/password/" in answer.content.decode()
    assert "/account/password/" not in client.get(reverse("access:people")).content.decode()
    far = world.accounts["organizer"]
    assert client.post(reverse("access:reset_link", args=[far.public_id])).status_code == 404
