"""Expected voters (K-03…K-05) and the table of terms (RQ)."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.rulebook.conventions import CONVENTIONS, expected_voters, term_end, term_months
from zhibu.rulebook.schema import Domain, Membership, OrgKind, Waiver

DAY = date(2026, 5, 10)
START = date(2020, 1, 1)


def member(person: int, status: str = "full", belongs: bool = True, end: date | None = None) -> Membership:
    return Membership(person, person, 1, None, status, belongs, START, end)  # type: ignore[arg-type]


def exclusion(person: int, superior: date | None, meeting: date | None, start: date = START) -> Waiver:
    return Waiver(person, 1, person, "excluded_from_expected", "", "④", start, None, superior, meeting)


def test_only_full_members_with_rights_are_expected() -> None:
    members = [
        member(1),
        member(2, "probationary"),
        member(3, "suspended"),
        member(4, belongs=False),
        member(5, end=DAY),
        member(6),
        member(7),
    ]
    assert expected_voters(members, [], frozenset({6}), 1, DAY) == {1, 7}
    assert expected_voters(members, [], frozenset(), 2, DAY) == frozenset()


@pytest.mark.parametrize(
    ("waiver", "is_excluded"),
    [
        (exclusion(1, START, START), True),
        (exclusion(1, DAY, DAY), True),
        (exclusion(1, None, START), False),
        (exclusion(1, START, None), False),
        (exclusion(1, date(2026, 5, 11), START), False),
        (exclusion(1, START, START, date(2026, 5, 11)), False),
    ],
)
def test_both_approvals_are_needed(waiver: Waiver, is_excluded: bool) -> None:
    assert (expected_voters([member(1)], [waiver], frozenset(), 1, DAY) == frozenset()) is is_excluded


@pytest.mark.parametrize(
    ("kind", "domain", "months"),
    [
        ("branch", "village", 60),
        ("branch", "community", 60),
        ("branch", "office", 36),
        ("branch", "faculty", 36),
        ("general_branch", "village", 60),
        ("general_branch", "state_firm", 36),
        ("general_branch", "faculty", 60),
        ("committee", "township", 60),
        ("committee", "private", 60),
        ("work_committee", "street", None),
        ("party_group", "office", None),
    ],
)
def test_terms(kind: OrgKind, domain: Domain, months: int | None) -> None:
    assert term_months(kind, domain, DAY) == months


def test_old_terms_follow_the_rules_of_their_time() -> None:
    assert term_months("branch", "office", date(2018, 7, 11)) is None
    assert term_end("branch", "office", date(2018, 7, 12)) == date(2021, 7, 12)
    assert term_end("branch", "village", date(2024, 2, 29)) == date(2029, 2, 28)


def test_the_conventions_are_all_there() -> None:
    keys = [convention.key for convention in CONVENTIONS]
    assert [key for key in keys if key != "K-02b"] == ["K-{n:02d}".format(n=n) for n in range(1, 16)]
    assert all(convention.text.endswith("。") for convention in CONVENTIONS)
