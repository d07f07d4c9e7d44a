"""Every check has a citation and worked cases; every case comes out; a planted fault in any check is
seen by a case.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rulebook.mutants import mutants
from zhibu.rulebook.casefile import Case, evaluate, evaluate_runs, read, shipped
from zhibu.rulebook.errors import RulebookError
from zhibu.rulebook.judge import judge_runs
from zhibu.rulebook.loader import national
from zhibu.rulebook.model import Run
from zhibu.rulebook.obligation import state

BOOK = national()
CASES = [case for path in shipped() for case in read(path, BOOK)]
LIVE = [check for check in BOOK.checks if check.status == "live"]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_it_works(case: Case) -> None:
    wrong = [
        (o.expectation.label, o.expectation.state, o.found)
        for o in evaluate(case, BOOK).outcomes
        if not o.is_right
    ]
    assert wrong == []


def test_every_check_has_a_passing_and_a_failing_case() -> None:
    expected: dict[str, set[str]] = defaultdict(set)
    for case in CASES:
        for expectation in case.expected:
            expected[expectation.check_id].add(expectation.state)
    lacking = {}
    for check in LIVE:
        wanted = {"unmet"} if check.id == "ZB-8-1.a" else {"met", "unmet"}  # what nobody may do has no done
        if not wanted <= expected[check.id]:
            lacking[check.id] = wanted - expected[check.id]
    assert lacking == {}


def test_every_check_has_a_citation() -> None:
    for regulation in BOOK.regulations:
        for norm in regulation.norms:
            assert norm.article.startswith("第") or norm.article == "条号待核对"
            assert len(norm.text) > 6
            assert norm.source
            assert norm.compared_on >= regulation.in_force


def test_ids_with_letters_show_no_article() -> None:
    for regulation in BOOK.regulations:
        for norm in regulation.norms:
            if any(part.isalpha() for part in norm.id.split("-")[1:]):
                assert norm.article == "条号待核对", norm.id


def test_no_case_name_is_used_twice() -> None:
    for path in shipped():
        names = [case.name for case in read(path, BOOK)]
        assert len(names) == len(set(names)), path.name


def _groups() -> dict[tuple[str, str], list[Run]]:
    """The runs in force today, all readings of one check together."""
    groups: dict[tuple[str, str], list[Run]] = defaultdict(list)
    for run in BOOK.plan(BOOK.packs):
        if run.until is None:
            groups[run.check_id, run.key.split("@")[1]].append(run)
    return groups


GROUPS = _groups()


@pytest.mark.parametrize("runs", GROUPS.values(), ids=[check for check, _ in GROUPS])
def test_a_planted_fault_is_seen(runs: list[Run]) -> None:
    concerned = [c for c in CASES if any(e.check_id in runs[0].citations for e in c.expected)]
    survivors = []
    for planted in zip(*[list(mutants(run)) for run in runs], strict=True):
        faulty = {run.key: changed for run, (_, changed) in zip(runs, planted, strict=True)}
        if all(_is_blind(case, faulty) for case in concerned):
            survivors.append(planted[0][0])
    assert survivors == []


def _is_blind(case: Case, faulty: dict[str, Run]) -> bool:
    plan = BOOK.plan(case.packs | BOOK.packs)
    return evaluate_runs(case, [faulty.get(run.key, run) for run in plan if _concerns(case, run)]).is_right


def _concerns(case: Case, run: Run) -> bool:
    return any(expectation.check_id in run.citations for expectation in case.expected)


def test_stricter_citation_leads_and_all_are_cited() -> None:
    runs = {run.duty: run for run in BOOK.plan() if run.until is None}
    assert runs["term.length.village_branch"].citations == ("ZB-21-1.a", "RQ-1-1.a")
    assert runs["term.length.village_branch"].strength == "M"
    assert set(runs["themed_party_day.monthly"].citations) == {"ZB-16-3.a", "JY-16-1.a"}


def test_local_norms_are_judged_only_where_their_pack_is_on() -> None:
    assert all(run.strength != "L" for run in BOOK.plan())
    assert {run.check_id for run in BOOK.plan(frozenset({"common_practice"})) if run.strength == "L"} == {
        "ZB-13-2.a",
        "ZB-13-2.b",
        "ZB-16-1.b",
    }


def test_judging_again_gives_the_same() -> None:
    case = next(c for c in CASES if c.name.startswith("书记连任两届"))
    rows = [judge_runs(BOOK.plan(), case.facts, as_of=case.as_of, window=case.window) for _ in range(2)]
    assert rows[0] == rows[1]
    assert {state(row, case.as_of) for row in rows[0]} >= {"unmet", "open"}


def test_obligations_are_unique() -> None:
    for case in CASES:
        rows = judge_runs(BOOK.plan(case.packs), case.facts, as_of=case.as_of, window=case.window)
        keys = [(r.org_id, r.check_id, r.subject_kind, r.subject_id, r.period, r.reading) for r in rows]
        assert len(keys) == len(set(keys)), case.name


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("cases: 3", "缺少 cases"),
        ("cases: [{name: 甲, as_of: 2026-01-01, expect: {ZB-99-1.a: met}}]", "没有编号为 ZB-99-1.a"),
        ("cases: [{name: 甲, as_of: 2026-01-01, expect: {ZB-11-1.a: good}}]", "不是判定结果"),
        ("cases: [{name: 甲, as_of: 2026-01-01, facts: {meeting: []}, expect: {}}]", "没有“meeting”这一栏"),
        (
            "cases: [{name: 甲, as_of: 2026-01-01, facts: {events: [{date: 2026-01-01}]}, expect: {}}]",
            "缺少 'kind'",
        ),
        ("cases: [{name: 甲, expect: {}}]", "缺少 as_of"),
        ("cases: [", "YAML"),
    ],
)
def test_it_refuses_a_case_that_is_not_written_well(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RulebookError, match=words):
        read(path, BOOK)


@pytest.mark.parametrize(
    ("facts", "expect", "words"),
    [
        ("{members: [{person: 张三, form: 2020-01-01}]}", "{}", "members 里没有“form”这个词.*from"),
        ("{events: [{kind: party_lectur, date: 2026-01-01}]}", "{}", "events 的 kind.*party_lecture"),
        ("{processes: [{kind: term, steps: {electd: 2026-01-01}}]}", "{}", "term.elected"),
        ("{branch: {domain: vilage}}", "{}", "village"),
        ("{}", "{ZB-11-1.a 2026年: met}", "“2026年”既不是"),
        ("{}", "{ZB-19-1.a 2025 王五: met}", "“王五”既不是"),
    ],
)
def test_a_slip_of_the_pen_is_named(tmp_path: Path, facts: str, expect: str, words: str) -> None:
    path = tmp_path / "cases.yaml"
    content = "cases: [{name: 甲, as_of: 2026-01-01, facts: {facts}, expect: {expect}}]"
    path.write_text(content.replace("{facts}", facts).replace("{expect}", expect), encoding="utf-8")
    with pytest.raises(RulebookError, match=words):
        read(path, BOOK)


def test_a_wrong_expectation_is_reported() -> None:
    case = next(c for c in CASES if c.name.startswith("支部有三名正式党员"))
    turned = replace(case, expected=tuple(replace(e, state="unmet") for e in case.expected))
    assert not evaluate(turned, BOOK).is_right
