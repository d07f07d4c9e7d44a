"""Pages of organisations: the tree, one organisation, forms that lead back, the tree of a past day."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.world import World
from zhibu.roster.organizations.models import Organization


def test_the_tree_shows_own_places_with_counts(world: World) -> None:
    page = world.client("organizer").get(reverse("organizations:tree")).content.decode()
    assert "北山镇党委" in page
    assert "12人" in page
    page = world.client("sibling_secretary").get(reverse("organizations:tree")).content.decode()
    assert "西村党支部" in page
    assert "东村党支部" not in page


def test_a_search_stays_in_the_scope(world: World) -> None:
    url = reverse("organizations:tree") + "?words=党支部"
    assert "港湾一区" in world.client("organizer").get(url).content.decode()
    assert "港湾一区" not in world.client("town_organizer").get(url).content.decode()


def test_below_opens_as_a_fragment_and_as_a_page(world: World) -> None:
    url = reverse("organizations:children", args=[world.town.public_id])
    fragment = world.client("organizer").get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "东村党支部" in fragment
    assert "<html" in world.client("organizer").get(url).content.decode()


def test_the_page_shows_term_committee_and_history(world: World) -> None:
    url = reverse("organizations:organization", args=[world.branch.public_id])
    page = world.client("secretary").get(url).content.decode()
    for words in ("2028年5月20日届满", "周长河", "9名党员", "第一党小组", "成立"):
        assert words in page


def test_a_form_changes_once_and_leads_back(world: World) -> None:
    client = world.client("town_organizer")
    url = reverse("organizations:renaming", args=[world.branch.public_id])
    sent = {"name": "东村新党支部", "short_name": "", "effective_date": "2026年3月1日", "submission_key": "k"}
    for _ in range(2):
        answer = client.post(url, sent)
        assert answer["Location"] == reverse("organizations:organization", args=[world.branch.public_id])
    assert Organization.objects.get(pk=world.branch.pk).name == "东村新党支部"
    assert world.branch.changes.filter(kind="rename").count() == 1


def test_a_refusal_stands_beside_what_was_typed(world: World) -> None:
    client = world.client("town_organizer")
    url = reverse("organizations:dissolution", args=[world.branch.public_id])
    answer = client.post(url, {"effective_date": "2026-03-01", "document_number": "北山委〔2026〕9号"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "现在还不能撤销" in page
    assert "北山委〔2026〕9号" in page


def test_a_past_day_shows_what_was(world: World) -> None:
    url = reverse("organizations:past", args=[world.county.public_id])
    assert "东村党支部" in world.client("organizer").get(url + "?day=2020-01-01").content.decode()
    assert "还没有成立" in world.client("organizer").get(url + "?day=2010-01-01").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_tree(world: World) -> None:
    client = world.client("organizer")
    url = reverse("organizations:organization", args=[world.county.public_id])

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    before = count()
    for number in range(5):
        organization = Organization(
            code="38{n}".format(n=number),
            parent=world.county,
            name="新设党委",
            kind="committee",
            domain="office",
        )
        organization.path = "{above}9{n}/".format(above=world.county.path, n=number)
        organization.save()
    assert count() == before
