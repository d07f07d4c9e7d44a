"""Every verdict explains itself in whole Chinese sentences, with clause, parameters, reading and remedy."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from zhibu.rulebook import report
from zhibu.rulebook.casefile import Case, read, shipped
from zhibu.rulebook.explain import explain, wording
from zhibu.rulebook.judge import judge_runs
from zhibu.rulebook.loader import FOLDER, national
from zhibu.rulebook.obligation import Obligation, state

BOOK = national()
CASES = [case for path in shipped() for case in read(path, BOOK)]
NUMBERED = ("frequency", "interval", "bound")
ENGLISH = re.compile(r"[A-Za-z]{4,}")


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_every_obligation_explains_itself(path: Path) -> None:
    for case in read(path, BOOK):
        for row in _rows(case):
            found = explain(row, BOOK, case.as_of)
            texts = [
                found.title,
                found.reason,
                found.state_text,
                found.remedy,
                *(c.label for c in found.citations),
            ]
            assert not [text for text in texts if ENGLISH.search(text) or "{" in text], (case.name, texts)
            assert found.reason.endswith("。")
            assert found.citations
            assert found.parameters or BOOK.check(row.check_id).shape not in NUMBERED
            if state(row, case.as_of) == "unmet":
                assert found.remedy
                assert found.action


def _rows(case: Case) -> list[Obligation]:
    return list(judge_runs(BOOK.plan(case.packs), case.facts, as_of=case.as_of, window=case.window))


def test_all_reasons_are_used() -> None:
    used = {row.reason for case in CASES for row in _rows(case)}
    ratios = {
        "within_ratio",
        "too_low_ratio",
        "too_high_ratio",
        "flag",
        "count_none",
        "missed_within",
        "missed_over",
        "right_host",
        "wrong_host",
        "wrong_host_none",
        "wrong_body_none",
    }  # ways of saying within, too_low, too_high, count_short, right_body …
    unused = set(wording()["reason"]) - used - ratios
    assert (
        unused == {"calendar_ends", "wrong_body_org", "too_high_ratio"} - ratios
    )  # reached by the shapes' own tests; no norm needs them yet


def test_it_names_both_readings() -> None:
    case = next(case for case in CASES if case.name.startswith("二月二十九日接收，次年二月二十八日"))
    (row,) = (row for row in _rows(case) if row.check_id == "ZC-7-1.a")
    found = explain(row, BOOK, case.as_of)
    assert "按“没有对应日的取当月最后一日”为已办" in found.reason
    assert "按“没有对应日的自次月一日起办理”为未办" in found.reason


def test_hours_of_study_are_told_in_hours() -> None:
    case = next(case for case in CASES if case.name.startswith("张三全年学习一千四百三十九分钟"))
    (row,) = (r for r in _rows(case) if r.check_id == "JY-20-1.a" and r.period == "2025")
    assert explain(row, BOOK, case.as_of).reason == (
        "至少要 32 学时，到现在登记了 31.9 学时（一学时按45分钟算；按60分钟算是 23.9 学时）。"
    )
    case = next(case for case in CASES if case.name.startswith("张三全年学习一千四百四十分钟"))
    (row,) = (r for r in _rows(case) if r.check_id == "JY-20-1.a" and r.period == "2025")
    assert explain(row, BOOK, case.as_of).reason == (
        "条文没有写清楚，几种算法结论不同：按“一学时按四十五分钟计”有 32 学时，为已办；"
        "按“一学时按一小时计”有 24 学时，为未办。"
    )


def test_a_limit_is_told_with_its_number() -> None:
    case = next(case for case in CASES if case.name.startswith("支部党员五十一名"))
    (row,) = (r for r in _rows(case) if r.check_id == "ZB-4-2.a")
    assert explain(row, BOOK, case.as_of).reason == "党员总数是 51，应当不超过 50 人。"
    case = next(case for case in CASES if case.name.startswith("应到十一人到会五人"))
    (row,) = (r for r in _rows(case) if r.check_id == "ZB-11-2.a")
    said = "有表决权的到会人数是 5，有表决权的应到会人数是 11，应当不少于应到会人数的半数。"
    assert explain(row, BOOK, case.as_of).reason == said


def test_a_late_deed_names_the_days() -> None:
    case = next(case for case in CASES if case.name == "届满次日才换届，判为超期办理")
    (row,) = (row for row in _rows(case) if row.duty == "term.on_time")
    assert explain(row, BOOK, case.as_of).state_text == "已办，超期 1 天"


def test_an_article_that_is_unverified_is_not_shown() -> None:
    case = next(case for case in CASES if case.name.startswith("选举大会应到十人"))
    (row,) = (row for row in _rows(case) if row.check_id == "XJ-DH-1.a")
    assert explain(row, BOOK, case.as_of).citations[0].label == "《基层组织选举条例》（条号待核对）"


def test_a_norm_not_compared_for_a_year_shows_it() -> None:
    case = CASES[0]
    row = _rows(case)[0]
    assert not explain(row, BOOK, date(2027, 11, 22)).citations[0].is_review_due
    assert explain(row, BOOK, date(2027, 11, 23)).citations[0].is_review_due


def test_list_prints_the_counts() -> None:
    found = report.list_rules()
    assert "规范 95 条" in found.text
    assert [entry["norms"] for entry in json.loads(found.json)] == [25, 4, 3, 42, 21]
    for check in BOOK.checks:
        assert check.id in found.text


def test_show_prints_norm_and_checks() -> None:
    found = report.show_rule("ZB-20-1")
    assert "《支部工作条例》第二十条" in found.text
    assert "ZB-20-1.a" in found.text
    assert "ZB-20-1.b" in found.text
    assert "ZB-20-1.b" not in report.show_rule("ZB-20-1.a").text
    assert not report.show_rule("ZB-99-1").is_right
    assert not report.show_rule("ZB-20-1.z").is_right


def test_try_reports_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(
        "cases: [{name: 没有开会, as_of: 2026-04-01, facts: {}, expect: {ZB-11-1.a 2026-Q1: met}}]",
        encoding="utf-8",
    )
    found = report.try_cases([path])
    assert not found.is_right
    assert "应为 met，实为 unmet。至少要 1 次，还没有登记。" in found.text
    assert json.loads(found.json)[0]["outcomes"][0]["found"] == "unmet"


def test_diff_names_the_changed_verdicts(tmp_path: Path) -> None:
    edited = tmp_path / "XJ.toml"
    text = (FOLDER / "XJ.toml").read_text(encoding="utf-8")
    edited.write_text(
        text.replace('at_least = { value = "4/5"', 'more_than = { value = "4/5"'), encoding="utf-8"
    )
    found = report.diff_rules(FOLDER, edited)
    assert "由 met 变为 unmet" in found.text
    assert "共有 1 处判定发生变化。" in found.text
    assert json.loads(report.diff_rules(FOLDER, FOLDER).json) == []
