"""The check-up report page."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.world import World, build_world
from zhibu.oversight.checkup.commands import refresh
from zhibu.oversight.checkup.queries.report import get_report

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
