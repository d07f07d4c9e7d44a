"""Pages of organisations: the tree, one organisation, forms that lead back, the tree of a past day."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.world import World
from zhibu.roster.organizations.models import Organization, OrganizationState


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
    page = world.client("organizer").get(url + "?day=2020-01-01").content.decode()
    assert "北山镇党委" in page
    assert "下级2个" in page
    assert "再往下的没有全部列出" in page
    assert "东村党支部" not in page
    assert "还没有成立" in world.client("organizer").get(url + "?day=2010-01-01").content.decode()


def test_a_level_of_a_past_day_opens_as_a_fragment_and_as_a_page(world: World) -> None:
    client = world.client("organizer")
    url = reverse("organizations:past", args=[world.county.public_id])
    asked = {"day": "2020-01-01", "below": world.town.public_id}
    fragment = client.get(url, asked, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "东村党支部" in fragment
    page = client.get(url, asked).content.decode()
    assert "<html" in page
    assert "东村党支部" in page
    assert url + "?day=2020-01-01" in page  # the way back


def test_a_past_day_opens_only_what_stood_there(world: World) -> None:
    client = world.client("town_organizer")
    url = reverse("organizations:past", args=[world.town.public_id])
    for below in (world.far_branch.public_id, world.county.public_id, "nothing"):
        assert client.get(url, {"day": "2020-01-01", "below": below}).status_code == 404
    assert client.get(url, {"day": "2010-01-01", "below": world.branch.public_id}).status_code == 404


def test_a_level_of_many_is_shown_whole_with_few_queries(world: World) -> None:
    """A county of 2,500 branches: nothing of the level that is open is left out."""
    day = date(2020, 1, 1)
    organizations = Organization.objects.bulk_create(
        Organization(
            parent=world.town,
            kind="branch",
            domain="village",
            name=f"第{number:04d}村党支部",
            code=f"99{number:06d}",
            path=f"{world.town.path}9{number}/",
            depth=3,
            established_date=day,
        )
        for number in range(2500)
    )
    OrganizationState.objects.bulk_create(
        OrganizationState(
            organization=one,
            parent=world.town,
            kind="branch",
            domain="village",
            name=one.name,
            valid_from=day,
        )
        for one in organizations
    )
    url = reverse("organizations:past", args=[world.town.public_id])
    client, pages, counts = world.client("organizer"), [], []
    for asked in ("2019-12-31", "2019-12-31", "2020-01-01"):  # the first one warms up
        with CaptureQueriesContext(connection) as queries:
            pages.append(client.get(url, {"day": asked}).content.decode())
        counts.append(len(queries))
    assert "第2499村党支部" not in pages[1]
    assert all(f"第{number:04d}村党支部" in pages[2] for number in range(2500))
    assert counts[1] == counts[2]


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
