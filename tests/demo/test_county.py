"""The made-up county: its size, its people in the published proportions, nothing real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from zhibu.cli.demo.build import Built
from zhibu.cli.demo.population import ID_CHECK, ID_WEIGHTS
from zhibu.cli.demo.records import Person
from zhibu.cli.demo.source import table
from zhibu.cli.demo.tree import BRANCHES, COMMITTEES, GENERAL_BRANCHES, MEMBERS

OCCUPATIONS = {
    **dict.fromkeys(("012", "014", "021", "023"), "manager"),
    **dict.fromkeys(("013", "015", "022", "024"), "specialist"),
    **dict.fromkeys(("016", "025"), "worker"),
    "011": "official",
}
FIRST_DIGITS = {"1": "farmer", "3": "student", "4": "retired", "5": "other"}


def on_the_roll(built: Built) -> list[Person]:
    """Everybody who belongs somewhere today, the suspended too."""
    return [person for person in built.county.persons if person.spells[-1].valid_to is None]


def members(built: Built) -> list[Person]:
    """Those who count as members."""
    return [person for person in on_the_roll(built) if person.spells[-1].status != "suspended"]


def share(people: list[Person], holds: Callable[[Person], bool]) -> float:
    return 100 * sum(1 for person in people if holds(person)) / len(people)


def age(person: Person, built: Built) -> int:
    today = built.county.today
    return (
        today.year - person.birth.year - ((today.month, today.day) < (person.birth.month, person.birth.day))
    )


def test_the_numbers_are_exact(built: Built) -> None:
    kinds = Counter(org.kind for org in built.county.orgs)
    assert kinds["committee"] + kinds["work_committee"] == COMMITTEES
    assert kinds["general_branch"] == GENERAL_BRANCHES
    assert kinds["branch"] == BRANCHES
    assert kinds["local_committee"] == 1
    assert len(members(built)) == MEMBERS


def test_sex_ethnicity_and_education_follow_the_communique(built: Built) -> None:
    rows, people = table("proportions"), members(built)
    published = rows["members"]
    assert share(people, lambda p: p.sex == "2") == pytest.approx(100 * rows["women"] / published, abs=1.5)
    assert share(people, lambda p: p.ethnicity != "01") == pytest.approx(
        100 * rows["minorities"] / published, abs=0.6
    )
    college = {"31", "21", "14", "11"}
    assert share(people, lambda p: p.education in college) == pytest.approx(
        100 * rows["college"] / published, abs=2.0
    )


def test_ages_follow_the_communique(built: Built) -> None:
    rows, people = table("proportions")["age"], members(built)
    for band, number in rows.items():
        low, high = (int(part) for part in band.split("-"))
        found = share(people, lambda p, low=low, high=high: low <= age(p, built) <= high)  # type: ignore[misc]
        assert found == pytest.approx(100 * number / sum(rows.values()), abs=2.5), band


def test_joining_follows_the_communique(built: Built) -> None:
    rows, people = table("proportions")["joined"], members(built)
    before = share(people, lambda p: str(p.joined_date) < "1978-12-18")
    late = share(people, lambda p: str(p.joined_date) > "2012-11-08")
    assert before == pytest.approx(100 * rows["before 1978-12"] / sum(rows.values()), abs=2.5)
    assert late == pytest.approx(100 * rows["since 2012-11"] / sum(rows.values()), abs=5)


def test_occupations_are_those_of_a_county(built: Built) -> None:
    people = members(built)
    found = Counter(FIRST_DIGITS.get(p.post[0]) or OCCUPATIONS[p.post[:3]] for p in people)
    for name, percent in table("proportions")["county_occupation_percent"].items():
        assert 100 * found[name] / len(people) == pytest.approx(percent, abs=5), name


def test_nobody_joined_before_eighteen(built: Built) -> None:
    planted = {"applied at 17", "applied on the birthday"}
    sites = {near.org for near in built.manifest.near_misses if near.name in planted}
    sites |= {item.finding.org for item in built.manifest.departures if item.name in planted}
    for person in members(built):
        if person.spells[-1].org.code not in sites:
            assert person.joined_date is not None
            assert (person.joined_date - person.birth).days >= 18 * 365


def test_identity_numbers_are_right_and_of_no_place(built: Built) -> None:
    numbers = [person.id_number for person in built.county.persons]
    assert len(set(numbers)) == len(numbers)
    for number in numbers[::97]:
        total = sum(int(digit) * weight for digit, weight in zip(number[:17], ID_WEIGHTS, strict=True))
        assert number.startswith("370000")
        assert number[17] == ID_CHECK[total % 11]


def test_phones_come_from_a_block_that_was_never_given_out(built: Built) -> None:
    phones = {person.phone for person in built.county.persons}
    assert len(phones) == len(built.county.persons)
    assert all(phone.startswith("154") and len(phone) == 11 for phone in phones)


def test_names_repeat_and_have_rare_signs(built: Built) -> None:
    names = Counter(person.name for person in members(built))
    assert names.most_common(1)[0][1] >= 8
    rare = set(table("names")["rare"]["signs"].split())
    assert len({sign for name in names for sign in name if sign in rare}) >= 15
    assert any("·" in name for name in names)


def test_some_members_are_mobile_and_a_few_are_lost(built: Built) -> None:
    people = on_the_roll(built)
    assert 0.8 < share(people, lambda p: p.is_mobile) < 1.6
    assert 0.02 < share(people, lambda p: p.is_lost) < 0.1
    for person in people:
        assert not (person.is_mobile and person.is_lost)
        if person.is_mobile:
            assert person.mobile_since is not None
            assert (built.county.today - person.mobile_since).days > 200
            assert person.mobile_destination.startswith(table("places")["city"])


def test_the_lost_are_suspended_half_a_year_later_or_still_searched_for(built: Built) -> None:
    searched = {change.person: change.date for change in built.county.changes if change.kind == "searched"}
    states = set()
    for person in on_the_roll(built):
        if person.is_lost and person.lost_date is not None:
            last = person.spells[-1]
            states.add(last.status)
            assert person.lost_date < searched[person] <= built.county.today
            if last.status == "suspended":
                assert (last.valid_from - person.lost_date).days > 181
                assert searched[person] < last.valid_from
    assert states == {"full", "suspended"}


def test_who_is_away_takes_part_elsewhere_and_who_is_lost_nowhere(built: Built) -> None:
    seen = 0
    for org in built.county.branches:
        for meeting in org.meetings:
            for person, mark in meeting.marks.items():
                if person.is_mobile and mark == "leave":
                    seen += 1
                    assert meeting.make_ups[person] == "made_up"
                if person.is_lost and person.lost_date is not None and meeting.date >= person.lost_date:
                    assert mark == "absent"
    assert seen > 1000
