"""Pages of persons: the roster with its filters, a person, the verbs, merging and splitting branches."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.world import SYSTEM, TODAY, World
from zhibu.roster.members.commands.decisions import StatusDecision
from zhibu.roster.members.commands.situations import record_lost
from zhibu.roster.members.commands.transfers import start_transfer
from zhibu.roster.members.models import Person, StatusChange
from zhibu.roster.organizations.models import Organization


def names(world: World, role: str, query: str = "") -> list[str]:
    answer = world.client(role).get(reverse("members:list") + query)
    return [person.name for person, _ in answer.context["rows"]]


def test_the_roster_is_in_the_order_of_the_names(world: World) -> None:
    assert names(world, "secretary")[:3] == ["陈玉珍", "褚卫东", "冯大山"]
    assert names(world, "secretary", "?sort=-name")[0] == "周长河"


def test_filters(world: World) -> None:
    assert names(world, "secretary", "?standing=probationary") == ["蒋新华"]
    assert names(world, "secretary", "?words=zch") == ["周长河"]
    assert names(world, "secretary", "?words=小梅") == ["卫小梅"]
    record_lost(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["worker"],
        decision=StatusDecision(effective_date=date(2025, 9, 1)),
        circumstance="1",
    )
    assert names(world, "secretary", "?situation=lost") == ["褚卫东"]
    assert len(names(world, "town_organizer", "?org=" + world.sibling.public_id)) == 3
    assert names(world, "secretary", "?group=" + world.groups[0].public_id)[0] == "蒋新华"


def test_another_branch_s_roster_is_404(world: World) -> None:
    url = reverse("members:list") + "?org=" + world.sibling.public_id
    assert world.client("secretary").get(url).status_code == 404


def test_numbers_are_masked_everywhere(world: World) -> None:
    person = world.people["member"]
    urls = [
        reverse("members:person", args=[person.public_id]),
        reverse("members:print", args=[world.branch.public_id]),
        reverse("members:list") + "?column=phone",
        reverse("members:correction", args=[person.public_id]),
    ]
    for url in urls:
        page = world.client("secretary").get(url).content.decode()
        assert "13800000004" not in page
        assert "19500330" not in page


def test_a_verb_is_done_once_and_shows_in_the_history(world: World) -> None:
    person = world.people["worker"]
    client = world.client("secretary")
    url = reverse("members:change", args=[person.public_id, "away"])
    sent = {"effective_date": "2025-09-01", "place": "省外某市", "submission_key": "k"}
    for _ in range(2):
        assert client.post(url, sent)["Location"] == reverse("members:person", args=[person.public_id])
    assert StatusChange.objects.filter(person=person, kind="away").count() == 1
    page = client.get(reverse("members:person", args=[person.public_id])).content.decode()
    assert "外出流动" in page
    assert client.get(reverse("members:change", args=[person.public_id, "no-such-verb"])).status_code == 404


def test_a_refused_verb_names_its_clause_and_keeps_what_was_typed(world: World) -> None:
    person = world.people["probationary"]
    url = reverse("members:change", args=[person.public_id, "confirmation"])
    sent = {
        "effective_date": "2026-03-01",
        "body": "general_membership_meeting",
        "approved_date": "2026-03-05",
        "document_number": "北山委〔2026〕5号",
    }
    answer = world.client("secretary").post(url, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "预备期满一年方可转正" in page
    assert "请在预备期满以后召开支部党员大会讨论转正" in page
    assert "北山委〔2026〕5号" in page


def test_somebody_sent_here_is_received_from_the_list(world: World) -> None:
    start_transfer(
        actor=SYSTEM,
        today=TODAY,
        person=world.people["sibling_member"],
        decision=StatusDecision(effective_date=date(2026, 3, 1)),
        destination=world.branch,
    )
    client = world.client("secretary")
    assert "韩春燕" in client.get(reverse("members:list")).content.decode()
    url = reverse("members:reception", args=[world.people["sibling_member"].public_id])
    sent = {"effective_date": "2026-03-10", "submission_key": "k"}
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 302
    assert Person.objects.get(pk=world.people["sibling_member"].pk).organization == world.branch


def test_a_branch_is_merged_and_another_split_off(world: World) -> None:
    client = world.client("town_organizer")
    merge = reverse("members:organization_merge", args=[world.sibling.public_id])
    sent = {"target": world.branch.public_id, "effective_date": "2026-03-01", "submission_key": "m"}
    assert client.post(merge, sent).status_code == 302
    assert Person.objects.filter(organization=world.branch).count() == 12
    split = reverse("members:organization_split", args=[world.branch.public_id])
    sent = {
        "code": "379009",
        "name": "东村第二党支部",
        "people": world.people["worker"].public_id,
        "effective_date": "2026-03-02",
        "submission_key": "s",
    }
    assert client.post(split, sent).status_code == 302
    part = Organization.objects.get(code="379009")
    assert list(Person.objects.filter(organization=part)) == [world.people["worker"]]


def test_the_number_of_queries_does_not_grow_with_the_roster(world: World) -> None:
    def count(role: str) -> int:
        client = world.client(role)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("members:list"))
        return len(queries)

    assert count("sibling_secretary") == count("secretary")
