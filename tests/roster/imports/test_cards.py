"""Forms with one person each are read like a table, every value with the place where it stands."""

from __future__ import annotations

from pathlib import Path

from tests.roster.imports.made import Cell, id_number, interpreted, rows_of, short, xlsx

NUMBER = id_number("19700102", "011")
SIXTEEN: list[list[Cell]] = [
    ["党员基本信息采集表"],
    ["1.姓名", "王　军", "2.性别", "男", "3.民族", "汉"],
    ["4.公民身份证号", *NUMBER],
    ["5.出生日期", "1970年1月2日", "6.学历(代码□□)", "21"],
    ["7.人员类别", "正式党员☑ 预备党员□", "8.所在党支部", "第一党支部"],
    ["9.加入党组织日期", "1998.7.1", "10.转为正式党员日期", "1999.7.1"],
    ["11.工作岗位(代码□□□□)", "0111", "12.联系电话", "（手机号）", "13800000001", "（固定电话）",
     "0531-88880000"],
    ["13.家庭住址（具体到门牌号）", "某路1号"],
    ["14.党籍状态", "正常☑ 停止党籍□"],
    ["15.是否为失联党员", "是□ 失去联系日期  年 月 否☑"],
    ["16.是否为流动党员（由流出地党组织负责采集）", "是☑ 否□ 外出流向：某省某市"],
    ["党员（签字）：", "", "信息采集员（签字）：", "张强", "党支部书记（签字）："],
    ["基层党委（盖章）"],
]  # fmt: skip


def test_the_official_form_of_sixteen_items(tmp_path: Path) -> None:
    (row,) = rows_of(xlsx({"采集表": SIXTEEN}), tmp_path)
    expected = {
        "name": "王军", "sex": "1", "ethnicity": "01", "id_number": NUMBER, "birth": "1970-01-02",
        "education": "21", "status": "full", "branch": "first", "joined_date": "1998-07-01",
        "full_date": "1999-07-01", "post_code": "011", "phone": "13800000001", "landline": "0531-88880000",
        "address": "某路1号", "membership_state": "normal", "is_lost": False, "is_mobile": True,
        "mobile_destination": "某省某市",
    }  # fmt: skip
    assert {name: short(row.verdict(name))[1] for name in expected} == expected
    assert {cell.field: cell.address for cell in row.cells()}["joined_date"] == "B6"


def test_an_unticked_box_is_empty_and_two_ticks_are_asked_about(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["姓名", "王军", "性别", "男"],
        ["民族", "汉族", "人员类别", "正式党员□ 预备党员□"],
        ["学历", "大专", "党籍状态", "正常☑ 停止党籍☑"],
    ]
    (row,) = rows_of(xlsx({"表": rows}), tmp_path)
    assert short(row.verdict("status")) == ("OK", None)
    assert row.verdict("membership_state").value is None
    assert row.verdict("membership_state").reason


def test_several_forms_in_a_sheet_and_in_several_sheets(tmp_path: Path) -> None:
    def form(name: str, month: str) -> list[list[Cell]]:
        return [
            ["姓名", name, "性别", "男"],
            ["民族", "汉族", "入党时间", month],
            ["学历", "大专", "学位", ""],
            [],
        ]

    found = interpreted(
        xlsx({"一": form("王军", "1998.7") + form("李敏", "1999.8"), "二": form("张强", "2000.9")}), tmp_path
    )
    people = [(row.value("name"), short(row.verdict("joined_date"))[1]) for row in found.persons()]
    assert people == [("王军", "1998-07"), ("李敏", "1999-08"), ("张强", "2000-09")]
    assert {cell.address for row in found.persons() for cell in row.cells() if cell.field == "name"} == {
        "B1",
        "B5",
    }


def test_labels_and_values_in_one_cell(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["姓名：王军", "性别：男"], ["身份证号：" + NUMBER, "入党时间：1998.7"]]
    (row,) = rows_of(xlsx({"卡": rows}), tmp_path)
    assert (row.value("name"), row.value("id_number")) == ("王军", NUMBER)


def test_what_nobody_could_place_is_named(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["登记表"],
        ["姓名", "王军", "性别", "男"],
        ["民族", "汉族", "学历", "大专"],
        ["2020年获奖", "", ""],
        ["特长", "书法"],
    ]
    found = interpreted(xlsx({"表": rows}), tmp_path)
    (notice,) = [notice for notice in found.notices if notice.code == "card_sheet"]
    assert "A4" in notice.text
    assert "A5" in notice.text


def test_a_roster_with_a_reporting_line_is_no_form(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["党支部：第一党支部", "联系电话：13800000001"],
        ["姓名", "性别", "民族"],
        ["王军", "男", "汉族"],
    ]
    found = interpreted(xlsx({"名册": rows}), tmp_path)
    assert [table.rows[0].value("name") for table in found.tables] == ["王军"]
    assert not any(notice.code == "card_sheet" for notice in found.notices)
