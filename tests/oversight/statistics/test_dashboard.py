"""The dashboard: exact sums upwards, only what is in scope, few queries for any number of members."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, timezone

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import World
from zhibu.orglife.meetings.models import Meeting, MeetingKind
from zhibu.oversight.statistics.commands import is_stale, refresh_summaries
from zhibu.oversight.statistics.models import Summary
from zhibu.roster.members.models import MembershipSpell, Person, Standing, Status
from zhibu.roster.organizations.models import Organization, TermExtension

TODAY = date(2026, 3, 16)


def figures(org: Organization, domain: str = "", day: date = TODAY) -> dict[str, int]:
    return dict(Summary.objects.get(organization=org, domain=domain, as_of_date=day).figures)


def hold(
    org: Organization,
    day: date,
    kind: str = MeetingKind.LECTURE,
    state: str = "completed",
    also: Sequence[str] = (),
) -> None:
    Meeting.objects.create(
        organization=org,
        kind=kind,
        title="党课",
        date=day,
        year_label=day.year,
        state=state,
        also_counts_as=list(also),
        created_at=datetime(2026, 3, 1, tzinfo=timezone.utc),
        created_by="test",
    )


def test_sums_add_up_to_the_top(world: World) -> None:
    refresh_summaries(today=TODAY)
    branch, town, county = figures(world.branch), figures(world.town), figures(world.county)
    assert (branch["members"], branch["probationary"]) == (9, 1)
    assert (town["members"], county["members"]) == (12, 13)
    assert (county["organizations"], county["branch"], county["women"]) == (7, 3, 6)
    row = Summary.objects.get(organization=world.county, domain="", as_of_date=TODAY)
    for counts in row.structure.values():
        assert sum(counts.values()) == 13
    assert row.term_ends == {"2028-05": 1}


def test_a_domain_is_counted_apart(world: World) -> None:
    refresh_summaries(today=TODAY)
    assert figures(world.county, "village")["members"] == 12
    assert figures(world.county, "community")["members"] == 1
    domains = Summary.objects.filter(organization=world.county, as_of_date=TODAY).exclude(domain="")
    assert sum(row.figures["organizations"] for row in domains) == 7
    assert not Summary.objects.filter(organization=world.branch).exclude(domain="").exists()


def test_last_year_is_kept_and_compared(world: World, today: date) -> None:
    refresh_summaries(today=TODAY)
    end = date(2025, 12, 31)
    assert figures(world.county, day=end)["members"] == 13
    refresh_summaries(today=date(2026, 3, 17))
    days = set(Summary.objects.values_list("as_of_date", flat=True))
    assert days == {end, date(2026, 3, 17)}
    refresh_summaries(today=date(2027, 1, 5))
    assert set(Summary.objects.values_list("as_of_date", flat=True)) == {
        end,
        date(2026, 12, 31),
        date(2027, 1, 5),
    }


def test_meetings_are_counted_by_month(world: World, today: date) -> None:
    hold(world.branch, date(2026, 2, 3))
    hold(world.branch, date(2026, 2, 20))
    hold(world.sibling, date(2026, 3, 1), MeetingKind.COMMITTEE)
    hold(world.branch, date(2026, 3, 2), state="cancelled")
    hold(world.branch, date(2026, 3, 20), state="planned")
    refresh_summaries(today=TODAY)
    row = Summary.objects.get(organization=world.town, domain="", as_of_date=TODAY)
    assert row.meetings == {
        "2026-02": {"all": 2, "party_lecture": 2},
        "2026-03": {"all": 1, "branch_committee_meeting": 1},
    }
    page = world.client("organizer").get(f"/statistics/?org={world.town.public_id}&kind=party_lecture")
    assert "东村党支部2026年2月：2 次" in page.content.decode()


def test_a_meeting_that_served_as_two_kinds_counts_under_both_and_once_in_all(
    world: World, today: date
) -> None:
    hold(world.branch, date(2026, 2, 3), MeetingKind.PARTY_DAY, also=["party_lecture"])
    refresh_summaries(today=TODAY)
    client = world.client("organizer")
    for kind in ("", "party_lecture", "themed_party_day"):
        page = client.get("/statistics/", {"org": world.town.public_id, "kind": kind}).content.decode()
        assert "东村党支部2026年2月：1 次" in page, kind


def test_every_number_opens_a_list_of_that_length(world: World, today: date) -> None:
    """The six numbers and the lists behind them are counted apart and have to agree."""
    TermExtension.objects.create(
        term=world.term,
        new_end_date=date(2026, 4, 30),
        approved_date=date(2026, 1, 10),
        created_at=datetime(2026, 1, 10, tzinfo=timezone.utc),
        created_by="test",
    )
    spell = MembershipSpell.objects.filter(organization=world.branch, status=Status.FULL).latest("pk")
    MembershipSpell.objects.filter(pk=spell.pk).update(status=Status.SUSPENDED)
    Person.objects.filter(pk=spell.person_id).update(standing=Standing.SUSPENDED)
    refresh_summaries(today=TODAY)
    client = world.client("organizer")
    assert (figures(world.county)["members"], figures(world.county)["suspended"]) == (12, 1)
    assert "另有停止党籍 1 人，不计入党员。" in client.get("/statistics/").content.decode()
    for org in (world.county, world.town):
        context = client.get("/statistics/", {"org": org.public_id}).context
        found, links = context["board"].figures, context["links"]
        for key in ("members", "probationary", "mobile"):
            assert client.get(links[key]).context["listing"].total == found[key], key
        assert client.get(links["branches"]).context["listing"].total == found["branch"]
        assert client.get(links["terms"]).context["listing"].total == found["terms_due"] == 1
        assert client.get(links["organizations"]).context["count"] + 1 == found["organizations"]


def test_the_terms_are_shown_by_year_and_month(world: World, today: date) -> None:
    refresh_summaries(today=TODAY)
    terms = world.client("organizer").get("/statistics/").context["board"].terms
    assert [row.label for row in terms.rows] == ["2026年", "2027年", "2028年"]
    assert [cell.value for cell in terms.rows[2].cells][4:6] == [1, 0]
    assert [cell.value for cell in terms.rows[0].cells][:3] == [None, None, 0]
    assert terms.rows[2].cells[-1].value == 1


def test_one_chart_can_be_taken_along(world: World, today: date) -> None:
    refresh_summaries(today=TODAY)
    client = world.client("organizer")
    chart = client.get("/statistics/").context["board"].charts[0]
    book = openpyxl.load_workbook(io.BytesIO(client.get(chart.export_url).content))
    assert book.sheetnames == ["年龄"]


def test_it_is_stale_after_a_change(world: World) -> None:
    assert is_stale(today=TODAY)
    refresh_summaries(today=TODAY)
    assert not is_stale(today=TODAY)
    assert is_stale(today=date(2026, 3, 17))


@pytest.mark.parametrize("role", ["organizer", "statistics", "town_organizer"])
def test_it_works(world: World, today: date, role: str) -> None:
    refresh_summaries(today=TODAY)
    page = world.client(role).get("/statistics/").content.decode()
    expected = "12" if role == "town_organizer" else "13"
    assert f'<span class="figure-value">{expected}</span><span class="figure-label">党员' in page
    assert "看数据" in page
    assert "数据截至 2026-03-16" in page
    assert "周长河" not in page


def test_numbers_lead_to_lists_only_for_who_may_see_them(world: World, today: date) -> None:
    refresh_summaries(today=TODAY)
    page = world.client("statistics").get("/statistics/").content.decode()
    assert 'href="/members/' not in page


def test_reader_gets_403(world: World, today: date) -> None:
    for role in ("member", "secretary", "audit"):
        assert world.client(role).get("/statistics/").status_code == 403


def test_other_committee_gets_404(world: World, today: date) -> None:
    refresh_summaries(today=TODAY)
    client = world.client("town_organizer")
    for org in (world.county, world.other_town):
        assert client.get(f"/statistics/?org={org.public_id}").status_code == 404
        assert client.get(f"/statistics/workbook/?org={org.public_id}").status_code == 404


def test_before_the_first_summing_up_it_says_so(world: World, today: date) -> None:
    client = world.client("organizer")
    assert "还没有汇总出数据" in client.get("/statistics/").content.decode()
    assert client.get("/statistics/workbook/").status_code == 409


def test_the_workbook_holds_what_the_page_shows(world: World, today: date) -> None:
    refresh_summaries(today=TODAY)
    answer = world.client("organizer").get("/statistics/workbook/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames[:2] == ["基本数字", "年龄"]
    numbers = {row[0].value: row[1].value for row in book["基本数字"].iter_rows(min_row=3)}
    assert numbers["党员（人）"] == 13
    assert sum(int(str(row[1].value)) for row in book["年龄"].iter_rows(min_row=3)) == 13


def test_unknown_filters_fall_back_to_the_whole(world: World, today: date) -> None:
    refresh_summaries(today=TODAY)
    page = world.client("organizer").get("/statistics/?domain=moon&kind=x")
    assert page.status_code == 200
    assert '<span class="figure-value">13</span>' in page.content.decode()


def test_queries_do_not_grow_with_the_organisations(world: World, today: date) -> None:
    refresh_summaries(today=TODAY)
    client = world.client("organizer")
    client.get("/statistics/")
    with CaptureQueriesContext(
        connection,
    ) as county:
        client.get("/statistics/")
    with CaptureQueriesContext(connection) as town:
        client.get(f"/statistics/?org={world.town.public_id}")
    assert len(county) == len(town) <= 13
