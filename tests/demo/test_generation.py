"""The demo as it is written: a branch with accounts and samples, the county against its manifest."""

from __future__ import annotations

from collections import Counter
from datetime import date
from io import BytesIO

import pytest
from django.contrib.auth.password_validation import validate_password
from openpyxl import load_workbook

from tests.demo.conftest import SEED, TODAY
from zhibu.cli.demo.generation import DemoResult, generate
from zhibu.cli.demo.manifest import read_manifest
from zhibu.common.errors import Refused
from zhibu.foundation.accounts.models import Account
from zhibu.foundation.obligations.models import Obligation
from zhibu.oversight.checkup.commands import refresh_all
from zhibu.roster.access.models import Grant
from zhibu.roster.members.models import Group, Person, Standing
from zhibu.roster.organizations.models import Organization
from zhibu.rulebook.loader import national
from zhibu.rulebook.obligation import state_by_dates

FINDINGS = {"unmet", "unknown", "depends", "met_late"}
Key = tuple[tuple[str, ...], str, str, str, str, str]


def make(scale: str, today: date = TODAY) -> DemoResult:
    return generate(scale=scale, seed=SEED, today=today, progress=lambda text, share: None)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_it_writes_one_branch() -> None:
    result = make("branch")
    assert Person.objects.exclude(standing=Standing.LEFT).count() == result.counts["members"] == 32
    assert Organization.objects.filter(kind="branch").count() == 1
    assert list(read_manifest(result.manifest_path).findings()) == []


@pytest.mark.django_db
def test_every_account_opens_with_its_password() -> None:
    result = make("branch")
    roles = {account.role for account in result.accounts}
    assert roles >= {
        "member",
        "committee_member",
        "secretary",
        "organizer",
        "statistics",
        "system",
        "security",
        "audit",
    }
    for shown in result.accounts:
        account = Account.objects.get(username=shown.username)
        assert account.check_password(shown.password)
        validate_password(shown.password, account)
    assert Grant.objects.count() >= 6


@pytest.mark.django_db
def test_it_refuses_a_system_with_data() -> None:
    make("branch")
    with pytest.raises(Refused) as refusal:
        make("branch")
    assert refusal.value.code == "demo.not_empty"


@pytest.mark.django_db
def test_sample_rosters_open_and_are_spoilt_on_purpose() -> None:
    path = make("branch").sample_paths[0]
    sheet = load_workbook(BytesIO(path.read_bytes())).active
    assert sheet is not None
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "漢族" in cells
    assert "高中（中专）" in cells
    assert any(cell.startswith("合计32人") for cell in cells)
    assert len(sheet.merged_cells.ranges) > 5
    written = {str(row[3].value) for row in sheet.iter_rows(min_row=5) if isinstance(row[0].value, int)}
    assert "其他" not in written
    assert len(written) > 1


@pytest.mark.county
@pytest.mark.timeout(600)
@pytest.mark.django_db(transaction=True)
def test_the_check_up_of_the_county_finds_exactly_the_manifest() -> None:
    result = make("county")
    refresh_all(as_of=TODAY)
    manifest = read_manifest(result.manifest_path)
    wanted = Counter(
        (tuple(sorted(f.checks)), f.subject_kind, f.org, f.subject, f.period, f.state)
        for f in manifest.findings()
    )
    found = findings()
    assert found - wanted == Counter()
    assert wanted - found == Counter()
    spoilt = {(key[0], key[2]) for key in wanted}
    broken = {(key[0], key[2]) for key in found} - spoilt
    assert not broken & {(tuple(sorted(near.checks)), near.org) for near in manifest.near_misses}


def findings() -> Counter[Key]:
    """What the check-up found, in the words of the manifest."""
    cited = {
        run.check_id: tuple(sorted(run.citations))
        for run in national().plan(frozenset())
        if run.holds_on(TODAY)
    }
    codes = dict(Organization.objects.values_list("id", "code"))
    names = {
        "organization": codes,
        "person": dict(Person.objects.values_list("id", "public_id")),
        "group": dict(Group.objects.values_list("id", "public_id")),
    }
    found: Counter[Key] = Counter()
    rows = Obligation.objects.values_list(
        "org_id", "check_id", "subject_kind", "subject_id", "period", "due_date", "satisfied_date", "verdict"
    )
    for org, check, kind, subject, period, due, satisfied, verdict in rows.iterator():
        state = verdict or state_by_dates(due, satisfied, TODAY)
        if state in FINDINGS:
            name = names.get(kind, {}).get(subject, "")
            shown = "" if period.startswith("#") else period
            found[cited[check], kind, codes[org], name, shown, state] += 1
    return found
