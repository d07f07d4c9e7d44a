"""Two organisations judged together are judged as apart: nothing leaks from one to the other."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from zhibu.rulebook.casefile import read, shipped
from zhibu.rulebook.judge import judge_runs
from zhibu.rulebook.loader import national
from zhibu.rulebook.obligation import Obligation
from zhibu.rulebook.schema import Facts

BOOK = national()
CASES = [case for path in shipped() for case in read(path, BOOK)]
FAR = 1000
IDS = ("org_id", "person_id", "group_id", "event_id", "process_id", "subject_id", "act_id", "host_person_id",
       "membership_id", "office_id", "waiver_id")  # fmt: skip


def moved(facts: Facts) -> Facts:
    """The same facts under other numbers."""
    return Facts(
        **{field.name: tuple(_moved(row) for row in getattr(facts, field.name)) for field in fields(facts)}
    )


def _moved(row: Any) -> Any:
    names = [
        field.name for field in fields(row) if field.name in IDS and getattr(row, field.name) is not None
    ]
    return replace(row, **{name: getattr(row, name) + FAR for name in names})


def together(left: Facts, right: Facts) -> Facts:
    joined = {field.name: getattr(left, field.name) + getattr(right, field.name) for field in fields(Facts)}
    return Facts(**joined)


def _key(row: Obligation) -> str:
    return repr(row)


def test_nothing_leaks() -> None:
    for left, right in zip(CASES, CASES[1:] + CASES[:1], strict=True):
        packs = left.packs | right.packs
        other = moved(right.facts)
        found = [
            judge_runs(BOOK.plan(packs), facts, as_of=left.as_of, window=left.window)
            for facts in (together(left.facts, other), left.facts, other)
        ]
        assert sorted(found[0], key=_key) == sorted(found[1] + found[2], key=_key), (left.name, right.name)


def test_the_order_of_facts_does_not_matter() -> None:
    for case in CASES:
        turned = Facts(**{field.name: getattr(case.facts, field.name)[::-1] for field in fields(Facts)})
        found = [
            judge_runs(BOOK.plan(case.packs), facts, as_of=case.as_of, window=case.window)
            for facts in (case.facts, turned)
        ]
        assert sorted(found[0], key=_key) == sorted(found[1], key=_key), case.name
