"""Mutations of rosters beyond the twenty-five of the handbook, each judged cell by cell: what is accepted is
right, everything else is asked or refused with a reason. All persons are fictitious.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from tests.roster.imports.made import (
    Cell,
    choices,
    column,
    id_number,
    interpreted,
    rows_of,
    short,
    xlsx,
)
from zhibu.roster.imports.values import Outcome

WANG, LI = id_number("19680909", "001"), id_number("19700102", "002")
ZHANG, LIU = id_number("19800506", "003"), id_number("19851112", "004")
HEADER: list[Cell] = ["姓名", "性别", "民族", "出生日期", "身份证号", "入党时间", "转正时间", "联系电话"]
PEOPLE: list[list[Cell]] = [
    ["王军", "男", "汉族", "1968-09-09", WANG, "1998-07-01", "1999-07-01", "13800000001"],
    ["李敏", "女", "汉族", "1970-01-02", LI, "2000-03-01", "2001-03-01", "13800000002"],
    ["张强", "男", "回族", "1980-05-06", ZHANG, "2005-06-01", "2006-06-01", "13800000003"],
    ["刘洋", "女", "汉族", "1985-11-12", LIU, "2008-06-01", "2009-06-01", "13800000004"],
]
Judged = tuple[Cell, str, object]


def judged(folder: Path, header: str, cases: Sequence[Judged]) -> None:
    """Each cell ends as it must; whatever is not taken says why."""
    verdicts = column(folder, header, [value for value, _, _ in cases])
    for (value, outcome, expected), verdict in zip(cases, verdicts, strict=True):
        found = choices(verdict) if outcome == "ASK" else short(verdict)[1]
        assert (value, verdict.outcome.value, found) == (value, outcome, expected)
        assert verdict.outcome is Outcome.OK or verdict.reason


def test_dates_of_all_kinds(tmp_path: Path) -> None:
    judged(
        tmp_path,
        "入党时间",
        [
            ("民国35年7月", "ASK", ["1946-07", None]),
            ("民国三十五年", "ASK", ["1946", None]),
            ("农历1998年8月", "REJ", None),
            ("1998年正月", "REJ", None),
            ("1998-00", "ASK", ["1998", None]),
            ("1998-06-31", "REJ", None),
            ("19980230", "REJ", None),
            ("1998年13月", "REJ", None),
            ("03/04/1998", "ASK", ["1998-03-04", "1998-04-03", None]),
            ("31/12/1998", "ASK", ["1998-12-31", None]),
            ("07/1998", "ASK", ["1998-07", None]),
            ("Jul-98", "ASK", ["1998-07", None]),
            ("1-Jul-98", "ASK", ["1998-07-01", None]),
            ("09.7", "ASK", ["1909-07", "2009-07", None]),
            ("98年7月", "ASK", ["1998-07", None]),
            ("1998，08", "ASK", ["1998-08", None]),
            ("1998.7—1999.7", "ASK", ["1998-07", "1999-07", None]),
            ("199807.0", "FIX", "1998-07"),
            ("19980701.0", "FIX", "1998-07-01"),
            ("壹玖玖捌年柒月", "FIX", "1998-07"),
            ("2099-07-01", "ASK", ["2099-07-01", None]),
            ("1998年春", "REJ", None),
            (1998.13, "REJ", None),
            (-1, "REJ", None),
        ],
    )


def test_identity_numbers_with_something_beside_them(tmp_path: Path) -> None:
    judged(
        tmp_path,
        "身份证号",
        [
            (WANG + "（已核）", "ASK", [WANG, None]),
            (LI.replace("0", "O"), "ASK", [LI, None]),
            (ZHANG[:17], "REJ", None),
            (ZHANG[:6] + "****" + ZHANG[-4:], "REJ", None),
            ("13800000001", "REJ", None),
            (3.70000196809090e17, "REJ", None),
            (LIU + ".0", "ASK", [LIU, None]),
        ],
    )


def test_a_number_in_the_wrong_column_says_so(tmp_path: Path) -> None:
    (phone,) = column(tmp_path, "联系电话", [WANG])
    assert "身份证号" in phone.reason
    (number,) = column(tmp_path, "身份证号", ["13800000001"])
    assert "手机号码" in number.reason


def test_phones_of_programs(tmp_path: Path) -> None:
    judged(
        tmp_path,
        "联系电话",
        [
            ("13800000001.0", "FIX", "13800000001"),
            ("13800000001（儿子）", "ASK", ["13800000001", None]),
            ("138****0001", "REJ", None),
            ("400-800-1234", "REJ", None),
            ("13O00000001", "REJ", None),
        ],
    )


def test_what_stands_beside_a_name(tmp_path: Path) -> None:
    names: list[Judged] = [
        ("1.王军", "FIX", "王军"),
        ("王军。", "FIX", "王军"),
        ("王军、", "FIX", "王军"),
        ("王军 男", "ASK", ["王军", None]),
        ("王军已转出", "ASK", ["王军", "王军已转出", None]),
        ("已转出", "ASK", ["已转出", None]),
        ("去世", "ASK", ["去世", None]),
        ("停止党籍", "ASK", ["停止党籍", None]),
        ("王军2人", "REJ", None),
        ("(王军)", "REJ", None),
    ]
    table: list[list[Cell]] = [["姓名", "性别", "工作单位"]]
    rows = rows_of(xlsx({"名册": table + [[value, "男", "某厂"] for value, _, _ in names]}), tmp_path)
    assert len(rows) == len(names)
    for row, (value, outcome, expected) in zip(rows, names, strict=True):
        verdict = row.verdict("name")
        found = choices(verdict) if outcome == "ASK" else short(verdict)[1]
        assert (value, verdict.outcome.value, found) == (value, outcome, expected)


@pytest.mark.parametrize("name", ["王军(已故)", "王军（已转出）", "王军（2024年去世）"])
def test_a_name_that_says_somebody_has_gone_is_held(tmp_path: Path, name: str) -> None:
    (row,) = rows_of(xlsx({"名册": [["姓名", "性别", "工作单位"], [name, "男", "某厂"]]}), tmp_path)
    assert row.is_held


@pytest.mark.parametrize(
    "remark",
    ["亡", "已故", "亡故", "过世", "2023年牺牲", "死于2023年", "转走", "已调出", "迁出", "组织关系已转",
     "开除", "2024年出党", "劝退", "取消预备党员资格", "不在册"],
)  # fmt: skip
def test_a_remark_that_says_somebody_has_gone_holds_the_row(tmp_path: Path, remark: str) -> None:
    (row,) = rows_of(xlsx({"名册": [["姓名", "性别", "备注"], ["王军", "男", remark]]}), tmp_path)
    assert row.is_held
    assert row.verdict("remark").outcome is Outcome.ASK


@pytest.mark.parametrize(
    "remark",
    ["2024.6转入", "从乙支部转入", "因故缺席", "事故致残", "外出党员", "离退党员", "退休", "困难党员"],
)
def test_a_remark_about_something_else_holds_nobody(tmp_path: Path, remark: str) -> None:
    (row,) = rows_of(xlsx({"名册": [["姓名", "性别", "备注"], ["王军", "男", remark]]}), tmp_path)
    assert not row.is_held
    assert short(row.verdict("remark")) == ("OK", remark)


def test_codes_that_are_not_what_they_seem(tmp_path: Path) -> None:
    judged(
        tmp_path, "学位", [("名誉博士", "OK", "1"), ("双学士", "ASK", ["4", None]), ("工学学士", "FIX", "4")]
    )
    judged(
        tmp_path,
        "文化程度",
        [
            ("市委党校大专", "ASK", ["31;provincial_party_school", "31"]),
            ("省委党校大专", "FIX", "31"),
            ("高职", "ASK", ["31", None]),
            ("初中未毕业", "ASK", ["81", "71", "61", "41", "31", "21", None]),
        ],
    )
    judged(
        tmp_path, "民族", [("汉族(01)", "FIX", "01"), ("57", "ASK", ["97", "98", None]), ("男", "REJ", None)]
    )
    judged(tmp_path, "性别", [("3", "ASK", ["1", "2", None]), ("男/女", "ASK", ["1", "2", None])])
    judged(tmp_path, "是否流动党员", [("/", "FIX", None), ("-", "FIX", None), ("1", "ASK", [True, False])])


def test_a_second_reading_of_numbers_in_files_without_types(tmp_path: Path) -> None:
    def joined(months: list[str]) -> list[tuple[str, object]]:
        lines = ["姓名,性别,入党时间", *("王军,男," + month for month in months)]
        found = interpreted("\n".join(lines).encode("gb18030"), tmp_path, "名册.csv")
        return [short(row.verdict("joined_date")) for row in found.persons()]

    assert joined(["1998.1", "1999.8"]) == [("ASK", None), ("FIX", "1999-08")]
    assert joined(["1998.1", "1999.07"]) == [("ASK", None), ("FIX", "1999-07")]
    assert joined(["1998.1", "1999.10"]) == [("FIX", "1998-01"), ("FIX", "1999-10")]


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [("出生日期", "入党时间", "birth"), ("性别", "民族", "sex"), ("入党时间", "转正时间", "joined_date")],
)
def test_swapped_columns_never_enter(tmp_path: Path, first: str, second: str, asked: str) -> None:
    one, two = HEADER.index(first), HEADER.index(second)
    swapped = [list(person) for person in PEOPLE]
    for person in swapped:
        person[one], person[two] = person[two], person[one]
    for row in rows_of(xlsx({"名册": [HEADER, *swapped]}), tmp_path):
        assert row.verdict(asked).outcome in (Outcome.ASK, Outcome.REJ)


def test_a_column_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    swapped = [[*person[:4], person[7], *person[5:7], person[4]] for person in PEOPLE]
    found = interpreted(xlsx({"名册": [HEADER, *swapped]}), tmp_path)
    told = [notice.text for notice in found.notices if notice.code == "column_refused"]
    assert ["身份证号" in text or "联系电话" in text for text in told] == [True, True]


def test_persons_above_the_header_are_named(tmp_path: Path) -> None:
    found = interpreted(xlsx({"名册": [PEOPLE[0], HEADER, *PEOPLE[1:]]}), tmp_path)
    (notice,) = [notice for notice in found.notices if notice.code == "rows_above_header"]
    assert notice.rows == (1,)


def test_pages_with_their_own_header_state_the_sum_of_all(tmp_path: Path) -> None:
    pages = [HEADER, *PEOPLE[:2], HEADER, *PEOPLE[2:], ["合计：4人"]]
    found = interpreted(xlsx({"名册": pages}), tmp_path)
    assert [check.agrees for table in found.tables for check in table.totals] == [True]


def test_sums_in_cells_of_their_own_are_compared(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["序号", "姓名", "性别"], [1, "王军", "男"], ["合计", 3], ["党员总数", "", 5]]
    found = interpreted(xlsx({"名册": rows}), tmp_path)
    assert [(check.stated, check.counted) for check in found.tables[0].totals] == [(3, 1), (5, 1)]
    assert all("总人数" in n.text for n in found.notices if n.code == "total_differs")


def test_group_lines_name_branches_groups_and_kinds_of_people(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["序号", "姓名", "性别", "入党时间"]]
    for line, name in [
        ("一、第一党支部（12人）", "王军"),
        ("第二党支部", "李敏"),
        ("第三党支部", "张强"),
        ("第一党小组", "刘洋"),
        ("预备党员", "陈静"),
        ("2024年转出党员", "杨勇"),
        ("入党积极分子", "赵磊"),
        ("去世", "黄丽"),
    ]:
        rows += [[line], [1, name, "男", "1998.7"]]
    people = {str(row.value("name")): row for row in rows_of(xlsx({"名册": rows}), tmp_path)}
    assert short(people["王军"].verdict("branch")) == ("FIX", "first")
    assert short(people["李敏"].verdict("branch")) == ("FIX", "second")
    assert short(people["张强"].verdict("branch")) == ("ASK", None)
    assert short(people["刘洋"].verdict("party_group")) == ("FIX", "第一党小组")
    assert short(people["陈静"].verdict("status")) == ("FIX", "probationary")
    assert [people[name].is_held for name in ("王军", "陈静", "杨勇", "赵磊", "黄丽")] == [
        False, False, True, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["转出党员", "去世党员", "入党积极分子"])
def test_a_sheet_of_people_who_are_no_members_is_held(tmp_path: Path, name: str) -> None:
    found = interpreted(xlsx({"党员": [HEADER, PEOPLE[0]], name: [HEADER, PEOPLE[1]]}), tmp_path)
    assert [row.is_held for row in found.persons()] == [False, True]


@pytest.mark.parametrize("name", ["流出党员名册", "离退党员", "党员及积极分子", "转入转出党员"])
def test_a_sheet_whose_name_only_sounds_so_is_not(tmp_path: Path, name: str) -> None:
    found = interpreted(xlsx({name: [HEADER, PEOPLE[0]]}), tmp_path)
    assert [row.is_held for row in found.persons()] == [False]


def test_a_transfer_date_holds_the_row(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["姓名", "性别", "转出时间"], ["王军", "男", "2024.6"], ["李敏", "女", ""]]
    one, two = rows_of(xlsx({"名册": rows}), tmp_path)
    assert (one.is_held, two.is_held) == (True, False)
    assert "转出" in one.held


def test_text_struck_out_is_asked_about(tmp_path: Path) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, struck = book.add_worksheet("名册"), book.add_format({"font_strikeout": True})
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, PEOPLE[0], struck)
    sheet.write_row(2, 0, PEOPLE[1])
    sheet.write_string(2, 5, "2000-03-01", struck)
    book.close()
    one, two = rows_of(out.getvalue(), tmp_path)
    assert choices(one.verdict("name")) == ["王军", None]
    assert choices(two.verdict("joined_date")) == ["2000-03-01", None]
    assert short(two.verdict("name")) == ("OK", "李敏")


def test_a_ditto_mark_below_a_merged_cell(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["姓名", "民族", "家庭住址"],
        ["王军", "汉族", "某路1号"],
        ["李敏", "", ""],
        ["张强", "〃", "〃"],
    ]
    people = rows_of(xlsx({"名册": rows}, merges=[(1, 1, 2, 1), (1, 2, 2, 2)]), tmp_path)
    assert [short(row.verdict("ethnicity"))[1] for row in people] == ["01", "01", "01"]
    assert [short(row.verdict("address"))[1] for row in people] == ["某路1号"] * 3


def test_three_header_rows_of_which_the_last_names_one_column(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["序号", "基本信息（必填）", "", "", "党员信息"],
        ["", "姓名（与身份证一致）", "性别(男/女)", "证件信息", "入党时间（年.月）"],
        ["", "", "", "身份证号（18位）", ""],
        [1, "王军", "男", WANG, "1998.07"],
    ]
    (row,) = rows_of(xlsx({"名册": rows}, merges=[(0, 1, 0, 3)]), tmp_path)
    assert short(row.verdict("id_number")) == ("OK", WANG)
    assert short(row.verdict("joined_date")) == ("FIX", "1998-07")


def test_a_time_below_the_heading_of_admission_is_the_admission(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["姓名", "性别", "入党情况", ""],
        ["", "", "时间（支部大会）", "转正时间"],
        ["王军", "男", "1998.07", "1999.07"],
    ]
    (row,) = rows_of(xlsx({"名册": rows}, merges=[(0, 2, 0, 3)]), tmp_path)
    assert short(row.verdict("joined_date")) == ("FIX", "1998-07")


def test_a_formula_is_shown_as_such(tmp_path: Path) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("名册")
    sheet.write_row(0, 0, ["姓名", "出生日期", "性别"])
    sheet.write_row(1, 0, ["王军", "", "男"])
    sheet.write_formula(1, 1, "=MID(D2,7,8)", None, "19680909")
    book.close()
    (row,) = rows_of(out.getvalue(), tmp_path)
    assert short(row.verdict("birth")) == ("FIX", "1968-09-09")
    assert "公式" in row.verdict("birth").reason


LEDGERS: dict[str, tuple[list[list[Cell]], str]] = {
    "dues": (
        [["序号", "党员姓名", "月应缴党费", "1月", "2月", "3月"], [1, "王军", 15, 15, "√", "免"]],
        "党费台账",
    ),
    "hardship": ([["姓名", "性别", "家庭人口", "困难类型"], ["王军", "男", 2, "因病"]], "困难党员台账"),
    "offices": ([["党内职务", "姓名", "性别", "任职日期"], ["书记", "王军", "男", "2021.1"]], "班子"),
    "organizations": (
        [["党组织全称", "成立日期", "组织类别", "党组织书记"], ["第一党支部", "1990.1", "党支部", "王军"]],
        "党组织信息表",
    ),
    "meetings": (
        [["党组织名称", "会议主题", "时间", "应到", "实到"], ["第一党支部", "学习", "2025.3.1", 10, 9]],
        "三会一课",
    ),
    "names": ([["序号", "姓名", "签名"], [1, "王军", ""]], "签到表"),
}


@pytest.mark.parametrize("kind", LEDGERS)
def test_a_table_that_is_no_roster_is_named_and_not_imported(tmp_path: Path, kind: str) -> None:
    rows, words = LEDGERS[kind]
    found = interpreted(xlsx({"台账": rows}), tmp_path)
    assert [table.kind for table in found.tables] == [kind]
    assert list(found.persons()) == []
    assert any(words in notice.text for notice in found.notices)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (["序号", "姓名", "综合评定", "优秀", "合格", "基本合格"], "民主评议表"),
        (["序号", "奖惩名称", "批准机关", "批准日期"], "奖惩登记表"),
        (["支部名称", "年级", "班级人数", "正式党员数"], "统计表"),
    ],
)
def test_a_sheet_without_a_roster_says_what_it_seems_to_be(
    tmp_path: Path, header: list[Cell], words: str
) -> None:
    found = interpreted(xlsx({"表": [header, ["1", "王军", "好", "优秀"]]}), tmp_path)
    assert list(found.persons()) == []
    assert any(words in notice.text for notice in found.notices)


def test_mobile_members_who_flowed_in_belong_elsewhere(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["姓名", "性别", "流出党支部", "流动类型", "外出时间", "流入地", "流动原因"],
        ["王军", "男", "第一党支部", "流出", "2024.3", "某市", "务工"],
        ["李敏", "女", "", "流入", "2024.3", "某市", "务工"],
    ]
    one, two = rows_of(xlsx({"流动党员台账": rows}), tmp_path)
    assert short(one.verdict("branch")) == ("OK", "first")
    assert (one.is_held, two.is_held) == (False, True)


def test_a_summary_that_says_something_else_names_the_rows(tmp_path: Path) -> None:
    other = [*PEOPLE[1][:7], "13900000099"]
    sheets = {"第一党支部": [HEADER, *PEOPLE], "汇总": [HEADER, PEOPLE[0], other, *PEOPLE[2:]]}
    found = interpreted(xlsx(sheets), tmp_path)
    (notice,) = [notice for notice in found.notices if notice.code == "summary_sheet"]
    assert "第3行" in notice.text
