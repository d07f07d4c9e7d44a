"""Cells and headers that read well and mean something else: nothing of them enters unasked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.roster.imports.made import Cell, choices, column, interpreted, rows_of, short, xlsx


def test_names_of_introducers_are_no_members(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["姓名", "性别", "入党介绍人", None, "转正", None],
        [None, None, "姓名", "单位", "时间", "地点"],
        ["王军", "男", "李敏", "某厂", "1999-07-01", "会议室"],
    ]
    found = interpreted(xlsx({"名册": rows}, merges=[(0, 2, 0, 3), (0, 4, 0, 5)]), tmp_path)
    (person,) = found.persons()
    assert person.value("name") == "王军"
    assert person.value("introducers") == "李敏"
    assert short(person.verdict("full_date")) == ("OK", "1999-07-01")
    assert person.value("unit") is None


@pytest.mark.parametrize(
    "header", ["入党时间（申请）", "联系电话（配偶）", "入党时间（上级批准）", "配偶姓名", "联系人电话"]
)
def test_a_hint_that_changes_the_meaning_is_only_a_suggestion(tmp_path: Path, header: str) -> None:
    rows: list[list[Cell]] = [["姓名", "性别", header], ["王军", "男", "1998-07-01"]]
    table = interpreted(xlsx({"名册": rows}), tmp_path).tables[0]
    assert table.columns[2].field == ""
    assert [cell.verdict.outcome for cell in table.rows[0].cells()][2] == "REJ"


@pytest.mark.parametrize("words", ["困难党员", "退休人员", "在职", "预备党员"])
def test_headings_in_the_name_column_are_no_persons(tmp_path: Path, words: str) -> None:
    rows: list[list[Cell]] = [
        ["姓名", "性别", "民族"],
        [words, None, None],
        ["王军", "男", "汉族"],
        [words, "男", "汉族"],
    ]
    people = rows_of(xlsx({"名册": rows}), tmp_path)
    assert [row.value("name") for row in people if row.value("name")] == ["王军"]


def test_a_date_whose_year_is_not_shown_is_asked(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["姓名", "性别", "入党时间"], ["王军", "男", date(2024, 7, 1)]]
    content = xlsx({"名册": rows}, number_formats={(1, 2): 'm"月"d"日"'})
    (person,) = rows_of(content, tmp_path)
    assert short(person.verdict("joined_date")) == ("ASK", None)
    assert choices(person.verdict("joined_date"))[0] == "2024-07-01"


@pytest.mark.parametrize(
    ("code", "expected"), [('yyyy"年"m"月"', "1998-07"), ("mmm-yy", "1998-07"), ("yyyy/m/d", "1998-07-01")]
)
def test_the_number_format_tells_the_precision(tmp_path: Path, code: str, expected: str) -> None:
    rows: list[list[Cell]] = [["姓名", "性别", "入党时间"], ["王军", "男", date(1998, 7, 1)]]
    (person,) = rows_of(xlsx({"名册": rows}, number_formats={(1, 2): code}), tmp_path)
    assert short(person.verdict("joined_date")) == ("OK", expected)


def test_an_impossible_age_is_asked(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["姓名", "性别", "出生年月"],
        ["王军", "男", date(2025, 1, 7)],
        ["李敏", "女", "1901-01"],
    ]
    assert [short(row.verdict("birth")) for row in rows_of(xlsx({"名册": rows}), tmp_path)] == [
        ("ASK", None)
    ] * 2


def test_applicants_are_held_back(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["某村入党积极分子名册"], ["姓名", "性别", "民族"], ["王军", "男", "汉族"]]
    found = interpreted(xlsx({"名册": rows}), tmp_path)
    assert found.tables[0].kind == "development"
    assert [row.is_held for row in found.persons()] == [True]


def test_a_sum_ends_the_group_above_it(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["姓名", "性别", "民族"],
        ["第一党支部", None, None],
        ["王军", "男", "汉族"],
        ["小计 1人", None, None],
        ["李敏", "女", "汉族"],
    ]
    people = rows_of(xlsx({"名册": rows}), tmp_path)
    assert [row.value("branch") for row in people] == ["first", None]


def test_a_three_digit_post_code_is_asked(tmp_path: Path) -> None:
    found = [short(v) for v in column(tmp_path, "工作岗位", ["111", 111, "0111", "0164", "农牧渔民"])]
    assert found == [("ASK", None), ("ASK", None), ("FIX", "011"), ("OK", "0164"), ("OK", "1")]


def test_probationary_and_full_are_checked_against_the_dates(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["姓名", "人员类别", "入党时间", "转正时间"],
        ["王军", "预备党员", "2020-05", None],
        ["李敏", "正式党员", "2025-01", None],
        ["张强", "预备党员", "2023-05", "2024-05"],
        ["刘洋", "预备党员", "2024-12", None],
    ]
    found = [row.verdict("status").outcome.value for row in rows_of(xlsx({"名册": rows}), tmp_path)]
    assert found == ["ASK", "ASK", "ASK", "OK"]


def test_birth_that_contradicts_the_id_number_is_asked_on_both_sides(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["姓名", "身份证号", "出生年月"], ["王军", "37000019680909009X", "1969-09"]]
    (person,) = rows_of(xlsx({"名册": rows}), tmp_path)
    assert (person.verdict("birth").outcome, person.verdict("id_number").outcome) == ("ASK", "ASK")
    assert choices(person.verdict("birth"))[:2] == ["1968-09-09", "1969-09"]


def test_a_merged_phone_is_not_shared_unasked(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["姓名", "性别", "联系电话"],
        ["王军", "男", "13800000000"],
        ["李敏", "女", None],
    ]
    first, second = rows_of(xlsx({"名册": rows}, merges=[(1, 2, 2, 2)]), tmp_path)
    assert short(first.verdict("phone")) == ("OK", "13800000000")
    assert short(second.verdict("phone")) == ("ASK", None)


def test_ditto_for_names_and_numbers_is_refused(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["姓名", "身份证号", "民族"],
        ["王军", "37000019680909009X", "汉族"],
        ["李敏", "同上", "同上"],
    ]
    second = rows_of(xlsx({"名册": rows}), tmp_path)[1]
    assert short(second.verdict("id_number")) == ("REJ", None)
    assert short(second.verdict("ethnicity")) == ("FIX", "01")


def test_spaces_between_the_parts_of_a_date_count(tmp_path: Path) -> None:
    found = [
        short(v)
        for v in column(
            tmp_path, "入党时间", ["1998 1 1", "1998 07", "1998.07-1", "1998.7.1", "1998年7月1日"]
        )
    ]
    assert found == [
        ("FIX", "1998-01-01"),
        ("FIX", "1998-07"),
        ("ASK", None),
        ("FIX", "1998-07-01"),
        ("FIX", "1998-07-01"),
    ]
