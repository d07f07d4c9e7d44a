"""The twenty-five nasty inputs, judged cell by cell. A silent wrong value fails the case."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.roster.imports.made import (
    FIRST,
    ORGANIZATIONS,
    VILLAGE,
    choices,
    column,
    id_number,
    interpreted,
    rows_of,
    short,
    workbook,
    xlsx,
)
from zhibu.roster.imports.sheets import SheetRefused
from zhibu.roster.imports.values import KnownOrganization


def test_01_title_unit_line_and_two_row_header(tmp_path: Path) -> None:
    rows = [
        ["中共甲县乙镇丙村党支部党员花名册"],
        ["填报单位（盖章）：　填报人：　2025年6月"],
        ["序号", "姓名", "基本情况", None, None, None, "党内情况", None, "备注"],
        [None, None, "性别", "民族", "出生年月", "身份证号", "入党时间", "转正时间", None],
        [1, "王军", "男", "汉族", "1968.09", id_number("19680909"), "1990.07", "1991.07", ""],
    ]
    merges = [
        (0, 0, 0, 8),
        (1, 0, 1, 8),
        (2, 0, 3, 0),
        (2, 1, 3, 1),
        (2, 2, 2, 5),
        (2, 6, 2, 7),
        (2, 8, 3, 8),
    ]
    found = interpreted(xlsx({"名册": rows}, merges=merges), tmp_path)
    table = found.tables[0]
    assert [c.field for c in table.columns] == [
        "seq",
        "name",
        "sex",
        "ethnicity",
        "birth",
        "id_number",
        "joined_date",
        "full_date",
        "remark",
    ]
    assert [c.header for c in table.columns][2:8] == [
        "基本情况/性别",
        "基本情况/民族",
        "基本情况/出生年月",
        "基本情况/身份证号",
        "党内情况/入党时间",
        "党内情况/转正时间",
    ]
    assert table.header_rows == (3, 4)
    assert [row.number for row in table.rows] == [5]
    assert table.title == (rows[0][0], "填报单位（盖章）： 填报人： 2025年6月")
    person = table.rows[0]
    assert short(person.verdict("birth")) == ("FIX", "1968-09")
    assert short(person.verdict("branch")) == ("FIX", "village")


def test_02_one_column_eight_date_spellings(tmp_path: Path) -> None:
    values = [
        "1998.07",
        "1998年7月",
        "1998-7-1",
        "19980701",
        "199807",
        35977,
        "１９９８．７",
        "一九九八年七月",
    ]
    verdicts = column(tmp_path, "入党时间", values)
    assert [short(v) for v in verdicts] == [
        ("FIX", "1998-07"),
        ("FIX", "1998-07"),
        ("FIX", "1998-07-01"),
        ("FIX", "1998-07-01"),
        ("FIX", "1998-07"),
        ("FIX", "1998-07-01"),
        ("FIX", "1998-07"),
        ("FIX", "1998-07"),
    ]


def test_03_october_typed_as_a_number(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "出生年月", "入党时间"],
        ["王军", "370000199810030119", 1998.10, 2018.10],
        ["李敏", None, 1998.10, "2018.1"],
    ]
    first, second = rows_of(xlsx({"名册": rows}), tmp_path)
    assert short(first.verdict("birth")) == ("FIX", "1998-10")
    assert short(first.verdict("joined_date")) == ("ASK", None)
    assert choices(first.verdict("joined_date")) == ["2018-01", "2018-10"]
    assert short(second.verdict("birth")) == ("ASK", None)
    assert short(second.verdict("joined_date")) == ("ASK", None)


def test_03_a_text_january_is_sure_in_a_column_of_text(tmp_path: Path) -> None:
    assert [short(v) for v in column(tmp_path, "入党时间", ["1998.1", "1998.10"])] == [
        ("FIX", "1998-01"),
        ("FIX", "1998-10"),
    ]


def test_04_an_id_number_stored_as_a_float_is_refused(tmp_path: Path) -> None:
    verdicts = column(
        tmp_path, "身份证号", [370000195608120016.0, "3.70000195608120E+17", "370000195608120000"]
    )
    assert [v.outcome for v in verdicts] == ["REJ", "REJ", "REJ"]
    assert all("后3位已丢失" in v.reason for v in verdicts)
    assert all(not v.choices for v in verdicts)


def test_05_dirty_but_intact_id_numbers(tmp_path: Path) -> None:
    values = [
        "３７００００１９６８０９０９００９Ｘ",
        "37000019680909009x",
        "'370000 19680909 009X",
        "37000019680909009X\t",
    ]
    verdicts = column(tmp_path, "身份证号", values)
    assert {v.outcome.value for v in verdicts} <= {"FIX", "ASK"}
    for value in values:
        assert short(column(tmp_path, "身份证号", [value])[0]) == ("FIX", "37000019680909009X")


def test_06_a_fifteen_digit_number_is_a_proposal(tmp_path: Path) -> None:
    for value in ("370000560812001", 370000560812001):
        verdict = column(tmp_path, "身份证号", [value])[0]
        assert short(verdict) == ("ASK", None)
        assert choices(verdict) == ["370000195608120016"]


def test_07_padded_names_and_dots(tmp_path: Path) -> None:
    values = [
        "王　军",
        "王 军",
        " 王军 ",
        "阿依古丽.买买提",
        "阿依古丽•买买提",
        "阿依古丽‧买买提",
        "欧阳　雪",
    ]
    rows = [["姓名", "性别", "民族"]] + [[value, "男", "汉族"] for value in values]
    found = [short(row.verdict("name")) for row in rows_of(xlsx({"名册": rows}), tmp_path)]
    assert found == [("FIX", "王军")] * 3 + [("FIX", "阿依古丽·买买提")] * 3 + [("FIX", "欧阳雪")]


def test_08_ditto_marks_and_merged_branches(tmp_path: Path) -> None:
    rows = [
        ["姓名", "性别", "所在党支部"],
        ["王军", "男", "第一党支部"],
        ["李敏", "女", "〃"],
        ["张强", "男", "同上"],
        ["刘洋", "男", "第一党支部"],
        ["陈静", "女", None],
        ["杨勇", "男", None],
    ]
    people = rows_of(xlsx({"名册": rows}, merges=[(4, 2, 5, 2)]), tmp_path)
    found = [short(row.verdict("branch")) for row in people]
    assert found == [
        ("OK", "first"),
        ("FIX", "first"),
        ("FIX", "first"),
        ("OK", "first"),
        ("FIX", "first"),
        ("OK", None),
    ]


def test_09_rows_that_are_no_persons(tmp_path: Path) -> None:
    rows = [
        ["姓名", "性别", "人员类别"],
        ["第一党小组", None, None],
        ["*王军", "男", "正式党员"],
        ["小计 12人", None, None],
        ["合计：正式28人 预备4人", None, None],
        ["注：带*为困难党员", None, None],
        ["书记签字：    年 月 日", None, None],
        [None, None, None],
    ]
    found = interpreted(xlsx({"名册": rows}), tmp_path)
    table = found.tables[0]
    assert [row.value("name") for row in table.rows] == ["王军"]
    assert table.rows[0].verdict("name").mark == "*"
    assert table.rows[0].section == "第一党小组"
    assert [row.kind for row in table.others] == ["group", "total", "total", "note", "signature"]
    stated = {(total.key, total.stated, total.counted) for total in table.totals}
    assert {("full", 28, 1), ("probationary", 4, 0), ("all", 12, 1)} <= stated
    assert sum(notice.code == "total_differs" for notice in found.notices) == 3


def test_10_hidden_rows_are_listed_first_and_imported(tmp_path: Path) -> None:
    rows = [["姓名", "性别", "民族"]] + [[name, "男", "汉族"] for name in ("王军", "李敏", "张强", "刘洋")]
    found = interpreted(xlsx({"名册": rows}, hidden_rows=[1, 2, 4]), tmp_path)
    assert found.notices[0].code == "hidden_rows"
    assert "有3行被隐藏" in found.notices[0].text
    assert found.notices[0].rows == (2, 3, 5)
    assert [row.is_hidden for row in found.persons()] == [True, True, False, True]


def test_11_header_noise(tmp_path: Path) -> None:
    headers = [
        "*姓  名（必填）",
        "出生\n年月",
        "身份证号码(18位)",
        "是否农民工 ",
        "入党时间（年/月/日）",
        "月应缴党费",
        "3 月",
    ]
    found = interpreted(xlsx({"名册": [headers, ["王军"]]}), tmp_path)
    fields = [c.field for c in found.tables[0].columns]
    assert fields == [
        "name",
        "birth",
        "id_number",
        "is_migrant_worker",
        "joined_date",
        "dues_monthly",
        "dues_month_3",
    ]


def test_12_phones(tmp_path: Path) -> None:
    values = [
        "138-0000-0000",
        "138 0000 0000",
        "13800000000/0531-88880000",
        1.38e10,
        "1.38E+10",
        "+8613800000000",
        "无",
        "—",
    ]
    verdicts = column(tmp_path, "联系电话", values)
    assert [short(v) for v in verdicts] == [
        ("FIX", "13800000000"),
        ("FIX", "13800000000"),
        ("FIX", "13800000000"),
        ("FIX", "13800000000"),
        ("REJ", None),
        ("FIX", "13800000000"),
        ("FIX", None),
        ("FIX", None),
    ]
    assert [(e.field, e.value) for e in verdicts[2].extras] == [("landline", "0531-88880000")]


def test_13_ethnicity_and_sex_variants(tmp_path: Path) -> None:
    values = ["汉", "漢族", "01", "傈傈族", "崩龙族", "毛难族", "撤拉族", "达翰尔族", "土家", "57", 58]
    verdicts = column(tmp_path, "民族", values)
    assert [short(v) for v in verdicts] == [
        ("FIX", "01"),
        ("FIX", "01"),
        ("FIX", "01"),
        ("ASK", None),
        ("FIX", "46"),
        ("FIX", "36"),
        ("ASK", None),
        ("ASK", None),
        ("FIX", "15"),
        ("ASK", None),
        ("ASK", None),
    ]
    assert [choices(verdicts[n])[0] for n in (3, 6, 7)] == ["20", "35", "31"]
    sexes = column(tmp_path, "性别", ["1", 2, "男性", "F"])
    assert [short(v) for v in sexes] == [("FIX", "1"), ("FIX", "2"), ("FIX", "1"), ("FIX", "2")]


def test_13_sex_is_checked_against_the_id_number(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "性别"],
        ["王军", id_number("19680909", "012"), "男"],
        ["李敏", id_number("19700101"), "男"],
    ]
    wrong, right = rows_of(xlsx({"名册": rows}), tmp_path)
    assert short(wrong.verdict("sex")) == ("ASK", None)
    assert short(right.verdict("sex")) == ("OK", "1")


def test_14_education(tmp_path: Path) -> None:
    values = [
        "大本",
        "本科（在职）",
        "大学",
        "中央党校本科",
        "省委党校大专",
        "高中（中专）",
        "研究生(硕士)",
        "初小",
        "大专在读",
    ]
    verdicts = column(tmp_path, "学历", values)
    assert [short(v) for v in verdicts] == [
        ("FIX", "21"),
        ("FIX", "21"),
        ("FIX", "21"),
        ("FIX", "21"),
        ("FIX", "31"),
        ("ASK", None),
        ("FIX", "14"),
        ("ASK", None),
        ("ASK", None),
    ]
    tracks = {n: verdicts[n].extras[0].value for n in (1, 3, 4)}
    assert tracks == {1: "in_service", 3: "central_party_school", 4: "provincial_party_school"}
    assert choices(verdicts[5])[:2] == ["61", "41"]
    assert set(choices(verdicts[7])) <= {"81", "83"}


def test_15_the_same_person_twice(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "联系电话"],
        ["李　明", "370000560812001", "13800000001"],
        ["李明", "370000195608120016", "13800000002"],
        ["王军", id_number("19680909"), "13800000003"],
        ["王均", id_number("19680909"), "13800000004"],
    ]
    found = interpreted(xlsx({"名册": rows}), tmp_path)
    people = list(found.persons())
    assert [(d.kind, [row for _, row in d.rows]) for d in found.duplicates] == [
        ("merge", [2, 3]),
        ("conflict", [4, 5]),
    ]
    assert [short(row.verdict("id_number")) for row in people] == [("ASK", None)] * 4
    assert all(row.key.id_number == "" for row in people)


def test_16_homonyms_keep_what_tells_them_apart(tmp_path: Path) -> None:
    rows = [["姓名", "性别", "民族"]] + [
        [n, "男", "汉族"] for n in ("张伟（大）", "张伟（小）", "张伟2", "张伟(女)")
    ]
    people = rows_of(xlsx({"名册": rows}), tmp_path)
    assert [short(row.verdict("name")) for row in people] == [("FIX", "张伟")] * 4
    aliases = [{e.field: e.value for e in row.accepted()}["alias"] for row in people]
    assert aliases == ["张伟(大)", "张伟(小)", "张伟2", "张伟(女)"]


def test_17_status_in_remarks_is_only_suggested(tmp_path: Path) -> None:
    remarks = ["2024.6转出至某公司", "已故", "流动党员，东莞", "长期患病", "失联", "预备党员，2025.7转正"]
    rows = [["姓名", "性别", "备注"]] + [
        [n, "男", r] for n, r in zip(["王军", "李敏", "张强", "刘洋", "陈静", "杨勇"], remarks, strict=True)
    ]
    people = rows_of(xlsx({"名册": rows}), tmp_path)
    assert {row.verdict("remark").outcome.value for row in people} == {"ASK"}
    hints = [next(s.value for s in row.suggestions() if s.field == "remark_hint") for row in people]
    assert hints == ["transferred_out", "deceased", "mobile", "long_ill", "lost", "probationary"]
    assert [row.is_held for row in people] == [True, True, False, False, False, False]
    assert ("mobile_destination", "东莞") in [(s.field, s.value) for s in people[2].suggestions()]
    assert ("transferred_out_place", "某公司") in [(s.field, s.value) for s in people[0].suggestions()]


def test_18_dues_grid(tmp_path: Path) -> None:
    values = ["10", "√", "已交", "10*12", "120(全年)", "免", "-", "欠", "5.00元"]
    rows = [["姓名", "月应缴党费", "1月", "2月", "3月", "全年实缴"]] + [["王军", 10, v] for v in values]
    rows.append(["李敏", 10, 30, None, None, None])
    found = interpreted(xlsx({"党费": rows}, merges=[(10, 2, 10, 4)]), tmp_path)
    table = found.tables[0]
    assert (table.kind, table.is_selected) == ("dues", False)
    got = [row.verdict("dues_month_1") for row in table.rows]
    assert [short(v) for v in got] == [
        ("OK", 1000),
        ("ASK", None),
        ("ASK", None),
        ("ASK", None),
        ("ASK", None),
        ("FIX", 0),
        ("FIX", None),
        ("FIX", None),
        ("FIX", 500),
        ("ASK", None),
    ]
    assert choices(got[4]) == ["12x1000"]
    assert choices(got[9]) == ["3x1000"]
    assert [got[n].extras[0].value for n in (0, 5, 7, 8)] == ["paid", "exempt", "unpaid", "paid"]


def test_19_money_text(tmp_path: Path) -> None:
    values = [
        "１２．５０",
        "12。5",
        "¥1,250.00",
        "壹拾贰元伍角",
        "0.2",
        "12.5/月",
        0.30000000000000004,
        -5,
        "NaN",
    ]
    verdicts = column(tmp_path, "月应缴党费", values)
    assert [short(v) for v in verdicts] == [
        ("FIX", 1250),
        ("ASK", None),
        ("FIX", 125000),
        ("FIX", 1250),
        ("OK", 20),
        ("FIX", 1250),
        ("OK", 30),
        ("REJ", None),
        ("REJ", None),
    ]
    assert choices(verdicts[1]) == [1250]


def test_20_many_sheets_and_a_summary(tmp_path: Path) -> None:
    head = ["姓名", "身份证号", "性别"]
    one = [["王军", id_number("19680909"), "男"], ["李明", id_number("19700101"), "男"]]
    two = [["张强", id_number("19810305"), "男"]]
    organizations = (*ORGANIZATIONS, KnownOrganization("b1", "1支部"), KnownOrganization("b2", "2支部"))
    sheets = {
        "1支部": [head, *one],
        "2支部": [head, *two],
        "汇总": [head, *one, *two],
        "填表说明": [["请如实填写"]],
        "Sheet3": [],
    }
    found = interpreted(xlsx(sheets), tmp_path, organizations=organizations)
    people = list(found.persons())
    assert [row.value("name") for row in people] == ["王军", "李明", "张强"]
    assert [row.value("branch") for row in people] == ["b1", "b1", "b2"]
    assert "summary_sheet" in {notice.code for notice in found.notices}
    assert not found.duplicates


@pytest.mark.parametrize(("encoding", "suffix"), [("utf-8", "utf-8"), ("gb18030", "gb2312")])
def test_21_html_renamed_xls(tmp_path: Path, encoding: str, suffix: str) -> None:
    html = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">'
        "</head><body><table>"
        "<tr><td colspan=3>党员花名册</td></tr><tr><th>姓名</th><th>性别</th><th>身份证号</th></tr>"
        "<tr><td>王&nbsp;军</td><td>男</td><td>{number}</td></tr></table></body></html>"
    ).format(charset=suffix, number=id_number("19680909"))
    found = interpreted(html.encode(encoding), tmp_path, "名册.xls")
    (person,) = found.persons()
    assert found.workbook.kind == "html"
    assert (person.value("name"), person.value("id_number")) == ("王军", id_number("19680909"))


def test_21_spreadsheet_xml_renamed_xls(tmp_path: Path) -> None:
    xml = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="名册"><Table>'
        '<Row><Cell><Data ss:Type="String">姓名</Data></Cell><Cell><Data ss:Type="String">性别</Data></Cell>'
        '<Cell><Data ss:Type="String">入党时间</Data></Cell></Row>'
        '<Row><Cell><Data ss:Type="String">王军</Data></Cell><Cell ss:Index="3">'
        '<Data ss:Type="DateTime">1998-07-01T00:00:00.000</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    (person,) = rows_of(xml.encode(), tmp_path)
    assert short(person.verdict("joined_date")) == ("OK", "1998-07-01")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_21_csv_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = "姓名,性别,身份证号\r\n王军,男,{number}\r\n".format(number=id_number("19680909"))
    (person,) = interpreted(text.encode(encoding), tmp_path, "名册.csv").persons()
    assert (person.value("name"), person.value("id_number")) == ("王军", id_number("19680909"))


@pytest.mark.parametrize(("name", "code"), [("名册.xlsm", "macros"), ("名册.xlsb", "xlsb")])
def test_21_macro_and_binary_workbooks_are_refused(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(SheetRefused) as refusal:
        workbook(xlsx({"名册": [["姓名"]]}), tmp_path, name)
    assert refusal.value.code == code


def test_21_a_password_is_refused_in_plain_words(tmp_path: Path) -> None:
    content = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 512
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 512
    )
    with pytest.raises(SheetRefused) as refusal:
        workbook(content, tmp_path)
    assert "有密码" in refusal.value.message
    assert "在 WPS 里取消密码" in refusal.value.next_step


def test_22_the_1904_date_system(tmp_path: Path) -> None:
    rows = [["姓名", "性别", "入党时间"], ["王军", "男", date(1998, 7, 1)], ["李敏", "女", 34515]]
    people = rows_of(xlsx({"名册": rows}, uses_1904=True), tmp_path)
    assert [short(row.verdict("joined_date")) for row in people] == [
        ("OK", "1998-07-01"),
        ("FIX", "1998-07-01"),
    ]


def test_23_era_rules(tmp_path: Path) -> None:
    rows = [
        ["姓名", "出生年月", "入党时间", "转正时间"],
        ["王军", "1945-01", "1970-03", None],
        ["李明", "1945-01", "1970-03", "1970-03"],
        ["张强", "1980-01", "2010-05", "2010-05"],
        ["刘洋", "1981-12", "1998-07", "1999-07"],
        ["陈静", "1960-01", "1990-07", "1991-07"],
    ]
    people = rows_of(xlsx({"名册": rows}), tmp_path)
    joined = [row.verdict("joined_date").outcome.value for row in people]
    full = [row.verdict("full_date").outcome.value for row in people]
    assert (joined[0], full[0]) == ("OK", "OK")
    assert (joined[1], full[1]) == ("OK", "OK")
    assert full[2] == "ASK"
    assert joined[3] == "ASK"
    assert (joined[4], full[4]) == ("OK", "OK")


def test_24_organisation_names_and_codes(tmp_path: Path) -> None:
    values = [
        "丙村支部",
        "中共乙镇丙村党支部",
        "中国共产党甲县乙镇丙村支部委员会",
        51024001016022,
        "5.1024E+13",
        51024001016999,
    ]
    verdicts = column(tmp_path, "所在党支部", values)
    assert [short(v) for v in verdicts] == [("FIX", VILLAGE.key)] * 4 + [("REJ", None), ("REJ", None)]


def test_24_a_name_that_several_branches_have_is_asked(tmp_path: Path) -> None:
    five = tuple(KnownOrganization(f"o{n}", "第一党支部", "", (), (f"第{n}机关党委",)) for n in range(5))
    rows = [["姓名", "性别", "所在党支部"], ["王军", "男", "第一党支部"]]
    (person,) = rows_of(xlsx({"名册": rows}), tmp_path, organizations=five)
    verdict = person.verdict("branch")
    assert verdict.outcome == "ASK"
    assert len(verdict.choices) == 5
    assert "机关党委" in verdict.choices[0].label


def test_25_web_pasted_text(tmp_path: Path) -> None:
    rows = [
        ["姓名", "入党时间", "工作单位"],
        ["刘\u00a0\u200b艳", "？013年", "黨組織(zhī)要執(zhí)政為民"],
        ["劉艷", "2013年", "某\u200b厂"],
    ]
    first, second = rows_of(xlsx({"名册": rows}), tmp_path)
    assert short(first.verdict("name")) == ("FIX", "刘艳")
    assert first.verdict("joined_date").outcome in ("ASK", "REJ")
    assert short(first.verdict("unit")) == ("ASK", None)
    assert "党组织要执政为民" in choices(first.verdict("unit"))
    assert short(second.verdict("name")) == ("OK", "劉艷")
    assert short(second.verdict("unit")) == ("FIX", "某厂")


def test_the_fixtures_are_what_they_seem() -> None:
    assert FIRST in ORGANIZATIONS
    assert id_number("19680909", "009") == "37000019680909009X"
