"""The roster's facts: one branch loaded alone equals its part of the bulk SELECT, and says what is so."""

from __future__ import annotations

from datetime import date

from django.db import connection

from tests.world import ELECTED, FOUNDED, TODAY, World
from zhibu.rulebook.registry import registry
from zhibu.rulebook.schema import Facts
from zhibu.rulebook.vocabulary import vocabulary

EVERYTHING = frozenset(range(1, 10_000))


def facts(world: World) -> Facts:
    return registry.load([world.branch.pk], TODAY)


def measures(world: World, key: str) -> list[tuple[date, date | None, int]]:
    return sorted(
        (row.valid_from, row.valid_to, row.value)
        for row in facts(world).measures
        if row.key == key and row.org_id == world.branch.pk
    )


def test_bulk_and_loader_give_the_same_rows(world: World) -> None:
    vendor = "postgresql" if connection.vendor == "postgresql" else "sqlite"
    for provider in registry.providers():
        if not provider.module.startswith("roster."):
            continue
        loaded = provider.load(EVERYTHING, TODAY)
        with connection.cursor() as cursor:
            cursor.execute(provider.sql[vendor])
            bulk = cursor.fetchall()
        shown = sorted(
            repr([_plain(getattr(row, name)) for name in row.__dataclass_fields__]) for row in loaded
        )
        assert shown == sorted(repr([_plain(value) for value in row]) for row in bulk), provider.table
        fields = [name for row in loaded[:1] for name in row.__dataclass_fields__]
        assert len(fields) in (0, len(bulk[0])) if bulk else not loaded


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def test_each_word_is_in_the_vocabulary() -> None:
    words = vocabulary()
    for provider in registry.providers():
        if provider.module.startswith("roster."):
            assert provider.provides <= words.keys(), provider.provides - words.keys()


def test_all_words_of_the_roster_are_provided() -> None:
    later = {"act:elect_delegates"}  # elections of delegates are not recorded yet
    ours = {key for key, word in vocabulary().items() if word.module.startswith("roster.")}
    assert ours - registry.provided() == later


def test_counts_follow_the_spells(world: World) -> None:
    assert measures(world, "all_members")[-1][2] == 9
    assert measures(world, "full_members")[-1] == (date(2017, 12, 20), None, 8)
    assert measures(world, "all_members")[0][0] == FOUNDED


def test_somebody_with_two_seats_is_one_member_of_the_committee(world: World) -> None:
    assert measures(world, "committee_members") == [(ELECTED, None, 3)]
    assert measures(world, "secretaries") == [(ELECTED, None, 1)]


def test_groups_count_their_members_and_leaders(world: World) -> None:
    counted = {(row.key, row.subject_id): row.value for row in facts(world).measures if row.valid_to is None}
    first = world.groups[0].pk
    assert counted["group_members", first] == 5
    assert counted["group_leaders", first] == 1


def test_a_state_knows_whether_there_are_groups(world: World) -> None:
    states = facts(world).org_states
    assert [(state.valid_from, state.has_groups) for state in states] == [(FOUNDED, True)]


def test_the_term_shows_its_steps(world: World) -> None:
    steps = {step.step: step.date for step in facts(world).steps if step.process_kind == "term"}
    assert steps["elected"] == ELECTED
    assert steps["expires"] == date(2028, 5, 20)
