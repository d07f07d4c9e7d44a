"""The check-up report page."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.world import World, build_world
from zhibu.oversight.checkup.commands import refresh
from zhibu.oversight.checkup.queries.report import get_report
from zhibu.oversight.checkup.queries.wording import period_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(today: date) -> World:
    """The cast, with the branch just judged."""
    made = build_world()
    refresh(org_ids=[made.branch.pk], as_of=today)
    return made


def test_it_works(world: World) -> None:
    """The secretary sees matters with article, fact and remedy, and what was not checked."""
    page = world.client("secretary").get(reverse("checkup:branch_report", args=[world.branch.public_id]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "支部党员大会" in text
    assert "这些条款还没有核对" in text
    assert "不打分" in text


def test_own_report_leads_to_the_own_branch(world: World) -> None:
    """Without an address the actor's own organisation is meant."""
    page = world.client("secretary").get(reverse("checkup:report"))
    assert page.headers["Location"] == reverse("checkup:branch_report", args=[world.branch.public_id])


def test_other_branch_gets_404(world: World) -> None:
    """A sibling's secretary does not learn that the branch exists."""
    page = world.client("sibling_secretary").get(
        reverse("checkup:branch_report", args=[world.branch.public_id])
    )
    assert page.status_code == 404


def test_papers_open(world: World) -> None:
    """The report prints as PDF and as Word."""
    client = world.client("secretary")
    pdf = client.get(reverse("checkup:paper", args=[world.branch.public_id, "pdf"]))
    word = client.get(reverse("checkup:paper", args=[world.branch.public_id, "docx"]))
    assert pdf.content.startswith(b"%PDF")
    assert word.content.startswith(b"PK")


def test_every_finding_names_article_and_remedy(world: World, today: date) -> None:
    """A red mark always explains itself."""
    found = get_report(world.branch, as_of=today)
    findings = [matter for group in found.groups for matter in group.matters if matter.key == "breach"]
    assert findings
    for matter in findings:
        assert matter.citations
        assert matter.fact.endswith("。") or matter.fact.endswith("）")
        assert matter.remedy


def test_no_score_or_rank_is_shown(world: World, today: date) -> None:
    """The verdict counts matters in words and gives no mark out of anything."""
    verdict = get_report(world.branch, as_of=today).verdict
    assert "分" not in verdict
    assert "名" not in verdict


def test_buttons_lead_only_where_the_reader_may_act(world: World, today: date) -> None:
    """A committee member gets no button for what only the secretary may record; the words stay."""
    of_secretary = {link for link, _ in _buttons(world, "secretary")}
    of_member = {link for link, _ in _buttons(world, "committee_member")}
    assert of_member < of_secretary
    for link, _ in _buttons(world, "committee_member"):
        assert world.client("committee_member").get(link).status_code == 200, link


def _buttons(world: World, role: str) -> list[tuple[str, str]]:
    page = world.client(role).get(reverse("checkup:branch_report", args=[world.branch.public_id]))
    matters = [matter for group in page.context["report"].groups for matter in group.matters]
    return [(one.button.url, one.button.label) for one in matters if one.remedy and one.button.url]


def test_what_the_superior_owes_is_not_put_on_the_branch(world: World, today: date) -> None:
    """The reminder of the election is the superior's: the branch reads so, the organiser may do it."""
    found = get_report(world.branch, as_of=today, may=lambda right: right != "supervision:remind")
    of_superior = [m for group in found.groups for m in group.matters if m.is_for_superior]
    assert of_superior
    assert all(not matter.button.url for matter in of_superior if matter.button.label == "提醒换届")
    assert not [
        m for g in get_report(world.branch, as_of=today).groups for m in g.matters if m.is_for_superior
    ]


def test_what_presses_stands_above_what_is_settled(world: World, today: date) -> None:
    """Each matter stands in one of the two lists, and nothing undone in the folded one."""
    for group in get_report(world.branch, as_of=today).groups:
        assert sorted(m.check_id for m in (*group.pressing, *group.settled)) == sorted(
            m.check_id for m in group.matters
        )
        assert {m.key for m in group.settled} <= {"met", "exempt", "open"}


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2026-Q2", "2026年第二季度"),
        ("2026-03", "2026年3月"),
        ("2026", "2026年"),
        ("2026-03-02", ""),
        ("#12", ""),
    ],
)
def test_periods_are_said_in_words(period: str, words: str) -> None:
    """No code of a period is shown."""
    assert period_words(period) == words
