"""The same seed and day give the same county, on any day of the year."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from tests.demo.conftest import SEED, build
from zhibu.cli.demo.build import Built, build_branch, records_begin
from zhibu.cli.demo.source import Source
from zhibu.cli.demo.tree import MEMBERS


def digest(built: Built) -> str:
    """Everything that was made up, as one number."""
    found = hashlib.sha256()
    for person in built.county.persons:
        spells = [(s.org.code, s.status, s.valid_from, s.valid_to) for s in person.spells]
        card = (person.public_id, person.name, person.id_number, person.post, person.joined_date, spells)
        found.update(repr(card).encode())
    for org in built.county.orgs:
        found.update(repr((org.code, org.name, org.public_id, org.established_date)).encode())
        for meeting in org.meetings:
            marks = sorted((person.public_id, mark) for person, mark in meeting.marks.items())
            found.update(repr((meeting.kind, meeting.date, meeting.present, marks)).encode())
    for line in built.manifest.lines():
        found.update(line.encode())
    return found.hexdigest()


def test_the_same_seed_gives_the_same_county(built: Built) -> None:
    assert digest(build(SEED)) == digest(built)


def test_another_seed_gives_another_branch() -> None:
    today = date(2026, 11, 24)
    first, second = (build_branch(Source(seed), today, lambda text, share: None) for seed in (1, 2))
    assert digest(first) != digest(second)


@pytest.mark.parametrize("today", [date(2027, 1, 1), date(2028, 2, 29), date(2026, 12, 31)])
def test_it_works_on_awkward_days(today: date, built: Built) -> None:
    other = build(SEED, today)
    last = [person.spells[-1] for person in other.county.persons]
    current = [spell for spell in last if spell.valid_to is None and spell.status != "suspended"]
    assert len(current) == MEMBERS
    # Somebody out of reach since two months and within this year: in January and February there is nobody.
    impossible = {"lost and absent"} if today.month < 3 else set()
    names = {item.name for item in built.manifest.departures}
    assert {item.name for item in other.manifest.departures} == names - impossible
    held = [meeting for org in other.county.orgs for meeting in org.meetings if meeting.state == "completed"]
    assert max(meeting.date for meeting in held) <= today
    branch_life = [m.date for m in held if m.org.kind == "branch"]
    assert min(branch_life) >= other.county.begin


@pytest.mark.parametrize(
    ("today", "begin"),
    [
        (date(2026, 11, 24), date(2024, 11, 24)),
        (date(2027, 3, 31), date(2025, 1, 1)),
        (date(2028, 2, 29), date(2026, 1, 1)),
        (date(2027, 4, 1), date(2025, 4, 1)),
    ],
)
def test_records_begin_two_years_back(today: date, begin: date) -> None:
    assert records_begin(today) == begin
